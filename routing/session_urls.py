"""Addresses of the joint sessions, and of what other pages show of them."""

from django.urls import path

from .views import session_acts, session_feeds, sessions

app_name = "sessions"
urlpatterns = [
    path("sessions/", sessions.home, name="list"),
    path("sessions/plan/<uuid:case_id>/", sessions.plan, name="plan"),
    path("sessions/feed/", session_feeds.feed, name="feed"),
    path("sessions/feed/close/", session_feeds.close, name="close_feed"),
    path("sessions/feed/<str:secret>.ics", session_feeds.read, name="read_feed"),
    path("sessions/<uuid:session_id>/", sessions.page, name="session"),
    path("sessions/<uuid:session_id>/poster/", sessions.poster, name="poster"),
    path("sessions/<uuid:session_id>/calendar.ics", session_feeds.download, name="ics"),
    path("sessions/<uuid:session_id>/sign-in/", sessions.sign_in, name="sign_in"),
    path("sessions/<uuid:session_id>/agenda/", session_acts.agenda, name="agenda"),
    path("sessions/<uuid:session_id>/agenda/<uuid:case_id>/off/", session_acts.take_off, name="take_off"),
    path("sessions/<uuid:session_id>/invite/", session_acts.invite, name="invite"),
    path("sessions/<uuid:session_id>/dismiss/<int:department_id>/", session_acts.dismiss, name="dismiss"),
    path("sessions/<uuid:session_id>/notice/", session_acts.notice, name="notice"),
    path("sessions/<uuid:session_id>/postpone/", session_acts.postpone, name="postpone"),
    path("sessions/<uuid:session_id>/cancel/", session_acts.cancel, name="cancel"),
    path("sessions/<uuid:session_id>/close/", session_acts.close, name="close"),
    path("sessions/<uuid:session_id>/opinions/<int:brought_id>/", session_acts.speak, name="speak"),
    path("cases/<uuid:case_id>/sessions/", sessions.case_panel, name="case_panel"),
]
