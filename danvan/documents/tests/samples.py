"""Real files, each made here: what offices send, and what attackers send."""

import struct
import warnings
import zipfile
import zlib
from io import BytesIO

from docx import Document
from openpyxl import Workbook

PROGRAM = b"MZ\x90\0\x03\0\0\0"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
TYPES_LIST = "[Content_Types].xml"


# --- PDF --------------------------------------------------------------------------------------------------------------


def pdf(*objects, trailer=b"", behind=b""):
    """A PDF with one empty page. *objects* follow as no. 4 and on; the *trailer* dictionary and the end get more."""
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        *objects,
    )
    content, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    return content + end % (size, table, size, trailer, len(content)) + behind


def stream(content, dictionary=b""):
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (dictionary, len(content), content)


def object_stream(objects, dictionary=b"/Filter/FlateDecode", pack=zlib.compress):
    return stream(pack(b"9 0 " + objects), b"/Type/ObjStm/N 1/First 4" + dictionary)


PDF = pdf()


# --- pictures ---------------------------------------------------------------------------------------------------------


def chunk(kind, content):
    return struct.pack(">I4s", len(content), kind) + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width=2, height=2, *chunks, behind=b""):
    """A PNG that says it has so many points. Only small ones hold them."""
    rows = bytes((3 * width + 1) * height) if width * height < 100 else b""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    end = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + end + behind


def segment(marker, content):
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def jpeg(width=2, height=2, *segments, behind=b"", frame=0xC0):
    """The frame of a JPEG: header, *segments*, two scans with escaped and restart bytes, end."""
    head = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
    size = segment(frame, struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0))
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + head + b"".join(segments) + size + scan + scan + b"\xff\xd9" + behind


# --- Office -----------------------------------------------------------------------------------------------------------


def docx():
    document = Document()
    document.add_paragraph("Báo cáo kết quả phong trào thi đua “Dân vận khéo”")
    return saved(document)


def xlsx():
    book = Workbook()
    book.active.append(["Mã", "Tên"])
    return saved(book)


def saved(document):
    output = BytesIO()
    document.save(output)
    return output.getvalue()


def parts_of(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    """An archive of *parts*: a mapping, or pairs where one name comes twice. Names may be ZipInfo."""
    output = BytesIO()
    with zipfile.ZipFile(output, "w", compression) as archive, warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Duplicate name")
        for name, content in parts.items() if hasattr(parts, "items") else parts:
            archive.writestr(name, content, compression)
    return output.getvalue()


def with_parts(content, changes):
    """The Office file *content* with some parts added or put in the place of others."""
    return zipped({**parts_of(content), **changes})


def with_type(content, kind, part="/word/x.bin"):
    """The Office file *content* with one more part of the type *kind* in its list of types."""
    override = f'<Override PartName="{part}" ContentType="{kind}"/></Types>'.encode()
    return replaced(content, TYPES_LIST, b"</Types>", override)


def with_relation(content, kind, target, mode=""):
    relation = f'<Relationship Id="rX1" Type="http://x/{kind}" Target="{target}" {mode}/></Relationships>'.encode()
    return replaced(content, "_rels/.rels", b"</Relationships>", relation)


def replaced(content, name, old, new):
    part = parts_of(content)[name]
    assert part.count(old) >= 1
    return with_parts(content, {name: part.replace(old, new)})
