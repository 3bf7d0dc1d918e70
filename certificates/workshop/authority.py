"""A certification authority for each jurisdiction: a root, and a signing certificate under it.

Made once at set-up and kept under HALL_DATA/ca/<slug>/, keys readable by their owner only and encrypted
by a passphrase derived from HALL_FIELD_KEY. It makes papers provable inside the hall; a certificate of a
licensed authority (电子签名法 Art. 18) or an HSM comes in through `signing.SignerPort`.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import NameOID
from django.conf import settings

from hall.now import real_now
from hall.people.keys import key_ring

_ROOT_YEARS, _SIGNER_YEARS = 20, 5
_KEY_BITS = 3072


@dataclass(frozen=True)
class Authority:
    """Where the four files of one jurisdiction's authority lie."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    @property
    def root_key(self) -> Path:
        return self.folder / "root.key"

    @property
    def signer(self) -> Path:
        return self.folder / "signer.pem"

    @property
    def signer_key(self) -> Path:
        return self.folder / "signer.key"

    @property
    def exists(self) -> bool:
        # The signer's certificate is written last: when it is there, everything is.
        return self.signer.exists()


def at(slug: str) -> Authority:
    """The authority of the jurisdiction `slug`, made or not."""
    return Authority(Path(settings.HALL_DATA) / "ca" / slug)


def passphrase(slug: str) -> bytes:
    """What the keys of `slug` are encrypted with; another HALL_FIELD_KEY cannot open them.

    Derived from the oldest key of the ring, which stays on it through every rotation.
    """
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"yichuang ca", info=slug.encode())
    return kdf.derive(key_ring().index_key).hex().encode()


def found(slug: str, organ: str, *, demonstration: bool) -> Authority:
    """Make the authority of a jurisdiction once; an existing one is left as it is.

    A demonstration authority says so in its names. Safe when several processes start at once: the
    folder is made aside and moved into place whole; the first to arrive wins.
    """
    authority = at(slug)
    if authority.exists:
        return authority
    authority.folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        dir=authority.folder.parent, prefix=f".{slug}-", ignore_cleanup_errors=True
    ) as aside:
        _make(Authority(Path(aside)), organ, passphrase(slug), demonstration=demonstration)
        try:
            os.rename(aside, authority.folder)
        except OSError:
            if not authority.exists:
                raise
    return authority


def _make(authority: Authority, organ: str, secret: bytes, *, demonstration: bool) -> None:
    mark = "（示范）" if demonstration else ""
    root_key, signer_key = (rsa.generate_private_key(65537, _KEY_BITS) for _ in range(2))
    root_name = _name(organ, _fit(organ, f"根证书{mark}"))
    root = (
        _certificate(root_name, root_name, root_key.public_key(), years=_ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    signer = (
        _certificate(
            _name(organ, _fit(organ, f"电子签章{mark}")),
            root_name,
            signer_key.public_key(),
            years=_SIGNER_YEARS,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(signer_key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )
    _write(authority.root_key, _pem_key(root_key, secret))
    _write(authority.signer_key, _pem_key(signer_key, secret))
    _write(authority.root, root.public_bytes(serialization.Encoding.PEM))
    _write(authority.signer, signer.public_bytes(serialization.Encoding.PEM))


def _name(organ: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _fit(organ)),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _fit(organ: str, purpose: str = "") -> str:
    """`organ` and `purpose` in the 64 bytes that an X.520 name may have; a long organ loses its end."""
    room = 64 - len(purpose.encode())
    return organ.encode()[:room].decode(errors="ignore") + purpose


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey, *, years: int
) -> x509.CertificateBuilder:
    start = real_now() - dt.timedelta(days=1)  # a verifier's clock may be behind ours
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=365 * years))
    )


def _usage(**granted: bool) -> x509.KeyUsage:
    all_uses = [
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ]
    return x509.KeyUsage(**{use: granted.get(use, False) for use in all_uses})


def _pem_key(key: rsa.RSAPrivateKey, secret: bytes) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(secret),
    )


def _write(file: Path, data: bytes) -> None:
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
