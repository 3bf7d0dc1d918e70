"""What happens when a clock of the certificates room warns or expires."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hall.clocks.choices import Kind
from hall.clocks.models import Clock, ClockWarning
from hall.clocks.registry import on_expiry, on_warning
from hall.notices.services import notify
from hall.people.models import User
from hall.trail.services import record

from .choices import CertificateState
from .models import Certificate


@on_warning(Kind.CERTIFICATE_EXPIRY)
def certificate_nears_its_end(clock: Clock, warning: ClockWarning) -> None:
    """Remind the holder to apply for renewal: at the latest 30 days before the end (行政许可法 Art. 50)."""
    issued = _valid(clock)
    if issued is None:
        return
    body = _("您的《%(name)s》（%(number)s）有效期至%(day)s。需要延续的，请在届满30日前申请。") % {
        "name": issued.name,
        "number": issued.number,
        "day": f"{issued.valid_to:%Y-%m-%d}",
    }
    people = [pk for pk in (issued.case.person_id, issued.case.agent_id) if pk]
    for user in User.objects.filter(person__in=people, is_active=True):
        notify(
            user=user,
            subject=_("证照即将到期"),
            body=body,
            case_id=issued.case_id,
            once_key=f"expiry:{warning.pk}:{user.pk}",
        )


@on_expiry(Kind.CERTIFICATE_EXPIRY)
def certificate_is_over(clock: Clock) -> None:
    """Write down that the last day is over. The state stays: whether it is over follows from the date."""
    issued = _valid(clock)
    if issued is not None:
        record(
            "certificates.expired",
            subject=issued,
            case_id=issued.case_id,
            jurisdiction=clock.jurisdiction_id,
            data={"number": issued.number},
        )


def _valid(clock: Clock) -> Certificate | None:
    return (
        Certificate.objects.filter(pk=clock.subject_id, state=CertificateState.VALID)
        .select_related("case")
        .first()
    )
