"""The screen of reorganisations: the form, the preview, the confirmation, the result."""

from datetime import date
from urllib.parse import quote

import pytest
import time_machine

from danvan.access.roles import Role
from danvan.organization.domain.units.placement import place
from danvan.organization.domain.units.reorganisation import confirm, set_units
from danvan.organization.enums import ReorganisationKind, ReorganisationState
from danvan.organization.models import Apportionment, Reorganisation, Unit
from tests.factories import (
    logged_in,
    make_exemplar,
    make_kind,
    make_leader,
    make_person,
    make_staff,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

ADD = "/admin/organization/reorganisation/add/"
LIST = "/admin/organization/reorganisation/"
DAY = date(2026, 11, 1)
YES = {"_sent": "1"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-22 08:00 +0700", tick=False):
        yield


@pytest.fixture
def staff():
    return make_staff()


@pytest.fixture
def client(staff):
    return logged_in(staff)


@pytest.fixture
def units():
    """Xã A and Xã B with a model of one name each; Xã C begins on the day."""
    province = make_unit("Tỉnh ủy")
    place(unit=province)
    old = [make_unit("Xã A"), make_unit("Xã B")]
    for unit in old:
        place(unit=unit, superior=province)
        make_exemplar(unit, "Tổ tự quản")
    return *old, make_unit("Xã C", valid_from=DAY), make_unit("Xã D", valid_from=DAY)


def data(kind, old, new=(), **more):
    return {
        "kind": kind,
        "predecessors": [unit.pk for unit in old],
        "successors": [unit.pk for unit in new],
        "decree": "1234/NQ-UBTVQH15",
        "effective_on": "01/11/2026",
        **more,
    }


def errors_of(response):
    """The words at each field; what belongs to none under ``__all__``."""
    assert response.status_code == 200
    return {name: list(words) for name, words in response.context["adminform"].form.errors.items()}


def plan(event):
    return f"{LIST}{event.pk}/plan/"


def make_event(kind, old, new=(), **fields):
    event = Reorganisation.objects.create(kind=kind, **{"decree": "12/NQ", "effective_on": DAY, **fields})
    set_units(reorganisation=event, predecessors=old, successors=new)
    return event


def test_a_merger_from_the_form_to_the_result(client, units):
    first, second, new, _other = units
    answer = client.post(ADD, data("merge", [first, second], [new]))
    event = Reorganisation.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, plan(event))
    page = client.get(plan(event)).content.decode()
    assert "Tổng trước 2 = tổng sau 2" in page and "Mô hình cùng tên: Tổ tự quản (Xã A); Tổ tự quản (Xã B)" in page
    assert "Người của Xã C xem được mọi bản ghi của Xã A, Xã B" in page
    (name,) = {part.split('"')[0] for part in page.split('name="double:')[1:]}
    answer = client.post(plan(event), {f"double:{name}": "join", "_continue": "1"})
    deed = f"{LIST}{event.pk}/deed/confirm/"
    assert answer["Location"] == deed
    assert "không rút lại được" in client.get(deed).content.decode()
    event.refresh_from_db()
    assert event.state == ReorganisationState.DRAFT
    assert client.post(deed, YES)["Location"] == plan(event)
    event.refresh_from_db()
    result = client.get(plan(event)).content.decode()
    assert event.state == ReorganisationState.IN_EFFECT
    assert "Kết quả đã thực hiện" in result and "In trang này" in result and "Tổng trước 2 = tổng sau 2" in result
    assert [model.unit.name for model in make_exemplar(new)._meta.model.objects.filter(name="Tổ tự quản")] == ["Xã C"]


def test_the_address_fills_in_the_old_unit(client, units):
    page = client.get(f"{ADD}?predecessors={units[0].pk},x&kind=rename").content.decode()
    assert f'<option value="{units[0].pk}" selected>Xã A</option>' in page
    assert 'href="/admin/organization/unit/add/' in page


def test_a_split_is_assigned_row_by_row_and_by_kind(client, units):
    old, _other, first, second = units
    people = [make_person(old) for _ in range(3)]
    event = make_event("split", [old], [first, second])
    page = client.get(plan(event)).content.decode()
    assert "Còn 4 bản ghi đang mở chưa phân" in page
    choices = {f"share:organization.person:{people[0].pk}": second.pk, "all:organization.person": first.pk}
    client.post(plan(event), choices)
    rows = Apportionment.objects.order_by("object_id").values_list("object_id", "successor")
    assert list(rows) == [(people[0].pk, second.pk), (people[1].pk, first.pk), (people[2].pk, first.pk)]
    answer = client.post(f"{LIST}{event.pk}/deed/confirm/", YES)
    assert "Còn 1 bản ghi đang mở chưa phân cho đơn vị mới nào" in answer.content.decode()
    client.post(plan(event), {**choices, "all:movements.exemplar": second.pk})
    client.post(f"{LIST}{event.pk}/deed/confirm/", YES)
    event.refresh_from_db()
    assert event.state == ReorganisationState.IN_EFFECT


def test_an_event_to_come_is_confirmed_and_waits(client, units):
    first, _second, _new, _other = units
    later = make_unit("Xã E", valid_from=date(2026, 12, 1))
    event = make_event("rename", [first], [later], effective_on=date(2026, 12, 1))
    assert "Xác nhận, tự có hiệu lực ngày 01/12/2026" in client.get(plan(event)).content.decode()
    client.post(f"{LIST}{event.pk}/deed/confirm/", YES)
    event.refresh_from_db()
    assert event.state == ReorganisationState.PLANNED
    assert "Đã xác nhận. Tự có hiệu lực ngày 01/12/2026." in client.get(plan(event)).content.decode()
    client.post(f"{LIST}{event.pk}/deed/cancel/", {"reason": "Nghị quyết bị thay thế"})
    event.refresh_from_db()
    assert event.state == ReorganisationState.CANCELLED
    assert client.get(plan(event)).status_code == 200


WRONG = {
    "nobody": (lambda a, b, c, d: data("merge", [], [c]), "predecessors", "bắt buộc"),
    "itself": (lambda a, b, c, d: data("merge", [a, b], [a]), "successors", "Xã A cũng là đơn vị cũ"),
    "two of one": (lambda a, b, c, d: data("rename", [a, b], [c]), "predecessors", "đúng một đơn vị cũ"),
    "one into two": (lambda a, b, c, d: data("rename", [a], [c, d]), "successors", "đúng một đơn vị mới"),
    "merged into two": (lambda a, b, c, d: data("merge", [a, b], [c, d]), "successors", "đúng một đơn vị mới"),
    "split into one": (lambda a, b, c, d: data("split", [a], [c]), "successors", "ít nhất hai"),
    "two split": (lambda a, b, c, d: data("split", [a, b], [c, d]), "predecessors", "đúng một đơn vị cũ"),
    "dissolved into": (lambda a, b, c, d: data("dissolve", [a], [c]), "successors", "để trống"),
    "handed over": (lambda a, b, c, d: data("merge", [a], [c], handed_to=b.pk), "handed_to", "để trống"),
    "handed to itself": (lambda a, b, c, d: data("dissolve", [a], handed_to=a.pk), "handed_to", "cũng là đơn vị cũ"),
    "no superior": (lambda a, b, c, d: data("transfer", [a]), "superior", "chọn đơn vị cấp trên"),
    "under itself": (lambda a, b, c, d: data("transfer", [a], superior=a.pk), "superior", "chính mình"),
    "too early": (
        lambda a, b, c, d: data("merge", [a], [c], effective_on="31/10/2026"),
        "successors",
        "Ngày 31/10/2026 chưa có Xã C, đơn vị này chỉ tồn tại từ ngày 01/11/2026",
    ),
    "before it began": (
        lambda a, b, c, d: data("merge", [c], [a], effective_on="01/11/2026"),
        "effective_on",
        "Xã C chỉ tồn tại từ ngày 01/11/2026: việc sắp xếp ngày 01/11/2026 sẽ kết thúc đơn vị trước khi bắt đầu",
    ),
    "superior that ends": (lambda a, b, c, d: data("merge", [a], [c], superior=a.pk), "superior", "sẽ kết thúc"),
    "under the new one": (lambda a, b, c, d: data("merge", [a], [c], superior=c.pk), "superior", "chính mình"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_is_said_at_its_field_and_changes_nothing(client, units, case):
    make, field, words = WRONG[case]
    before = list(Unit.objects.values())
    errors = errors_of(client.post(ADD, make(*units)))
    assert list(errors) == [field]
    assert words in errors[field][0]
    assert (Reorganisation.objects.count(), list(Unit.objects.values())) == (0, before)


def test_a_unit_that_ended_or_has_a_planned_event_is_no_old_unit(client, units, staff):
    first, second, new, other = units
    confirm(obj=make_event("rename", [first], [new]), actor=staff)
    later = make_unit("Xã E", valid_from=date(2027, 1, 1))
    confirm(obj=make_event("rename", [second], [later], effective_on=date(2027, 1, 1)), actor=staff)
    errors = errors_of(client.post(ADD, data("merge", [first, second], [other])))
    assert [words.split(":")[0] for words in errors["predecessors"]] == [
        "Xã A đã kết thúc",
        "Xã B đã có việc sắp xếp chờ hiệu lực",
    ]


def test_a_unit_that_ended_is_no_new_unit(client, units):
    gone = make_unit("Xã F", valid_to=date(2026, 10, 31))
    errors = errors_of(client.post(ADD, data("merge", [units[0]], [gone])))
    assert errors == {"successors": ["Xã F không còn tồn tại, đã kết thúc ngày 31/10/2026."]}


def test_two_units_cannot_become_each_other(client, units, staff):
    first, second, _new, _other = units
    day = date(2027, 1, 1)
    confirm(obj=make_event("merge", [first], [second], effective_on=day), actor=staff)
    errors = errors_of(client.post(ADD, data("merge", [second], [first], effective_on="01/01/2027")))
    assert "kế thừa vòng quanh" in errors["successors"][0]


def test_a_transfer_below_itself_is_refused(client, units):
    first, _second, _new, _other = units
    village = make_unit("Thôn A1")
    place(unit=village, superior=first)
    errors = errors_of(client.post(ADD, data("transfer", [first], superior=village.pk)))
    assert errors == {"superior": ["Thôn A1 đang trực thuộc Xã A, không thể đổi ngược như vậy."]}


def test_old_units_of_several_superiors_ask_for_one(client, units):
    first, _second, new, _other = units
    away = make_unit("Xã xa")
    place(unit=away, superior=make_unit("Tỉnh ủy khác"))
    errors = errors_of(client.post(ADD, data("merge", [first, away], [new])))
    assert errors["superior"][0].startswith("Các đơn vị cũ trực thuộc các cấp trên khác nhau")
    answer = client.post(ADD, data("merge", [first, away], [new], superior=Unit.objects.get(name="Tỉnh ủy").pk))
    assert answer.status_code == 302


@pytest.mark.parametrize("is_still_called_so", [True, False])
def test_the_ban_is_succeeded_by_its_own_kind_and_never_dissolved(client, units, staff, is_still_called_so):
    """Whatever an officer has made its kind on the page of the unit: its roles go with its people."""
    ban = staff.memberships.get().unit
    ban.kind = make_kind(is_ban=is_still_called_so)
    ban.save()
    plain = make_unit("Sở", kind=make_kind())
    assert list(errors_of(client.post(ADD, data("rename", [ban], [plain])))) == ["successors"]
    assert list(errors_of(client.post(ADD, data("dissolve", [ban])))) == ["predecessors"]


def test_only_a_draft_is_changed_or_deleted(client, units, staff):
    first, _second, new, _other = units
    event = make_event("rename", [first], [new])
    page = client.get(f"{LIST}{event.pk}/change/").content.decode()
    assert 'name="predecessors"' in page
    client.post(f"{LIST}{event.pk}/change/", data("rename", [first], [new], decree="99/NQ"))
    event.refresh_from_db()
    assert event.decree == "99/NQ"
    confirm(obj=event, actor=staff)
    page = client.get(f"{LIST}{event.pk}/change/").content.decode()
    assert 'name="predecessors"' not in page and "Xã A" in page and "Xã C" in page
    assert client.post(f"{LIST}{event.pk}/change/", data("rename", [first], [new])).status_code == 403
    assert client.post(f"{LIST}{event.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_draft_can_be_deleted(client, units):
    event = make_event("rename", [units[0]], [units[2]])
    client.post(f"{LIST}{event.pk}/delete/", {"post": "yes"})
    assert not Reorganisation.objects.exists()


def test_events_are_found_by_unit_kind_state_and_year(client, units):
    make_event("rename", [units[0]], [units[2]])
    make_event("merge", [units[1]], [units[3]], effective_on=date(2027, 1, 1))
    for query, names in {
        f"q={quote('xa b')}": ["Xã B"],
        "kind__exact=rename": ["Xã A"],
        "year=2027": ["Xã B"],
        "state__exact=draft": ["Xã B", "Xã A"],
    }.items():
        rows = client.get(f"{LIST}?{query}").context["cl"].result_list
        assert [event.successions.first().predecessor.name for event in rows] == names


@pytest.mark.isolation
@pytest.mark.parametrize("role", [Role.UNIT_LEAD, Role.UNIT_VIEWER, Role.COUNCIL_MEMBER])
def test_nobody_else_sees_the_events(units, role):
    event = make_event("rename", [units[0]], [units[2]])
    theirs = logged_in(make_user(role, units[0]))
    assert theirs.get(LIST).status_code == 403
    for address in (plan(event), f"{LIST}{event.pk}/deed/confirm/"):
        answer = theirs.post(address, {})
        assert answer.status_code in (302, 403)
    event.refresh_from_db()
    assert event.state == ReorganisationState.DRAFT


def test_a_leader_reads_the_preview_and_chooses_nothing(units):
    event = make_event("split", [units[0]], [units[2], units[3]])
    client = logged_in(make_leader())
    page = client.get(plan(event)).content.decode()
    assert "Tổng trước" in page and "Lưu lựa chọn" not in page
    row = units[0].exemplars.get()
    answer = client.post(plan(event), {f"share:movements.exemplar:{row.pk}": units[2].pk})
    assert answer.status_code == 200 and "không có quyền" in answer.content.decode()
    assert not Apportionment.objects.exists()


def test_what_could_not_be_carried_out_is_told_on_the_start_page(client, units):
    event = make_event("rename", [units[0]], [units[2]], state=ReorganisationState.PLANNED, problem="Xã C không còn")
    page = client.get("/admin/").content.decode()
    assert "Sắp xếp đơn vị chưa thực hiện được" in page and plan(event) in page and "Xã C không còn" in page
    assert "Sắp xếp đơn vị" not in logged_in(make_user(Role.UNIT_LEAD, units[0])).get("/admin/").content.decode()


def test_kinds_are_all_there():
    assert {kind.value for kind in ReorganisationKind} == {"rename", "merge", "split", "dissolve", "transfer"}


def test_what_was_chosen_stays_while_the_units_do(client, units):
    old, _other, first, second = units
    event = make_event("split", [old], [first, second])
    row = old.exemplars.get()
    client.post(plan(event), {f"share:movements.exemplar:{row.pk}": first.pk})
    client.post(f"{LIST}{event.pk}/change/", data("split", [old], [first, second], decree="99/NQ"))
    assert Apportionment.objects.count() == 1
    client.post(f"{LIST}{event.pk}/change/", data("split", [old], [first, make_unit("Xã E")]))
    assert Apportionment.objects.count() == 0


def seen_on(client, address):
    """The mark in the form at *address*."""
    return client.get(address).content.decode().split('name="seen" value="')[1].split('"')[0]


@pytest.mark.once
@pytest.mark.parametrize("what", ["another unit", "another day", "one more record", "a choice"])
@pytest.mark.parametrize("day", [DAY, date(2027, 1, 1)])
def test_what_was_not_shown_is_not_confirmed(client, units, what, day):
    one, other, new, _rest = units
    event = make_event("merge", [one, make_unit("Xã G")], [new], effective_on=day)
    address = f"{LIST}{event.pk}/deed/confirm/"
    pages = {"seen": seen_on(client, address), "_sent": "1"}, {"seen": seen_on(client, plan(event)), "_continue": "1"}
    if what == "another unit":
        set_units(reorganisation=event, predecessors=[one, other], successors=[new])
    elif what == "another day":
        event.effective_on = date(2026, 11, 2) if day == DAY else date(2027, 1, 2)
        event.save()
    elif what == "one more record":
        make_person(one)
    else:
        make_exemplar(new, "Tổ tự quản")
        client.post(plan(event), {f"double:{d.key}": "join" for d in client.get(plan(event)).context["doubles"]})
    answer = client.post(address, pages[0])
    assert list(answer.context["form"].errors["__all__"]) == [
        "Sự kiện, hoặc những gì sẽ chuyển, không còn như đã hiển thị. Đề nghị xem lại bản xem trước."
    ]
    assert client.post(plan(event), pages[1])["Location"] == plan(event)
    event.refresh_from_db()
    assert event.state == ReorganisationState.DRAFT
    assert client.post(address, {"seen": seen_on(client, address), "_sent": "1"}).status_code == 302
    event.refresh_from_db()
    assert event.state != ReorganisationState.DRAFT
