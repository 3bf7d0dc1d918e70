"""Seals and codes."""

import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from certificates.workshop import drawing, outlines, qr, seal
from certificates.workshop.seal import SAMPLE, SealSpec
from tests.support.scanning import codes_on

from .paper_samples import SEAL, samples

SVG = "{http://www.w3.org/2000/svg}"


def ring(svg: str) -> list[ElementTree.Element]:
    return [g for g in ElementTree.fromstring(svg).iter(f"{SVG}g") if "rotate" in g.get("transform", "")]


class TestSeal:
    @pytest.mark.parametrize(
        "name", ["示例局", "示例市行政审批服务局", "示例市示例经济技术开发区行政审批和政务信息管理服务局"]
    )
    def test_a_demonstration_seal_always_says_so_in_its_ring(self, name):
        drawn = seal.draw(SealSpec(ring=name, lines=("行政审批专用章", "(1)")))
        assert ElementTree.fromstring(drawn).find(f"{SVG}title").text.startswith(f"{name}·{SAMPLE}")
        plain = seal.draw(SealSpec(ring=name, lines=("行政审批专用章", "(1)"), demonstration=False))
        assert len(ring(drawn)) == len(ring(plain)) + len(f"·{SAMPLE}")

    def test_a_character_that_no_font_has_is_still_there_as_text(self):
        drawn = seal.draw(SealSpec(ring="示\U00030ede局"))
        assert "\U00030ede" in [node.text for node in ElementTree.fromstring(drawn).iter(f"{SVG}text")]

    def test_a_demonstration_seal_looks_unlike_a_real_one(self):
        sample, real = seal.draw(SEAL), seal.draw(replace(SEAL, demonstration=False))
        assert "polygon" in real
        assert "polygon" not in sample
        assert "stroke-dasharray" in sample
        assert "stroke-dasharray" not in real
        assert SAMPLE not in real

    def test_a_governments_own_seal_has_no_star(self):
        assert "polygon" not in seal.draw(replace(SEAL, demonstration=False, star=False))

    def test_a_long_name_is_condensed_and_does_not_overlap(self):
        text = "示例市示例经济技术开发区行政审批和政务信息管理服务局"
        drawn = seal.draw(SealSpec(ring=text))
        groups = ring(drawn)
        angles = [float(g.get("transform").split("rotate(")[1].split(")")[0]) for g in groups]
        widths = [float(g.get("transform").split("scale(")[1].split(" ")[0]) for g in groups]
        path = groups[0].find(f"{SVG}path").get("transform")
        height = float(path.split("scale(")[1].split(" ")[0])
        step = (angles[-1] - angles[0]) / (len(angles) - 1)
        arc = step * 3.14159 / 180 * 15.9
        assert len(groups) == len(text) + len(SAMPLE) + 1
        assert widths[0] < 0.95
        assert widths[0] * height <= arc

    def test_several_threads_draw_at_once(self):
        """Two pictures of one page are asked for at the same moment."""
        organs = [f"示例市{name}局" for name in ("林业", "税务", "医疗保障", "交通运输", "民政", "气象")]
        outlines._outline.cache_clear()
        outlines._font.cache_clear()
        with ThreadPoolExecutor(max_workers=6) as threads:
            together = list(threads.map(lambda organ: seal.draw(SealSpec(ring=organ)), organs))
        assert together == [seal.draw(SealSpec(ring=organ)) for organ in organs]

    def test_what_is_typed_into_a_seal_stays_text(self):
        assert "<script" not in seal.draw(SealSpec(ring="<script>", lines=("<b>",)))


class TestCode:
    ADDRESS = "http://127.0.0.1:8000/verify/7F3K-9QXM-2D8A"

    def read(self, file) -> str:
        done = subprocess.run(["zbarimg", "-q", "--raw", str(file)], capture_output=True, check=True)
        return done.stdout.decode().strip()

    def test_a_scanner_reads_the_png(self, tmp_path):
        (tmp_path / "a.png").write_bytes(qr.png(self.ADDRESS))
        assert self.read(tmp_path / "a.png") == self.ADDRESS

    @pytest.mark.parametrize(
        ("kind", "field"),
        [("receipt", "track_url"), ("certificate", "verify_url"), ("guide_card", "guide_url")],
    )
    def test_a_scanner_reads_it_off_the_printed_page(self, tmp_path, kind, field):
        paper = samples()[kind]
        (tmp_path / "a.pdf").write_bytes(drawing.draw(paper))
        assert codes_on(tmp_path / "a.pdf") == [getattr(paper, field)]
