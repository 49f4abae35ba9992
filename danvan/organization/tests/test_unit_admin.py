"""The list of units as a tree, the page of a unit, and the correction of a slip."""

from datetime import date

import pytest
import time_machine
from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from danvan.access.roles import Role
from danvan.history.models import Activity
from danvan.organization.domain.units import tree
from danvan.organization.domain.units.naming import correct
from danvan.organization.domain.units.placement import end, move, place
from danvan.organization.models import Area, Membership, Unit, UnitPlacement
from danvan.organization.tests.succession import merged, split
from danvan.workflow import NotAllowed
from tests.crawl.reading import parse
from tests.factories import logged_in, make_administrator, make_kind, make_lead, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db

LIST = reverse("admin:organization_unit_changelist")
D = date(2025, 7, 1)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-22 09:00+07:00", tick=False):
        yield


@pytest.fixture
def tree_of_units():
    ban = make_unit("Thành ủy", code="TU", order=1)
    district = make_unit("Quận ủy", code="QU", order=2, valid_to=date(2025, 6, 30))
    ward = make_unit("Phường An Hải", code="AH", order=3, symbol="ĐUAH", email="anhai@example.vn")
    cell = make_unit("Chi bộ 1", code="CB1", order=4)
    other = make_unit("Sở Nội vụ", code="SNV", order=5)
    for unit, superior in ((ban, None), (district, ban), (ward, ban), (cell, ward), (other, ban)):
        place(unit=unit, superior=superior)
    return {unit.code: unit for unit in (ban, district, ward, cell, other)}


def shown(user, address=LIST, **data):
    """The names in the list with a dash for each level of indentation."""
    page = parse(logged_in(user).get(address, data))
    cells = page.xpath("//table[@id='result_list']//span[contains(@class, 'dv-level')]")
    return ["–" * int(cell.get("class")[-1]) + " ".join(cell.text_content().split()) for cell in cells]


def text_of(response):
    return " ".join(parse(response).text_content().split())


# --- the list ---------------------------------------------------------------------------------------------------------


def test_units_stand_as_a_tree_and_those_that_ended_are_left_out(tree_of_units):
    assert shown(make_user(Role.VIEWER, tree_of_units["SNV"])) == [
        "Thành ủy",
        "–Phường An Hải",
        "––Chi bộ 1",
        "–Sở Nội vụ",
    ]


def test_those_that_ended_are_marked_where_they_are_asked_for(tree_of_units):
    viewer = make_user(Role.VIEWER, tree_of_units["SNV"])
    assert shown(viewer, existence="ended") == ["–Quận ủy đã kết thúc"]
    assert shown(viewer, existence="all")[:2] == ["Thành ủy", "–Quận ủy đã kết thúc"]


@pytest.mark.parametrize(("day", "there"), [("30/06/2025", True), ("01/07/2025", False), ("2025-06-30", True)])
def test_the_list_is_that_of_a_day(tree_of_units, day, there):
    assert ("–Quận ủy" in shown(make_user(Role.VIEWER, tree_of_units["SNV"]), on=day)) is there


@pytest.mark.parametrize("day", ["", "không", "31/02/2025", "99999999999"])
def test_what_is_no_day_is_today(tree_of_units, day):
    assert len(shown(make_user(Role.VIEWER, tree_of_units["SNV"]), on=day)) == 4


def test_a_unit_is_listed_where_it_stood_on_that_day(tree_of_units):
    move(unit=tree_of_units["CB1"], superior=tree_of_units["SNV"], effective_on=D)
    viewer = make_user(Role.VIEWER, tree_of_units["SNV"])
    assert shown(viewer, on="30/06/2025")[-2:] == ["––Chi bộ 1", "–Sở Nội vụ"]
    assert shown(viewer, on="01/07/2025")[-2:] == ["–Sở Nội vụ", "––Chi bộ 1"]


def test_a_dissolved_unit_stays_where_it_stood_last(tree_of_units):
    end(unit=tree_of_units["CB1"], last_day=D)
    Unit.objects.filter(code="CB1").update(valid_to=D)
    viewer = make_user(Role.VIEWER, tree_of_units["SNV"])
    assert shown(viewer, existence="all")[2:4] == ["–Phường An Hải", "––Chi bộ 1 đã kết thúc"]


@pytest.mark.parametrize("data", [{"o": "2"}, {"o": "-1"}, {"q": "chi bo"}, {"q": "cb1"}])
def test_who_sorts_or_searches_sees_no_indentation(tree_of_units, data):
    found = shown(make_user(Role.VIEWER, tree_of_units["SNV"]), **data)
    assert "Chi bộ 1" in found and not [name for name in found if name.startswith("–")]


@pytest.mark.parametrize("words", ["an hai", "AN HẢI", "duah", "ĐUAH", "ah"])
def test_units_are_found_by_name_code_and_symbol_without_accents(tree_of_units, words):
    assert shown(make_user(Role.VIEWER, tree_of_units["SNV"]), q=words) == ["Phường An Hải"]


def test_units_are_found_by_superior_area_level_and_line(tree_of_units):
    province = Area.objects.create(name="Thành phố Đà Nẵng", level="province")
    ward = Area.objects.create(name="Phường An Hải", level="commune", parent=province)
    Unit.objects.filter(code__in=["AH", "CB1"]).update(area=ward)
    Unit.objects.filter(code="SNV").update(kind=make_kind(is_party=True), area=province)
    viewer = make_user(Role.VIEWER, tree_of_units["TU"])
    assert shown(viewer, under=tree_of_units["AH"].pk) == ["–Phường An Hải", "––Chi bộ 1"]
    assert shown(viewer, within=province.pk) == ["–Phường An Hải", "––Chi bộ 1", "–Sở Nội vụ"]
    assert shown(viewer, within=ward.pk, level="commune", under=tree_of_units["CB1"].pk) == ["––Chi bộ 1"]
    assert shown(viewer, level="province") == ["–Sở Nội vụ"]
    assert shown(viewer, kind__is_party__exact="1") == ["–Sở Nội vụ"]


@pytest.mark.parametrize("name", ["under", "within"])
@pytest.mark.parametrize("key", ["999999", "x", "9" * 30])
def test_what_cannot_be_looked_under_is_refused(tree_of_units, name, key):
    response = logged_in(make_staff(unit=tree_of_units["TU"])).get(LIST, {name: key})
    assert (response.status_code, response["Location"]) == (302, f"{LIST}?e=1")


def test_a_lead_sees_the_own_unit_alone_and_no_filters_over_others(tree_of_units):
    lead = make_lead(tree_of_units["AH"])
    page = logged_in(lead).get(LIST).content.decode()
    assert shown(lead) == ["Phường An Hải"]
    assert "Chi bộ 1" not in page and 'name="under"' not in page and 'name="within"' not in page
    assert shown(lead, under=tree_of_units["TU"].pk) == []


def test_people_are_counted_for_those_who_may_know_them(tree_of_units):
    lead = make_lead(tree_of_units["AH"])
    Membership.objects.create(user=lead, unit=tree_of_units["AH"], role=Role.UNIT_VIEWER)
    former = make_lead(tree_of_units["AH"])
    former.memberships.update(valid_to=D)
    make_lead(tree_of_units["AH"], is_active=False)
    assert people_column(make_staff(unit=tree_of_units["TU"])) == {"AH": 1, "TU": 1, "CB1": 0, "SNV": 0}
    assert people_column(make_user(Role.VIEWER, tree_of_units["SNV"])) is None


def people_column(user):
    request = RequestFactory().get(LIST)
    request.user = user
    changelist = admin.site.get_model_admin(Unit).get_changelist_instance(request)
    if "people" not in changelist.list_display:
        return None
    return {unit.code: unit.people_serving for unit in changelist.result_list}


def many_units(count, letter):
    """A tree of three levels of *count* units more, whose codes begin with *letter*, and an area for each."""
    kind, top = make_kind(), make_unit()
    root = place(unit=top)
    areas = Area.objects.bulk_create(Area(name=f"Xã {i}", level="commune") for i in range(count))
    units = Unit.objects.bulk_create(
        Unit(code=f"{letter}{i}", name=f"Đơn vị số {i}", kind=kind, area=areas[i], order=i % 1000) for i in range(count)
    )
    rows = []
    for i, unit in enumerate(units):
        superior = top if i < 30 else units[i % 30]
        above = root.path if i < 30 else root.path + tree.segment(superior.pk)
        rows.append(UnitPlacement(unit=unit, superior=superior, path=above + tree.segment(unit.pk)))
    orders = dict(Unit.objects.values_list("pk", "order"))
    for row in rows:
        row.list_key = tree.list_key(row.path, orders)
    UnitPlacement.objects.bulk_create(rows)


def queries(client):
    with CaptureQueriesContext(connection) as captured:
        response = client.get(LIST)
    assert response.status_code == 200
    return len(captured), len(response.content)


def test_a_hundred_times_as_many_units_cost_the_same_queries_and_no_bigger_page():
    client = logged_in(make_staff())
    many_units(35, "A")
    queries(client)
    few, size = queries(client)
    many_units(3_465, "B")
    many, size_of_many = queries(client)
    assert many == few
    assert size_of_many < 2 * size  # fifty rows a page, and no drop-down of everything


# --- the page ---------------------------------------------------------------------------------------------------------


def page_of(user, unit):
    return logged_in(user).get(reverse("admin:organization_unit_change", args=[unit.pk]))


@pytest.fixture
def line(tree_of_units):
    """The district was split into the ward and another one; an old ward was merged into the ward."""
    units = {
        "old": make_unit("Phường An Hải Bắc", valid_to=date(2025, 6, 30)),
        "sibling": make_unit("Phường Sơn Trà", valid_from=D),
    }
    split(tree_of_units["QU"], [tree_of_units["AH"], units["sibling"]], decree="137-KL/TW")
    merged([units["old"]], tree_of_units["AH"], decree="1659/NQ-UBTVQH15")
    return units


def test_the_ban_sees_the_whole_line_and_the_place(tree_of_units, line):
    text = text_of(page_of(make_staff(unit=tree_of_units["TU"]), tree_of_units["AH"]))
    for words in (
        "Quận ủy (đến 30/06/2025)",
        "Phường An Hải Bắc",
        "Phường Sơn Trà",
        "137-KL/TW",
        "1 đơn vị trực thuộc",
    ):
        assert words in text
    assert "Thành ủy › Phường An Hải" in text


def test_a_lead_sees_the_own_line_and_the_nearest_superior_without_links(tree_of_units, line):
    response = page_of(make_lead(tree_of_units["AH"]), tree_of_units["AH"])
    text = text_of(response)
    for words in ("Quận ủy (đến 30/06/2025)", "Phường An Hải Bắc", "1659/NQ-UBTVQH15", "Thành ủy › Phường An Hải"):
        assert words in text
    assert "Phường Sơn Trà" not in response.content.decode()  # the other part of the split
    links = parse(response).xpath("//div[@id='content-main']//a/@href")
    assert not [link for link in links if "/organization/unit/" in link and f"/{tree_of_units['AH'].pk}/" not in link]


def test_of_the_superiors_a_lead_is_told_the_nearest_alone(tree_of_units):
    text = text_of(page_of(make_lead(tree_of_units["CB1"]), tree_of_units["CB1"]))
    assert "Phường An Hải › Chi bộ 1" in text and "Thành ủy" not in text


def test_people_are_shown_to_those_who_may_know_them(tree_of_units):
    lead = make_lead(tree_of_units["AH"], full_name="Nguyễn Thị An")
    former = make_lead(tree_of_units["AH"], full_name="Phạm Văn Bình")
    former.memberships.update(valid_to=D)
    text = text_of(page_of(make_staff(unit=tree_of_units["TU"]), tree_of_units["AH"]))
    assert "Nguyễn Thị An" in text and "Phạm Văn Bình đầu mối đơn vị – 01/07/2025" in text
    for user in (lead, make_user(Role.VIEWER, tree_of_units["SNV"])):
        assert "Phạm Văn Bình" not in page_of(user, tree_of_units["AH"]).content.decode()


def test_the_page_of_a_unit_costs_the_same_for_many_people_and_events(tree_of_units):
    staff, unit = make_staff(unit=tree_of_units["TU"]), tree_of_units["AH"]
    client, address = logged_in(staff), reverse("admin:organization_unit_change", args=[unit.pk])

    def cost():
        make_lead(unit)
        merged([make_unit()], unit)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    cost()
    assert cost() == cost()


def test_name_code_and_end_are_not_typed_on_the_page(tree_of_units):
    unit = tree_of_units["AH"]
    page = parse(page_of(make_administrator(unit=tree_of_units["TU"]), unit))
    typed = set(page.xpath("//form[@id='unit_form']//*[@name]/@name"))
    assert {"short_name", "symbol", "email", "order"} <= typed and not {"name", "code", "valid_to"} & typed
    data = {"name": "Khác", "code": "KHAC", "valid_to": "01/01/2020", "order": "77", "kind": unit.kind_id, "version": 0}
    data |= {"short_name": "", "symbol": "", "area": "", "email": "", "telephone": "", "valid_from": ""}
    data |= {"placements-TOTAL_FORMS": 0, "placements-INITIAL_FORMS": 0}
    client = logged_in(make_administrator(unit=tree_of_units["TU"]))
    response = client.post(reverse("admin:organization_unit_change", args=[unit.pk]), data)
    assert response.status_code == 302
    unit.refresh_from_db()
    assert (unit.name, unit.code, unit.valid_to, unit.order) == ("Phường An Hải", "AH", None, 77)


@pytest.mark.parametrize(("last_day", "is_taken"), [(None, True), (date(2099, 12, 31), False)])
def test_a_new_unit_stands_under_one_that_stays(tree_of_units, last_day, is_taken):
    superior = make_unit("Phường Sơn Trà", valid_to=last_day)
    place(unit=superior)
    data = {"name": "Chi bộ 2", "code": "CB2", "kind": superior.kind_id, "order": 1, "superior": superior.pk}
    response = logged_in(make_administrator(unit=tree_of_units["TU"])).post(
        reverse("admin:organization_unit_add"), data
    )
    assert response.status_code == (302 if is_taken else 200)
    assert Unit.objects.filter(code="CB2", placements__superior=superior).exists() is is_taken


def test_a_new_order_is_a_new_place_in_the_list(tree_of_units):
    unit = tree_of_units["AH"]
    data = {"order": "900", "kind": unit.kind_id, "short_name": "", "symbol": "", "area": "", "email": ""}
    data |= {"telephone": "", "valid_from": "", "placements-TOTAL_FORMS": 0, "placements-INITIAL_FORMS": 0}
    staff = make_administrator(unit=tree_of_units["TU"])
    logged_in(staff).post(reverse("admin:organization_unit_change", args=[unit.pk]), data)
    assert shown(staff) == ["Thành ủy", "–Sở Nội vụ", "–Phường An Hải", "––Chi bộ 1"]


# --- a slip -----------------------------------------------------------------------------------------------------------


def corrected(user, unit, **data):
    data = {"name": unit.name, "code": unit.code, "reason": "Gõ thiếu chữ “phường”.", **data}
    return logged_in(user).post(reverse("admin:organization_unit_correct", args=[unit.pk]), data)


def test_the_administrator_corrects_a_name_and_says_why(tree_of_units):
    unit, boss = tree_of_units["AH"], make_administrator(unit=tree_of_units["TU"])
    response = corrected(boss, unit, name="Phường  An Hải Đông", code="AHD")
    assert response["Location"] == reverse("admin:organization_unit_change", args=[unit.pk])
    unit.refresh_from_db()
    assert (unit.name, unit.code, unit.search_text.startswith("phuong an hai dong")) == (
        "Phường An Hải Đông",
        "AHD",
        True,
    )
    done = Activity.objects.get(action="correct")
    assert (done.actor, done.reason, done.unit_id) == (boss, "Gõ thiếu chữ “phường”.", unit.pk)
    assert done.changes == {"name": ["Phường An Hải", "Phường An Hải Đông"], "code": ["AH", "AHD"]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"name": "Phường An Hải Đông", "reason": " "}, "Ô này bắt buộc nhập."),
        ({"name": ""}, "Ô này bắt buộc nhập."),
        ({}, "không có gì thay đổi"),
        ({"code": "SNV"}, "Đã có"),
    ],
)
def test_a_correction_that_cannot_be_says_so(tree_of_units, data, words):
    unit = tree_of_units["AH"]
    response = corrected(make_administrator(unit=tree_of_units["TU"]), unit, **data)
    assert response.status_code == 200 and words in text_of(response)
    unit.refresh_from_db()
    assert (unit.name, unit.code) == ("Phường An Hải", "AH") and not Activity.objects.filter(action="correct")


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_corrects_a_name(tree_of_units, role):
    unit = tree_of_units["AH"]
    user = make_user(role, unit)
    assert corrected(user, unit, name="Khác").status_code in (302, 403, 404)
    with pytest.raises(NotAllowed):
        correct(obj=unit, name="Khác", code="AH", actor=user, reason="x")
    unit.refresh_from_db()
    assert unit.name == "Phường An Hải"


@pytest.mark.parametrize(("first", "is_open"), [(None, True), (date(2026, 11, 23), True), (date(2026, 11, 22), False)])
def test_the_first_day_of_a_unit_that_has_begun_stands(first, is_open):
    unit = make_unit(valid_from=first)
    with time_machine.travel("2026-11-22 09:00+07:00"):
        page = logged_in(make_staff()).get(reverse("admin:organization_unit_change", args=[unit.pk]))
    assert ("valid_from" in page.context["adminform"].form.fields) is is_open
