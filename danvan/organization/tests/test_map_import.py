"""The map of Vietnam: what the data hold, and that importing keeps what people typed."""

from datetime import date, timedelta
from importlib.util import find_spec

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from danvan.history.domain import record
from danvan.history.models import Activity
from danvan.organization.domain.samples import clear_samples
from danvan.organization.domain.territory import map as map_of_vietnam
from danvan.organization.domain.territory.map import FIRST_DAY, LAST_DAY, read_map
from danvan.organization.domain.territory.map_import import import_map
from danvan.organization.models import Area, AreaLevel, AreaSuccession
from tests.factories import make_administrator

DA_NANG = "areas provinces=1 communes=94 old=307 links=382 created={} changed={}\n"


@pytest.fixture(scope="module")
def whole():
    return read_map()


def printed(capsys, *arguments):
    call_command("import_units", *arguments)
    return capsys.readouterr().out


def add(name, level, parent=None, *, by=None, **fields):
    """An area as a person adds it on its page, or as the program did when *by* is nobody."""
    area = Area.objects.create(name=name, level=level, parent=parent, **fields)
    if by:
        record(actor=by, action="add", obj=area)
    return area


# --- what the data hold -----------------------------------------------------------------------------------------------


def test_the_map_is_the_one_of_the_official_lists(whole):
    found = {}
    for place in whole.places:
        found[place.level, place.valid_to] = found.get((place.level, place.valid_to), 0) + 1
    assert found == {
        (AreaLevel.PROVINCE, None): 34,
        (AreaLevel.COMMUNE, None): 3321,
        (AreaLevel.PROVINCE, LAST_DAY): 52,  # the other 11 of the 63 stayed as they were
        (AreaLevel.DISTRICT, LAST_DAY): 696,
        (AreaLevel.COMMUNE, LAST_DAY): 10035,
    }
    assert sum(place.name.startswith("Đặc khu ") for place in whole.places) == 13


def test_codes_have_the_length_of_their_level_and_occur_once_in_their_time(whole):
    lengths = {AreaLevel.PROVINCE: 2, AreaLevel.DISTRICT: 3, AreaLevel.COMMUNE: 5}
    assert all(place.code.isdecimal() and len(place.code) == lengths[place.level] for place in whole.places)
    assert len({(place.level, place.code, place.valid_to) for place in whole.places}) == len(whole.places)


def test_everything_old_has_a_successor_and_every_new_commune_an_origin(whole):
    linked = {link.old for link in whole.links} | {link.new for link in whole.links}
    unlinked = [place for place in whole.places if place not in linked]
    assert [place.level for place in unlinked] == [AreaLevel.PROVINCE] * 11
    assert {(place.valid_from, place.valid_to) for place in unlinked} == {(None, None)}


def test_what_is_divided_has_several_successors_and_what_is_not_has_one(whole):
    became = {}
    for link in whole.links:
        became.setdefault(link.old, []).append(link.is_partial)
    assert all(parts == [False] or (len(parts) > 1 and all(parts)) for parts in became.values())


def test_a_part_of_the_map_is_closed_in_itself(whole):
    for region in {place.region for place in whole.places}:
        part = [place for place in whole.places if place.region == region]
        assert all(place.parent is None or place.parent in part for place in part)
        assert all(link.old in part for link in whole.links if link.new in part)


def test_each_area_stands_after_the_one_it_lies_in(whole):
    seen = set()
    for place in whole.places:
        assert place.parent is None or place.parent in seen
        seen.add(place)


@pytest.mark.parametrize(
    "words",
    ["48", "49", "Thành phố Đà Nẵng", "thành phố đà nẵng", "TP. Đà Nẵng", "da nang", "Tỉnh Quảng Nam", "quảng nam"],
)
def test_a_province_is_named_by_code_or_name_of_before_or_of_now(whole, words):
    part = whole.of(words)
    assert {place.region for place in part.places} == {"thanhphodanang"}
    assert len(part.places) == 402


@pytest.mark.parametrize("words", ["Sơn Trà", "999", "00", "20263", "Sài Gòn", " ", "", "%"])
def test_what_is_no_province_is_refused(whole, words):
    with pytest.raises(ValidationError) as refused:
        whole.of(words)
    assert refused.value.messages == [f"Không có tỉnh, thành phố nào có mã hoặc tên “{words}”."]


def test_half_a_name_is_refused_with_those_it_may_mean(whole):
    with pytest.raises(ValidationError) as refused:
        whole.of("Bắc")
    assert refused.value.messages == [
        "“Bắc” chưa rõ là nơi nào. Hãy ghi mã hoặc tên đầy đủ của một trong các tỉnh, thành phố: Tỉnh Bạc Liêu (95), "
        "Tỉnh Bắc Giang (24), Tỉnh Bắc Kạn (06), Tỉnh Bắc Ninh (24)."
    ]


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_all_of_it_is_written_once(capsys):
    line = "areas provinces=34 communes=3321 old=10783 links=14328 created={} changed=0\n"
    assert printed(capsys, "--all") == line.format(28466)
    assert printed(capsys, "--all") == line.format(0)
    assert Area.objects.in_force(LAST_DAY).filter(level="province").count() == 63
    assert Area.objects.in_force(FIRST_DAY).filter(level="province").count() == 34
    assert Area.objects.in_force(LAST_DAY).filter(level="commune").count() == 10035
    assert Area.objects.in_force(FIRST_DAY).filter(level="commune").count() == 3321
    assert not Area.objects.in_force(FIRST_DAY).filter(level="district").exists()
    assert AreaSuccession.objects.count() == 14328
    assert not Activity.objects.exists()


@pytest.mark.django_db
def test_one_province_by_its_old_name_then_by_its_code(capsys):
    assert printed(capsys, "--province", "Quảng Nam") == DA_NANG.format(784, 0)
    assert printed(capsys, "--province", "48") == DA_NANG.format(0, 0)


@pytest.mark.django_db
def test_a_row_is_found_by_code_without_accents_and_stands_in_vietnamese_order():
    import_map(province="48")
    assert [area.name for area in Area.objects.search("20263").in_force(FIRST_DAY)] == ["Phường Sơn Trà"]
    assert [area.name for area in Area.objects.search("son tra da nang").in_force(FIRST_DAY)] == ["Phường Sơn Trà"]
    assert Area.objects.search("da nang").in_force(FIRST_DAY).get(level="province").name == "Thành phố Đà Nẵng"
    names = list(Area.objects.in_force(FIRST_DAY).filter(name__contains="Điện Bàn").values_list("name", flat=True))
    assert names == ["Phường Điện Bàn", "Phường Điện Bàn Bắc", "Phường Điện Bàn Đông", "Xã Điện Bàn Tây"]


@pytest.mark.django_db
def test_unchanged_provinces_stay_one_row_and_changed_ones_become_two():
    import_map(province="Hà Nội")
    hanoi = Area.objects.get(level="province")
    assert (hanoi.official_code, hanoi.valid_from, hanoi.valid_to) == ("01", None, None)
    import_map(province="Đắk Lắk")
    rows = Area.objects.filter(level="province", official_code="66").order_by("valid_to")
    assert {(row.name, row.valid_from, row.valid_to) for row in rows} == {
        ("Tỉnh Đắk Lắk", None, LAST_DAY),
        ("Tỉnh Đắk Lắk", FIRST_DAY, None),
    }


@pytest.mark.django_db
def test_a_succession_names_its_resolution():
    import_map(province="48")
    basis = dict(AreaSuccession.objects.values_list("successor__level", "legal_basis").distinct())
    assert basis == {
        "province": "Nghị quyết số 202/2025/QH15 ngày 12/06/2025",
        "commune": "Nghị quyết số 1659/NQ-UBTVQH15 ngày 16/06/2025",
    }
    assert set(AreaSuccession.objects.values_list("effective_on", flat=True)) == {FIRST_DAY}


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [["--province", "Bắc"], ["--province", "xyz"], ["--province", " "]])
def test_a_refusal_is_one_sentence_and_nothing_is_written(arguments):
    with pytest.raises(CommandError):
        call_command("import_units", *arguments)
    assert not Area.objects.exists()


def test_without_the_data_it_says_what_to_do(monkeypatch):
    monkeypatch.setattr(map_of_vietnam, "PACKAGE", "goi_chua_cai")
    with pytest.raises(ValidationError) as refused:
        read_map()
    assert refused.value.messages == ["Chưa cài dữ liệu bản đồ hành chính. Hãy chạy: make setup"]


def test_the_code_of_the_package_is_not_run():
    assert find_spec("vietnamadminunits") is not None
    for unwanted in ("shapely", "geopy", "unidecode"):
        assert find_spec(unwanted) is None


# --- what people typed ------------------------------------------------------------------------------------------------


@pytest.fixture
def person(db):
    return make_administrator()


def changes_by_the_program(area):
    return Activity.objects.of(area).get(actor=None).changes


def test_an_own_row_with_the_code_is_taken_and_completed_and_keeps_what_stands_in_it(person):
    own = add("P. Sơn Trà", "commune", official_code="20263", by=person)
    counts = import_map(province="48")
    assert (counts.created, counts.changed) == (783, 1)
    own.refresh_from_db()
    assert (own.name, own.parent.name, own.valid_from, own.valid_to) == (
        "P. Sơn Trà",
        "Thành phố Đà Nẵng",
        FIRST_DAY,
        None,
    )
    assert changes_by_the_program(own) == {
        "parent_id": [None, str(own.parent_id)],
        "valid_from": [None, "2025-07-01"],
    }
    assert sorted(own.origins.values_list("predecessor__name", flat=True)) == [
        "Phường Mân Thái",
        "Phường Nại Hiên Đông",
        "Phường Thọ Quang",
        "Quận Sơn Trà",
    ]
    assert import_map(province="48").changed == 0


def test_one_code_of_two_times_is_told_apart_by_name(person):
    old = add("Phường Thọ Quang", "commune", official_code="20263", by=person)
    import_map(province="48")
    old.refresh_from_db()
    assert (old.parent.name, old.valid_to) == ("Quận Sơn Trà", LAST_DAY)
    assert Area.objects.get(official_code="20263", valid_to=None).name == "Phường Sơn Trà"


def test_a_row_without_a_code_is_taken_by_its_full_path(person):
    province = add("Thành phố Đà Nẵng", "province", by=person)
    ward = add("phường Sơn Trà", "commune", province, by=person)
    import_map(province="48")
    ward.refresh_from_db()
    assert (ward.official_code, ward.name, ward.valid_from) == ("20263", "phường Sơn Trà", FIRST_DAY)
    province.refresh_from_db()
    assert (province.official_code, province.valid_from) == ("48", FIRST_DAY)


def test_a_bare_name_is_never_enough(person):
    """Neither another level, nor another province, nor a name without a path, nor one path twice is the ward."""
    district = add("Sơn Trà", "district", by=person)
    elsewhere = add("Phường Sơn Trà", "commune", add("Tỉnh Khác", "province", by=person), by=person)
    nowhere = add("Phường Sơn Trà", "commune", by=person)
    province = add("Thành phố Đà Nẵng", "province", by=person)
    twice = [add("Phường An Hải", "commune", province, by=person) for _ in range(2)]
    rows = [district, elsewhere, nowhere, *twice]
    before = list(Area.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values())
    import_map(province="48")
    assert list(Area.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").values()) == before
    assert Area.objects.filter(official_code__in=["20263", "20275", "493"], valid_to=None).count() == 2


def test_an_edited_row_is_not_undone_and_a_later_area_of_the_same_code_stays(person):
    """As when a commune became a ward in 2026."""
    import_map(province="24")
    commune = Area.objects.get(official_code="07294", valid_to=None)
    commune.valid_to = date(2026, 8, 23)
    commune.save()
    record(actor=person, action="change", obj=commune, changes={"valid_to": [None, commune.valid_to]})
    ward = add(
        "Phường Bố Hạ", "commune", commune.parent, official_code="07294", valid_from=date(2026, 8, 24), by=person
    )
    province = commune.parent
    province.name = "Thành phố Bắc Ninh"
    province.save()
    record(actor=person, action="change", obj=province, changes={"name": ["Tỉnh Bắc Ninh", province.name]})
    counts = import_map(province="24")
    assert (counts.created, counts.changed) == (0, 0)
    commune.refresh_from_db()
    ward.refresh_from_db()
    assert (commune.name, commune.valid_to) == ("Xã Bố Hạ", date(2026, 8, 23))
    assert (ward.name, ward.valid_from, ward.valid_to) == ("Phường Bố Hạ", date(2026, 8, 24), None)


def test_the_open_row_of_a_code_is_taken_even_when_it_began_later(person):
    ward = add("Phường Bố Hạ", "commune", official_code="07294", valid_from=date(2026, 8, 24), by=person)
    import_map(province="24")
    assert Area.objects.get(official_code="07294", valid_to=None).pk == ward.pk


@pytest.mark.django_db
def test_a_row_of_an_earlier_import_follows_corrected_data():
    import_map(province="48")
    ward = Area.objects.get(official_code="20263", valid_to=None)
    ward.name, ward.valid_to = "Phuong Son Tra", FIRST_DAY + timedelta(days=1)
    ward.save()
    counts = import_map(province="48")
    assert (counts.created, counts.changed) == (0, 1)
    version = ward.version
    ward.refresh_from_db()
    assert (ward.name, ward.valid_to, ward.version) == ("Phường Sơn Trà", None, version + 1)
    assert Area.objects.search("sơn trà").in_force(FIRST_DAY).get().pk == ward.pk


def test_own_successions_stay(person):
    import_map(province="48")
    link = AreaSuccession.objects.get(predecessor__name="Quận Sơn Trà", successor__name="Phường An Hải")
    link.is_partial, link.legal_basis = False, ""
    link.save()
    record(actor=person, action="change", obj=link, changes={"is_partial": [True, False]})
    other = AreaSuccession.objects.create(
        predecessor=link.successor, successor=link.predecessor, effective_on=date(2026, 1, 1)
    )
    assert import_map(province="48").changed == 1
    link.refresh_from_db()
    assert (link.is_partial, link.legal_basis) == (False, "Nghị quyết số 1659/NQ-UBTVQH15 ngày 16/06/2025")
    assert AreaSuccession.objects.filter(pk=other.pk).exists()


def test_a_code_at_an_area_of_another_level_is_refused_and_nothing_is_written(person):
    add("Thôn Một", "village", official_code="20263", by=person)
    with pytest.raises(ValidationError) as refused:
        import_map(province="48")
    assert refused.value.messages == [
        "Mã 20263 của Phường Sơn Trà, Thành phố Đà Nẵng đang ghi ở địa bàn khác: Thôn Một (thôn, buôn, tổ dân phố). "
        "Hãy sửa địa bàn đó trước."
    ]
    assert Area.objects.count() == 1


@pytest.mark.django_db
def test_a_sample_that_the_map_knows_outlives_the_demonstration():
    province = add("Tỉnh Đắk Lắk", "province", is_sample=True)
    import_map(province="66")
    clear_samples()
    province.refresh_from_db()
    assert (province.is_sample, province.official_code, province.valid_from) == (False, "66", FIRST_DAY)
    assert Area.objects.in_force(FIRST_DAY).count() == 103
