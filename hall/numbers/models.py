"""Numbers that are never given twice."""

from django.db import models


class Counter(models.Model):
    """The last number given in one series. A row lock makes a gap-free series gap-free."""

    series = models.CharField(max_length=120, primary_key=True)
    value = models.PositiveIntegerField(default=0)
