import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from awards.domain import appraisal
from awards.domain.dossiers import conclude_dossier
from awards.enums import DecisionState, DossierState, NominationState
from awards.models import ApprovalSlip, Nomination
from awards.tests.factories import ACHIEVEMENT, PDF, make_decision, make_dossier, make_nomination, make_round
from danvan.history.models import Activity
from tests.factories import logged_in, make_clerk, make_exemplar, make_lead, make_leader, make_staff, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]

LIST = reverse("admin:awards_nomination_changelist")
APPRAISED, APPROVED = NominationState.APPRAISED, NominationState.APPROVED


def url(name, *args):
    return reverse(f"admin:awards_nomination_{name}", args=args)


def choose(client, action, rows, **data):
    return client.post(LIST, {"action": f"{action}_selected", "_selected_action": [row.pk for row in rows], **data})


def states(rows):
    return [Nomination.objects.get(pk=row.pk).state for row in rows]


@pytest.fixture
def slip():
    return {
        "number": "03-PT",
        "signed_on": "04/01/2016",
        "leader_name": "Nguyễn Thị Ánh, Trưởng Ban",
        "scan": SimpleUploadedFile("Phiếu trình.pdf", PDF),
    }


# --- several at once --------------------------------------------------------------------------------------------------


def test_the_page_before_the_deed_says_what_will_change(db):
    rows = [make_nomination(full_name="Sẽ Duyệt", state=APPRAISED), make_nomination(full_name="Chưa Thẩm Định")]
    page = choose(logged_in(make_leader()), "approve", rows)
    html = page.content.decode()
    assert "1 đề nghị sẽ thay đổi, 1 giữ nguyên." in html
    assert "Đang ở trạng thái “đơn vị đề nghị”." in html
    assert states(rows) == ["appraised", "proposed"]


def test_a_leader_approves_by_login(db):
    rows = [make_nomination(state=APPRAISED), make_nomination(state=APPRAISED), make_nomination()]
    leader = make_leader()
    response = choose(logged_in(leader), "approve", rows, confirmed="1", override_reason="")
    assert response.status_code == 302
    assert states(rows) == ["approved", "approved", "proposed"]
    assert {(row.approved_via, row.approved_by) for row in Nomination.objects.filter(state="approved")} == {
        ("login", leader)
    }


def test_an_officer_is_asked_for_the_slip(db, slip):
    rows = [make_nomination(state=APPRAISED)]
    client = logged_in(make_staff())
    page = choose(client, "approve", rows, confirmed="1")
    assert set(page.context["form"].errors) == set(slip)
    assert states(rows) == ["appraised"]
    assert choose(client, "approve", rows, confirmed="1", **slip).status_code == 302
    row = Nomination.objects.get()
    assert (row.state, row.approved_via, row.approved_for, row.slip.file.original_name) == (
        "approved",
        "slip",
        "Nguyễn Thị Ánh, Trưởng Ban",
        "Phiếu trình.pdf",
    )


@pytest.mark.parametrize(("name", "value"), [("signed_on", "07/01/2016"), ("scan", SimpleUploadedFile("a.exe", b"MZ"))])
def test_a_bad_slip_is_told_at_its_field(db, slip, name, value):
    rows = [make_nomination(state=APPRAISED)]
    page = choose(logged_in(make_staff()), "approve", rows, confirmed="1", **{**slip, name: value})
    assert set(page.context["form"].errors) == {name}
    assert states(rows) == ["appraised"]
    assert not ApprovalSlip.objects.exists()


def test_refusing_needs_a_reason_that_the_unit_reads_once_all_is_decided(db):
    rows = [make_nomination(state=APPRAISED)]
    client = logged_in(make_leader())
    page = choose(client, "refuse", rows, confirmed="1", reason=" ")
    assert set(page.context["form"].errors) == {"reason"}
    choose(client, "refuse", rows, confirmed="1", reason="Chưa đủ thời gian công tác.")
    assert states(rows) == ["refused"]
    lead = logged_in(make_lead(rows[0].dossier.unit))
    assert "Chưa đủ thời gian công tác." not in lead.get(url("change", rows[0].pk)).content.decode()
    conclude_dossier(dossier=rows[0].dossier, actor=make_staff())
    assert "Chưa đủ thời gian công tác." in lead.get(url("change", rows[0].pk)).content.decode()


def test_appraising_several(db):
    rows = [make_nomination(), make_nomination()]
    client = logged_in(make_staff())
    page = choose(client, "appraise", rows, confirmed="1", recommendation="yes", score="101")
    assert set(page.context["form"].errors) == {"score"}
    choose(client, "appraise", rows, confirmed="1", recommendation="yes", score="87,5", note="Tốt")
    assert states(rows) == ["appraised", "appraised"]
    assert {str(row.score) for row in Nomination.objects.all()} == {"87.5"}


def test_a_second_reward_is_shown_and_needs_a_reason(db):
    first = make_nomination(full_name="Trần Thị Lan", state=APPROVED)
    make_decision([first], DecisionState.ISSUED)
    again = make_nomination(make_dossier(first.dossier.unit, round=make_round()), "Trần Thị Lan", APPRAISED)
    client = logged_in(make_leader())
    assert "12-QĐ/BDVTU" in choose(client, "approve", [again]).content.decode()
    assert "12-QĐ/BDVTU" in client.get(url("change", again.pk)).content.decode()
    assert choose(client, "approve", [again], confirmed="1", override_reason="").status_code == 200
    assert states([again]) == ["appraised"]
    choose(client, "approve", [again], confirmed="1", override_reason="Thành tích khác.")
    assert states([again]) == ["approved"]


def test_foreign_and_missing_rows_are_not_in_the_selection(db):
    row = make_nomination(state=APPRAISED)
    lead = logged_in(make_lead(make_unit()))
    choose(lead, "approve", [row], confirmed="1")
    choose(logged_in(make_lead(row.dossier.unit)), "approve", [row], confirmed="1")
    choose(logged_in(make_clerk()), "approve", [row], confirmed="1")
    assert states([row]) == ["appraised"]


def test_the_page_costs_the_same_for_one_and_three_rows(db, django_assert_max_num_queries):
    rows = [make_nomination(make_dossier(), state=APPRAISED) for _ in range(3)]
    client = logged_in(make_leader())
    choose(client, "approve", rows[:1])
    with django_assert_max_num_queries(20) as first:
        choose(client, "approve", rows[:1])
    with django_assert_max_num_queries(20) as second:
        choose(client, "approve", rows)
    assert len(first) == len(second)


# --- one at a time ----------------------------------------------------------------------------------------------------


def test_buttons_follow_state_and_role(db):
    row = make_nomination(state=APPRAISED)
    deeds = {
        "staff": logged_in(make_staff()).get(url("change", row.pk)).context["transitions"],
        "leader": logged_in(make_leader()).get(url("change", row.pk)).context["transitions"],
        "clerk": logged_in(make_clerk()).get(url("change", row.pk)).context["transitions"],
        "lead": logged_in(make_lead(row.dossier.unit)).get(url("change", row.pk)).context["transitions"],
    }
    assert {who: [transition.action for transition in found] for who, found in deeds.items()} == {
        "staff": ["appraise", "approve", "refuse"],
        "leader": ["approve", "refuse"],
        "clerk": [],
        "lead": [],
    }


def test_approving_refusing_and_reconsidering_one(db, slip):
    row = make_nomination(state=APPRAISED)
    leader, staff = logged_in(make_leader()), logged_in(make_staff())
    assert staff.post(url("transition", row.pk, "approve"), {"override_reason": ""}).status_code == 200
    assert states([row]) == ["appraised"]
    staff.post(url("transition", row.pk, "approve"), {"override_reason": "", **slip})
    assert states([row]) == ["approved"]
    assert "03-PT" in leader.get(url("change", row.pk)).content.decode()
    leader.post(url("transition", row.pk, "reconsider"), {"reason": "Có phản ánh."})
    assert states([row]) == ["appraised"]
    leader.post(url("transition", row.pk, "refuse"), {"reason": "Có phản ánh."})
    assert states([row]) == ["refused"]
    assert leader.get(url("transition", row.pk, "refuse")).status_code == 302


def test_get_changes_nothing(db):
    row = make_nomination(state=APPRAISED)
    assert logged_in(make_leader()).get(url("transition", row.pk, "approve")).status_code == 200
    assert states([row]) == ["appraised"]
    assert Activity.objects.filter(action="nomination.approve").count() == 0


# --- words ------------------------------------------------------------------------------------------------------------


def words(row, **changes):
    return {"name": row.name, "salutation": "", "post": row.post, "achievement": ACHIEVEMENT, **changes}


@pytest.mark.parametrize(
    ("state", "by_lead", "by_staff"),
    [
        (DossierState.DRAFT, True, True),
        (DossierState.RETURNED, True, True),
        (DossierState.SUBMITTED, False, True),
        (DossierState.RECEIVED, False, True),
    ],
)
def test_who_changes_the_words_when(db, state, by_lead, by_staff):
    row = make_nomination(make_dossier(state=state))
    logged_in(make_lead(row.dossier.unit)).post(url("change", row.pk), words(row, post="Của đơn vị"))
    row.refresh_from_db()
    assert (row.post == "Của đơn vị") is by_lead
    logged_in(make_staff()).post(url("change", row.pk), words(row, post="Của Ban"))
    row.refresh_from_db()
    assert (row.post == "Của Ban") is by_staff


def test_words_are_fixed_once_the_clerk_has_the_decision(db):
    row = make_nomination(state=APPROVED)
    make_decision([row], DecisionState.AWAITING_NUMBER)
    logged_in(make_staff()).post(url("change", row.pk), words(row, post="Khác"))
    row.refresh_from_db()
    assert row.post == ""


def test_the_form_writes_words_only(db):
    row = make_nomination(make_dossier(state=DossierState.DRAFT))
    data = words(
        row, state="approved", score="99", recommendation="yes", decision="1", dossier=make_dossier().pk, kind="x"
    )
    logged_in(make_lead(row.dossier.unit)).post(url("change", row.pk), data)
    fresh = Nomination.objects.get(pk=row.pk)
    assert (fresh.state, fresh.score, fresh.dossier_id, fresh.kind) == ("proposed", None, row.dossier_id, "individual")


def test_a_model_of_another_unit_is_not_accepted(db):
    row = make_nomination(make_dossier(state=DossierState.DRAFT))
    foreign = make_exemplar(make_unit(), "Mô hình Lạ")
    client = logged_in(make_lead(row.dossier.unit))
    assert "Mô hình Lạ" not in client.get(url("change", row.pk)).content.decode()
    assert client.post(url("change", row.pk), words(row, exemplar=foreign.pk)).status_code == 200
    staff = logged_in(make_staff())
    assert staff.post(url("change", row.pk), words(row, exemplar=foreign.pk)).status_code == 200
    row.refresh_from_db()
    assert row.exemplar is None


def test_the_second_of_two_savers_sees_what_differs(db):
    row = make_nomination()
    client = logged_in(make_staff())
    shown = row.version
    client.post(url("change", row.pk), words(row, post="Bí thư", _version=shown))
    page = client.post(url("change", row.pk), words(row, post="Phó Bí thư", _version=shown)).content.decode()
    assert "Bí thư" in page
    row.refresh_from_db()
    assert row.post == "Bí thư"


def test_a_unit_withdraws_by_the_delete_page(db):
    row = make_nomination(make_dossier(state=DossierState.DRAFT))
    foreign = logged_in(make_lead(make_unit()))
    assert foreign.post(url("delete", row.pk), {"post": "yes"}).status_code == 302
    assert Nomination.objects.count() == 1
    logged_in(make_lead(row.dossier.unit)).post(url("delete", row.pk), {"post": "yes"})
    assert not Nomination.objects.exists()
    assert Activity.objects.filter(action="delete").count() == 1


def test_history_is_closed_to_strangers_and_hides_what_is_hidden(db):
    row = make_nomination(state=NominationState.REFUSED)
    assert logged_in(make_lead(make_unit())).get(url("history", row.pk)).status_code == 302
    own = logged_in(make_lead(row.dossier.unit)).get(url("history", row.pk)).content.decode()
    staff = logged_in(make_staff()).get(url("history", row.pk)).content.decode()
    assert "thẩm định" in staff and "thẩm định" not in own
    assert "Chưa đủ thời gian công tác." in staff and "Chưa đủ thời gian công tác." not in own


def test_the_history_tells_the_unit_the_outcome_alone_and_not_who_said_it(db):
    """What was refused, taken up again and approved was commended, and nothing else, as far as the unit goes."""
    row = make_nomination(full_name="Y Biêr Niê", state=NominationState.REFUSED)
    leader = make_leader(full_name="Hồ Thị Lan")
    appraisal.reconsider(nomination=row, actor=leader, reason="Có đơn của đơn vị.")
    appraisal.approve(nominations=[row], actor=leader)
    make_decision([row], DecisionState.ISSUED)
    history = logged_in(make_lead(row.dossier.unit)).get(url("history", row.pk))
    assert [shown["activity"].action for shown in history.context["rows"]] == ["nomination.commend", "add"]
    assert history.context["rows"][0]["changes"] == []
    text = history.content.decode()
    assert not any(words in text for words in ("Hồ Thị Lan", "Chưa đủ thời gian công tác.", "Có đơn của đơn vị."))
