"""The five places of the seed articles before and after 1 July 2025, and the laws of rolling up."""

from datetime import date, timedelta

import pytest

from danvan.organization.domain.territory.areas import predecessors_of, roll_up, successors_of
from danvan.organization.domain.territory.map_import import import_map
from danvan.organization.models import Area, AreaSuccession

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)

pytestmark = pytest.mark.django_db


def area(code, day, level=None):
    rows = Area.objects.in_force(day).filter(official_code=code)
    return (rows.filter(level=level) if level else rows).get()


def number_in(container, day, level="commune"):
    return Area.objects.in_force(day).within(container).filter(level=level).count()


def fate_of(old, day=AFTER):
    return roll_up(areas=[old], day=day)[old.pk]


def became(old, day=AFTER):
    return {(kin.area.official_code, kin.area.name, kin.wholly) for kin in successors_of(area=old, day=day)}


def came_of(new, day=BEFORE):
    return {(kin.area.official_code, kin.area.name, kin.wholly) for kin in predecessors_of(area=new, day=day)}


def test_the_ward_son_tra_is_not_the_district_son_tra(django_assert_max_num_queries):
    import_map(province="Đà Nẵng")
    district, ward = area("493", BEFORE), area("20263", AFTER)
    assert (district.name, district.level, district.valid_to) == ("Quận Sơn Trà", "district", BEFORE)
    assert (ward.name, ward.level, ward.valid_from) == ("Phường Sơn Trà", "commune", AFTER)
    assert number_in(district, BEFORE) == 6
    assert not Area.objects.in_force(AFTER).within(district).exists()
    assert became(district) == {("20263", "Phường Sơn Trà", False), ("20275", "Phường An Hải", False)}
    assert came_of(ward) == {
        ("20263", "Phường Thọ Quang", True),
        ("20266", "Phường Nại Hiên Đông", True),
        ("20269", "Phường Mân Thái", True),
        ("493", "Quận Sơn Trà", False),
    }
    assert came_of(area("20275", AFTER)) == {
        ("20272", "Phường An Hải Bắc", True),
        ("20275", "Phường Phước Mỹ", True),
        ("20278", "Phường An Hải Nam", True),
        ("493", "Quận Sơn Trà", False),
    }
    with django_assert_max_num_queries(4):
        fate = fate_of(district)
        assert fate.area is None
        assert [part.full_path for part in fate.parts] == [
            "Phường An Hải, Thành phố Đà Nẵng",
            "Phường Sơn Trà, Thành phố Đà Nẵng",
        ]
        assert fate.within.full_path == "Thành phố Đà Nẵng"
    assert fate.within == area("48", AFTER)
    # Of one code, the ward of before and the ward of today are two areas.
    assert area("20263", BEFORE).name == "Phường Thọ Quang"
    assert fate_of(area("20263", BEFORE)).area == ward


def test_da_nang_took_in_quang_nam():
    import_map(province="48")
    assert (number_in(area("48", BEFORE), BEFORE, "district"), number_in(area("48", BEFORE), BEFORE)) == (8, 47)
    assert (number_in(area("49", BEFORE), BEFORE, "district"), number_in(area("49", BEFORE), BEFORE)) == (17, 233)
    assert number_in(area("48", AFTER), AFTER) == 94
    assert came_of(area("48", AFTER)) == {("48", "Thành phố Đà Nẵng", True), ("49", "Tỉnh Quảng Nam", True)}
    assert not Area.objects.in_force(AFTER).filter(official_code="49").exists()


def test_an_island_district_without_communes_became_a_special_zone():
    import_map(province="48")
    island = Area.objects.get(name="Huyện Hoàng Sa")
    assert number_in(island, BEFORE) == 0
    assert fate_of(island).area.full_path == "Đặc khu Hoàng Sa, Thành phố Đà Nẵng"


def test_a_district_whose_communes_all_became_one_is_rolled_up():
    import_map(province="48")
    district = Area.objects.get(name="Quận Ngũ Hành Sơn")
    assert number_in(district, BEFORE) == 4
    assert fate_of(district).area.full_path == "Phường Ngũ Hành Sơn, Thành phố Đà Nẵng"


def test_long_bien_went_to_seven_communes_of_a_city_that_stayed():
    import_map(province="01")
    hanoi, district = area("01", BEFORE), area("004", BEFORE)
    assert hanoi == area("01", AFTER)
    assert [number_in(hanoi, BEFORE, level) for level in ("district", "commune")] == [30, 526]
    assert [number_in(hanoi, AFTER, level) for level in ("district", "commune")] == [0, 126]
    assert (district.full_path, number_in(district, BEFORE)) == ("Quận Long Biên, Thành phố Hà Nội", 13)
    assert became(district) == {
        ("00097", "Phường Hồng Hà", False),
        ("00118", "Phường Bồ Đề", False),
        ("00127", "Phường Việt Hưng", False),
        ("00136", "Phường Phúc Lợi", False),
        ("00145", "Phường Long Biên", False),
        ("00565", "Xã Gia Lâm", False),
        ("00577", "Xã Bát Tràng", False),
    }
    assert (fate_of(district).area, fate_of(district).within) == (None, hanoi)
    # The ward Long Biên of before is neither the district nor the ward of today, of the same code.
    ward = area("00145", BEFORE)
    assert ward.full_path == "Phường Long Biên, Quận Long Biên, Thành phố Hà Nội"
    assert became(ward) == {("00118", "Phường Bồ Đề", False), ("00145", "Phường Long Biên", False)}
    assert fate_of(Area.objects.get(name="Phường Ngọc Lâm")).area == area("00118", AFTER)
    assert became(hanoi) == {("01", "Thành phố Hà Nội", True)}


def test_ben_tre_is_part_of_vinh_long():
    import_map(province="Bến Tre")
    old, new = area("83", BEFORE), area("86", AFTER)
    assert (old.name, number_in(old, BEFORE, "district"), number_in(old, BEFORE)) == ("Tỉnh Bến Tre", 9, 148)
    assert not Area.objects.in_force(AFTER).filter(official_code="83", level="province").exists()
    assert (new.name, number_in(new, AFTER)) == ("Tỉnh Vĩnh Long", 124)
    assert fate_of(old).area == new
    assert came_of(new) == {
        ("83", "Tỉnh Bến Tre", True),
        ("84", "Tỉnh Trà Vinh", True),
        ("86", "Tỉnh Vĩnh Long", True),
    }
    # The ward Bến Tre took less than the city of that name, and something from another district.
    assert came_of(area("28789", AFTER)) == {
        ("829", "Thành phố Bến Tre", False),
        ("838", "Huyện Mỏ Cày Bắc", False),
        ("28780", "Phường 7", True),
        ("28789", "Xã Bình Phú", True),
        ("28906", "Xã Thanh Tân", True),
    }


def test_bac_kan_is_part_of_thai_nguyen():
    import_map(province="06")
    old, new = area("06", BEFORE), area("19", AFTER)
    assert (old.name, number_in(old, BEFORE, "district"), number_in(old, BEFORE)) == ("Tỉnh Bắc Kạn", 8, 108)
    assert (number_in(area("19", BEFORE), BEFORE, "district"), number_in(area("19", BEFORE), BEFORE)) == (9, 172)
    assert (new.name, number_in(new, AFTER)) == ("Tỉnh Thái Nguyên", 92)
    assert fate_of(old).area == new
    assert came_of(new) == {("06", "Tỉnh Bắc Kạn", True), ("19", "Tỉnh Thái Nguyên", True)}
    # Of one name: the province that is gone, its city, and the ward of today.
    ward = area("01843", AFTER)
    assert ward.full_path == "Phường Bắc Kạn, Tỉnh Thái Nguyên"
    assert ("058", "Thành phố Bắc Kạn", False) in came_of(ward)
    assert ("06", "Tỉnh Bắc Kạn", True) not in came_of(ward)


def test_dak_lak_took_in_phu_yen_and_is_another_area_than_before():
    import_map(province="Phú Yên")
    old, new = area("66", BEFORE), area("66", AFTER)
    assert (old.name, old.valid_to) == (new.name, BEFORE) == ("Tỉnh Đắk Lắk", BEFORE)
    assert old != new
    assert [number_in(old, BEFORE, level) for level in ("district", "commune")] == [15, 180]
    phu_yen = area("54", BEFORE)
    assert [number_in(phu_yen, BEFORE, level) for level in ("district", "commune")] == [9, 106]
    assert number_in(new, AFTER) == 102
    assert came_of(new) == {("54", "Tỉnh Phú Yên", True), ("66", "Tỉnh Đắk Lắk", True)}
    assert (fate_of(old).area, fate_of(phu_yen).area) == (new, new)
    assert came_of(area("24373", AFTER)) == {
        ("651", "Huyện Ea Kar", False),
        ("24373", "Thị trấn Ea Kar", True),
        ("24382", "Xã Xuân Phú", True),
        ("24385", "Xã Cư Huê", True),
        ("24391", "Xã Ea Đar", True),
        ("24394", "Xã Ea Kmút", True),
        ("24397", "Xã Cư Ni", True),
    }


# --- chains -----------------------------------------------------------------------------------------------------------


FIRST, SECOND = date(2020, 1, 1), date(2025, 7, 1)
YESTERDAY_OF = timedelta(days=1)


def make(name, begins=None, ends=None):
    return Area.objects.create(name=name, level="commune", valid_from=begins, valid_to=ends and ends - YESTERDAY_OF)


def link(old, new, on, *, is_partial=False):
    AreaSuccession.objects.create(predecessor=old, successor=new, effective_on=on, is_partial=is_partial)


def test_a_chain_is_followed_to_the_day_that_is_asked_about():
    a, b = make("A", ends=FIRST), make("B", ends=FIRST)
    c, d = make("C", FIRST, SECOND), make("D", SECOND)
    for old, new, on in ((a, c, FIRST), (b, c, FIRST), (c, d, SECOND)):
        link(old, new, on)
    assert fate_of(a, date(2019, 12, 31)).area == a
    assert fate_of(a, FIRST).area == fate_of(a, date(2025, 6, 30)).area == c
    assert fate_of(a, SECOND).area == d
    assert roll_up(areas=[a, b, c, d]) == {old.pk: fate_of(d) for old in (a, b, c, d)}
    assert [(kin.area, kin.wholly) for kin in predecessors_of(area=d, day=date(2019, 1, 1))] == [(a, True), (b, True)]
    assert [(kin.area, kin.wholly) for kin in predecessors_of(area=d, day=FIRST)] == [(c, True)]
    assert [kin.area for kin in predecessors_of(area=d, day=SECOND)] == [d]


def test_parts_that_come_together_again_are_the_whole():
    a, left, right = make("A", ends=FIRST), make("Trái", FIRST, SECOND), make("Phải", FIRST, SECOND)
    whole = make("Cả", SECOND)
    link(a, left, FIRST, is_partial=True)
    link(a, right, FIRST, is_partial=True)
    link(left, whole, SECOND)
    link(right, whole, SECOND)
    assert (fate_of(a, FIRST).area, set(fate_of(a, FIRST).parts)) == (None, {left, right})
    assert fate_of(a, SECOND).area == whole
    assert [(kin.area, kin.wholly) for kin in predecessors_of(area=whole, day=date(2019, 1, 1))] == [(a, True)]


def test_a_part_alone_is_not_the_whole():
    a, b = make("A", ends=FIRST), make("B", FIRST)
    link(a, b, FIRST, is_partial=True)
    fate = fate_of(a, SECOND)
    assert (fate.area, fate.parts, fate.within) == (None, (b,), None)
    assert [kin.wholly for kin in predecessors_of(area=b, day=date(2019, 1, 1))] == [False]


def test_what_nobody_succeeded_has_no_fate():
    fate = fate_of(make("A", ends=FIRST), SECOND)
    assert (fate.area, fate.parts, fate.within) == (None, (), None)


def test_a_circle_in_the_records_ends():
    a, b = make("A", ends=FIRST), make("B", ends=FIRST)
    link(a, b, FIRST)
    link(b, a, FIRST)
    assert fate_of(a, SECOND).area is None
    assert successors_of(area=b, day=SECOND) == []


def test_many_areas_cost_no_more_queries_than_one(django_assert_num_queries):
    import_map(province="48")
    old = list(Area.objects.in_force(BEFORE))
    with django_assert_num_queries(1):
        fates = roll_up(areas=old, day=AFTER)
    assert len(fates) == 307
    assert sum(fate.area is not None for fate in fates.values()) == 2 + 2 + 279
    with django_assert_num_queries(3):
        assert len(predecessors_of(area=area("20263", AFTER), day=BEFORE)) == 4
