"""Files to upload: good ones, and each kind of bad one, made here byte by byte."""

from __future__ import annotations

import io
import zipfile
import zlib

from PIL import Image

OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """A small file whose header says that it is huge."""
    good = picture()
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + good[24:29]
    crc = zlib.crc32(b"IHDR" + header).to_bytes(4, "big")
    return good[:16] + header + crc + good[33:]


def pdf(extra: bytes = b"", trailer: bytes = b"", stream: bytes | None = None, named: bytes = b"") -> bytes:
    """A one-page PDF; `extra` goes into the catalogue, `stream` becomes a compressed stream."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + extra + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    ]
    if stream is not None:
        packed = zlib.compress(stream)
        head = b"<< %s /Length %d /Filter /FlateDecode >>" % (named, len(packed))
        objects.append(head + b"\nstream\n" + packed + b"\nendstream")
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(objects) + 1, trailer))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def package(kind: str, **members: bytes) -> bytes:
    """A docx, xlsx or ofd with its landmark and more `members` (`word__x` stands for `word/x`)."""
    landmark = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "ofd": "OFD.xml"}[kind]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr(landmark, b"<document/>")
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def encrypted_package(kind: str) -> bytes:
    """A package whose members are marked as encrypted."""
    data = bytearray(package(kind))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)


def compound(*names: str) -> bytes:
    """A Word or Excel 97 file with these entries in its directory."""
    return OLE + b"".join(f"{name}\0".encode("utf-16-le").ljust(128, b"\0") for name in names)
