"""How the events of this room read in the timeline of a case."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from applications.timeline import name
from hall.trail.models import Event
from hall.trail.words import name_event

from .choices import PaperKind


def _paper(event: Event) -> str:
    kind = event.data.get("kind")
    label = str(PaperKind(kind).label) if kind in PaperKind.values else ""
    return " ".join(filter(None, (label, event.data.get("number"))))


def _number(event: Event) -> str:
    return str(event.data.get("number", ""))


def register() -> None:
    """Give the events of papers and certificates their names."""
    name("certificates.paper_registered", _("登记文书"), detail=_paper)
    name("certificates.paper_printed", _("打印文书"), detail=_paper)
    name("certificates.issued", _("制发证照"), _("证照已制发"), detail=_number)
    name("certificates.archived", _("归档成包"))
    name("certificates.revoked", _("撤销证照"), _("证照已撤销"), kind="danger")
    name("certificates.superseded", _("替换证照"), _("证照已被替换"))
    # Not in the timeline of a case: asked by strangers, or of no case at all.
    name_event("certificates.verified", _("公开核验"))
    name_event("certificates.seal_registered", _("启用印章"))
    name_event("certificates.seal_state_changed", _("变更印章状态"))
    name_event("certificates.print_run_started", _("印制"))
