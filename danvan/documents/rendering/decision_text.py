"""The sentences of a decision, made once from its data: the .docx and the PDF print the same words."""

from collections.abc import Sequence

from danvan.documents.rendering.data import AnnexData, DecisionData, cleaned
from danvan.documents.rendering.wording import MARKS, SAMPLE, dated, full_number, place_and_date
from danvan.text.numbers import count_in_words, two_digits

_NOUN = {"collective": "tập thể", "individual": "cá nhân"}
_HEADINGS = {
    "collective": ("STT", "Tên tập thể", "Đơn vị, địa chỉ"),
    "individual": ("STT", "Họ và tên", "Chức vụ, đơn vị"),
}


def decision_text(data: DecisionData, *, sample: bool) -> dict:
    """Return the texts that the templates of decisions place, as plain strings, lists and dictionaries."""
    data = cleaned(data)
    number = full_number(data.style, data.number, data.symbol)
    return {
        "style": data.style,
        "sample": SAMPLE if sample else "",
        "superior": data.superior.upper(),
        "issuer": data.issuer.upper(),
        "number_line": f"Số {number}" if data.style == "party" else f"Số: {number}",
        "place_and_date": place_and_date(data.place, data.issued_on),
        "abstract": data.abstract,
        "deciding": data.deciding.upper(),
        "grounds": listed(data.grounds),
        "articles": [_article(index, text) for index, text in enumerate(data.articles, 1)],
        "recipients": listed(data.recipients),
        "signing": [MARKS[data.style][line.mark] + line.text.upper() for line in data.signing],
        "signer_name": data.signer_name,
        "annexes": [_annex(annex, _attached_to(data, number)) for annex in data.annexes],
    }


def listed(items: Sequence[str]) -> list[str]:
    """End each item with a semicolon and the last with a full stop, unless it was typed with a mark of its own."""
    return [
        item if item.rstrip().endswith((";", ".", ",", ":")) else f"{item}{'.' if index == len(items) else ';'}"
        for index, item in enumerate(items, 1)
    ]


def _article(index: int, text: str) -> dict:
    first, *others = text.split("\n")
    return {"label": f"Điều {index}.", "text": first, "others": others}


def _attached_to(data: DecisionData, number: str) -> str:
    if data.style == "party":
        day = data.issued_on.strftime("ngày %d/%m/%Y") if data.issued_on else dated(None)
        return f"(kèm theo Quyết định số {number}, {day} của {data.issued_by})"
    return f"(Kèm theo Quyết định số {number} {dated(data.issued_on)} của {data.issued_by})"


def _annex(annex: AnnexData, attached_to: str) -> dict:
    count = len(annex.rows)
    return {
        "title": annex.title,
        "attached_to": attached_to,
        "headings": _HEADINGS[annex.kind],
        "detailed": annex.kind == "individual" or any(row.detail for row in annex.rows),
        "rows": [
            {"number": str(index), "name": row.name, "detail": row.detail} for index, row in enumerate(annex.rows, 1)
        ],
        "total": f"Danh sách này có {two_digits(count)} ({count_in_words(count)}) {_NOUN[annex.kind]}.",
    }
