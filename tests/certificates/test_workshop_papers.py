"""The papers as they come off the press (DOMAIN §7–8)."""

import io
import json
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from certificates.workshop import contexts, drawing, frozen, pdf
from certificates.workshop.seal import SAMPLE
from certificates.workshop.wording import BY_TYPE, wording
from matters.choices import MatterType

from .paper_samples import CST, samples

SAMPLES = samples()
KINDS = sorted(SAMPLES)


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    return {kind: drawing.draw(paper) for kind, paper in SAMPLES.items()}


def text_of(data: bytes) -> str:
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode()


def squeezed(data: bytes) -> str:
    return "".join(text_of(data).split())


def pink(page: Path) -> float:
    """The share of a page that has the colour of the watermark."""
    pixels = list(Image.open(page).convert("RGB").get_flattened_data())
    return sum(r > 235 and 215 < g < 245 and abs(g - b) < 8 and r - g > 8 for r, g, b in pixels) / len(pixels)


class TestContext:
    """A paper is drawn later from what was frozen at registration."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_it_survives_json(self, kind):
        paper = SAMPLES[kind]
        assert contexts.from_json(json.loads(json.dumps(contexts.to_json(paper)))) == paper

    def test_every_kind_has_a_sample(self):
        assert set(contexts.PAPERS) == set(SAMPLES)

    def test_a_field_added_later_takes_its_default(self):
        data = contexts.to_json(SAMPLES["grant"])
        del data["delegated"]
        assert contexts.from_json(data) == SAMPLES["grant"]

    def test_a_missing_field_is_refused_by_name(self):
        data = contexts.to_json(SAMPLES["grant"])
        del data["case_number"]
        with pytest.raises(ValueError, match="case_number"):
            contexts.from_json(data)

    def test_an_unknown_field_or_kind_is_refused(self):
        data = contexts.to_json(SAMPLES["grant"])
        with pytest.raises(ValueError, match="surprise"):
            contexts.from_json(data | {"surprise": 1})
        with pytest.raises(ValueError, match="nothing"):
            contexts.from_json(data | {"kind": "nothing"})

    def test_what_has_no_place_in_json_is_refused(self):
        with pytest.raises(TypeError):
            frozen.freeze(object())


class TestPage:
    @pytest.mark.parametrize("kind", KINDS)
    def test_it_is_pdf_a_2u_with_every_font_embedded(self, drawn, kind):
        with pikepdf.open(io.BytesIO(drawn[kind])) as file, file.open_metadata() as meta:
            assert meta["pdfaid:part"] == "2"
            assert meta["pdfaid:conformance"] == "U"
            assert file.Root.OutputIntents[0].S == "/GTS_PDFA1"
            assert not file.is_encrypted
            assert str(file.docinfo["/Title"]).startswith(SAMPLES[kind].title)
        fonts = subprocess.run(["pdffonts", "-"], input=drawn[kind], capture_output=True, check=True)
        for line in fonts.stdout.decode().splitlines()[2:]:
            assert line.split()[-5:-2] == ["yes", "yes", "yes"], line

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_demonstration_paper_says_so_across_every_page(self, drawn, kind, tmp_path):
        with pikepdf.open(io.BytesIO(drawn[kind])) as file:
            pages = len(file.pages)
        text = squeezed(drawn[kind])
        assert text.count("示范数据，不具法律效力") == pages
        assert drawing.html(SAMPLES[kind]).count(drawing.watermark()) == 3
        (tmp_path / "a.pdf").write_bytes(drawn[kind])
        subprocess.run(["pdftoppm", "-r", "20", "-png", tmp_path / "a.pdf", tmp_path / "a"], check=True)
        for page in tmp_path.glob("a-*.png"):
            assert pink(page) > 0.01

    def test_a_real_paper_does_not(self):
        paper = SAMPLES["grant"]
        real = replace(paper, demonstration=False, seal=replace(paper.seal, demonstration=False))
        assert "示范" not in drawing.html(real)
        assert SAMPLE not in drawing.html(real)

    @pytest.mark.parametrize("kind", KINDS)
    def test_it_names_organ_matter_number_and_date(self, drawn, kind):
        paper, text = SAMPLES[kind], squeezed(drawn[kind])
        if kind != "guide_card":
            assert paper.organ in text
            assert f"{paper.dated.year}年{paper.dated.month}月{paper.dated.day}日" in text
        if paper.number:
            assert paper.number in text
        if kind not in ("certificate", "revocation"):
            assert paper.matter in text
        if isinstance(paper, contexts.CasePaper):
            assert paper.case_number in text
            assert paper.applicant.name in text

    def test_the_same_paper_gives_the_same_bytes(self, drawn):
        assert drawing.draw(SAMPLES["grant"]) == drawn["grant"]

    def test_times_are_those_of_the_hall_whatever_zone_they_were_stored_in(self):
        from datetime import UTC

        paper = SAMPLES["receipt"]
        stored = replace(paper, received_at=paper.received_at.astimezone(UTC))
        assert paper.received_at.tzinfo is CST
        assert "2026年11月20日 09:32" in drawing.html(stored)

    def test_what_people_typed_cannot_become_a_page(self):
        paper = SAMPLES["grant"]
        nasty = replace(paper, applicant=replace(paper.applicant, name="<img src=http://example.org/a.png>"))
        assert "&lt;img" in drawing.html(nasty)

    def test_one_page_takes_less_than_the_target(self, drawn):
        start = time.process_time()
        drawing.draw(SAMPLES["withdrawal"])
        assert time.process_time() - start < 0.6


class TestContent:
    """What the law wants on a paper stands on it."""

    def test_the_receipt_is_not_an_acceptance(self, drawn):
        assert "不代表申请已经受理" in squeezed(drawn["receipt"])

    def test_the_acceptance_notice_has_both_due_dates(self, drawn):
        text = squeezed(drawn["acceptance"])
        assert "至2026年12月18日届满" in text
        assert "将于2026年11月27日前作出决定" in text
        assert "第三十二条第一款第（五）项" in text

    def test_the_correction_notice_lists_everything_and_marks_a_provisional_date(self, drawn):
        text = squeezed(drawn["correction"])
        for item in SAMPLES["correction"].items:
            assert "".join(item.problem.split())[:6] in text
        assert "2027年1月8日（暂定）" in text

    @pytest.mark.parametrize("kind", ["refusal", "not_accepted", "termination", "revocation"])
    def test_a_refusal_tells_where_to_contest_it_and_by_when(self, drawn, kind):
        text = squeezed(drawn[kind])
        assert "六十日内向示例市人民政府申请行政复议" in text
        assert "六个月内依法向示例市示例区人民法院提起行政诉讼" in text

    def test_silence_is_answered_for_by_the_silent_department(self, drawn):
        assert "责任由示例市人民防空办公室承担" in squeezed(drawn["review_summary"])
        assert "责任由示例市人民防空办公室承担" in squeezed(drawn["silence_evidence"])

    @pytest.mark.parametrize("kind", MatterType.values)
    def test_every_matter_type_has_its_own_words(self, kind):
        assert kind in BY_TYPE
        paper = replace(SAMPLES["grant"], matter_type=kind)
        page = drawing.html(paper)
        assert wording(kind).grant_title in page
        assert ("行政许可" in page) == (kind == MatterType.LICENCE)

    def test_a_local_type_speaks_like_a_public_service(self):
        assert wording("21") == wording(MatterType.PUBLIC_SERVICE)

    def test_an_instant_matter_promises_no_days(self):
        assert "本机关承诺办结期限" not in drawing.html(replace(SAMPLES["acceptance"], instant=True))

    @pytest.mark.parametrize("kind", ["grant", "refusal", "acceptance", "correction"])
    def test_whom_to_ask_never_stands_alone_on_a_page(self, drawn, kind):
        with pikepdf.open(io.BytesIO(drawn[kind])) as file:
            last = len(file.pages)
        pages = subprocess.run(
            ["pdftotext", "-f", "1", "-l", "1", "-", "-"], input=drawn[kind], capture_output=True, check=True
        ).stdout.decode()
        assert "监督投诉电话" in "".join(pages.split())
        assert last <= 2

    def test_a_long_certificate_stays_on_one_page(self):
        paper = SAMPLES["certificate"]
        many = tuple(contexts.Field(label=f"证载内容第{n}项", value="示例" * 20) for n in range(9))
        data = drawing.draw(replace(paper, name="示例特别长的许可证照名称示例许可证", fields=many))
        with pikepdf.open(io.BytesIO(data)) as file:
            assert len(file.pages) == 1


class TestRefusedAddresses:
    @pytest.mark.parametrize(
        "address",
        [
            "http://example.org/a.png",
            "https://example.org/a.png",
            "file:///etc/hostname",
            "//example.org/a.png",
        ],
    )
    def test_nothing_is_fetched_from_outside(self, address):
        with pytest.raises(pdf.Unprintable):
            pdf.print_html(f'<html lang="zh-CN"><img src="{address}"></html>')
        with pytest.raises(pdf.Unprintable):
            pdf.print_html(f'<html lang="zh-CN"><link rel="stylesheet" href="{address}"></html>')

    def test_a_folder_up_from_the_fonts_is_outside(self, settings):
        up = Path(settings.HALL_FONTS) / ".." / ".." / "manage.py"
        with pytest.raises(pdf.Unprintable):
            pdf.print_html(f'<img src="file://{up}">')
