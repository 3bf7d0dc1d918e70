"""All pages of the hall, and an intake in one request."""

from django.urls import include, path

from benchmarks.thin import take_in

urlpatterns = [path("bench/take-in/", take_in), path("", include("hall.urls"))]
handler400 = "hall.views.bad_request"
