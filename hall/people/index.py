"""Blind indexes: exact search over encrypted numbers without storing them in clear."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata

from .keys import key_ring


def normal_number(number: str) -> str:
    """A number as it is compared: half-width, upper case, without spaces and dashes."""
    return re.sub(r"[\s\-‐-―]", "", unicodedata.normalize("NFKC", number)).upper()


def normal_phone(phone: str) -> str:
    """A telephone number as it is compared: digits only, without the country code of China."""
    digits = re.sub(r"[^\d+]", "", unicodedata.normalize("NFKC", phone))
    return re.sub(r"^(\+86|0086)", "", digits)


def id_index(number: str) -> str:
    """Blind index of the number of an identity document: 64 hexadecimal digits."""
    return _index("id", normal_number(number))


def phone_index(phone: str) -> str:
    """Blind index of a telephone number; empty for none."""
    normal = normal_phone(phone)
    return _index("phone", normal) if normal else ""


def _index(kind: str, value: str) -> str:
    return hmac.new(key_ring().index_key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()
