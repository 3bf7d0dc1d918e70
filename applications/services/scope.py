"""The negative list at intake (S0 §19): a prohibited scope is not accepted, a licensed one is told."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hall.actors import Actor
from hall.errors import Invalid, WrongState
from hall.trail.services import record
from matters.market import Hit

from ..bundle_models import BundleCase, ScopeCheck
from ..models import Application
from .actors import as_clerk
from .bundle_filling import scope_hits, scope_hits_of, whole_of, write_check


def require_clear(subject: Application | BundleCase, scope: str, hits: Sequence[Hit]) -> None:
    """Record what the list says of the scope; raise WrongState for a prohibited item that nobody cleared.

    A refusal rolls the record back with it: it is written again by the refusal of acceptance.
    """
    before = _known(subject)
    cleared = before.cleared_reason if before and before.scope == scope else ""
    found = write_check(subject, scope, hits)
    if found and not cleared and before:
        found.cleared_reason, found.cleared_by = "", None  # another scope: looked at anew
        found.save(update_fields=["cleared_reason", "cleared_by"])
    prohibited = [str(hit) for hit in hits if hit.prohibited]
    if prohibited and not cleared:
        raise WrongState(
            _("负面清单禁止准入，不能受理：%(why)s") % {"why": "；".join(prohibited)}, items=prohibited
        )


def screen(case: Application) -> None:
    """The same for a single case of market access; other matters are not looked at."""
    scope, hits = scope_hits_of(case)
    if scope:
        require_clear(case, scope, hits)


def keep(case: Application) -> None:
    """Record with a case that is not accepted what the list said of its scope."""
    scope, hits = scope_hits_of(case)
    write_check(case, scope, hits)


@transaction.atomic
def clear_scope(subject_id: UUID, *, of_bundle: bool, reason: str, by: Actor) -> ScopeCheck:
    """A clerk finds that a prohibited item does not apply to this scope, and says why. Kept with the case.

    Raises Invalid without a reason, WrongState if nothing in the scope is prohibited.
    """
    subject: Application | BundleCase
    if of_bundle:
        subject = BundleCase.objects.locked(subject_id)
        scope, hits = scope_hits(subject, whole_of(subject))
    else:
        subject = Application.objects.locked(subject_id)
        scope, hits = scope_hits_of(subject)
    clerk = as_clerk(by, subject)
    if not any(hit.prohibited for hit in hits):
        raise WrongState(_("经营范围没有涉及禁止准入的条目"))
    if not reason.strip():
        raise Invalid(_("请写明不属于禁止准入的理由"), fields={"reason": [_("请写明理由")]})
    found = write_check(subject, scope, hits)
    assert found is not None
    found.cleared_reason, found.cleared_by_id = reason.strip()[:300], clerk.user_id
    found.save(update_fields=["cleared_reason", "cleared_by"])
    record(
        "applications.scope_cleared",
        subject=subject,
        by=clerk,
        case_id=subject.pk,
        jurisdiction=subject.jurisdiction_id,
        reason=found.cleared_reason,
        data={"codes": [hit.item.code for hit in hits if hit.prohibited]},
    )
    return found


def _known(subject: Application | BundleCase) -> ScopeCheck | None:
    owner = {"bundle": subject} if isinstance(subject, BundleCase) else {"case": subject}
    return ScopeCheck.objects.filter(**owner).first()
