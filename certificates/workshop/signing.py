"""Sign a paper (PAdES) and prove it.

`SignerPort` is all that signing asks of a key. The one built here holds a software key of the
jurisdiction's authority; an HSM, or SM2 under GB/T 38540, is another class with the same two members.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hall.now import real_now

from . import authority

FIELD = "Signature"


class SignerPort(Protocol):
    """A key that can sign, wherever it lives."""

    @property
    def subject(self) -> str:
        """Who signs, as the certificate says."""

    def for_pyhanko(self) -> Any:
        """A `pyhanko.sign.signers.Signer` over this key and its chain."""


class SoftwareSigner:
    """The signing key of a jurisdiction's own authority, opened from HALL_DATA."""

    def __init__(self, slug: str) -> None:
        self._slug = slug

    @property
    def subject(self) -> str:
        return self.for_pyhanko().subject_name

    def for_pyhanko(self) -> Any:
        files = authority.at(self._slug)
        # Keyed by the file's date, so that a renewed certificate is taken up without a restart.
        return _open_signer(files.folder, authority.passphrase(self._slug), files.signer.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _open_signer(folder: Path, secret: bytes, _changed: int) -> Any:
    from asn1crypto import x509
    from pyhanko.sign.signers import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    files = authority.Authority(folder)
    opened = serialization.load_pem_private_key(files.signer_key.read_bytes(), secret)
    if not isinstance(opened, rsa.RSAPrivateKey):
        raise ValueError(f"{files.signer_key} is no RSA key")
    key: rsa.RSAPrivateKey = opened

    class OpenKey(Signer):
        """Keeps the key open: to load an RSA key is to test its primes, ten times the cost of a signature."""

        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            if dry_run:
                return bytes(key.key_size // 8)
            return key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    store = SimpleCertificateStore()
    store.register(x509.Certificate.load(_der(files.root)))
    return OpenKey(signing_cert=x509.Certificate.load(_der(files.signer)), cert_registry=store)


def _der(file: Path) -> bytes:
    from asn1crypto import pem

    return pem.unarmor(file.read_bytes())[2]


def roots(slugs: Iterable[str]) -> list[Any]:
    """The root certificates of these jurisdictions, for `validate`; those not yet made are left out."""
    from asn1crypto import x509

    files = (authority.at(slug) for slug in slugs)
    return [x509.Certificate.load(_der(a.root)) for a in files if a.exists]


def sign(
    pdf: bytes,
    signer: SignerPort,
    *,
    reason: str,
    location: str = "",
    timestamper: Any = None,
    certify: bool = True,
) -> bytes:
    """`pdf` with a PAdES B-B signature appended, or B-T when a pyHanko `timestamper` is given.

    Appending keeps every signed byte, and with it PDF/A. `certify` says that nothing but further
    signatures may be added. The signing time is the machine's: a moved demonstration clock must not
    date a signature.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",  # what OpenKey signs
        reason=reason,
        location=location or None,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=certify,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS,
    )
    machine = signers.PdfSigner(metadata, signer=signer.for_pyhanko(), timestamper=timestamper)
    out = _without_loop(lambda: machine.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))))
    return out.getvalue()


@dataclass(frozen=True)
class Verdict:
    """What a check of a signed paper found. `valid` only when every part below holds."""

    signed: bool
    intact: bool = False  # no signed byte was changed
    trusted: bool = False  # the chain ends in one of the roots given
    whole: bool = False  # the signature covers the file to its last byte
    signer: str = ""
    signed_at: dt.datetime | None = None

    @property
    def valid(self) -> bool:
        return self.signed and self.intact and self.trusted and self.whole


def validate(pdf: bytes, trust_roots: Sequence[Any]) -> Verdict:
    """Check the last signature of `pdf` against `trust_roots`. Never raises for a broken file.

    Revocation is not asked for: the authority is our own and offline; a signer is withdrawn by
    taking its root out of the list.
    """
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if not signatures:
            return Verdict(signed=False)
        context = ValidationContext(trust_roots=list(trust_roots), allow_fetching=False, moment=real_now())
        status = _without_loop(lambda: validate_pdf_signature(signatures[-1], context))
    except (PdfError, ValueError, KeyError, TypeError):
        # A file damaged in its structure cannot even be read to its signature. (pyHanko's errors of
        # signature and CMS are ValueErrors.)
        return Verdict(signed=b"/ByteRange" in pdf)
    return Verdict(
        signed=True,
        intact=status.intact and status.valid,
        trusted=status.trusted,
        whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signer=status.signing_cert.subject.native.get("common_name", ""),
        signed_at=status.signer_reported_dt,
    )


def _without_loop(work: Callable[[], Any]) -> Any:
    """Run `work` where no event loop runs: pyHanko starts one of its own inside."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(max_workers=1) as other:
        return other.submit(work).result()
