import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards.enums import DecisionState, DossierState, NominationState, RoundState
from awards.models import Dossier, DossierPaper, Nomination
from awards.tests.factories import (
    ACHIEVEMENT,
    NOTE,
    PDF,
    bring_to,
    make_decision,
    make_dossier,
    make_nomination,
    make_round,
)
from danvan.organization.models import Collective, Person
from tests.factories import logged_in, make_collective, make_exemplar, make_lead, make_person, make_staff, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]


def url(name, *args):
    return reverse(f"admin:awards_dossier_{name}", args=args)


@pytest.fixture
def dossier():
    return make_dossier(make_unit("Đảng ủy xã Ea Kao"), state=DossierState.DRAFT)


@pytest.fixture
def lead(dossier):
    return logged_in(make_lead(dossier.unit))


@pytest.fixture
def stranger():
    return logged_in(make_lead(make_unit()))


def test_a_lead_begins_the_dossier_of_an_open_round():
    open_round, unit = make_round(), make_unit()
    hidden = [
        make_round(state=RoundState.DRAFT, title="Đợt nháp"),
        make_round(state=RoundState.CLOSED, title="Đợt đã đóng"),
    ]
    client = logged_in(make_lead(unit))
    page = client.get(url("add") + f"?round={open_round.pk}")
    assert page.context["adminform"].form.initial["round"] == str(open_round.pk)
    assert not any(round.title in page.content.decode() for round in hidden)
    words = {"unit": unit.pk, "letter_number": "12-TTr/ĐU", "letter_date": "02/11/2015", "letter_signer": ""}
    for round in hidden:
        assert client.post(url("add"), {"round": round.pk, **words}).status_code == 200
    response = client.post(url("add"), {"round": open_round.pk, **words})
    made = Dossier.objects.get()
    assert response.url == url("change", made.pk)
    assert (made.unit, made.round, made.state, str(made.letter_date)) == (unit, open_round, "draft", "2015-11-02")


def test_one_dossier_for_a_unit_and_a_round(dossier, lead):
    response = lead.post(url("add"), {"round": dossier.round_id, "unit": dossier.unit_id})
    assert "Đơn vị đã có hồ sơ trong đợt này." in response.content.decode()


def test_a_lead_begins_no_dossier_for_another_unit(dossier, stranger):
    round = make_round()
    assert stranger.post(url("add"), {"round": round.pk, "unit": dossier.unit_id}).status_code == 200
    assert not Dossier.objects.filter(round=round).exists()


def test_the_page_offers_what_a_unit_does_next(dossier, lead):
    page = lead.get(url("change", dossier.pk)).content.decode()
    for words in ("Thêm cá nhân", "Thêm tập thể", "Gửi hồ sơ", "Nhập từ Excel", "Còn thiếu", "Thêm giấy tờ"):
        assert words in page


def test_adding_a_new_person(dossier, lead):
    page = lead.get(url("nominate_person", dossier.pk))
    assert "Đã có thành tích xuất sắc" in page.content.decode()
    words = {"full_name": "Y Biêr Niê", "salutation": "mr", "birth_year": "1970", "post": "Trưởng buôn"}
    response = lead.post(url("nominate_person", dossier.pk), {**words, "achievement": ACHIEVEMENT})
    assert response.url == url("change", dossier.pk)
    assert (Nomination.objects.get().name, Person.objects.get().unit) == ("Y Biêr Niê", dossier.unit)
    assert "Y Biêr Niê" in lead.get(url("change", dossier.pk)).content.decode()


def test_only_people_teams_and_models_of_the_own_unit_can_be_chosen(dossier, lead):
    other = make_unit()
    own = [
        make_person(dossier.unit, "Người Nhà"),
        make_collective(dossier.unit, "Tổ Nhà"),
        make_exemplar(dossier.unit, "Mô hình Nhà"),
    ]
    foreign = [make_person(other, "Người Lạ"), make_collective(other, "Tổ Lạ"), make_exemplar(other, "Mô hình Lạ")]
    people = lead.get(url("nominate_person", dossier.pk)).content.decode()
    teams = lead.get(url("nominate_collective", dossier.pk)).content.decode()
    assert "Người Nhà" in people and "Tổ Nhà" in teams and "Mô hình Nhà" in people
    assert not any(str(row) in people + teams for row in foreign)
    for name, data in (
        ("nominate_person", {"person": foreign[0].pk}),
        ("nominate_collective", {"subject": foreign[1].pk}),
        ("nominate_person", {"person": own[0].pk, "exemplar": foreign[2].pk}),
    ):
        assert lead.post(url(name, dossier.pk), {**data, "achievement": ACHIEVEMENT}).status_code == 200
    assert not Nomination.objects.exists()


@pytest.mark.parametrize("subject", ["unit", "team", "typed"])
def test_adding_a_collective(dossier, lead, subject):
    team = make_collective(dossier.unit, "Tổ dân vận 1")
    data = {"unit": {"subject": "unit"}, "team": {"subject": team.pk}, "typed": {"name": "Tổ mới"}}[subject]
    lead.post(url("nominate_collective", dossier.pk), {**data, "achievement": ACHIEVEMENT})
    name = {"unit": dossier.unit.name, "team": "Tổ dân vận 1", "typed": "Tổ mới"}[subject]
    assert (Nomination.objects.get().name, Collective.objects.count()) == (name, 2 if subject == "typed" else 1)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("nominate_person", {}),
        ("nominate_person", {"full_name": "A" * 201, "achievement": ACHIEVEMENT}),
        ("nominate_person", {"full_name": "Lan", "birth_year": "1899", "achievement": ACHIEVEMENT}),
        ("nominate_person", {"full_name": "Lan", "achievement": "A" * 601}),
        ("nominate_person", {"full_name": "Lan"}),
        ("nominate_collective", {"achievement": ACHIEVEMENT}),
    ],
)
def test_bad_input_is_told_at_the_field(dossier, lead, name, data):
    response = lead.post(url(name, dossier.pk), {"x": "", **data})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Nomination.objects.exists()
    assert not Person.objects.exists()


def test_twice_is_told_above_the_form(dossier, lead):
    person = make_person(dossier.unit, "Trần Thị Lan", birth_year=1980)
    make_nomination(dossier, person=person)
    data = {"full_name": "Trần Thị Lan", "salutation": "mrs", "birth_year": "1980", "achievement": ACHIEVEMENT}
    page = lead.post(url("nominate_person", dossier.pk), data).content.decode()
    assert "Không thể đề nghị thêm “Trần Thị Lan” trong đợt này." in page


def test_html_in_a_name_is_shown_as_typed(dossier, lead):
    data = {"full_name": "Lan & Mai <2> {{x}}", "salutation": "mrs", "achievement": ACHIEVEMENT}
    lead.post(url("nominate_person", dossier.pk), data)
    assert "Lan &amp; Mai &lt;2&gt; {{x}}" in lead.get(url("change", dossier.pk)).content.decode()


# --- what strangers meet ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["change", "nominate_person", "nominate_collective", "add_paper", "history", "delete"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_dossier_is_like_a_missing_one(dossier, stranger, name, method):
    data = {"full_name": "Lan", "achievement": ACHIEVEMENT} if method == "post" else {}
    foreign = getattr(stranger, method)(url(name, dossier.pk), data)
    missing = getattr(stranger, method)(url(name, dossier.pk + 1000), data)
    assert (foreign.status_code, foreign.headers.get("Location")) == (
        missing.status_code,
        missing.headers.get("Location"),
    )
    assert foreign.status_code in {302, 403}
    assert not Nomination.objects.exists()


@pytest.mark.parametrize("action", ["submit", "receive", "return"])
def test_a_stranger_does_nothing_by_a_crafted_post(dossier, stranger, action):
    make_nomination(dossier)
    response = stranger.post(url("transition", dossier.pk, action), {"reason": "Lý do"})
    assert response.status_code == 302
    dossier.refresh_from_db()
    assert dossier.state == "draft"


# --- sending and after ------------------------------------------------------------------------------------------------


def test_sending_receiving_and_returning(dossier, lead):
    make_nomination(dossier)
    staff = logged_in(make_staff())
    assert lead.get(url("transition", dossier.pk, "submit")).status_code == 200
    lead.post(url("transition", dossier.pk, "submit"), {"reason": ""})
    dossier.refresh_from_db()
    assert dossier.state == "submitted"
    page = staff.post(url("transition", dossier.pk, "return"), {"reason": "", "supplement_due_on": "32/01/2016"})
    assert set(page.context["form"].errors) == {"reason", "supplement_due_on"}
    page = staff.post(url("transition", dossier.pk, "return"), {"reason": "Thiếu.", "supplement_due_on": "05/01/2016"})
    assert page.context["form"].errors == {"supplement_due_on": ["Ngày này đã qua."]}
    staff.post(
        url("transition", dossier.pk, "return"), {"reason": "Thiếu biên bản.", "supplement_due_on": "20/01/2016"}
    )
    page = lead.get(url("change", dossier.pk)).content.decode()
    assert "Thiếu biên bản." in page and "20/01/2016" in page
    lead.post(url("transition", dossier.pk, "submit"), {"reason": ""})
    page = staff.post(url("transition", dossier.pk, "receive"), {"received_on": "07/01/2016"})
    assert page.context["form"].errors == {"received_on": ["Ngày này chưa đến."]}
    staff.post(url("transition", dossier.pk, "receive"), {"received_on": "06/01/2016"})
    dossier.refresh_from_db()
    assert (dossier.state, str(dossier.received_on)) == ("received", "2016-01-06")


def test_what_was_sent_is_read_only_for_its_unit(dossier, lead):
    make_nomination(dossier)
    Dossier.objects.update(state=DossierState.SUBMITTED)
    page = lead.get(url("change", dossier.pk)).content.decode()
    assert "Thêm cá nhân" not in page and "Gửi hồ sơ" not in page
    lead.post(url("nominate_person", dossier.pk), {"full_name": "Lan", "achievement": ACHIEVEMENT})
    lead.post(url("change", dossier.pk), {"letter_number": "99"})
    dossier.refresh_from_db()
    assert (dossier.letter_number, Nomination.objects.count()) == ("12-TTr/ĐU", 1)


def test_a_unit_reads_results_and_reasons_and_nothing_that_is_being_weighed(dossier, lead):
    Dossier.objects.update(state=DossierState.RECEIVED)
    dossier.refresh_from_db()
    rows = {state: make_nomination(dossier) for state in (NominationState.APPROVED, NominationState.REFUSED)}
    for state, row in rows.items():
        bring_to(row, state)
    page = lead.get(url("change", dossier.pk)).content.decode()
    assert page.count("Đang xét") == 2
    assert not any(words in page for words in ("Không duyệt", "Chưa đủ thời gian công tác.", "Đã duyệt"))
    staff = logged_in(make_staff())
    for row in rows.values():
        page = lead.get(reverse("admin:awards_nomination_change", args=[row.pk])).content.decode()
        assert NOTE not in page and "91,5" not in page and "Trần Thị Số" in page
        assert NOTE in staff.get(reverse("admin:awards_nomination_change", args=[row.pk])).content.decode()
    make_decision([rows[NominationState.APPROVED]], DecisionState.ISSUED)
    page = lead.get(url("change", dossier.pk)).content.decode()
    assert "Đang xét" not in page
    assert all(words in page for words in ("Đã khen thưởng", "Không duyệt", "Chưa đủ thời gian công tác."))


# --- papers -----------------------------------------------------------------------------------------------------------


def test_papers_are_added_read_and_taken_out(dossier, lead, stranger):
    data = {"kind": "letter", "file": SimpleUploadedFile("Tờ trình số 12.pdf", PDF)}
    assert lead.post(url("add_paper", dossier.pk), data).status_code == 302
    paper = DossierPaper.objects.get()
    download = reverse("admin:documents_storedfile_download", args=[paper.file_id])
    response = lead.get(download)
    assert b"".join(response.streaming_content) == PDF
    assert stranger.get(download).status_code == 302
    assert stranger.post(url("remove_paper", dossier.pk, paper.pk)).status_code == 302
    assert DossierPaper.objects.count() == 1
    assert lead.get(url("remove_paper", dossier.pk, paper.pk)).status_code == 405
    lead.post(url("remove_paper", dossier.pk, paper.pk))
    assert not DossierPaper.objects.exists()


def test_a_paper_in_quarantine_leads_nowhere_and_is_missing(dossier, lead):
    data = {"kind": "letter", "file": SimpleUploadedFile("Tờ trình số 12.pdf", PDF)}
    lead.post(url("add_paper", dossier.pk), data)
    stored = DossierPaper.objects.get().file
    download = reverse("admin:documents_storedfile_download", args=[stored.pk])
    deed = reverse("admin:documents_storedfile_transition", args=[stored.pk, "report"])
    page = lead.get(url("change", dossier.pk)).content.decode()
    assert download in page and deed in page
    lead.post(deed, {"reason": "Văn bản mật", "name_is_secret": "on"})
    page = lead.get(url("change", dossier.pk)).content.decode()
    assert "(tên tệp đã được che) (đã cách ly)" in page and "Còn thiếu: Tờ trình" in page
    assert download not in page and "Tờ trình số 12" not in page


def test_the_room_that_is_left_is_told_at_the_form(dossier, lead, settings):
    settings.UPLOAD_PER_DAY = 0, 10**6
    response = lead.post(url("add_paper", dossier.pk), {"kind": "letter", "file": SimpleUploadedFile("a.pdf", PDF)})
    assert "hiện còn 0 tệp" in response.content.decode()
    assert not DossierPaper.objects.exists()


@pytest.mark.parametrize(("name", "content"), [("a.pdf", b"<html>"), ("a.exe", b"MZ"), ("a.pdf", b"")])
def test_bad_files_are_told_at_the_form(dossier, lead, name, content):
    response = lead.post(url("add_paper", dossier.pk), {"kind": "letter", "file": SimpleUploadedFile(name, content)})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not DossierPaper.objects.exists()


def test_the_page_costs_the_same_for_one_and_three_rows(dossier, lead):
    costs = []
    for rows in (1, 2):
        for _ in range(rows):
            make_nomination(dossier)
        lead.get(url("change", dossier.pk))
        with CaptureQueriesContext(connection) as queries:
            lead.get(url("change", dossier.pk))
        costs.append(len(queries))
    assert costs[0] == costs[1]
