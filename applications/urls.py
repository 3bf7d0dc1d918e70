"""Addresses of applications."""

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from .api import CaseViewSet
from .bundle_api import BundleCaseViewSet
from .project_api import ProjectViewSet
from .views import (
    apply,
    bundle_desk,
    bundle_my,
    bundle_staff,
    commitments,
    desk,
    desk_case,
    desk_verdicts,
    evidence,
    later,
    my,
    project_my,
    project_staff,
    staff,
    standing,
    track,
)

app_name = "applications"
router = SimpleRouter()
router.register("bundle-cases", BundleCaseViewSet, basename="api-bundle-case")
router.register("projects", ProjectViewSet, basename="api-project")
router.register("cases", CaseViewSet, basename="api-case")
urlpatterns = [
    # Front desk
    path("desk/", desk.home, name="desk"),
    path("find/", staff.find, name="find"),
    path("desk/find/", desk.find, name="desk_find"),
    path("desk/look-up/", desk.look_up, name="desk_look_up"),
    path("desk/who/", desk.who, name="desk_who"),
    path("desk/matters/<str:short_code>/", desk.matter, name="desk_matter"),
    path("desk/open/<int:version_id>/", desk.open_case, name="desk_open"),
    path("desk/cases/<uuid:case_id>/", desk_case.show, name="desk_case"),
    path("desk/cases/<uuid:case_id>/act/", desk_case.act, name="desk_act"),
    path("desk/cases/<uuid:case_id>/keep/", desk_case.keep, name="desk_keep"),
    path("desk/cases/<uuid:case_id>/status/", desk_case.status, name="desk_status"),
    path("desk/cases/<uuid:case_id>/release/", desk.release, name="desk_release"),
    path("desk/cases/<uuid:case_id>/materials/<str:code>/", desk_case.scan, name="desk_scan"),
    path("desk/cases/<uuid:case_id>/supply/<str:code>/", desk_case.supply, name="desk_supply"),
    path("desk/cases/<uuid:case_id>/defer/", desk_verdicts.defer, name="desk_defer"),
    path("desk/cases/<uuid:case_id>/commit/", desk_verdicts.commit, name="desk_commit"),
    path("desk/cases/<uuid:case_id>/notice/", desk_verdicts.notice, name="desk_notice"),
    path("desk/cases/<uuid:case_id>/refuse/", desk_verdicts.refuse, name="desk_refuse"),
    path("desk/cases/<uuid:case_id>/return/", desk_verdicts.send_back, name="desk_return"),
    path("desk/cases/<uuid:case_id>/withdraw/", desk_verdicts.withdraw, name="desk_withdraw"),
    path("desk/cases/<uuid:case_id>/claim/", desk_verdicts.claim, name="desk_claim"),
    path("desk/cases/<uuid:case_id>/use/<str:code>/", evidence.use_at_desk, name="desk_use"),
    path("desk/cases/<uuid:case_id>/posted/", later.posting, name="desk_posted"),
    path("desk/cases/<uuid:case_id>/originals/", later.originals, name="desk_originals"),
    path("desk/cases/<uuid:case_id>/statement/", later.statement_at_desk, name="desk_statement"),
    path("desk/posted/<int:supplement_id>/strike/", later.strike, name="strike_posted"),
    # The departments: promises in place of proof (告知承诺)
    path("review/commitments/", commitments.commitments, name="commitments"),
    path("review/commitments/<uuid:case_id>/", commitments.commitment, name="commitment"),
    # What the keepers of the catalogue see of cases
    path("manage/matters/<int:matter_id>/cases/", standing.of_matter, name="version_cases"),
    path("manage/versions/<int:version_id>/cases/", standing.of_version, name="running_on"),
    # Front desk: bundles (一件事)
    path("desk/bundles/", bundle_desk.home, name="bundles_desk"),
    path("desk/bundles/open/<int:version_id>/", bundle_desk.open_bundle, name="bundle_open"),
    path("desk/bundles/<uuid:bundle_id>/", bundle_desk.show, name="bundle_desk"),
    path("desk/bundles/<uuid:bundle_id>/act/", bundle_desk.act, name="bundle_act"),
    path("desk/bundles/<uuid:bundle_id>/keep/", bundle_desk.keep, name="bundle_keep"),
    path("desk/bundles/<uuid:bundle_id>/clear/", bundle_desk.clear, name="bundle_clear"),
    path("desk/bundles/<uuid:bundle_id>/singly/", bundle_desk.singly, name="bundle_singly"),
    path("desk/bundles/<uuid:bundle_id>/scan/<slug:key>/", bundle_desk.scan, name="bundle_scan"),
    path("desk/bundles/<uuid:bundle_id>/<slug:which>/", bundle_desk.verdict, name="bundle_verdict"),
    path("desk/cases/<uuid:case_id>/clear/", desk_verdicts.clear, name="desk_clear"),
    path("bundles/<uuid:bundle_id>/", bundle_staff.bundle, name="bundle"),
    # Projects (一码)
    path("projects/", project_staff.projects, name="projects"),
    path("projects/new/", project_staff.new, name="new_project"),
    path("projects/<uuid:project_id>/", project_staff.project, name="project"),
    path("projects/<uuid:project_id>/do/<slug:verb>/", project_staff.act, name="project_act"),
    path(
        "projects/<uuid:project_id>/consultations/<int:consultation_number>/",
        project_staff.consultation_paper,
        name="consultation_paper",
    ),
    path(
        "desk/projects/<uuid:project_id>/open/<int:version_id>/", project_staff.open_case, name="project_open"
    ),
    path("desk/cases/<uuid:case_id>/prerequisite/", project_staff.prerequisite, name="desk_prerequisite"),
    path("my/projects/", project_my.mine, name="my_projects"),
    path("my/projects/<uuid:project_id>/", project_my.project, name="my_project"),
    path(
        "my/projects/<uuid:project_id>/open/<int:version_id>/", project_my.open_case, name="my_project_open"
    ),
    path("my/<uuid:case_id>/prerequisite/", project_my.prerequisite, name="my_prerequisite"),
    # The case page that all desks share
    path("cases/<uuid:case_id>/", staff.case, name="case"),
    path("cases/<uuid:case_id>/timeline/", staff.timeline_part, name="timeline"),
    path("cases/<uuid:case_id>/evidence/", evidence.panel, name="evidence"),
    path("cases/<uuid:case_id>/evidence/<str:code>/", evidence.check, name="check"),
    path("cases/<uuid:case_id>/second-notice/", staff.second_notice, name="second_notice"),
    path("cases/<uuid:case_id>/terminate/", staff.terminate, name="terminate"),
    # Portal: following a case
    path("track/", track.track, name="track"),
    path("p/<slug:place>/track/", track.track, name="track_in"),
    path("t/<str:number>/", track.scanned, name="scanned"),
    path("track/<uuid:case_id>/", track.tracked, name="tracked"),
    # Portal: applying and my cases
    path("p/<slug:place>/apply/<str:short_code>/", apply.begin, name="apply"),
    path("my/", my.mine, name="mine"),
    path("my/<uuid:case_id>/", my.my_case, name="my_case"),
    path("my/<uuid:case_id>/who/", apply.who, name="apply_who"),
    path("my/<uuid:case_id>/form/", apply.form, name="apply_form"),
    path("my/<uuid:case_id>/form/keep/", apply.keep_form, name="apply_keep"),
    path("my/<uuid:case_id>/form/situation/", apply.situation, name="apply_situation"),
    path("my/<uuid:case_id>/materials/", apply.materials, name="apply_materials"),
    path("my/<uuid:case_id>/materials/<str:code>/", apply.upload, name="apply_upload"),
    path("my/<uuid:case_id>/use/<str:code>/", evidence.use_from_home, name="apply_use"),
    path("my/<uuid:case_id>/check/", apply.check, name="apply_check"),
    path("my/<uuid:case_id>/correct/", my.correct, name="correct"),
    path("my/<uuid:case_id>/posted/", later.my_posting, name="my_posted"),
    path("my/<uuid:case_id>/statement/", later.my_statement, name="my_statement"),
    path("my/<uuid:case_id>/supply/<str:code>/", my.supply, name="supply"),
    path("my/<uuid:case_id>/withdraw/", my.withdraw, name="withdraw"),
    # Portal: applying for a bundle and following it
    path("track/bundles/<uuid:bundle_id>/", bundle_my.tracked, name="bundle_tracked"),
    path("p/<slug:place>/apply-bundle/<slug:short_code>/", bundle_my.begin, name="bundle_apply"),
    path("my/bundles/<uuid:bundle_id>/", bundle_my.my_bundle, name="my_bundle"),
    path("my/bundles/<uuid:bundle_id>/keep/", bundle_my.keep, name="my_bundle_keep"),
    path("my/bundles/<uuid:bundle_id>/correct/", bundle_my.correct, name="my_bundle_correct"),
    path("my/bundles/<uuid:bundle_id>/withdraw/", bundle_my.withdraw, name="my_bundle_withdraw"),
    path("my/bundles/<uuid:bundle_id>/singly/", bundle_my.singly, name="my_bundle_singly"),
    path("my/bundles/<uuid:bundle_id>/upload/<slug:key>/", bundle_my.upload, name="my_bundle_upload"),
    path("my/bundles/<uuid:bundle_id>/<slug:name>/", bundle_my.step, name="my_bundle_step"),
    path("api/v1/", include(router.urls)),
]
