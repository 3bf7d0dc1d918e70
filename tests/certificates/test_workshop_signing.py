"""A signed paper can be proven, and nothing in it can be changed."""

import io
import os
import stat
import subprocess
import threading

import pikepdf
import pytest

from certificates.workshop import authority, drawing, signing

from .paper_samples import ORGAN, samples

SLUG = "shili"


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hall")


@pytest.fixture(autouse=True)
def hall_data(settings, data_folder):
    settings.HALL_DATA = data_folder
    settings.HALL_FIELD_KEY = "0a" * 32
    authority.found(SLUG, ORGAN, demonstration=True)


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    return drawing.draw(samples()["certificate"])


@pytest.fixture
def signed(unsigned) -> bytes:
    return signing.sign(
        unsigned, signing.SoftwareSigner(SLUG), reason="颁发食品经营许可证", location="示例市"
    )


class TestAuthority:
    def test_keys_are_encrypted_and_for_their_owner_only(self):
        files = authority.at(SLUG)
        assert stat.S_IMODE(os.stat(files.folder).st_mode) == 0o700
        for key in (files.root_key, files.signer_key):
            assert stat.S_IMODE(key.stat().st_mode) == 0o600
            assert b"ENCRYPTED PRIVATE KEY" in key.read_bytes()

    def test_another_field_key_cannot_open_them(self, settings, unsigned):
        settings.HALL_FIELD_KEY = "0b" * 32
        with pytest.raises(ValueError):
            signing.sign(unsigned, signing.SoftwareSigner(SLUG), reason="x")

    def test_a_rotated_ring_still_opens_them(self, settings, unsigned):
        settings.HALL_FIELD_KEY = f"2:{'0c' * 32},1:{'0a' * 32}"
        assert signing.sign(unsigned, signing.SoftwareSigner(SLUG), reason="x")

    def test_it_is_made_once(self):
        before = authority.at(SLUG).signer.read_bytes()
        authority.found(SLUG, ORGAN, demonstration=True)
        assert authority.at(SLUG).signer.read_bytes() == before

    def test_several_at_once_make_one(self):
        made, errors = [], []

        def make():
            try:
                made.append(authority.found("race", ORGAN, demonstration=True).signer.read_bytes())
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=make) for _ in range(3)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        assert not errors
        assert len(set(made)) == 1
        assert [
            p.name for p in authority.at("race").folder.parent.iterdir() if p.name.startswith(".race")
        ] == []

    def test_an_organ_with_a_very_long_name_has_one_too(self):
        organ = "示例省示例市示例高新技术产业开发区（示例市示例区）行政审批和政务服务管理局"
        authority.found("long", organ, demonstration=True)
        assert "电子签章（示范）" in signing.SoftwareSigner("long").subject

    def test_a_demonstration_signer_says_so(self):
        assert "示范" in signing.SoftwareSigner(SLUG).subject


class TestSigning:
    def test_it_validates(self, signed):
        verdict = signing.validate(signed, signing.roots([SLUG]))
        assert verdict.valid
        assert "示例市行政审批服务局" in verdict.signer
        assert verdict.signed_at is not None

    def test_pdfsig_agrees(self, signed, tmp_path):
        (tmp_path / "a.pdf").write_bytes(signed)
        told = subprocess.run(
            ["pdfsig", tmp_path / "a.pdf"], capture_output=True, check=False
        ).stdout.decode()
        assert "Signature is Valid" in told
        assert "Total document signed" in told
        assert "ETSI.CAdES.detached" in told

    def test_it_is_appended_and_stays_pdf_a(self, unsigned, signed):
        assert signed.startswith(unsigned)
        with pikepdf.open(io.BytesIO(signed)) as file, file.open_metadata() as meta:
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "U")
            assert str(file.docinfo["/Title"]) == meta["dc:title"]

    @pytest.mark.parametrize("share", [0.1, 0.35, 0.6, 0.85])
    def test_one_changed_byte_fails_it(self, unsigned, signed, share):
        broken = bytearray(signed)
        broken[int(len(unsigned) * share)] ^= 0x01
        assert not signing.validate(bytes(broken), signing.roots([SLUG])).valid

    def test_pdfsig_sees_the_changed_byte_too(self, unsigned, signed, tmp_path):
        at = unsigned.index(b"stream\n") + 200
        (tmp_path / "a.pdf").write_bytes(signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :])
        told = subprocess.run(["pdfsig", tmp_path / "a.pdf"], capture_output=True, check=False)
        assert b"Signature is Valid" not in told.stdout

    def test_words_added_after_signing_fail_it(self, signed):
        with pikepdf.open(io.BytesIO(signed)) as file:
            file.docinfo["/Title"] = "另一张证"
            out = io.BytesIO()
            file.save(out)
        assert not signing.validate(out.getvalue(), signing.roots([SLUG])).valid

    def test_anybody_elses_root_is_not_trusted(self, signed):
        authority.found("other", "示例县行政审批局", demonstration=True)
        verdict = signing.validate(signed, signing.roots(["other"]))
        assert verdict.intact
        assert not verdict.trusted
        assert not verdict.valid

    def test_an_unsigned_or_broken_file_is_told_without_an_error(self, unsigned):
        assert signing.validate(unsigned, signing.roots([SLUG])) == signing.Verdict(signed=False)
        assert not signing.validate(b"not a pdf", signing.roots([SLUG])).valid
