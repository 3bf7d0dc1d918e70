"""Signatures of webhooks by the Standard Webhooks scheme: HMAC-SHA256 over id, time and body.

What the hall sends is signed over `id.timestamp.body`. What an outside system sends to the hall is signed
over `id.timestamp.METHOD path.body`: a message of ours can so never be played back to us as theirs.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
SECRET_BYTES = 32
WINDOW = 300  # seconds between the signer's clock and ours, either way


def new_secret() -> str:
    """A secret as the scheme writes it: `whsec_` and 32 random bytes in base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signatures(values: Iterable[str], message_id: str, timestamp: int, content: bytes) -> str:
    """The value of `webhook-signature`: one `v1,…` for each secret, so that a rotation loses nothing."""
    return " ".join(f"v1,{_sign(value, message_id, timestamp, content)}" for value in values)


def request_content(method: str, path: str, body: bytes) -> bytes:
    """What an outside system signs of a request to the hall; `path` with its query string."""
    return f"{method} {path}.".encode() + body


def is_signed(values: Iterable[str], message_id: str, timestamp: int, content: bytes, header: str) -> bool:
    """Does one of the signatures in `header` fit one of the secrets? Compared in constant time."""
    given = [part.removeprefix("v1,") for part in header.split() if part.startswith("v1,")]
    expected = [_sign(value, message_id, timestamp, content) for value in values]
    return any(hmac.compare_digest(one.encode(), two.encode()) for one in expected for two in given)


def _sign(value: str, message_id: str, timestamp: int, content: bytes) -> str:
    try:
        key = base64.b64decode(value.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:  # made by `new_secret`, so only a broken row looks like this
        raise ValueError("a signing secret is no base64") from error
    signed = f"{message_id}.{timestamp}.".encode() + content
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
