"""The statistics by line of organisation and by area, over the map as it was and as it is."""

from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from awards.tests.factories import make_form, make_round
from awards.tests.test_statistics import (
    PAGE,
    XLSX,
    cards,
    commend,
    filters_of,
    length_of_list,
    make_tally,
    numbers,
    page_of,
    table,
)
from danvan.access.roles import Role
from danvan.organization.domain.territory.map_import import import_map
from danvan.organization.models import Area, AreaSuccession, UnitKind
from tests.factories import logged_in, make_lead, make_staff, make_unit, make_user

pytestmark = pytest.mark.django_db

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
APART = (
    "Không phân bổ được: Quận Sơn Trà, Thành phố Đà Nẵng → "
    "Phường An Hải, Thành phố Đà Nẵng + Phường Sơn Trà, Thành phố Đà Nẵng"
)


def area(code, day):
    return Area.objects.in_force(day).get(official_code=code)


def total(user, **query):
    return cards(page_of(user, **query))[0]["Tổng số"]


@pytest.fixture
def da_nang():
    """Units of the district that was split up, of a ward in it, of both wards of today, of the city, and of none."""
    import_map(province="Đà Nẵng")
    party, mass = (UnitKind.objects.create(name=name, code=name) for name in ("Đảng ủy", "Đoàn thể"))
    round = make_round()
    lying = {
        "district": (area("493", BEFORE), party),
        "old_ward": (area("20266", BEFORE), party),
        "son_tra": (area("20263", AFTER), mass),
        "an_hai": (area("20275", AFTER), mass),
        "city": (area("48", AFTER), party),
        "none": (None, party),
    }
    units = {}
    for number, (name, (where, kind)) in enumerate(lying.items()):
        units[name] = make_unit(f"Đơn vị {name}", area=where, kind=kind)
        commend(round, units[name], 2**number)
    return {**units, "party": party, "mass": mass}


def test_by_area_a_split_district_is_named_and_counted_for_neither_part(da_nang):
    assert table(page_of(make_staff()), "Theo địa bàn") == [
        ("Thành phố Đà Nẵng", "16", "0", "16"),
        ("Phường An Hải, Thành phố Đà Nẵng", "8", "0", "8"),
        ("Phường Sơn Trà, Thành phố Đà Nẵng", "6", "0", "6"),
        (APART, "1", "0", "1"),
        ("Không rõ", "32", "0", "32"),
    ]


@pytest.mark.parametrize(
    ("code", "day", "count", "names_it"),
    [
        ("20263", AFTER, "6", True),  # the ward of today with the one that became part of it
        ("20275", AFTER, "8", True),
        ("20266", BEFORE, "2", False),
        ("493", BEFORE, "3", False),  # the district as it was, with its wards
        ("48", BEFORE, "3", False),
        ("48", AFTER, "31", False),  # both parts of the district lie in the city
        ("49", BEFORE, "0", False),
    ],
)
def test_an_area_counts_what_lies_in_it_and_what_wholly_became_part_of_it(da_nang, code, day, count, names_it):
    html = page_of(make_staff(), area=area(code, day).pk)
    assert cards(html)[0]["Tổng số"] == count
    assert ("Không tính ở đây:" in html) == names_it
    assert (f"<li>{APART} (1)</li>" in html) == names_it


def test_what_the_other_filters_leave_out_is_not_named(da_nang):
    ward = area("20263", AFTER).pk
    assert APART not in page_of(make_staff(), area=ward, unit_kind=da_nang["mass"].pk)
    assert APART in page_of(make_staff(), area=ward, unit_kind=da_nang["party"].pk)


def test_by_kind_of_unit(da_nang):
    staff = make_staff()
    assert table(page_of(staff), "Theo loại đơn vị") == [("Đảng ủy", "51", "0", "51"), ("Đoàn thể", "12", "0", "12")]
    html = page_of(staff, unit_kind=da_nang["mass"].pk)
    assert table(html, "Theo loại đơn vị") == [("Đoàn thể", "12", "0", "12")]
    assert cards(html)[0]["Tổng số"] == "12"


@pytest.mark.once
@pytest.mark.parametrize("units", ["", "today"])
@pytest.mark.parametrize("of_a_kind", [False, True])
@pytest.mark.parametrize("place", [None, ("20263", AFTER), ("48", AFTER), ("49", BEFORE)])
def test_every_number_is_the_length_of_its_list(da_nang, place, of_a_kind, units):
    staff = make_staff()
    query = {"area": area(*place).pk} if place else {}
    query |= {"unit_kind": da_nang["party"].pk} if of_a_kind else {}
    found = numbers(page_of(staff, units=units, **query))
    client = logged_in(staff)
    assert [number for _url, number in found] == [length_of_list(client, url) for url, _number in found]


def test_kind_and_area_narrow_the_tallies(da_nang):
    make_tally(unit=da_nang["son_tra"], source="Báo Đà Nẵng")
    make_tally(source="Báo không có đơn vị")
    staff = make_staff()
    for query in ({"area": area("20263", AFTER).pk}, {"unit_kind": da_nang["mass"].pk}):
        html = page_of(staff, **query)
        assert "Báo Đà Nẵng" in html and "Báo không có đơn vị" not in html
    assert "Báo Đà Nẵng" not in page_of(staff, area=area("20275", AFTER).pk)


def test_ben_tre_counts_for_the_vinh_long_of_today():
    import_map(province="Bến Tre")
    old, new = area("83", BEFORE), area("86", AFTER)
    district = Area.objects.within(old).filter(level="district").first()
    round = make_round()
    commend(round, make_unit(area=old), 1)
    commend(round, make_unit(area=district), 2)
    commend(round, make_unit(area=area("86", BEFORE)), 4)
    staff = make_staff()
    assert total(staff, area=new.pk) == "7"
    assert total(staff, area=old.pk) == "3"
    assert total(staff, area=area("86", BEFORE).pk) == "4"
    assert ("Tỉnh Vĩnh Long", "5", "0", "5") in table(page_of(staff), "Theo địa bàn")


def test_of_an_area_without_a_known_end_nothing_is_guessed():
    gone = Area.objects.create(name="Xã Cũ", level="commune", valid_to=BEFORE)
    village = Area.objects.create(name="Thôn Một", level="village", parent=gone)
    new = Area.objects.create(name="Xã Mới", level="commune", valid_from=AFTER)
    commend(make_round(), make_unit(area=village), 1)
    staff = make_staff()
    assert table(page_of(staff), "Theo địa bàn") == [
        ("Không phân bổ được: Thôn Một, Xã Cũ → chưa rõ nơi nào", "1", "0", "1")
    ]
    link = AreaSuccession.objects.create(predecessor=gone, successor=new, effective_on=AFTER, is_partial=True)
    html = page_of(staff, area=new.pk)
    assert cards(html)[0]["Tổng số"] == "0"
    assert "<li>Không phân bổ được: Thôn Một, Xã Cũ → Xã Mới + chưa rõ nơi nào (1)</li>" in html
    link.is_partial = False
    link.save()
    assert total(staff, area=new.pk) == "1"
    assert table(page_of(staff), "Theo địa bàn") == [("Xã Mới", "1", "0", "1")]


def test_the_workbook_holds_both_tables_and_says_what_was_chosen(da_nang):
    ward = area("20263", AFTER)
    response = logged_in(make_staff()).post(f"{XLSX}?area={ward.pk}")
    rows = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    label = "Địa bàn (hiện nay hoặc trước đây)"
    assert rows[0][0] == f"Thống kê khen thưởng; {label}: {ward.choice_label}; Không tính ở đây: {APART} (1)"
    assert [row[:3] for row in rows if row[0] in ("Theo loại đơn vị", "Theo địa bàn")] == [
        ["Theo loại đơn vị", "Đảng ủy", 2],
        ["Theo loại đơn vị", "Đoàn thể", 4],
        ["Theo địa bàn", "Phường Sơn Trà, Thành phố Đà Nẵng", 6],
    ]


def test_the_area_is_searched_for_and_named_in_full(da_nang):
    staff = make_staff()
    ward = area("20263", AFTER)
    shown = filters_of(page_of(staff, area=ward.pk))
    assert f'<option value="{ward.pk}" selected>{ward.choice_label}</option>' in shown
    assert "Phường An Hải" not in shown
    answer = logged_in(staff).get(
        "/admin/autocomplete/",
        {"app_label": "organization", "model_name": "areasuccession", "field_name": "predecessor", "term": "son tra"},
    )
    assert {found["text"].partition(" (")[0] for found in answer.json()["results"]} >= {
        "Quận Sơn Trà, Thành phố Đà Nẵng",
        "Phường Sơn Trà, Thành phố Đà Nẵng",
    }


@pytest.mark.parametrize("query", [{"area": "999999"}, {"area": "abc"}, {"area": "9" * 30}, {"unit_kind": "abc"}])
def test_a_bad_value_shows_no_figure(da_nang, query):
    html = page_of(make_staff(), **query)
    assert "Lựa chọn này không có hoặc không còn dùng được" in html and numbers(html) == []


@pytest.mark.isolation
@pytest.mark.parametrize("role", [Role.UNIT_LEAD, Role.UNIT_VIEWER])
def test_units_learn_nothing_of_others_and_nothing_by_area(da_nang, role):
    user = make_user(role, da_nang["son_tra"])
    for query in ({}, {"area": area("493", BEFORE).pk}, {"area": 999_999}, {"units": "today"}):
        html = page_of(user, **query)
        assert table(html, "Theo loại đơn vị") == [("Đoàn thể", "4", "0", "4")]
        assert cards(html) == [{"Tập thể": "4", "Cá nhân": "0", "Tổng số": "4"}]
        for words in ("Theo địa bàn", "Địa bàn", "Quận Sơn Trà", "An Hải", "Đơn vị district", "Không tính ở đây"):
            assert words not in html
    html = page_of(user, unit_kind=da_nang["party"].pk)
    assert cards(html) == [{"Tập thể": "0", "Cá nhân": "0", "Tổng số": "0"}]


@pytest.mark.isolation
def test_the_lead_of_an_old_unit_reads_no_name_of_its_split(da_nang):
    html = page_of(make_lead(da_nang["district"]), area=area("20263", AFTER).pk)
    assert cards(html)[0]["Tổng số"] == "1"
    assert "Không phân bổ được" not in html


@pytest.mark.parametrize("units", [1, 3])
@pytest.mark.parametrize(("is_chosen", "count"), [(False, 18), (True, 24)])
def test_the_queries_do_not_grow_with_the_areas(django_assert_num_queries, units, is_chosen, count):
    new = Area.objects.create(name="Xã Mới", level="commune", valid_from=AFTER)
    for number in range(units):
        old = Area.objects.create(name=f"Xã {number}", level="commune", valid_to=BEFORE)
        AreaSuccession.objects.create(predecessor=old, successor=new, effective_on=AFTER)
        commend(make_round(form=make_form()), make_unit(area=old), 1)
    client = logged_in(make_staff())
    client.get(PAGE)
    with django_assert_num_queries(count):
        client.get(PAGE, {"area": new.pk} if is_chosen else {})
