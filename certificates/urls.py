"""Addresses of papers, the issue window, verification and seals."""

from django.urls import path

from hall.access import public

from .api import VerifyView
from .views import bundles, certificates, handouts, issue, papers, seals, verify

app_name = "certificates"
urlpatterns = [
    path("cases/<uuid:case_id>/papers/", papers.case_panel, name="case_panel"),
    path("cases/<uuid:case_id>/papers/<slug:kind>/", papers.print_paper, name="print"),
    path("my/<uuid:case_id>/papers/", papers.my_papers, name="my_papers"),
    path("p/<slug:place>/matter/<slug:short_code>/guide.pdf", handouts.guide, name="guide_pdf"),
    path("p/<slug:place>/matter/<slug:short_code>/form.pdf", handouts.blank_form, name="blank_form"),
    path("p/<slug:place>/matter/<slug:short_code>/sample.pdf", handouts.sample_form, name="sample_form"),
    path("p/<slug:place>/matter/<slug:short_code>/manual.pdf", handouts.manual, name="manual_pdf"),
    path(
        "manage/versions/<int:version_id>/sheet/<slug:which>.pdf", handouts.of_version, name="version_sheet"
    ),
    path("manage/printing/", handouts.printing, name="printing"),
    path("manage/printing/<uuid:run_id>/", handouts.print_run, name="print_run"),
    path("guides/<slug:short_code>/card/", papers.guide_card, name="guide_card"),
    path("bundles/<uuid:bundle_id>/papers/<slug:kind>/", bundles.print_bundle, name="bundle_print"),
    path("issue/", issue.issue, name="issue"),
    path("issue/bundles/<uuid:bundle_id>/", bundles.issue_bundle, name="issue_bundle"),
    path("issue/<uuid:case_id>/", issue.issue_case, name="issue_case"),
    path("certificates/<uuid:certificate_id>/", certificates.certificate, name="certificate"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<str:code>/", verify.verify_code, name="verify_code"),
    path("manage/seals/", seals.seals, name="seals"),
    path("manage/seals/<int:seal_id>/", seals.seal, name="seal"),
    path("manage/seals/<int:seal_id>/state/", seals.seal_state, name="seal_state"),
    path("manage/seals/<int:seal_id>/image.svg", seals.seal_image, name="seal_image"),
    path("api/v1/certificates/<str:code>/", public(VerifyView.as_view()), name="api_verify"),
]
