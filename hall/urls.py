"""Every address of the house. Each room lists its own; the rooms are named here as strings only."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from hall import health, views
from hall.clocks import pages as clock_pages

urlpatterns = [
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("", include("hall.people.urls")),
    path("files/", include("hall.files.urls")),
    path("notices/", include("hall.notices.urls")),
    path("manage/", views.manage_home, name="manage"),
    path("manage/", include("hall.organisation.urls")),
    path("manage/style/", views.style_guide, name="style"),
    path("manage/clock/", include("hall.clocks.urls")),
    path("clocks/<int:clock_id>/", clock_pages.clock, name="clock"),
    path(
        "api/v1/clocks/<int:clock_id>/explanation/",
        clock_pages.ExplanationView.as_view(),
        name="clock_explanation",
    ),
    path("manage/calendar/", include("hall.calendars.urls")),
    path("manage/users/", include("hall.people.users.urls")),
    path("audit/", include("hall.trail.urls")),
    path("senior/", views.senior_mode, name="senior"),
    path("", include("matters.urls")),
    path("", include("applications.urls")),
    path("", include("routing.urls")),
    path("", include("routing.session_urls")),
    path("", include("certificates.urls")),
    path("", include("supervision.urls")),
    path("", include("supervision.exchange_urls")),
    path("api/v1/openapi.json", SpectacularAPIView.as_view(), name="openapi"),
    path("admin/", admin.site.urls),
]

handler400 = "hall.views.bad_request"
handler403 = "hall.views.forbidden"
handler404 = "hall.views.not_found"
handler500 = "hall.views.server_error"
