"""Who may change the catalogue of a place, and the stamp that says it has changed."""

from __future__ import annotations

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import require
from hall.now import now
from hall.organisation.choices import Role
from hall.organisation.models import Jurisdiction
from hall.organisation.officers import Officer
from hall.trail import services as trail

from ..models import CatalogueStamp, StampMark

# The number of this transaction, as the journal's events bear it.
OWN = "pg_current_xact_id()::text::bigint"


def require_keeper(by: Actor, place: Jurisdiction | int) -> None:
    """Raise NotAllowed unless `by` keeps the catalogue of `place`, or is the system itself."""
    keeper = isinstance(by, Officer) and by.has(Role.KEEPER, jurisdiction=place)
    require(keeper or by == SYSTEM, _("只有本地的目录管理员可以修改事项目录"))


def touch(place: Jurisdiction | int) -> None:
    """Say that the catalogue of `place` has changed, so that search and caches are made anew."""
    place_id = place if isinstance(place, int) else place.pk
    changed = CatalogueStamp.objects.filter(pk=place_id).update(number=F("number") + 1, changed_at=now())
    if not changed:
        CatalogueStamp.objects.get_or_create(
            jurisdiction_id=place_id, defaults={"number": 1, "changed_at": now()}
        )
    _mark(place_id)


def _mark(place_id: int) -> None:
    """Remember what had ended when this transaction first moved the stamp, whose row lock it holds.

    One mark a transaction: its later numbers come to be seen together with the first.
    """
    marks, stamps = StampMark._meta.db_table, CatalogueStamp._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {marks} (jurisdiction_id, number, at, horizon, writer)"  # noqa: S608 our own tables
            f" SELECT jurisdiction_id, number, changed_at, 0, {OWN} FROM {stamps}"
            f" WHERE jurisdiction_id = %s AND NOT EXISTS ("
            f"SELECT 1 FROM {marks} WHERE jurisdiction_id = %s AND writer = {OWN})"
            " ON CONFLICT DO NOTHING RETURNING id",
            [place_id, place_id],
        )
        made = cursor.fetchone()
    if made:
        StampMark.objects.filter(pk=made[0]).update(horizon=trail.horizon())
