"""The minutes of handing over work (biên bản bàn giao): editable .docx and PDF with the same words."""

from dataclasses import dataclass
from datetime import date

from danvan.documents.rendering.data import Style, cleaned
from danvan.documents.rendering.decision import filled
from danvan.documents.rendering.typesetting import typeset
from danvan.documents.rendering.wording import SAMPLE, dated, full_number, place_and_date
from danvan.text.numbers import count_in_words, two_digits

DOTS = "…" * 12


@dataclass(frozen=True, kw_only=True)
class OpenWork:
    """One line: what is still to be done, by when where there is a day, and how it stands."""

    title: str
    due_on: date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class HandoverData:
    """Who gives, who receives, who is there for the Ban, and what is open. Empty names are printed as dots."""

    style: Style
    superior: str
    issuer: str
    symbol: str
    place: str
    day: date
    giver: str
    giver_post: str
    receiver: str
    witness: str
    ban: str
    rows: tuple[OpenWork, ...]


def handover_text(data: HandoverData, *, sample: bool) -> dict:
    """Return the texts that the templates place, as plain strings, lists and dictionaries."""
    data = cleaned(data)
    number = full_number(data.style, "", f"BB/{data.symbol}" if data.style == "party" else f"BB-{data.symbol}")
    count = len(data.rows)
    total = (
        f"Bảng kê trên có {two_digits(count)} ({count_in_words(count)}) việc."
        if count
        else "Đến ngày bàn giao, đơn vị không còn việc nào chưa xong trên hệ thống."
    )
    return {
        "style": data.style,
        "sample": SAMPLE if sample else "",
        "superior": data.superior.upper(),
        "issuer": data.issuer.upper(),
        "number_line": f"Số {number}" if data.style == "party" else f"Số: {number}",
        "place_and_date": place_and_date(data.place or DOTS, data.day),
        "abstract": "Bàn giao công việc đầu mối công tác dân vận",
        "opening": [
            f"Hôm nay, {dated(data.day)}, tại {data.issuer}, chúng tôi gồm:",
            f"1. Bên giao: đồng chí {data.giver}, {data.giver_post}.",
            f"2. Bên nhận: đồng chí {data.receiver or DOTS}.",
            f"3. Chứng kiến: đồng chí {data.witness or DOTS}, {data.ban or DOTS}.",
            "Hai bên cùng bàn giao, tiếp nhận các công việc đang thực hiện như sau:",
        ],
        "headings": ["STT", "Nội dung công việc", "Hạn", "Tình trạng"],
        "rows": [
            {
                "number": str(index),
                "title": row.title,
                "due": f"{row.due_on:%d/%m/%Y}" if row.due_on else "–",
                "note": row.note or "–",
            }
            for index, row in enumerate(data.rows, 1)
        ],
        "closing": [
            total,
            "Bên nhận có trách nhiệm tiếp tục thực hiện các công việc nêu trên kể từ ngày bàn giao.",
            "Biên bản được lập thành 03 (ba) bản, mỗi bên giữ 01 (một) bản.",
        ],
        "signatures": [
            {"title": "BÊN GIAO", "name": data.giver},
            {"title": "BÊN NHẬN", "name": data.receiver},
            {"title": "CHỨNG KIẾN", "name": data.witness},
        ],
    }


def render_handover_pdf(data: HandoverData, *, sample: bool) -> bytes:
    return typeset("handover.typ", handover_text(data, sample=sample))


def render_handover_docx(data: HandoverData, *, sample: bool) -> bytes:
    return filled(f"handover_{data.style}.docx", handover_text(data, sample=sample))
