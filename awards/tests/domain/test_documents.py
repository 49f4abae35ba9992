"""The documents, read back: what is printed is what was typed."""

import io

import docx
import pytest
from pypdf import PdfReader

from awards.domain.decisions import first_words
from awards.domain.documents import (
    certificates_pdf,
    decision_data,
    decision_docx,
    decision_pdf,
    from_snapshot,
    snapshot_of,
)
from awards.domain.layouts import layout_for, make_default_layouts
from awards.enums import DecisionState, NominationState, SubjectKind
from awards.models import CertificateLayout
from awards.tests.factories import make_decision, make_dossier, make_form, make_nomination, make_round
from danvan.documents.models import Style
from danvan.documents.rendering.certificates import default_layout
from danvan.workflow import Refused
from tests.factories import make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]

HARD_NAMES = ["Y Biêr Niê", "Lan & Mai <2> {{x}}"]


@pytest.fixture
def rows():
    """17 collectives and 23 individuals, approved."""
    dossier = make_dossier(make_unit("Đảng ủy xã Ea Kao"))
    approved = NominationState.APPROVED
    names = [*HARD_NAMES, *(f"Cá Nhân {index}" for index in range(21))]
    return [
        *(make_nomination(dossier, state=approved, team=f"Tổ dân vận {index}") for index in range(17)),
        *(make_nomination(dossier, name, approved, post="Trưởng buôn") for name in names),
    ]


@pytest.fixture
def issued(rows):
    return make_decision(rows, DecisionState.ISSUED)


def text_of_docx(content):
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def pages_of(content):
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def squeezed(text):
    return " ".join(text.split())


def test_the_decision_names_everybody_as_typed(issued):
    docx_text = squeezed(text_of_docx(decision_docx(decision=issued)))
    pdf_text = squeezed("\n".join(pages_of(decision_pdf(decision=issued))))
    for text in (docx_text, pdf_text):
        assert "Số 12-QĐ/BDVTU" in text
        assert "Tặng Giấy khen cho 17 tập thể và 23 cá nhân đã có thành tích xuất sắc" in text
        assert "Trưởng buôn, Đảng ủy xã Ea Kao" in text
        for name in [*HARD_NAMES, "Tổ dân vận 16", "Cá Nhân 20"]:
            assert name in text


def test_a_draft_has_a_gap_for_its_number(rows):
    text = squeezed(text_of_docx(decision_docx(decision=make_decision(rows))))
    assert "QĐ/BDVTU" in text
    assert "12-QĐ/BDVTU" not in text


def test_an_issued_decision_prints_the_words_of_its_day(issued):
    before = pages_of(decision_pdf(decision=issued))
    letterhead = issued.letterhead
    letterhead.issuer, letterhead.symbol, letterhead.style = "Ban Khác", "BK", Style.STATE
    letterhead.save()
    issued.form.name = "Bằng khen"
    issued.form.save()
    issued.refresh_from_db()
    assert pages_of(decision_pdf(decision=issued)) == before


def test_a_snapshot_is_the_data_again(rows):
    data = decision_data(
        make_decision(rows, signer_mark="TM", signs_for="Ban Thường vụ", recipients="Như Điều 2\n\nLưu")
    )
    assert from_snapshot(snapshot_of(data), None) == data
    assert data.recipients == ("Như Điều 2", "Lưu")


@pytest.mark.parametrize(("style", "symbol"), [(Style.PARTY, "QĐ/BDVTU"), (Style.STATE, "QĐ-BDVTU")])
def test_number_and_symbol_follow_the_style(style, symbol):
    row = make_nomination(state=NominationState.APPROVED)
    letterhead = row.round.letterhead
    letterhead.style = style
    letterhead.save()
    row.round.refresh_from_db()
    decision = make_decision([row], DecisionState.ISSUED)
    data = decision_data(decision)
    assert (data.number, data.symbol) == ("12", symbol)


def test_what_there_is_none_of_is_not_named():
    decision = make_decision([make_nomination(state=NominationState.APPROVED)])
    data = decision_data(decision)
    assert data.articles[0].startswith("Tặng Giấy khen cho 01 cá nhân đã")
    assert [annex.kind for annex in data.annexes] == ["individual"]


def test_the_first_words_of_a_decision_come_from_its_round():
    round = make_round()
    words = first_words(round=round)
    assert words["abstract"].startswith("Về việc tặng Giấy khen")
    assert (words["letterhead"], words["place"], words["deciding"]) == (
        round.letterhead_id,
        "Đắk Lắk",
        "Ban Dân vận Tỉnh ủy Đắk Lắk",
    )


# --- certificates -----------------------------------------------------------------------------------------------------


def test_one_pdf_with_forty_certificates(issued):
    pages = [squeezed(page) for page in pages_of(certificates_pdf(decision=issued))]
    assert len(pages) == 40
    assert all("Tập thể" in page for page in pages[:17])
    assert not any("Tập thể" in page for page in pages[17:])
    for name in HARD_NAMES:
        (page,) = (page for page in pages if name in page)
        for words in ("GIẤY KHEN", "Trưởng buôn, Đảng ủy xã Ea Kao", "12-QĐ/BDVTU", "ngày 06 tháng 01 năm 2016"):
            assert words in page
    assert [f"Vào sổ số {index}/2016" in page for index, page in enumerate(pages, 1)] == [True] * 40


def test_no_certificate_before_the_decision(rows):
    with pytest.raises(Refused):
        certificates_pdf(decision=make_decision(rows, DecisionState.AWAITING_NUMBER))


def test_samples_say_so_on_every_page():
    row = make_nomination(make_dossier(is_sample=True), state=NominationState.APPROVED)
    decision = make_decision([row], DecisionState.ISSUED, is_sample=True)
    for content in (certificates_pdf(decision=decision), decision_pdf(decision=decision)):
        assert all("BẢN MINH HỌA" in page for page in pages_of(content))


# --- layouts ----------------------------------------------------------------------------------------------------------


def test_default_layouts_as_rows_are_the_default_layouts():
    form = make_form(name="Bằng khen")
    individual, collective = sorted(make_default_layouts(form=form), key=lambda layout: layout.kind, reverse=True)
    assert (individual.kind, collective.kind) == ("individual", "collective")
    for kind in SubjectKind:
        layout = layout_for(form=form, kind=kind, style="party", title="Bằng khen")
        assert set(layout.texts) == set(default_layout("party", kind.value).texts)
        assert layout.title == "BẰNG KHEN"
    assert make_default_layouts(form=form) == []


def test_the_layout_in_use_is_printed_with():
    form = make_form(for_collectives=False)
    (layout,) = make_default_layouts(form=form)
    layout.frame, layout.offset_x = False, -1.5
    layout.save()
    data = layout_for(form=form, kind=SubjectKind.INDIVIDUAL, style="party", title="Giấy khen")
    assert (data.frame, data.offset_x) == (False, -1.5)
    CertificateLayout.objects.update(is_active=False)
    data = layout_for(form=form, kind=SubjectKind.INDIVIDUAL, style="state", title="Giấy khen")
    assert (data.frame, data.style, data.offset_x) == (True, "state", 0)
