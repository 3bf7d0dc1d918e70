"""The ring of keys that guard personal data, read from `settings.HALL_FIELD_KEY`.

The setting holds one key or several, newest first, separated by commas. Each is 32 random bytes as
64 hexadecimal digits or URL-safe base64, optionally led by its version: `2:<key>,1:<key>`. A lone key
without a version is version 1. New values are written with the first key; every key on the ring can
read. The blind index keeps the key of the lowest version, so that a rotation does not lose the search.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


@dataclass(frozen=True)
class KeyRing:
    """Ciphers by version; `newest` writes, all read; `index_key` makes blind indexes."""

    newest: int
    ciphers: dict[int, AESGCM]
    index_key: bytes


def key_ring() -> KeyRing:
    """The ring that the settings name. Raises ImproperlyConfigured when a key is missing or malformed."""
    return _parse(str(getattr(settings, "HALL_FIELD_KEY", "") or ""))


@lru_cache(maxsize=8)
def _parse(setting: str) -> KeyRing:
    keys: dict[int, bytes] = {}
    for part in filter(None, (p.strip() for p in setting.split(","))):
        version, _, key = part.rpartition(":")
        if version and not version.isdigit():
            raise ImproperlyConfigured("HALL_FIELD_KEY: a version must be a number, as in 2:<key>,1:<key>")
        number = int(version or 1)
        if number in keys:
            raise ImproperlyConfigured(f"HALL_FIELD_KEY: version {number} appears twice")
        keys[number] = _decode(key)
    if not keys:
        raise ImproperlyConfigured("HALL_FIELD_KEY is not set: personal data cannot be read or written")
    oldest = keys[min(keys)]
    return KeyRing(
        newest=next(iter(keys)),
        ciphers={number: AESGCM(key) for number, key in keys.items()},
        index_key=hmac.digest(oldest, b"hall blind index", hashlib.sha256),
    )


def _decode(text: str) -> bytes:
    try:
        if len(text) == 2 * KEY_BYTES:
            key = bytes.fromhex(text)
        else:
            key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise ImproperlyConfigured("HALL_FIELD_KEY: a key must be base64 or hexadecimal") from error
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"HALL_FIELD_KEY: a key has {KEY_BYTES} bytes, this one {len(key)}")
    return key
