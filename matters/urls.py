"""Addresses of the catalogue: the portal under `/p/<place>/`, the keepers' desk, the reading API."""

from django.urls import path

from hall.access import public

from .api import MatterViewSet
from .views import guidance, library, lists, manage, portal, regimes, targets, transfers, versions

app_name = "matters"
portal_urlpatterns = [
    path("", portal.start, name="start"),
    path("m/<slug:short_code>/", portal.short, name="short"),
    path("m/<slug:short_code>/qr.svg", portal.qr, name="qr"),
    path("p/<slug:place>/", portal.home, name="home"),
    path("p/<slug:place>/suggest/", portal.suggest, name="suggest"),
    path("p/<slug:place>/search/", portal.results, name="search"),
    path("p/<slug:place>/matters/", portal.matters, name="all"),
    path("p/<slug:place>/departments/", portal.departments, name="departments"),
    path("p/<slug:place>/lists/", portal.lists, name="lists"),
    path("p/<slug:place>/lists/<slug:code>/", portal.one_list, name="list"),
    path("p/<slug:place>/proofs/", library.proof_lists, name="proof_lists"),
    path("p/<slug:place>/transfers/<slug:code>/", transfers.shown, name="shown_transfer"),
    path("p/<slug:place>/halls/", portal.halls, name="halls"),
    path("p/<slug:place>/accessibility/", portal.accessibility, name="accessibility"),
    path("p/<slug:place>/privacy/", portal.privacy, name="privacy"),
    path("p/<slug:place>/matter/<slug:short_code>/", portal.guide, name="guide"),
]
manage_urlpatterns = [
    path("manage/matters/", manage.catalogue, name="manage"),
    path("manage/matters/new/", manage.create, name="create"),
    path("manage/matters/targets/", targets.overview, name="targets"),
    path("manage/matters/targets/<slug:measure>/", targets.lacking, name="lacking"),
    path("manage/matters/lists/", manage.lists, name="manage_lists"),
    path("manage/matters/regimes/", regimes.regimes, name="regimes"),
    path("manage/matters/regimes/<slug:code>/", regimes.revise, name="revise_regime"),
    path("manage/matters/lists/batch/", lists.batch, name="list_batch"),
    path("manage/matters/transfers/", transfers.batches, name="transfers"),
    path("manage/matters/transfers/<int:transfer_id>/", transfers.batch, name="transfer"),
    path("manage/matters/transfers/<int:transfer_id>/change/", transfers.change, name="change_transfer"),
    path("manage/matters/transfers/<int:transfer_id>/put/", transfers.put, name="put_in_transfer"),
    path("manage/matters/transfers/<int:transfer_id>/approve/", transfers.approve, name="approve_transfer"),
    path("manage/matters/transfers/<int:transfer_id>/return/", transfers.send_back, name="return_transfer"),
    path("manage/matters/transfers/item/<int:item_id>/drop/", transfers.drop, name="drop_transfer_item"),
    path("manage/matters/library/", library.library, name="library"),
    path("manage/matters/library/<int:definition_id>/", library.definition, name="definition"),
    path("manage/matters/proofs/", library.proofs, name="proofs"),
    path("manage/matters/proofs/new/", library.new_proof, name="new_proof"),
    path("manage/matters/proofs/<int:proof_id>/", library.proof, name="proof"),
    path("manage/matters/proofs/<int:proof_id>/unlist/", library.unlist_proof, name="unlist_proof"),
    path("manage/matters/import/", manage.import_file, name="import"),
    path("manage/matters/import/template.csv", manage.import_template, name="import_template"),
    path("manage/matters/<int:matter_id>/", manage.matter, name="manage_matter"),
    path("manage/matters/<int:matter_id>/names/", manage.rename, name="rename"),
    path("manage/matters/<int:matter_id>/list/", manage.put_in_list, name="put_in_list"),
    path("manage/matters/<int:matter_id>/suspend/", manage.turn, {"verb": "suspend"}, name="suspend"),
    path("manage/matters/<int:matter_id>/resume/", manage.turn, {"verb": "resume"}, name="resume"),
    path("manage/matters/<int:matter_id>/cancel/", manage.turn, {"verb": "cancel"}, name="cancel"),
    path("manage/matters/<int:matter_id>/draft/", versions.draft, name="draft"),
    path("manage/matters/<int:matter_id>/compare/", versions.compare_any, name="compare_any"),
    path("manage/versions/<int:version_id>/", versions.version, name="version"),
    path("manage/versions/<int:version_id>/edit/", versions.edit, name="edit"),
    path("manage/versions/<int:version_id>/guidance/", guidance.guidance, name="guidance"),
    path("manage/versions/<int:version_id>/submit/", versions.submit, name="submit"),
    path("manage/versions/<int:version_id>/approve/", versions.approve, name="approve"),
    path("manage/versions/<int:version_id>/return/", versions.send_back, name="send_back"),
    path("manage/versions/<int:version_id>/publish/", versions.publish, name="publish"),
    path("manage/versions/<int:version_id>/withdraw/", versions.withdraw, name="withdraw"),
    path("manage/versions/<int:version_id>/fill/", versions.fill, name="fill"),
    path("manage/versions/<int:version_id>/against/<int:other_id>/", versions.compare, name="compare"),
]
api_urlpatterns = [
    path("api/v1/matters/", public(MatterViewSet.as_view({"get": "list"})), name="api_matters"),
    path(
        "api/v1/matters/<slug:short_code>/",
        public(MatterViewSet.as_view({"get": "retrieve"})),
        name="api_matter",
    ),
    path(
        "api/v1/matters/<slug:short_code>/outcome/",
        public(MatterViewSet.as_view({"get": "outcome"})),
        name="api_outcome",
    ),
    path(
        "api/v1/matters/<slug:short_code>/form/",
        public(MatterViewSet.as_view({"get": "form", "post": "check_form"})),
        name="api_form",
    ),
]
urlpatterns = [*portal_urlpatterns, *manage_urlpatterns, *api_urlpatterns]
