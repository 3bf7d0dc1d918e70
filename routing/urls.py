"""Addresses of the departments' work."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from .api import TaskViewSet
from .session_api import SessionViewSet
from .views import actions, lead, panels, passing, procedures, queue, silence, slips

app_name = "routing"
router = SimpleRouter()
router.register("tasks", TaskViewSet, basename="api-task")
router.register("sessions", SessionViewSet, basename="api-session")
urlpatterns = [
    path("review/", queue.queue, name="queue"),
    path("review/rows/", queue.rows, name="rows"),
    path("review/sign/", actions.sign_for_many, name="sign_for_many"),
    path("review/<uuid:task_id>/", queue.task, name="task"),
    path("review/<uuid:task_id>/sign/", actions.sign_for, name="sign_for"),
    path("review/<uuid:task_id>/claim/", actions.claim, name="claim"),
    path("review/<uuid:task_id>/draft/", actions.draft, name="draft"),
    path("review/<uuid:task_id>/opinion/", actions.opinion, name="opinion"),
    path("review/<uuid:task_id>/propose/", actions.propose, name="propose"),
    path("review/<uuid:task_id>/decide/", actions.decide, name="decide"),
    path("review/<uuid:task_id>/return/", actions.give_back, name="give_back"),
    path("review/<uuid:task_id>/report/", actions.report, name="report"),
    path("review/<uuid:task_id>/hand-over/", actions.hand_over, name="hand_over"),
    path("review/<uuid:task_id>/late/", actions.late_objection, name="late_objection"),
    path("review/<uuid:task_id>/resend/", panels.resend, name="resend"),
    path("review/<uuid:task_id>/procedure/", procedures.open_procedure, name="open_procedure"),
    path("review/<uuid:task_id>/hearing/", procedures.tell_of_right, name="tell_of_right"),
    path("review/<uuid:task_id>/extension/", procedures.propose_extension, name="propose_extension"),
    path("review/procedures/<uuid:procedure_id>/finish/", procedures.finish, name="finish_procedure"),
    path("review/hearings/<uuid:procedure_id>/request/", procedures.request_hearing, name="request_hearing"),
    path("review/hearings/<uuid:procedure_id>/waive/", procedures.waive_hearing, name="waive_hearing"),
    path(
        "review/hearings/<uuid:procedure_id>/schedule/", procedures.schedule_hearing, name="schedule_hearing"
    ),
    path("review/hearings/<uuid:procedure_id>/record/", procedures.record_hearing, name="record_hearing"),
    path("review/extensions/<int:extension_id>/", procedures.answer_extension, name="answer_extension"),
    path("review/<uuid:task_id>/consolidate/", lead.consolidate, name="consolidate"),
    path("review/<uuid:task_id>/lay/", lead.lay_text, name="lay_text"),
    path("review/<uuid:task_id>/countersign/", lead.sign_text, name="sign_text"),
    path("review/<uuid:task_id>/countersign/refuse/", lead.refuse_text, name="refuse_text"),
    path("review/<uuid:task_id>/lay/take-back/", lead.take_back_text, name="take_back_text"),
    path("review/<uuid:task_id>/hand-over/recall/", lead.recall_hand_over, name="recall_hand_over"),
    path("review/<uuid:task_id>/return/recall/", lead.recall_return, name="recall_return"),
    path("review/<uuid:task_id>/recall/", passing.recall, name="recall"),
    path("review/disputes/", passing.disputes, name="disputes"),
    path("review/<uuid:task_id>/rule/", passing.rule, name="rule"),
    path("review/delegations/", passing.delegations, name="delegations"),
    path(
        "review/delegations/<int:delegation_id>/revoke/",
        passing.revoke_delegation,
        name="revoke_delegation",
    ),
    path("slips/", slips.slips, name="slips"),
    path("slips/<uuid:slip_id>/", slips.slip, name="slip"),
    path("slips/<uuid:slip_id>/receive/", slips.receive, name="receive_slip"),
    path("slips/<uuid:slip_id>/take-back/", slips.take_back, name="take_back_slip"),
    path("cases/<uuid:case_id>/slips/", slips.send, name="send_slip"),
    path("cases/<uuid:case_id>/route/", panels.case_panel, name="case_panel"),
    path("review/silence/", silence.soon, name="silence_soon"),
    path("review/silence/<uuid:task_id>/evidence.json", silence.evidence, name="silence_evidence"),
    path("supervision/silence/", silence.silences, name="silences"),
    path("supervision/silence/<int:batch_id>/", silence.answer_held, name="answer_held"),
    path("supervision/reports/", silence.reports, name="reports"),
    path("supervision/reports/<int:report_id>/", silence.answer_report, name="answer_report"),
    path("review/reports/<int:report_id>/resume/", silence.resume_report, name="resume_report"),
    path("api/v1/", include(router.urls)),
]
