"""Columns that are encrypted at rest (AES-256-GCM) and clear in Python.

Stored as text: `k<key version>:<base64 of nonce, ciphertext and tag>`. The model and field name are
bound in as associated data, so a value copied into another column does not decrypt. Empty text stays
empty. Such a column cannot be searched; `hall.people.index` makes the blind index that can.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from django import forms
from django.core.exceptions import FieldError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from .keys import key_ring

NONCE_BYTES = 12


class Undecipherable(Exception):
    """A stored value that no key on the ring opens: wrong key, moved between columns, or tampered with."""


class EncryptedTextField(models.TextField):
    """Text that only the application can read."""

    def get_lookup(self, lookup_name: str) -> Any:
        """Only `isnull`: a comparison of ciphertexts would silently find nothing."""
        if lookup_name != "isnull":
            raise FieldError(f"{self} is encrypted and cannot be searched by {lookup_name}; use its index")
        return super().get_lookup(lookup_name)

    def get_prep_value(self, value: Any) -> str | None:
        clear = self.to_clear_text(value)
        return self._encrypt(clear) if clear else clear

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return self.from_clear_text(self._decrypt(value)) if value else self.from_nothing(value)

    def to_clear_text(self, value: Any) -> str | None:
        """What is encrypted for the Python `value`."""
        return None if value is None else str(value)

    def from_clear_text(self, text: str) -> Any:
        """The Python value of decrypted `text`."""
        return text

    def from_nothing(self, stored: str | None) -> Any:
        """The Python value of an empty or null column."""
        return stored

    @property
    def _associated(self) -> bytes:
        return f"{self.model._meta.label_lower}.{self.name}".encode()

    def _encrypt(self, clear: str) -> str:
        ring = key_ring()
        nonce = os.urandom(NONCE_BYTES)
        sealed = ring.ciphers[ring.newest].encrypt(nonce, clear.encode(), self._associated)
        return f"k{ring.newest}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def _decrypt(self, stored: str) -> str:
        version, _, body = stored.partition(":")
        try:
            cipher = key_ring().ciphers[int(version.removeprefix("k"))]
            raw = base64.urlsafe_b64decode(body)
            return cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], self._associated).decode()
        except (KeyError, ValueError, binascii.Error, InvalidTag) as error:
            raise Undecipherable(f"{self._associated.decode()}: no key opens the stored value") from error


class EncryptedJSONField(EncryptedTextField):
    """A JSON value that only the application can read. Its inner keys cannot be queried."""

    # What the type checker's Django plugin takes the column for.
    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    empty_strings_allowed = False

    def to_clear_text(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)

    def from_clear_text(self, text: str) -> Any:
        return json.loads(text)

    def from_nothing(self, stored: str | None) -> Any:
        return None

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> Any:
        return self.value_from_object(obj)

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return models.Field.formfield(self, **{"form_class": forms.JSONField, **kwargs})
