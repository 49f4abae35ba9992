"""A decision and its certificates as the office of seed 004 would have them, and names that break careless printing."""

import io
from datetime import date

from docx import Document
from docx.table import Table
from pypdf import PdfReader

from danvan.documents.rendering.data import AnnexData, AnnexRow, CertificateData, DecisionData, SigningLine

AWKWARD_NAMES = (
    "Y Biêr Niê",
    "H'Hen Niê Kđăm",
    "Lan & Mai <2> {{x}}",
    "{_{ x }_} {_% if %_}",
    '#eval("1") \\ #pagebreak()',
    "*x* _y_ $x$ `z` @a -- ... ~",
    "{% for %}{{ ''.__class__.__mro__ }}{# c #}",
    "“Dân vận khéo” ‘1’ \"2\" '3'",
    "Nguyễn Phước Bảo Quý Công Tằng Tôn Nữ " * 5 + "Ánh",
    "ỆẬ" * 100,
)

CERTIFICATE = CertificateData(
    authority="TỈNH ỦY ĐẮK LẮK\nBAN DÂN VẬN",
    salutation="Ông",
    name="Y Biêr Niê",
    post_and_unit="Trưởng buôn Kô Tam, xã Ea Tu",
    reason="Đã có thành tích xuất sắc trong phong trào thi đua “Dân vận khéo” năm 2015",
    place_and_date="Buôn Ma Thuột, ngày 06 tháng 01 năm 2016",
    signer_post="TRƯỞNG BAN",
    signer_name="Nguyễn Văn Sơn",
    decision="Quyết định số 12-QĐ/BDVTU\nVào sổ số 17",
)

PARTY = DecisionData(
    style="party",
    superior="Tỉnh ủy Đắk Lắk",
    issuer="Ban Dân vận",
    issued_by="Ban Dân vận Tỉnh ủy Đắk Lắk",
    symbol="QĐ/BDVTU",
    number="12",
    place="Buôn Ma Thuột",
    issued_on=date(2016, 1, 6),
    abstract="tặng Giấy khen cho các tập thể, cá nhân\ntrong phong trào thi đua “Dân vận khéo” năm 2015",
    deciding="Trưởng Ban Dân vận Tỉnh ủy",
    grounds=("Căn cứ Luật Thi đua, khen thưởng", "Xét đề nghị của Văn phòng Ban,"),
    articles=("Tặng Giấy khen cho 03 tập thể và 02 cá nhân.", "Văn phòng Ban thi hành.\nCó hiệu lực từ ngày ký."),
    recipients=("Như Điều 2", "Lưu Văn phòng Ban"),
    signing=(SigningLine(mark="KT", text="Trưởng Ban"), SigningLine(text="Phó Trưởng Ban")),
    signer_name="Nguyễn Văn Sơn",
    annexes=(
        AnnexData(
            kind="collective",
            title="tập thể được tặng Giấy khen",
            rows=(AnnexRow(name="Khối Dân vận xã Ea Tu"), AnnexRow(name="Buôn Kô Tam"), AnnexRow(name="Đội 253")),
        ),
        AnnexData(
            kind="individual",
            title="cá nhân được tặng Giấy khen",
            rows=(
                AnnexRow(name="Ông Y Biêr Niê", detail="Trưởng buôn Kô Tam"),
                AnnexRow(name="Bà H'Hen Niê", detail="Bí thư Chi bộ"),
            ),
        ),
    ),
)

STATE = DecisionData(
    style="state",
    superior="Tỉnh Đắk Lắk",
    issuer="Ủy ban nhân dân xã Ea Tu",
    issued_by="Chủ tịch Ủy ban nhân dân xã Ea Tu",
    symbol="QĐ-UBND",
    number="12",
    place="Ea Tu",
    issued_on=date(2026, 11, 20),
    abstract="Về việc tặng Giấy khen",
    deciding="Chủ tịch Ủy ban nhân dân xã Ea Tu",
    grounds=PARTY.grounds,
    articles=PARTY.articles,
    recipients=PARTY.recipients,
    signing=(
        SigningLine(mark="TM", text="Ủy ban nhân dân"),
        SigningLine(mark="KT", text="Chủ tịch"),
        SigningLine(text="Phó Chủ tịch"),
    ),
    signer_name="Trần Thị Bình",
    annexes=PARTY.annexes,
)


def pdf_pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def docx_text(content: bytes) -> str:
    return "\n".join(_texts(Document(io.BytesIO(content))))


def _texts(container):
    for block in container.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from _texts(cell)
        else:
            yield block.text


def squeezed(text: str) -> str:
    """Where a line ends or how a reader spaces the words is no part of the text."""
    return "".join(text.split())
