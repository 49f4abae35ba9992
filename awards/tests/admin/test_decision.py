import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from awards.enums import DecisionState, NominationState
from awards.models import Commendation, Decision, Nomination
from awards.tests.factories import PDF, make_decision, make_dossier, make_nomination, make_round
from danvan.documents.models import DocumentNumber
from tests.factories import logged_in, make_clerk, make_lead, make_leader, make_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]

APPROVED = NominationState.APPROVED
FILES = ["docx", "pdf", "certificates"]


def url(name, *args):
    return reverse(f"admin:awards_decision_{name}", args=args)


@pytest.fixture
def awaiting():
    rows = [make_nomination(state=APPROVED), make_nomination(state=APPROVED, team="Tổ dân vận")]
    return make_decision(rows, DecisionState.AWAITING_NUMBER)


@pytest.fixture
def issued():
    return make_decision([make_nomination(state=APPROVED)], DecisionState.ISSUED)


def draft_words(round):
    return {
        "round": round.pk,
        "form": round.form_id,
        "letterhead": round.letterhead_id,
        "abstract": "Về việc tặng Giấy khen",
        "deciding": "Ban Dân vận",
        "merit": "đã có thành tích",
        "place": "Đắk Lắk",
        "signer_post": "Trưởng Ban",
        "signer_mark": "",
        "signs_for": "",
    }


def test_drafting_takes_in_what_is_approved():
    ready = make_nomination(state=APPROVED)
    make_nomination(state=NominationState.APPRAISED)
    make_nomination(make_dossier(round=make_round()), state=APPROVED)
    client = logged_in(make_staff())
    page = client.get(url("add") + f"?round={ready.round_id}")
    assert page.context["adminform"].form.initial["deciding"] == "Ban Dân vận Tỉnh ủy Đắk Lắk"
    response = client.post(url("add"), draft_words(ready.round))
    decision = Decision.objects.get()
    assert response.url == url("change", decision.pk)
    assert list(decision.nominations.all()) == [ready]
    assert "Danh sách trong quyết định: 1" in client.get(url("change", decision.pk)).content.decode()


def test_what_is_drafted_in_a_sample_round_is_a_sample():
    ready = make_nomination(make_dossier(round=make_round(is_sample=True)), state=APPROVED)
    logged_in(make_staff()).post(url("add"), draft_words(ready.round))
    assert [row.is_sample for row in (Decision.objects.get(), ready, ready.dossier, ready.person)] == [True] * 4


def test_the_first_words_come_from_the_latest_round_with_approved_rows():
    client = logged_in(make_staff())
    assert client.get(url("add")).context["adminform"].form.initial == {}
    ready = make_nomination(state=APPROVED)
    make_round()
    assert client.get(url("add")).context["adminform"].form.initial["round"] == ready.round_id
    assert client.get(url("add") + "?round=9999").context["adminform"].form.initial == {}


def test_a_mark_needs_whom_the_signer_signs_for():
    ready = make_nomination(state=APPROVED)
    page = logged_in(make_staff()).post(url("add"), {**draft_words(ready.round), "signer_mark": "KT"})
    assert page.status_code == 200
    assert not Decision.objects.exists()


def test_choosing_the_rows():
    rows = [make_nomination(state=APPROVED) for _ in range(3)]
    decision = make_decision(rows[:2])
    client = logged_in(make_staff())
    assert client.get(url("rows", decision.pk)).content.decode().count('type="checkbox"') == 3
    client.post(url("rows", decision.pk), {"rows": [rows[1].pk, rows[2].pk]})
    assert set(decision.nominations.all()) == {rows[1], rows[2]}
    foreign = make_nomination(make_dossier(round=make_round()), state=APPROVED)
    assert client.post(url("rows", decision.pk), {"rows": [foreign.pk]}).status_code == 200
    assert set(decision.nominations.all()) == {rows[1], rows[2]}


def test_the_clerk_types_number_and_date(awaiting):
    client = logged_in(make_clerk())
    page = client.get(url("transition", awaiting.pk, "issue")).content.decode()
    assert "Nguyễn Thị Ánh" in page
    words = {"number": "12", "issued_on": "06/01/2016", "signer_name": "Nguyễn Thị Ánh"}
    assert client.post(url("transition", awaiting.pk, "issue"), words).url == url("change", awaiting.pk)
    awaiting.refresh_from_db()
    assert (awaiting.state, awaiting.number_text, Commendation.objects.count()) == ("issued", "12-QĐ/BDVTU", 2)
    page = client.get(url("change", awaiting.pk)).content.decode()
    for words in ("In giấy khen (PDF)", "Tải quyết định (.docx)", "Tải quyết định (PDF)", "Đính kèm bản đã ký"):
        assert words in page


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"number": "mười hai"}, "number"),
        ({"number": ""}, "number"),
        ({"issued_on": "07/01/2016"}, "issued_on"),
        ({"issued_on": "01/06/2016"}, "issued_on"),
        ({"issued_on": "31/02/2016"}, "issued_on"),
        ({"signer_name": ""}, "signer_name"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(awaiting, words, field):
    data = {"number": "12", "issued_on": "06/01/2016", "signer_name": "Nguyễn Thị Ánh", **words}
    page = logged_in(make_clerk()).post(url("transition", awaiting.pk, "issue"), data)
    assert set(page.context["form"].errors) == {field}
    assert not DocumentNumber.objects.exists()


def test_sending_the_form_twice_issues_once(awaiting):
    client = logged_in(make_clerk())
    words = {"number": "12", "issued_on": "06/01/2016", "signer_name": "Nguyễn Thị Ánh"}
    for _ in range(2):
        client.post(url("transition", awaiting.pk, "issue"), words)
    assert (DocumentNumber.objects.count(), Commendation.objects.count()) == (1, 2)


@pytest.mark.parametrize("make_user", [make_staff, make_leader, make_lead])
def test_nobody_else_issues_by_a_crafted_post(awaiting, make_user):
    words = {"number": "12", "issued_on": "06/01/2016", "signer_name": "Ai đó"}
    assert logged_in(make_user()).post(url("transition", awaiting.pk, "issue"), words).status_code == 302
    assert not DocumentNumber.objects.exists()


@pytest.mark.parametrize("state", [DecisionState.AWAITING_NUMBER, DecisionState.ISSUED])
def test_only_a_draft_is_changed_or_deleted(state):
    decision = make_decision([make_nomination(state=APPROVED)], state)
    client = logged_in(make_staff())
    client.post(url("change", decision.pk), {**draft_words(decision.round), "abstract": "Khác"})
    client.post(url("delete", decision.pk), {"post": "yes"})
    client.post(url("rows", decision.pk), {"rows": []})
    decision.refresh_from_db()
    assert (decision.abstract, decision.nominations.count()) == ("Về việc tặng Giấy khen", 1)


def test_deleting_a_draft_sets_its_rows_free():
    row = make_nomination(state=APPROVED)
    decision = make_decision([row])
    logged_in(make_staff()).post(url("delete", decision.pk), {"post": "yes"})
    assert list(Nomination.objects.ready_in(row.round)) == [row]


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FILES)
def test_files_are_answered_as_private_downloads(issued, name):
    response = logged_in(make_clerk()).get(url(name, issued.pk))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment; filename=")
    expected = {"docx": "Quy%E1%BA%BFt%20%C4%91%E1%BB%8Bnh%2012-Q%C4%90-BDVTU.docx"}
    assert f"filename*=UTF-8''{expected.get(name, '')}" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    assert response.content.startswith(b"PK" if name == "docx" else b"%PDF")


@pytest.mark.parametrize("name", [*FILES, "change", "rows", "signed_copy"])
def test_leads_do_not_reach_decisions(issued, name):
    lead = make_lead(issued.nominations.get().dossier.unit)
    foreign, missing = (logged_in(lead).get(url(name, pk)) for pk in (issued.pk, issued.pk + 1000))
    assert foreign.status_code == missing.status_code == (403 if name == "change" else 302)


@pytest.mark.parametrize("name", FILES)
def test_files_are_only_got(issued, name):
    assert logged_in(make_clerk()).post(url(name, issued.pk)).status_code == 405


def test_no_certificates_before_the_decision(awaiting):
    response = logged_in(make_clerk()).get(url("certificates", awaiting.pk))
    assert response.url == url("change", awaiting.pk)


def test_the_signed_copy(issued):
    client = logged_in(make_clerk())
    client.post(url("signed_copy", issued.pk), {"file": SimpleUploadedFile("Quyết định.pdf", PDF)})
    issued.refresh_from_db()
    assert issued.signed_copy.original_name == "Quyết định.pdf"
    page = logged_in(make_leader()).post(url("signed_copy", issued.pk), {"file": SimpleUploadedFile("a.pdf", PDF)})
    assert page.status_code == 200
    assert page.context["form"].non_field_errors()


# --- void numbers -----------------------------------------------------------------------------------------------------


def test_a_void_number_is_kept_with_its_reason(awaiting):
    client = logged_in(make_clerk())
    assert "Ghi số bỏ" in client.get(url("changelist")).content.decode()
    words = {"letterhead": awaiting.letterhead_id, "number": "12", "issued_on": "04/01/2016", "reason": "Ghi nhầm."}
    assert client.post(url("void"), words).url == url("changelist")
    entry = DocumentNumber.objects.get()
    assert (entry.text, entry.void_reason) == ("12-QĐ/BDVTU", "Ghi nhầm.")
    page = client.post(url("void"), words)
    assert set(page.context["form"].errors) == {"number"}
    data = {"number": "12", "issued_on": "06/01/2016", "signer_name": "Nguyễn Thị Ánh"}
    page = client.post(url("transition", awaiting.pk, "issue"), data)
    assert "Ghi nhầm." in page.context["form"].errors["number"][0]


def test_only_the_clerk_enters_void_numbers(awaiting):
    words = {"letterhead": awaiting.letterhead_id, "number": "12", "issued_on": "04/01/2016", "reason": "Ghi nhầm."}
    for make_user in (make_staff, make_leader, make_lead):
        client = logged_in(make_user())
        assert client.post(url("void"), words).status_code == 302
    assert not DocumentNumber.objects.exists()
