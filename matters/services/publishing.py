"""The life of a version: draft → checked → approved by a second person → published → superseded.

What is published for a later date may be withdrawn before it comes. It then stays as it was published, for
the record, with an empty validity: a version that never was in force and that no case can stand on.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import SYSTEM, Actor
from hall.errors import Conflict, Incomplete, WrongState, require
from hall.now import now
from hall.trail import services as trail

from .. import standing
from ..checks import Finding, Whole, findings
from ..choices import MatterState, VersionState
from ..models import Matter, MatterVersion
from .drafting import locked_version
from .rights import require_keeper, touch


def check(version: MatterVersion) -> list[Finding]:
    """Everything that is wrong with a version, what blocks publishing first. Changes nothing."""
    standing.renew(version.matter.jurisdiction)
    return findings(
        Whole(
            version=version,
            materials=list(version.materials.all()),
            steps=list(version.steps.select_related("department")),
            place=version.matter.jurisdiction,
        )
    )


@transaction.atomic
def submit(version_id: int, *, by: Actor) -> MatterVersion:
    """Hand a draft over for approval (送审). Raises Incomplete, naming every blocking finding."""
    version = locked_version(version_id)
    require_keeper(by, version.matter.jurisdiction_id)
    _require_state(version, VersionState.DRAFT)
    _require_no_fault(version)
    return _turn(version, VersionState.CHECKED, "version_checked", by)


@transaction.atomic
def approve(version_id: int, *, by: Actor) -> MatterVersion:
    """A second keeper approves what the first has drafted (审定).

    Raises NotAllowed for the one who drafted it, WrongState unless it was handed over.
    """
    version = locked_version(version_id)
    require_keeper(by, version.matter.jurisdiction_id)
    require(by.user_id != version.drafted_by_id, _("起草人不能审定自己起草的版本，请另一位目录管理员审定"))
    _require_state(version, VersionState.CHECKED)
    version.approved_by_id = by.user_id
    return _turn(version, VersionState.APPROVED, "version_approved", by)


@transaction.atomic
def return_to_draft(version_id: int, *, by: Actor, reason: str) -> MatterVersion:
    """Send a version that is not yet published back to its drafter (退回修改)."""
    version = locked_version(version_id)
    require_keeper(by, version.matter.jurisdiction_id)
    _require_state(version, VersionState.CHECKED, VersionState.APPROVED)
    if not reason.strip():
        raise Incomplete(_("请写明退回的理由"))
    version.approved_by_id = None
    return _turn(version, VersionState.DRAFT, "version_returned", by, reason=reason)


@transaction.atomic
def publish(version_id: int, *, by: Actor, at: dt.datetime | None = None) -> MatterVersion:
    """Publish an approved version, in force from `at` (now). Its predecessor ends at that instant.

    From then on it is frozen; cases already begun keep their version. Raises WrongState unless approved,
    Incomplete when a rule no longer holds, Conflict when a later version has already been published.
    """
    version = locked_version(version_id)
    require_keeper(by, version.matter.jurisdiction_id)
    _require_state(version, VersionState.APPROVED)
    if version.matter.state == MatterState.CANCELLED:
        raise WrongState(_("事项已取消，不能发布新版本"))
    _require_no_fault(version)
    return release(version, by=by, at=at)


def release(version: MatterVersion, *, by: Actor, at: dt.datetime | None = None) -> MatterVersion:
    """Put a version in force from `at` and end its predecessor then. The caller holds the matter's lock."""
    moment = now()
    at = max(at or moment, moment) if version.state == VersionState.APPROVED else at or moment
    previous = (
        version.matter.versions.filter(state=VersionState.PUBLISHED, valid_to__isnull=True)
        .exclude(pk=version.pk)
        .first()
    )
    if previous:
        if previous.valid_from is not None and previous.valid_from > at:
            raise Conflict(
                _("第%(number)s版已定于%(at)s生效，新版本不能早于它")
                % {"number": previous.number, "at": f"{previous.valid_from:%Y-%m-%d %H:%M}"}
            )
        previous.valid_to = at
        if at <= moment:
            previous.state = VersionState.SUPERSEDED
        previous.save(update_fields=["valid_to", "state"])
    before, version.state, version.valid_from = version.state, VersionState.PUBLISHED, at
    version.save()
    if at <= moment:
        _follow_organ(version, previous)
    trail.record(
        "version_published",
        subject=version,
        by=by,
        jurisdiction=version.matter.jurisdiction_id,
        from_state=before,
        to_state=VersionState.PUBLISHED,
        reason=version.change_reason,
        data={
            "matter": version.matter_id,
            "number": version.number,
            "valid_from": at,
            "replaces": previous.number if previous else None,
        },
    )
    touch(version.matter.jurisdiction_id)
    return version


@transaction.atomic
def withdraw(version_id: int, *, by: Actor, reason: str) -> MatterVersion:
    """Take back a version before it comes into force (撤回发布); its predecessor goes on as if it never was.

    The version stays frozen and can be the master of a new draft. Raises WrongState once it is in force or
    when a later version is already published to follow it, Incomplete without a reason.
    """
    version = locked_version(version_id)
    require_keeper(by, version.matter.jurisdiction_id)
    if not reason.strip():
        raise Incomplete(_("请写明撤回的理由"))
    _require_state(version, VersionState.PUBLISHED)
    begins = version.valid_from
    if begins is None or begins <= now():
        raise WrongState(_("版本已经生效，不能撤回；请另起新版本，或者暂停、取消事项"))
    if version.valid_to is not None:
        raise WrongState(_("后面还有定期生效的版本，请先撤回那个版本"))
    version.valid_to = begins
    _turn(version, VersionState.WITHDRAWN, "version_withdrawn", by, reason=reason)
    previous = version.matter.versions.filter(state=VersionState.PUBLISHED, valid_to=begins).first()
    if previous:
        previous.valid_to = None
        previous.save(update_fields=["valid_to"])
    touch(version.matter.jurisdiction_id)
    return version


def turn_versions() -> int:
    """Retire every version whose last instant has come; its successor is in force by its own date.

    Safe to run twice, late, or in several workers. Returns how many were retired.
    """
    due = MatterVersion.objects.filter(state=VersionState.PUBLISHED, valid_to__lte=now())
    return sum(_retire(pk) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _retire(version_id: int) -> bool:
    version = locked_version(version_id)
    if version.state != VersionState.PUBLISHED or version.valid_to is None or version.valid_to > now():
        return False
    _turn(version, VersionState.SUPERSEDED, "version_superseded", SYSTEM)
    successor = version.matter.versions.valid_at().first()
    if successor:
        _follow_organ(successor, version)
    touch(version.matter.jurisdiction_id)
    return True


def _follow_organ(version: MatterVersion, previous: MatterVersion | None) -> None:
    """Where organ and deciding organ were one, the matter goes along to the new one (划转)."""
    if previous:
        Matter.objects.filter(pk=version.matter_id, department=previous.department_id).update(
            department=version.department_id
        )


def _turn(
    version: MatterVersion, state: VersionState, event: str, by: Actor, reason: str = ""
) -> MatterVersion:
    before, version.state = version.state, state
    version.save(update_fields=["state", "approved_by", "valid_to"])
    trail.record(
        event,
        subject=version,
        by=by,
        jurisdiction=version.matter.jurisdiction_id,
        from_state=before,
        to_state=state,
        reason=reason,
        data={"matter": version.matter_id, "number": version.number},
    )
    return version


def _require_state(version: MatterVersion, *states: VersionState) -> None:
    if version.state not in states:
        raise WrongState(_("版本现在是“%(state)s”，不能这样做") % {"state": version.get_state_display()})


def _require_no_fault(version: MatterVersion) -> None:
    faults = [finding for finding in check(version) if finding.blocks]
    if faults:
        raise Incomplete(
            _("有%(count)s处不完整或不一致，先改正") % {"count": len(faults)},
            items=[str(finding) for finding in faults],
            findings=[finding.as_data() for finding in faults],
        )
