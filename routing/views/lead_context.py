"""What the page of a task shows of 汇总, 会签 and recalls, with the forms that may be used now."""

from __future__ import annotations

from typing import Any

from hall.requests import DeskRequest

from .. import queries
from ..choices import LIVE, TextState
from ..models import Task
from ..services.consolidating import latest, needs_consolidation, to_be_treated
from ..services.countersigning import may_sign
from ..task_forms import ConsolidationForm, RefusalForm, WhyForm


def lead_context(request: DeskRequest, task: Task, forms: dict[str, Any]) -> dict[str, Any]:
    """The lead's consolidation, the text on its round, the last hand-over, and their forms."""
    case, live = task.case, task.state in LIVE
    text = case.decision_texts.prefetch_related("signatures__department", "signatures__given_by").last()
    circulating = text is not None and text.state == TextState.CIRCULATING
    sent = task.hand_overs.filter(opened_at=None, recalled_at=None).select_related("to", "sent_by").first()
    return {
        **lead_panel(task if task.decides else None),
        "must_consolidate": task.decides and live and needs_consolidation(case, task),
        "must_countersign": task.decides and live and any(step.countersigns for step in case.open_steps()),
        "text": text,
        "circulating": circulating,
        "may_sign": task.countersigns and live and circulating and may_sign(request.officer, task, case),
        "unopened": sent,
        "recallable": queries.may_recall_return(task),
        "why_form": forms.get("why_form") or WhyForm(prefix="why"),
        "refusal_form": forms.get("refusal_form") or RefusalForm(prefix="refusal"),
        "consolidation_form": forms.get("consolidation_form")
        or (ConsolidationForm(opinions=to_be_treated(case), initial=task.draft) if task.decides else None),
    }


def lead_panel(deciding: Task | None) -> dict[str, Any]:
    """What the deciding task's last consolidation says, for every page that shows opinions."""
    last = latest(deciding) if deciding else None
    treatments = last.treatments.select_related("opinion__task__department") if last else ()
    return {"consolidation": last, "treatments": treatments}
