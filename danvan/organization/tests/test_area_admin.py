"""The pages of areas, with the real map: lists of a day, search, choices, and what became of what."""

from datetime import date

import pytest
from django.urls import reverse

from danvan.access.roles import Role
from danvan.organization.domain.territory.map_import import import_map
from danvan.organization.models import Area, AreaSuccession
from tests.crawl.reading import parse
from tests.factories import logged_in, make_unit, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/organization/area/"


@pytest.fixture
def client():
    return logged_in(make_user(Role.ADMINISTRATOR))


@pytest.fixture
def da_nang():
    import_map(province="48")


def listed(client, **asked):
    answer = client.get(LIST, asked)
    assert answer.status_code == 200
    changelist = answer.context["cl"]
    return changelist.result_count, {str(row) for row in changelist.result_list}


def offered(client, term, model="unit", field="area"):
    asked = {"app_label": "organization", "model_name": model, "field_name": field, "term": term}
    return [row["text"] for row in client.get("/admin/autocomplete/", asked).json()["results"]]


# --- lists ------------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.usefixtures("da_nang")
@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 95),
        ({"on": "01/07/2025"}, 95),
        ({"on": "30/06/2025"}, 307),
        ({"on": "30-6-2025"}, 307),
        ({"on": ""}, 402),
        ({"on": "30/06/2025", "level__exact": "district"}, 25),
        ({"level__exact": "district"}, 0),
        ({"on": "", "q": "20263"}, 2),
        ({"q": "20263"}, 1),
        ({"q": "son tra"}, 1),
        ({"q": "SƠN TRÀ đà nẵng"}, 1),
        ({"on": "", "q": "huyen hoang sa"}, 1),
    ],
)
def test_the_list_is_that_of_a_day_and_of_today_unless_asked(client, asked, count):
    assert listed(client, **asked)[0] == count


@pytest.mark.usefixtures("da_nang")
def test_a_province_is_shown_with_all_that_lies_in_it(client):
    import_map(province="Hà Nội")
    old = Area.objects.get(official_code="49")
    assert listed(client, province=old.pk)[0] == 0
    assert listed(client, province=old.pk, on="30/06/2025")[0] == 1 + 17 + 233
    hanoi = Area.objects.get(official_code="01", level="province")
    assert listed(client, province=hanoi.pk)[0] == 127
    assert listed(client, province=hanoi.pk, on="", q="long bien")[0] == 4


@pytest.mark.usefixtures("da_nang")
def test_the_filter_names_provinces_of_today_first_and_says_until_when_the_others_existed(client):
    page = parse(client.get(LIST))
    choices = [option.text_content().strip() for option in page.xpath("//select[@name='province']/option")]
    assert choices == [
        "Tất cả",
        "Thành phố Đà Nẵng (48)",
        "Thành phố Đà Nẵng (48) – đến 30/06/2025",
        "Tỉnh Quảng Nam (49) – đến 30/06/2025",
    ]


@pytest.mark.parametrize("asked", [{"on": "31/02/2025"}, {"on": "hôm qua"}, {"province": "0"}, {"province": "x"}])
def test_what_is_no_day_or_province_is_an_address_that_is_not_understood(client, asked):
    Area.objects.create(name="Tỉnh A", level="province")
    assert client.get(LIST, asked).headers["Location"] == f"{LIST}?e=1"


@pytest.mark.usefixtures("da_nang")
def test_a_row_shows_where_the_area_lies(client):
    row = parse(client.get(LIST, {"on": "", "q": "nại hiên đông"})).xpath("//*[@id='result_list']//tbody/tr")
    words = " ".join(row[0].text_content().split())
    assert "Phường Nại Hiên Đông" in words
    assert "Quận Sơn Trà, Thành phố Đà Nẵng" in words
    assert "20266" in words
    assert "30/06/2025" in words


def test_a_page_of_many_areas_costs_as_many_queries_as_a_page_of_few(client, django_assert_num_queries):
    import_map(province="46")
    client.get(LIST)
    with django_assert_num_queries(9):
        client.get(LIST, {"q": "huong thuy"})
    with django_assert_num_queries(9):
        client.get(LIST, {"on": ""})


# --- choosing ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("da_nang")
def test_a_field_offers_the_areas_of_today_by_full_path_and_code(client):
    assert offered(client, "son tra") == ["Phường Sơn Trà, Thành phố Đà Nẵng (20263)"]
    assert offered(client, "20275") == ["Phường An Hải, Thành phố Đà Nẵng (20275)"]
    assert offered(client, "da nang")[0] == "Thành phố Đà Nẵng (48)"
    assert offered(client, "quận sơn trà") == []


@pytest.mark.usefixtures("da_nang")
def test_a_field_offers_the_areas_of_a_day_that_is_typed(client):
    assert offered(client, "sơn trà 30/06/2025")[0] == "Quận Sơn Trà, Thành phố Đà Nẵng (493) – đến 30/06/2025"
    assert offered(client, "nại hiên đông 30/6/2025") == [
        "Phường Nại Hiên Đông, Quận Sơn Trà, Thành phố Đà Nẵng (20266) – đến 30/06/2025"
    ]
    assert offered(client, "nại hiên đông 1/7/2025") == []


@pytest.mark.usefixtures("da_nang")
@pytest.mark.parametrize(
    ("model", "field"), [("area", "parent"), ("areasuccession", "predecessor"), ("areasuccession", "successor")]
)
def test_a_field_about_the_past_offers_areas_of_any_time(client, model, field):
    assert "Quận Sơn Trà, Thành phố Đà Nẵng (493) – đến 30/06/2025" in offered(client, "sơn trà", model, field)


@pytest.mark.usefixtures("da_nang")
def test_the_chosen_area_stands_in_the_form_by_its_full_path(client):
    unit = make_unit(area=Area.objects.get(name="Phường Sơn Trà"))
    page = parse(client.get(f"/admin/organization/unit/{unit.pk}/change/"))
    options = page.xpath("//select[@name='area']/option[@selected]")
    assert [option.text_content() for option in options] == ["Phường Sơn Trà, Thành phố Đà Nẵng (20263)"]


def test_choosing_costs_the_same_for_one_area_and_for_many(client, django_assert_num_queries):
    import_map(province="46")

    offered(client, "")
    for term in ("thuan hoa", ""):
        with django_assert_num_queries(6):
            offered(client, term)


# --- the page of an area ----------------------------------------------------------------------------------------------


def told(client, area):
    """What the page of *area* says about it besides its form, paragraph by paragraph."""
    page = parse(client.get(reverse("admin:organization_area_change", args=[area.pk])))
    panel = page.xpath("//div[contains(@class, 'dv-panel')]")[0]
    return [" ".join(part.text_content().split()) for part in panel.xpath(".//h2 | .//p | .//li")]


@pytest.mark.usefixtures("da_nang")
def test_the_page_says_what_an_area_came_of_and_what_became_of_it():
    client = logged_in(make_user(Role.STAFF))
    basis = "từ 01/07/2025, Nghị quyết số 1659/NQ-UBTVQH15 ngày 16/06/2025"
    assert told(client, Area.objects.get(name="Quận Sơn Trà")) == [
        "Quận Sơn Trà, Thành phố Đà Nẵng (493) – đến 30/06/2025",
        "Nay là:",
        f"Phường An Hải, Thành phố Đà Nẵng (20275) (một phần) {basis}",
        f"Phường Sơn Trà, Thành phố Đà Nẵng (20263) (một phần) {basis}",
    ]
    assert told(client, Area.objects.get(name="Phường Sơn Trà")) == [
        "Phường Sơn Trà, Thành phố Đà Nẵng (20263)",
        "Hình thành từ:",
        "Phường Mân Thái, Quận Sơn Trà, Thành phố Đà Nẵng (20269) – đến 30/06/2025",
        "Phường Nại Hiên Đông, Quận Sơn Trà, Thành phố Đà Nẵng (20266) – đến 30/06/2025",
        "Phường Thọ Quang, Quận Sơn Trà, Thành phố Đà Nẵng (20263) – đến 30/06/2025",
        "Quận Sơn Trà, Thành phố Đà Nẵng (493) – đến 30/06/2025 (một phần)",
    ]


def test_an_area_without_a_past_says_so(client):
    assert told(client, Area.objects.create(name="Xã Mới", level="commune")) == [
        "Xã Mới",
        "Chưa ghi nhận thay đổi nào của địa bàn này.",
    ]


def test_who_only_reads_is_offered_no_change():
    area = Area.objects.create(name="Xã Mới", level="commune")
    address = reverse("admin:organization_area_change", args=[area.pk])
    words = "Ghi nhận địa bàn kế tục"
    assert words in logged_in(make_user(Role.ADMINISTRATOR)).get(address).content.decode()
    assert words not in logged_in(make_user(Role.STAFF)).get(address).content.decode()


# --- what people add --------------------------------------------------------------------------------------------------


def errors_of(client, page, **fields):
    form = client.post(f"/admin/organization/{page}/add/", fields).context["adminform"].form
    return {name: list(texts) for name, texts in form.errors.items()}


@pytest.mark.parametrize("level", ["commune", "village"])
def test_an_area_lies_in_a_larger_one(client, level):
    parent = Area.objects.create(name="Thôn Một", level="village")
    errors = errors_of(client, "area", name="Xã A", level=level, parent=parent.pk)
    assert errors == {"parent": ["Địa bàn phải thuộc một địa bàn cấp cao hơn, không thể thuộc chính nó."]}


def test_an_area_does_not_lie_in_itself(client):
    area = Area.objects.create(name="Xã A", level="commune")
    answer = client.post(
        f"/admin/organization/area/{area.pk}/change/",
        {"name": "Xã A", "level": "commune", "parent": area.pk, "version": area.version},
    )
    assert "parent" in answer.context["adminform"].form.errors
    area.refresh_from_db()
    assert area.parent is None


def test_an_area_ends_after_it_begins(client):
    errors = errors_of(client, "area", name="A", level="commune", valid_from="02/01/2026", valid_to="01/01/2026")
    assert errors == {"__all__": ["Ngày kết thúc sớm hơn ngày bắt đầu."]}


@pytest.mark.parametrize(
    ("effective_on", "problem"),
    [
        ("01/07/2025", {}),
        ("30/06/2025", {"successor": ["Địa bàn này không có vào ngày thay đổi."]}),
        ("01/01/2020", {"predecessor": ["Địa bàn này chưa có trước ngày thay đổi."]}),
    ],
)
def test_a_change_joins_areas_that_exist_then(client, effective_on, problem):
    old = Area.objects.create(name="Cũ", level="commune", valid_from=date(2020, 1, 1), valid_to=date(2025, 6, 30))
    new = Area.objects.create(name="Mới", level="commune", valid_from=date(2025, 7, 1))
    fields = {"predecessor": old.pk, "successor": new.pk, "effective_on": effective_on}
    if problem:
        assert errors_of(client, "areasuccession", **fields) == problem
    else:
        assert client.post("/admin/organization/areasuccession/add/", fields).status_code == 302
    assert AreaSuccession.objects.exists() is not bool(problem)


def test_nothing_succeeds_itself(client):
    area = Area.objects.create(name="A", level="commune")
    errors = errors_of(client, "areasuccession", predecessor=area.pk, successor=area.pk, effective_on="01/07/2025")
    assert errors == {"__all__": ["Một địa bàn không thể kế thừa chính mình."]}


@pytest.mark.usefixtures("da_nang")
def test_a_change_begins_at_the_page_of_the_old_area(client):
    old = Area.objects.get(name="Phường Sơn Trà")
    page = parse(client.get(f"/admin/organization/areasuccession/add/?predecessor={old.pk}"))
    options = page.xpath("//select[@name='predecessor']/option[@selected]")
    assert [option.text_content() for option in options] == ["Phường Sơn Trà, Thành phố Đà Nẵng (20263)"]
