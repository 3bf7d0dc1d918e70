"""Somebody with a browser, without the browser: cookies, a form, an answer."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import get_random_string

from hall.people.models import User


@dataclass(frozen=True)
class Answer:
    """What the house said."""

    status: int
    location: str
    text: str


@dataclass(frozen=True)
class Visitor:
    """A logged-in browser: what its cookies say."""

    cookie: str
    csrf: str

    def form(self, **fields: object) -> str:
        """The body of a form that this browser sends."""
        return urlencode({"csrfmiddlewaretoken": self.csrf, **fields}, doseq=True)

    def post(self, url: str, **fields: object) -> Answer:
        """Send a form. Raises OSError or HTTPException when nobody answers."""
        address = urlsplit(url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        try:
            connection.request("POST", address.path, self.form(**fields).encode(), headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        return Answer(answer.status, answer.headers.get("Location", ""), text)


def logged_in(user_id: int) -> Visitor:
    """A session of that user, as the log-in page makes it."""
    user = User.objects.get(pk=user_id)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    csrf = get_random_string(32)
    cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={csrf}"
    return Visitor(cookie, csrf)
