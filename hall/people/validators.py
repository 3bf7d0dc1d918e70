"""What a password must be (等保三级, DOMAIN §9). Named in AUTH_PASSWORD_VALIDATORS."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^a-zA-Z\d\s]")


class CharacterClassesValidator:
    """At least `classes` of: lower case, upper case, digits, other characters."""

    def __init__(self, classes: int = 3) -> None:
        self.classes = classes

    def validate(self, password: str, user: object | None = None) -> None:
        """Raise ValidationError unless enough classes occur."""
        if sum(bool(re.search(pattern, password)) for pattern in CLASSES) < self.classes:
            raise ValidationError(self.get_help_text(), code="password_too_simple")

    def get_help_text(self) -> str:
        return _("密码须含大写字母、小写字母、数字、符号四类中的至少%(classes)d类。") % {
            "classes": self.classes
        }
