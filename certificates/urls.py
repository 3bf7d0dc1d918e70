"""Addresses of papers, the issue window, verification and seals."""

from django.urls import path

from hall.access import public

from .api import VerifyView
from .views import bundles, certificates, issue, papers, seals, verify

app_name = "certificates"
urlpatterns = [
    path("cases/<uuid:case_id>/papers/", papers.case_panel, name="case_panel"),
    path("cases/<uuid:case_id>/papers/<slug:kind>/", papers.print_paper, name="print"),
    path("my/<uuid:case_id>/papers/", papers.my_papers, name="my_papers"),
    path("guides/<slug:short_code>/print/", papers.guide, name="guide_pdf"),
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
