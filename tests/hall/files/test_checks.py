"""What a hall takes, and what it refuses with which reason."""

import io

import pikepdf
import pytest

from hall.files import checks

from . import samples


def check(content: bytes, name: str) -> None:
    checks.check(io.BytesIO(content), name, len(content))


def pikepdf_file(**options) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        if options.pop("script", False):
            action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
            document.Root.OpenAction = document.make_indirect(action)
        document.save(out, **options)
    return out.getvalue()


class TestWhatIsTaken:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("证.pdf", samples.pdf()),
            ("证.PDF", samples.pdf(stream=b"BT (1 0 0 1) Tj ET")),
            ("压缩.pdf", pikepdf_file(object_stream_mode=pikepdf.ObjectStreamMode.generate)),
            ("照片.jpg", samples.picture("JPEG")),
            ("照片.jpeg", samples.picture("JPEG")),
            ("图.png", samples.picture()),
            ("图.webp", samples.picture("WEBP")),
            ("扫描.tif", samples.picture("TIFF")),
            ("表.docx", samples.package("docx")),
            ("表.xlsx", samples.package("xlsx")),
            ("证照.ofd", samples.package("ofd")),
            ("旧.doc", samples.compound("Root Entry", "WordDocument")),
            ("旧.xls", samples.compound("Root Entry", "Workbook")),
        ],
    )
    def test_documents_that_a_reviewer_can_read(self, name, content):
        check(content, name)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("程序.exe", b"MZ", "不能上传这种文件"),
            ("图.svg", b"<svg/>", "不能上传这种文件"),
            ("页.html", b"<script>", "不能上传这种文件"),
            ("包.zip", samples.package("docx"), "解压后逐个上传"),
            ("无扩展名", b"x", "不能上传这种文件"),
            ("空.pdf", b"", "空的"),
            # not what it says
            ("假.pdf", samples.picture(), "不符"),
            ("假.jpg", samples.picture(), "不符"),
            ("假.png", samples.pdf(), "不符"),
            ("假.docx", samples.package("xlsx"), "不符"),
            ("假.docx", b"PK\x03\x04broken", "不符"),
            ("假.ofd", samples.pdf(), "不符"),
            ("假.doc", samples.compound("Workbook"), "不符"),
            ("假.xls", samples.package("xlsx"), "不符"),
            # broken
            ("断.pdf", samples.pdf()[:-60], "不完整"),
            ("断.png", samples.picture()[:40], "已损坏"),
            # passwords
            ("锁.pdf", samples.pdf(trailer=b"/Encrypt 9 0 R"), "密码"),
            ("锁.docx", samples.compound("EncryptedPackage"), "密码"),
            ("锁.docx", samples.encrypted_package("docx"), "密码"),
            ("锁.doc", samples.compound("WordDocument", "EncryptedPackage"), "密码"),
            # things that run
            ("脚.pdf", samples.pdf(extra=b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), "脚本"),
            ("脚.pdf", samples.pdf(extra=b"/OpenAction << /S /J#61va#53cript /JS (x) >>"), "脚本"),
            ("脚.pdf", samples.pdf(extra=b"/AA << /O << /S /Launch /F (calc.exe) >> >>"), "脚本"),
            (
                "脚.pdf",
                samples.pdf(stream=b"7 0 << /S /JavaScript /JS (x) >>", named=b"/Type /ObjStm"),
                "脚本",
            ),
            ("脚.pdf", samples.pdf(stream=b"7 0 << /S /JavaScript /JS (x) >>"), "脚本"),
            (
                "宏.docx",
                samples.package("docx", word__vbaProject_bin=b"x", **{"word/vbaProject.bin": b""}),
                "宏",
            ),
            ("宏.xls", samples.compound("Workbook", "_VBA_PROJECT"), "宏"),
            (
                "模板.docx",
                samples.package(
                    "docx",
                    **{
                        "word/_rels/settings.xml.rels": b'<Relationship Type="http://x/attachedTemplate" '
                        b'Target="http://x/t.dotm" TargetMode="External"/>'
                    },
                ),
                "模板",
            ),
            # bombs
            ("炸.png", samples.png_claiming(40_000, 40_000), "尺寸过大"),
            ("炸.docx", samples.package("docx", word__big=b"\0" * 30_000_000), "解压后过大"),
        ],
    )
    def test_each_for_its_reason(self, name, content, said):
        with pytest.raises(checks.Refused, match=said):
            check(content, name)

    def test_a_bomb_in_a_pdf(self, monkeypatch):
        monkeypatch.setattr(checks.pdf, "MOST_INFLATED", 1_000_000)
        with pytest.raises(checks.Refused, match="解压后过大"):
            check(samples.pdf(stream=b"7 0 " + b"\0" * 5_000_000), "炸.pdf")

    @pytest.mark.parametrize("encrypted", [True, False])
    def test_files_of_a_real_writer(self, encrypted):
        if encrypted:
            content = pikepdf_file(encryption=pikepdf.Encryption(owner="o", user="u"))
            said = "密码"
        else:
            content = pikepdf_file(script=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            said = "脚本"
        with pytest.raises(checks.Refused, match=said):
            check(content, "真.pdf")

    def test_too_large(self, settings):
        settings.HALL_FILE_MAX_BYTES = 1024 * 1024
        with pytest.raises(checks.Refused, match="1MB"):
            check(b"%PDF-" + b"x" * 1024 * 1024, "大.pdf")

    def test_random_bytes_in_a_scan_are_not_taken_for_scripts(self):
        import random

        noise = random.Random(7).randbytes(3_000_000)
        check(samples.pdf(stream=noise, named=b"/Subtype /Image"), "扫描.pdf")
