"""The official letter that urges units that are late (công văn đôn đốc): editable .docx and PDF with the same words.

Party layout by Hướng dẫn 36-HD/VPTW, State layout by Nghị định 30/2020/NĐ-CP. Towards Party committees one asks them to
send ("đề nghị gửi").
"""

from dataclasses import dataclass
from datetime import date

from danvan.documents.rendering.data import SigningLine, Style, cleaned
from danvan.documents.rendering.decision import filled
from danvan.documents.rendering.decision_text import listed
from danvan.documents.rendering.typesetting import typeset
from danvan.documents.rendering.wording import MARKS, SAMPLE, dated, full_number, place_and_date
from danvan.text.numbers import count_in_words, two_digits

FEW = 5
"""Up to so many lines stand in the letter itself, more in a list that goes with it."""

DAY = "%d/%m/%Y"


@dataclass(frozen=True, kw_only=True)
class LateDuty:
    """A line: which unit has not sent what, and by when it was due."""

    unit: str
    title: str
    due_on: date


@dataclass(frozen=True, kw_only=True)
class UrgingData:
    """The letter. An empty *number* or a missing date of issue is printed as a gap to be filled in by hand.

    *as_of* is the day up to which nothing came, *send_by* the day before which it is asked for. *symbol* and
    *full_name* are those of the letterhead; recipients stand without a dash.
    """

    style: Style
    superior: str
    issuer: str
    full_name: str
    symbol: str
    place: str
    as_of: date
    send_by: date
    rows: tuple[LateDuty, ...]
    recipients: tuple[str, ...]
    signing: tuple[SigningLine, ...]
    signer_name: str = ""
    number: str = ""
    issued_on: date | None = None


def urging_text(data: UrgingData, *, sample: bool) -> dict:
    """Return the texts that the templates place, as plain strings, lists and dictionaries."""
    data = cleaned(data)
    party = data.style == "party"
    number = full_number(data.style, data.number, f"CV/{data.symbol}" if party else data.symbol)
    units = list(dict.fromkeys(row.unit for row in data.rows))
    is_long = len(data.rows) > FEW
    return {
        "style": data.style,
        "sample": SAMPLE if sample else "",
        "superior": data.superior.upper(),
        "issuer": data.issuer.upper(),
        "number_line": f"Số {number}" if party else f"Số: {number}",
        "about": f"V/v đôn đốc gửi {_what(data)}",
        "place_and_date": place_and_date(data.place, data.issued_on),
        "addressees": _addressees(units, is_long),
        "opening": _opening(data, units, is_long),
        "lines": _lines(data, units, is_long),
        "closing": _closing(data, len(units) > 1),
        "recipients": listed(data.recipients),
        "signing": [MARKS[data.style][line.mark] + line.text.upper() for line in data.signing],
        "signer_name": data.signer_name,
        "annex": _annex(data, units, number) if is_long else None,
    }


def _what(data):
    """What was not sent: its name where it is the same for all."""
    titles = {row.title for row in data.rows}
    return titles.pop() if len(titles) == 1 else "báo cáo, hồ sơ"


def _addressees(units, is_long):
    """What follows "Kính gửi:", in the same line when it is one, below it when they are several."""
    if is_long:
        return ["Các đơn vị có tên trong danh sách kèm theo."]
    return [f"{units[0]}."] if len(units) == 1 else [f"- {unit}" for unit in listed(units)]


def _is_uniform(data):
    """Whether all units owe the same by the same day: it is then said once."""
    return len({(row.title, row.due_on) for row in data.rows}) == 1


def _opening(data, units, is_long):
    due = f" (hạn gửi ngày {data.rows[0].due_on:{DAY}})" if _is_uniform(data) else ""
    if is_long:
        whom = f"{two_digits(len(units))} ({count_in_words(len(units))}) đơn vị có tên trong danh sách kèm theo."
    elif len(data.rows) == 1:
        whom = f"{units[0]}, {_lateness(data.rows[0], data.as_of)}."
    else:
        whom = f"{units[0]}:" if len(units) == 1 else "các đơn vị sau:"
    return f"Qua theo dõi, đến ngày {data.as_of:{DAY}}, {data.full_name} chưa nhận được {_what(data)}{due} của {whom}"


def _lines(data, units, is_long):
    if is_long or len(data.rows) == 1:
        return []
    lines = []
    for row in data.rows:
        parts = [] if len(units) == 1 else [row.unit]
        parts += [] if _is_uniform(data) else [f"{row.title}, hạn gửi ngày {row.due_on:{DAY}}"]
        lines.append(f"{': '.join(parts)} ({_lateness(row, data.as_of)})")
    return listed(lines)


def _lateness(row, as_of):
    return f"quá hạn {_late(row, as_of)} ngày" if row.due_on < as_of else "chưa quá hạn"


def _late(row, as_of):
    return two_digits((as_of - row.due_on).days)


def _closing(data, several):
    whom = "các đơn vị" if several else "đơn vị"
    end = "." if data.style == "party" else "./."
    return [
        f"Để bảo đảm tiến độ tổng hợp, {data.full_name} đề nghị {whom} khẩn trương hoàn thành và gửi trước ngày "
        f"{data.send_by:{DAY}}.",
        f"Trường hợp đã gửi bằng hình thức khác, đề nghị {whom} thông tin số, ngày văn bản để cập nhật.",
        f"Đề nghị {whom} quan tâm, phối hợp thực hiện{end}",
    ]


def _annex(data, units, number):
    party = data.style == "party"
    day = data.issued_on.strftime(f"ngày {DAY}") if party and data.issued_on else dated(data.issued_on)
    opening = "kèm theo" if party else "Kèm theo"
    count = len(data.rows)
    duties = "" if count == len(units) else f", {two_digits(count)} ({count_in_words(count)}) báo cáo, hồ sơ"
    return {
        "title": f"Các đơn vị chưa gửi {_what(data)}",
        "attached_to": f"({opening} Công văn số {number}{',' if party else ''} {day} của {data.full_name})",
        "headings": ["STT", "Đơn vị", "Nội dung", "Hạn gửi", "Quá hạn (ngày)"],
        "rows": [
            {
                "number": str(index),
                "unit": row.unit,
                "title": row.title,
                "due": f"{row.due_on:{DAY}}",
                "late": _late(row, data.as_of) if row.due_on < data.as_of else "–",
            }
            for index, row in enumerate(data.rows, 1)
        ],
        "total": f"Danh sách này có {two_digits(len(units))} ({count_in_words(len(units))}) đơn vị{duties}.",
    }


def render_urging_pdf(data: UrgingData, *, sample: bool) -> bytes:
    return typeset("urging.typ", urging_text(data, sample=sample))


def render_urging_docx(data: UrgingData, *, sample: bool) -> bytes:
    return filled(f"urging_{data.style}.docx", urging_text(data, sample=sample))
