"""What the desk's page of one case shows: forms, grid, checks, advice, dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hall.clocks import queries as clock_queries
from hall.clocks.choices import State as ClockState
from matters import formspec
from matters.choices import CaseType, FieldKind

from .. import checks, evidence, prefill, queries
from ..bundle_forms import ClearForm
from ..bundle_models import ScopeCheck
from ..choices import FINAL, AcceptanceMode, CommitmentState, DeferralState, MaterialVerdict, State
from ..forms import ApplicantForm, SituationForm, verdicts_for
from ..later_forms import ArrivalForm, PostingForm
from ..models import Application, CaseMaterial
from ..services.actors import EDITABLE_AT_DESK, EDITABLE_ONLINE
from ..services.bundle_filling import scope_hits_of
from ..services.desk import OPEN_AT_DESK
from ..services.ending import WITHDRAWABLE, WITHOUT_RESULT, originals_kept
from ..services.supplements import still_missing, under_way

# Columns of twelve that a field takes at the desk, where the version does not say.
SPANS = {
    FieldKind.ADDRESS: 6,
    FieldKind.NUMBER: 3,
    FieldKind.AREA: 3,
    FieldKind.MONEY: 3,
    FieldKind.DATE: 3,
    FieldKind.MULTISELECT: 12,
    FieldKind.TABLE: 12,
}
SETTLED = {State.READY, State.DELIVERED, *FINAL}


@dataclass(frozen=True)
class Advice:
    """Which verdict the checks point to, why, and why not the others (empty: open)."""

    verdict: str
    title: str
    why: str
    not_accept: str = ""
    not_defer: str = ""
    not_notice: str = ""


def matter_form(
    case: Application,
    data: Mapping[str, Any] | None = None,
    *,
    earlier: QuerySet[Application] | None = None,
) -> formspec.MatterForm:
    """The form of the pinned version, with what the case holds or with what was posted.

    Common fields are filled from what is known; `earlier` are the cases whose answers may be repeated.
    """
    items = case.version.form_fields
    fillable = data is None and case.state in {*EDITABLE_AT_DESK, *EDITABLE_ONLINE}
    filled = prefill.for_case(case, earlier) if fillable else {}
    form = formspec.form_class(items, case.version.form["schema"])(data, initial={**filled, **case.form_data})
    prefill.mark(form, filled, case.form_data)
    for item in items:
        field = form.fields[item["key"]]
        field.span = item.get("span") or SPANS.get(item["kind"], 4)  # type: ignore[attr-defined]  # read by {% field %}
    return form


def context(
    case: Application,
    *,
    applicant: ApplicantForm | None = None,
    situation: SituationForm | None = None,
    form: Any = None,
    typed: Mapping[str, Any] | None = None,
    locked: bool = False,
    ready: bool = False,
) -> dict[str, Any]:
    """Everything that `applications/desk/case.html` reads.

    `ready`: an applicant has been typed who could be saved, so the verdicts are open.
    """
    someone = case.applicant is not None or ready
    rows = queries.materials_of(case)
    for row in rows:
        row.deferrable = checks.deferrable(case, row.material)
        row.verdicts = verdicts_for(row, deferrable=row.deferrable)
        row.shown = _shown(row, typed)
    evidence.dress(case, rows, offering=case.state in OPEN_AT_DESK and not locked)
    missing = checks.missing(rows)
    wrong = checks.form_errors(case)
    labels = {item["key"]: item["label"] for item in case.version.form_fields}
    to_fill = [labels.get(key, key) for key in wrong]
    if case.state in EDITABLE_AT_DESK:
        to_fill += checks.unanswered(case)
    open_now = case.state in OPEN_AT_DESK and not locked
    return {
        "case": case,
        "version": case.version,
        "editable": case.state in EDITABLE_AT_DESK and not locked,
        "judging": open_now,
        "locked": locked,
        "applicant_form": applicant or ApplicantForm(prefix="a", serves=case.version.applicants),
        "change_applicant": applicant is not None and case.applicant is not None,
        "situation": situation or SituationForm.of(case),
        "guidance": case.guidance,
        "form": form or matter_form(case),
        "filled": formspec.describe(case.version.form_fields, case.form_data),
        "rows": rows,
        "missing": missing,
        "form_errors": to_fill,
        "project_fault": checks.project_code_fault(case),
        "wrong_kind": case.applicant is not None and not checks.may_apply(case),
        "duplicates": list(checks.duplicates(case)[:5]) if open_now else [],
        "broken_promises": checks.broken_promises(case) if open_now else 0,
        "false_promises": checks.false_promises(case) if open_now else 0,
        "barred": checks.barred_from_deferral(case) if open_now else "",
        "promises": checks.promises(case) if open_now and case.state != State.CORRECTING else [],
        "someone": someone,
        "advice": advice(case, missing, to_fill, someone=someone),
        "clocks": _running_clocks(case),
        "notice": case.correction_notices.order_by("-number").first(),
        "owed": [row for row in rows if _is_owed(row)],
        "may_withdraw": case.state in WITHDRAWABLE and not locked,
        **_later(case, typed, open_now=open_now),
        **_scope(case, judging=open_now),
        **status_context(case),
    }


def status_context(case: Application) -> dict[str, Any]:
    """Where the case is after the verdict; `live` while an 即办件 is still on its way."""
    on_promise = case.accepted_how == AcceptanceMode.COMMITMENT  # decided on the spot as well
    instant = case.version.case_type == CaseType.INSTANT or on_promise
    on_its_way = case.state in (State.ACCEPTED, State.REVIEWING, State.DECIDED)
    return {"case": case, "live": instant and on_its_way, "settled": case.state in SETTLED}


def advice(
    case: Application, missing: Sequence[CaseMaterial], wrong_fields: Sequence[str], *, someone: bool = True
) -> Advice:
    """What the checks advise. The clerk decides."""
    fault = checks.project_code_fault(case)
    if case.state == State.CORRECTING:
        left = still_missing(case)
        title = _("告知的还有%(n)s项没有补齐") % {"n": len(left)} if left else _("已经补齐")
        why = _("可以分次登记；全部补齐以后，受理期限从最后一次收到之日重新计算。")
        return Advice("supplement", title, why)
    if stop := case.guidance.stop:
        why = _("所选情形不在这里办")
        return Advice("refuse", _("建议：不予受理"), str(stop), why, why, why)
    if not someone or wrong_fields or fault:
        why = fault or _("先填好申请人和表单")
        return Advice("fill", _("还没有填好"), why, why, why, "")
    if not missing:
        nothing = _("没有缺少的材料")
        return Advice("accept", _("建议：受理"), _("材料齐全，符合受理条件。"), "", nothing, nothing)
    gaps = _("还有%(n)s项材料没有定为符合") % {"n": len(missing)}
    main = [row for row in missing if not checks.deferrable(case, row.material)]
    if not main and (barred := checks.barred_from_deferral(case)):
        return Advice("notice", _("建议：一次性告知"), barred, gaps, barred)
    if not main:
        why = _("缺的%(n)s项都可以容缺后补。") % {"n": len(missing)}
        return Advice("defer", _("建议：容缺受理"), why, gaps)
    why = _("有%(n)s项不能容缺，补齐后再受理。") % {"n": len(main)}
    return Advice("notice", _("建议：一次性告知"), why, gaps, _("有不能容缺的材料"))


def _shown(row: CaseMaterial, typed: Mapping[str, Any] | None) -> dict[str, Any]:
    """What stands in the row's fields: what was typed, else what is stored."""
    code = row.material.code
    stored = {
        "v": "" if row.verdict == MaterialVerdict.PENDING else row.verdict,
        "o": row.originals or "",
        "c": row.copies or "",
        "p": row.problem,
        "r": row.requirement,
    }
    if typed is None:
        return stored
    return {name: typed.get(f"{name}-{code}", value) for name, value in stored.items()}


def _is_owed(row: CaseMaterial) -> bool:
    deferral = getattr(row, "deferral", None)
    return deferral is not None and deferral.state == DeferralState.OPEN


def _running_clocks(case: Application) -> list[queries.Timed]:
    clocks = clock_queries.of_case(case.pk).filter(state=ClockState.RUNNING)
    return queries.timed(clocks)


def _later(case: Application, typed: Mapping[str, Any] | None, *, open_now: bool) -> dict[str, Any]:
    """What comes after receipt: hand-ins of a correction, a letter under way, originals to give back."""
    correcting = case.state == State.CORRECTING
    ended = case.state in WITHOUT_RESULT
    handed_in = case.supplements.exclude(received_at=None) if case.number else ()
    check = getattr(case, "commitment_check", None)
    return {
        "arrival_form": ArrivalForm(typed if correcting and typed else None, prefix="u")
        if open_now
        else None,
        "still_missing": still_missing(case),
        "letter": under_way(case) if correcting else None,
        "posting_form": PostingForm() if correcting else None,
        "handed_in": handed_in,
        "originals": originals_kept(case) if ended else [],
        "to_be_heard": check is not None and check.state == CommitmentState.FALSE and not check.stated_at,
    }


def _scope(case: Application, *, judging: bool) -> dict[str, Any]:
    """What the negative list says of the business scope of a market-access matter, for the checks."""
    if not judging:
        return {}
    scope, hits = scope_hits_of(case)
    check = ScopeCheck.objects.filter(case=case).first() if hits else None
    return {
        "scope": scope,
        "hits": hits,
        "prohibited": [hit for hit in hits if hit.prohibited],
        "cleared": check.cleared_reason if check and check.scope == scope else "",
        "clear_form": ClearForm(),
    }
