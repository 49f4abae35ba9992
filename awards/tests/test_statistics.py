"""The statistics page: what it counts, for whom, and that every number is as long as the list it leads to."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from django.contrib.contenttypes.models import ContentType
from python_calamine import CalamineWorkbook

from awards.domain.register import enter
from awards.enums import SubjectKind
from awards.models import Commendation, CommendationTally, Decision, Nomination
from awards.tests.factories import make_dossier, make_form, make_letterhead, make_round
from danvan.access.roles import Role
from danvan.history.models import Activity
from danvan.organization.domain.units.placement import end, move, place
from danvan.organization.domain.units.succession import recompute_inheritance
from danvan.organization.models import Apportionment, Unit, UnitKind
from danvan.organization.tests.succession import dissolved, renamed, split
from danvan.transfers.models import Export
from tests.factories import (
    logged_in,
    make_collective,
    make_field,
    make_lead,
    make_person,
    make_staff,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db

PAGE = "/admin/awards/commendation/statistics/"
XLSX = PAGE + "xlsx/"
TABLE = re.compile(r'<table class="dv-table dv-figures">\s*<thead><tr><th scope="col">([^<]*)</th>(.*?)</table>', re.S)
CARD = re.compile(r'<a class="dv-card" href="([^"]+)"><span[^>]*>([^<]+)</span><strong>([^<]+)</strong>')
LINE = re.compile(r'<tr><th scope="row">([^<]*)</th>(.*?)</tr>')
CELL = re.compile(r'<td class="dv-number"><a href="([^"]+)">([^<]+)</a></td>')


def commend(round, unit, collectives=0, individuals=0, *, field=None, is_sample=False):
    """Enter so many rows in the register, in the words of one decision of *round*."""
    decision = Decision.objects.create(round=round, letterhead=round.letterhead, form=round.form)
    decision.issued_on, decision.number_text = date(round.year, 12, 31), "12-QĐ/BDVTU"
    dossier = round.dossiers.filter(unit=unit).first() or make_dossier(unit, round)
    subjects = [{"kind": SubjectKind.COLLECTIVE, "collective": make_collective(unit)} for _ in range(collectives)]
    subjects += [{"kind": SubjectKind.INDIVIDUAL, "person": make_person(unit)} for _ in range(individuals)]
    for subject in subjects:
        name = str(subject.get("person") or subject.get("collective"))
        words = {"name": name, "achievement": "Dân vận khéo", "field": field, "is_sample": is_sample}
        enter(nomination=Nomination.objects.create(dossier=dossier, **subject, **words), decision=decision)


def make_tally(**fields):
    return CommendationTally.objects.create(
        **{
            "year": 2015,
            "occasion": "Tổng kết công tác dân vận năm 2015",
            "form": make_form(name="Giấy khen đếm"),
            "issuer": "Ban Dân vận Tỉnh ủy Đắk Lắk",
            "collectives": 17,
            "individuals": 23,
            "source": "Báo Đắk Lắk",
            **fields,
        }
    )


def page_of(user, **query):
    response = logged_in(user).get(PAGE, query)
    assert response.status_code == 200
    return response.content.decode()


def cards(html):
    """The headline counts of each block."""
    return [{title: text for _url, title, text in found} for found in [CARD.findall(part) for part in blocks(html)]]


def blocks(html):
    return html.split('class="dv-sample-block"')


def lines(html):
    """Every line of the tables by year, form and unit, in order: its label and its counts."""
    return [line for title in ("Theo năm", "Theo hình thức", "Theo đơn vị") for line in table(html, title)]


def table(html, title):
    """Every line of the tables of figures with *title*."""
    found = [line for head, body in TABLE.findall(html) if head == title for line in LINE.findall(body)]
    return [(unescape(label), *(text for _url, text in CELL.findall(cells))) for label, cells in found]


def filters_of(html):
    return re.search(r'<form method="get" action="[^"]+" class="dv-panel">.*?</form>', html, re.S)[0]


def numbers(html):
    """Every number that is a link, with its address."""
    found = [(url, text) for url, _title, text in CARD.findall(html)] + CELL.findall(html)
    return [(unescape(url), int(text.replace(".", ""))) for url, text in found]


def length_of_list(client, url):
    response = client.get(url)
    assert response.status_code == 200, url
    return response.context["cl"].result_count


@pytest.fixture
def story():
    """The end of the story of 2015: 17 collectives and 23 individuals, in two units."""
    round = make_round()
    first, second = make_unit("Huyện ủy Ea Kar", order=1), make_unit("Huyện ủy Lắk", order=2)
    commend(round, first, 10, 20)
    commend(round, second, 7, 3)
    return round


@pytest.fixture
def office(story):
    """Beside it rows that differ in every filter, samples, and tallies."""
    superior = make_unit("Tỉnh ủy", order=3)
    below = make_unit("Đảng ủy xã Ea Na", order=4)
    place(unit=superior)
    place(unit=below, superior=superior)
    other = make_round(
        year=2016,
        occasion="Sơ kết & tổng kết, 2016",
        form=make_form(name="Bằng khen", order=1),
        letterhead=make_letterhead(full_name="Ủy ban nhân dân tỉnh Đắk Lắk"),
    )
    commend(other, superior, 1, 2, field=make_field(name="Kinh tế"))
    commend(other, below, 0, 4)
    commend(story, below, 2, 0)
    commend(other, below, 3, 1, is_sample=True)
    make_tally()
    make_tally(individuals=None, source="Nguồn thứ hai", year=2016, unit=below)
    make_tally(is_sample=True, source="Nguồn minh họa")
    return {"superior": superior, "below": below, "other": other}


def test_the_story_counts_17_collectives_23_individuals_40_in_all(story):
    html = page_of(make_staff())
    assert cards(html) == [{"Tập thể": "17", "Cá nhân": "23", "Tổng số": "40"}]
    assert lines(html) == [
        ("2015", "17", "23", "40"),
        ("Giấy khen", "17", "23", "40"),
        ("Huyện ủy Ea Kar", "10", "20", "30"),
        ("Huyện ủy Lắk", "7", "3", "10"),
    ]


def test_samples_stand_in_a_block_of_their_own(office):
    html = page_of(make_staff())
    assert cards(html) == [
        {"Tập thể": "20", "Cá nhân": "29", "Tổng số": "49"},
        {"Tập thể": "3", "Cá nhân": "1", "Tổng số": "4"},
    ]
    facts, samples = blocks(html)
    assert "DỮ LIỆU MINH HỌA" in samples and "không cộng vào số liệu ở trên" in samples
    assert "Nguồn minh họa" in samples and "Nguồn minh họa" not in facts
    assert lines(samples)[0] == ("2016", "3", "1", "4")


def test_tallies_are_told_with_their_source_and_added_to_nothing(story):
    make_tally()
    make_tally(collectives=None, individuals=0, source="Báo cáo số 12", published_on=date(2016, 1, 15))
    html = page_of(make_staff())
    assert cards(html) == [{"Tập thể": "17", "Cá nhân": "23", "Tổng số": "40"}]
    counts = re.findall(r'<td class="dv-number">([^<]+)</td>', html)
    assert counts == ["17", "23", "40", "chưa rõ", "0", "chưa rõ"]
    assert "Báo Đắk Lắk" in html and "Báo cáo số 12 (15/01/2016)" in html


QUERIES = {
    "nothing": lambda office: {},
    "year": lambda office: {"year": 2015},
    "occasion": lambda office: {"occasion": "Sơ kết & tổng kết, 2016"},
    "form": lambda office: {"form": office["other"].form_id},
    "issuer": lambda office: {"issuer": "Ủy ban nhân dân tỉnh Đắk Lắk"},
    "subtree": lambda office: {"unit": office["superior"].pk},
    "unit": lambda office: {"unit": office["below"].pk},
    "collectives": lambda office: {"kind": "collective"},
    "individuals": lambda office: {"kind": "individual"},
    "several": lambda office: {"unit": office["superior"].pk, "year": 2016, "kind": "individual", "occasion": ""},
}
TOTALS = {
    "nothing": ["20", "29", "49"],
    "year": ["19", "23", "42"],
    "occasion": ["1", "6", "7"],
    "form": ["1", "6", "7"],
    "issuer": ["1", "6", "7"],
    "subtree": ["3", "6", "9"],
    "unit": ["2", "4", "6"],
    "collectives": ["20"],
    "individuals": ["29"],
    "several": ["6"],
}


@pytest.mark.once
@pytest.mark.parametrize("case", QUERIES)
def test_every_number_is_the_length_of_the_list_it_leads_to(office, case):
    staff = make_staff()
    html = page_of(staff, **QUERIES[case](office))
    assert list(cards(html)[0].values()) == TOTALS[case]
    client = logged_in(staff)
    found = numbers(html)
    assert len(found) > 4
    assert [number for _url, number in found] == [length_of_list(client, url) for url, _number in found]


def test_a_field_of_work_narrows_the_figures_and_their_lists(office):
    field = office["other"].commendations.exclude(field=None).first().field
    staff = make_staff()
    html = page_of(staff, field=field.pk)
    assert cards(html) == [{"Tập thể": "1", "Cá nhân": "2", "Tổng số": "3"}]
    client = logged_in(staff)
    assert [number for _url, number in numbers(html)] == [length_of_list(client, url) for url, _n in numbers(html)]


@pytest.mark.parametrize(
    ("query", "sources"),
    [
        ({}, ["Nguồn thứ hai", "Báo Đắk Lắk"]),
        ({"year": 2016}, ["Nguồn thứ hai"]),
        ({"year": 2015}, ["Báo Đắk Lắk"]),
        ({"kind": "individual"}, ["Nguồn thứ hai", "Báo Đắk Lắk"]),
        ({"issuer": "Ủy ban nhân dân tỉnh Đắk Lắk"}, []),
    ],
)
def test_the_filters_narrow_the_tallies_too(office, query, sources):
    facts = blocks(page_of(make_staff(), **query))[0]
    found = re.findall("Nguồn thứ hai|Báo Đắk Lắk", facts)
    assert found == sources


def test_a_unit_narrows_the_tallies_to_its_own(office):
    facts = blocks(page_of(make_staff(), unit=office["superior"].pk))[0]
    assert "Nguồn thứ hai" in facts and "Báo Đắk Lắk" not in facts


@pytest.mark.isolation
def test_a_lead_sees_the_own_unit_alone_in_every_number_choice_and_drawing(office):
    lead = make_lead(office["below"])
    html = page_of(lead)
    assert cards(html) == [
        {"Tập thể": "2", "Cá nhân": "4", "Tổng số": "6"},
        {"Tập thể": "3", "Cá nhân": "1", "Tổng số": "4"},
    ]
    assert [label for label, *_counts in lines(blocks(html)[0])][-1] == "Đảng ủy xã Ea Na"
    for foreign in ("Huyện ủy Ea Kar", "Huyện ủy Lắk", ">Tỉnh ủy<", "Báo Đắk Lắk", "Nguồn thứ hai", "Nguồn minh họa"):
        assert foreign not in html
    drawn = re.findall(r"<desc[^>]*>(.*?)</desc>", html)
    assert [text.strip() for text in drawn] == [
        "2016: Tập thể 0, Cá nhân 4. 2015: Tập thể 2, Cá nhân 0.",
        "2016: Tập thể 3, Cá nhân 1.",
    ]
    client = logged_in(lead)
    assert [number for _url, number in numbers(html)] == [length_of_list(client, url) for url, _n in numbers(html)]


@pytest.mark.isolation
@pytest.mark.parametrize("role", [Role.UNIT_LEAD, Role.UNIT_VIEWER])
def test_a_superior_unit_learns_nothing_of_the_units_under_it(office, role):
    """Not even as counts: whatever the filters ask for, the figures are those of the own rows."""
    user = make_user(role, office["superior"])
    for query in ({}, {"unit": office["superior"].pk}, {"year": 2016}):
        html = page_of(user, **query)
        assert cards(html) == [{"Tập thể": "1", "Cá nhân": "2", "Tổng số": "3"}]
        assert [label for label, *_counts in lines(html)] == ["2016", "Bằng khen", "Tỉnh ủy"]
        for words in ("Ea Na", "Ea Kar", "2015", "Tổng kết công tác", "Nguồn thứ hai", "MINH HỌA"):
            assert words not in html
    below = page_of(user, unit=office["below"].pk)
    assert "Lựa chọn này không có hoặc không còn dùng được" in below and numbers(below) == []


@pytest.mark.isolation
def test_a_lead_is_offered_only_occasions_and_issuers_of_the_own_rows(office):
    html = page_of(make_lead(make_unit("Đơn vị chưa được khen")))
    for foreign in ("2015", "2016", "Sơ kết", "Tổng kết", "Ban Dân vận", "Ủy ban nhân dân"):
        assert foreign not in filters_of(html)
    assert cards(html) == [{"Tập thể": "0", "Cá nhân": "0", "Tổng số": "0"}]
    assert "Chưa có khen thưởng nào như vậy trong sổ" in html


@pytest.mark.isolation
def test_another_units_id_answers_a_lead_like_one_that_does_not_exist(office):
    lead = make_lead(make_unit())
    foreign, missing = (filters_of(page_of(lead, unit=pk)) for pk in (office["below"].pk, 999_999))
    assert "Lựa chọn này không có hoặc không còn dùng được" in foreign
    assert foreign == missing


@pytest.mark.parametrize(
    "query",
    [
        {"year": "abc"},
        {"year": "1899"},
        {"unit": "999999"},
        {"unit": "abc"},
        {"unit": "9" * 30},
        {"form": "-1"},
        {"field": "1 OR 1=1"},
        {"kind": "household"},
        {"occasion": "<b>không có</b>"},
        {"issuer": "\x00"},
    ],
)
def test_a_bad_value_is_told_at_its_filter_and_no_figure_is_shown(story, query):
    html = page_of(make_staff(), **query)
    (name,) = query
    at_the_filter = re.search(rf'<label for="id_{name}">.*?<p class="dv-error" role="alert">(.*?)</p>', html, re.S)
    assert re.match("Không có lựa chọn|Lựa chọn này không có", at_the_filter[1])
    assert "Đề nghị sửa mục lọc có dòng chữ đỏ" in html
    assert numbers(html) == []
    assert "<b>không có</b>" not in html


def test_a_bad_value_sends_the_export_back_to_the_page(story):
    response = logged_in(make_staff()).post(XLSX + "?year=abc")
    assert (response.status_code, response["Location"]) == (302, PAGE + "?year=abc")


@pytest.mark.parametrize("query", [{"under": "abc"}, {"under": "999999"}])
def test_the_register_refuses_a_unit_that_is_not_there(story, query):
    response = logged_in(make_staff()).get("/admin/awards/commendation/", query)
    assert (response.status_code, response["Location"]) == (302, "/admin/awards/commendation/?e=1")


def test_the_drawing_names_its_bars_and_scales_them_to_the_longest(story):
    html = page_of(make_staff())
    svg = re.search(r"<svg class=\"dv-chart\".*?</svg>", html, re.S)[0]
    assert '<title id="title-facts">Khen thưởng theo năm</title>' in svg
    assert 'aria-labelledby="title-facts desc-facts"' in svg
    widths = [int(width) for width in re.findall(r'x="44" y="\d+" width="(\d+)"', svg)]
    assert widths == [183, 248]  # 17 and 23: the longer one fills what label and number leave
    assert re.findall(r"<text[^>]*>([^<]+)</text>", svg) == ["Tập thể", "Cá nhân", "2015", "17", "23"]
    assert "style=" not in svg and "<script" not in svg


def test_the_workbook_holds_the_same_tables_with_numbers_as_numbers(office):
    response = logged_in(make_staff()).post(f"{XLSX}?unit={office['superior'].pk}")
    assert "thong-ke" in response["Content-Disposition"] or "filename*=UTF-8''th" in response["Content-Disposition"]
    table = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert table[0][0] == "Thống kê khen thưởng; Đơn vị (kể cả đơn vị trực thuộc): Tỉnh ủy"
    sample, kind = "DỮ LIỆU MINH HỌA – ", UnitKind.objects.get().name
    assert table[2:] == [
        ["Bảng", "Nội dung", "Tập thể", "Cá nhân", "Tổng số", "Nguồn"],
        ["Toàn bộ sổ khen thưởng", "", 3, 6, 9, ""],
        ["Theo năm", 2016, 1, 6, 7, ""],
        ["Theo năm", 2015, 2, 0, 2, ""],
        ["Theo hình thức", "Giấy khen", 2, 0, 2, ""],
        ["Theo hình thức", "Bằng khen", 1, 6, 7, ""],
        ["Theo đơn vị", "Tỉnh ủy", 1, 2, 3, ""],
        ["Theo đơn vị", "Đảng ủy xã Ea Na", 2, 4, 6, ""],
        ["Theo loại đơn vị", kind, 3, 6, 9, ""],
        ["Theo địa bàn", "Không rõ", 3, 6, 9, ""],
        ["Số liệu không có danh sách", "Tổng kết công tác dân vận năm 2015", 17, "chưa rõ", "chưa rõ", "Nguồn thứ hai"],
        [sample + "Toàn bộ sổ khen thưởng", "", 3, 1, 4, ""],
        [sample + "Theo năm", 2016, 3, 1, 4, ""],
        [sample + "Theo hình thức", "Bằng khen", 3, 1, 4, ""],
        [sample + "Theo đơn vị", "Đảng ủy xã Ea Na", 3, 1, 4, ""],
        [sample + "Theo loại đơn vị", kind, 3, 1, 4, ""],
        [sample + "Theo địa bàn", "Không rõ", 3, 1, 4, ""],
    ]
    assert isinstance(table[3][2], float)


def test_who_took_the_workbook_of_what_is_recorded(office, settings):
    settings.EXPORT_REASON_ROWS = 1  # of records, which statistics are not
    staff = make_staff()
    logged_in(staff).post(f"{XLSX}?kind=individual&year=2016")
    made, activity = Export.objects.get(), Activity.objects.get(action="export")
    assert (made.owner, made.name, made.rows) == (staff, "Thống kê khen thưởng", 14)
    assert made.columns == ["Bảng", "Nội dung", "Cá nhân", "Nguồn"]
    assert made.filters == "Năm: 2016; Tập thể/cá nhân: cá nhân"
    assert (activity.actor, activity.object, activity.object_text) == (staff, made, "Thống kê khen thưởng: 14 dòng")


def test_the_page_asks_for_the_workbook_by_post_and_a_get_takes_nothing(office):
    client = logged_in(make_staff())
    html = client.get(PAGE, {"year": 2016}).content.decode()
    assert f'<form id="export" method="post" action="{XLSX}?year=2016">' in html
    assert 'type="submit" form="export">Xuất Excel<' in html
    assert client.get(XLSX).status_code == 405
    assert (Export.objects.count(), Activity.objects.filter(action="export").count()) == (0, 0)


def test_a_day_that_is_used_up_is_told_on_the_page(office, settings):
    settings.EXPORT_ROWS_PER_DAY = 3
    response = logged_in(make_staff()).post(f"{XLSX}?year=2016", follow=True)
    assert response.redirect_chain == [(f"{PAGE}?year=2016", 302)]
    assert "mỗi người được xuất tối đa 3 dòng một ngày" in response.content.decode()
    assert Export.objects.count() == 0


@pytest.mark.isolation
@pytest.mark.parametrize("role", [Role.UNIT_LEAD, Role.COUNCIL_MEMBER])
def test_who_may_not_export_is_offered_no_workbook_and_gets_none(office, role):
    user = make_user(role, office["below"])
    assert "xlsx" not in page_of(user)
    assert logged_in(user).post(XLSX).status_code == 403
    assert Export.objects.count() == 0


@pytest.mark.isolation
def test_without_a_membership_there_is_no_page(office):
    response = logged_in(make_user()).get(PAGE)
    assert response.status_code == 302 and "/login/" in response["Location"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_queries_do_not_grow_with_the_rows(django_assert_num_queries, rows):
    for year in range(2015, 2015 + rows):
        unit = make_unit()
        commend(make_round(year=year, form=make_form()), unit, 1, 1, field=make_field())
        make_tally(year=year, unit=unit)
    client = logged_in(make_staff())
    client.get(PAGE)
    with django_assert_num_queries(17):
        client.get(PAGE)


# --- by the units of today --------------------------------------------------------------------------------------------


@pytest.fixture
def reorganised(story):
    """Ea Kar was renamed, Lắk split up; a third unit was dissolved, a fourth is untouched."""
    kar, lak = (Unit.objects.get(name=name) for name in ("Huyện ủy Ea Kar", "Huyện ủy Lắk"))
    new = make_unit("Đảng ủy xã Ea Kar", order=5)
    parts = [make_unit("Đảng ủy xã Liên Sơn Lắk", order=6), make_unit("Đảng ủy xã Đắk Liêng", order=7)]
    gone, same = make_unit("Huyện ủy cũ", order=8), make_unit("Tỉnh đoàn", order=9)
    renamed(kar, new)
    split(lak, parts)
    dissolved(gone)
    recompute_inheritance([kar, lak])
    commend(story, new, 1, 0)
    commend(story, gone, 0, 2)
    commend(story, same, 4, 0)
    return {"new": new, "parts": parts, "same": same}


def test_by_the_units_of_today_the_renamed_is_one_and_the_split_stands_alone(reorganised):
    html = page_of(make_staff(), units="today")
    assert cards(html) == [{"Tập thể": "22", "Cá nhân": "25", "Tổng số": "47"}]
    assert lines(html)[2:] == [
        ("Đảng ủy xã Ea Kar", "11", "20", "31"),
        ("Tỉnh đoàn", "4", "0", "4"),
        ("Không phân bổ được: Huyện ủy Lắk → Đảng ủy xã Liên Sơn Lắk + Đảng ủy xã Đắk Liêng", "7", "3", "10"),
        ("Đã giải thể: Huyện ủy cũ", "0", "2", "2"),
    ]


def test_by_the_units_of_the_time_nothing_is_added_together(reorganised):
    assert [line[0] for line in lines(page_of(make_staff()))[2:]] == [
        "Huyện ủy Ea Kar",
        "Huyện ủy Lắk",
        "Đảng ủy xã Ea Kar",
        "Huyện ủy cũ",
        "Tỉnh đoàn",
    ]


@pytest.mark.once
@pytest.mark.parametrize("query", [{}, {"kind": "collective"}, {"year": 2015}])
@pytest.mark.parametrize("unit", [None, "new", "same"])
def test_by_the_units_of_today_every_number_is_the_length_of_its_list(reorganised, query, unit):
    staff = make_staff()
    narrowed = {"unit": reorganised[unit].pk} if unit else {}
    found = numbers(page_of(staff, units="today", **query, **narrowed))
    client = logged_in(staff)
    assert [number for _url, number in found] == [length_of_list(client, url) for url, _number in found]


def test_a_unit_of_today_is_asked_with_what_became_it(reorganised):
    html = page_of(make_staff(), units="today", unit=reorganised["new"].pk)
    assert cards(html) == [{"Tập thể": "11", "Cá nhân": "20", "Tổng số": "31"}]
    assert LEFT_OUT not in html


LEFT_OUT = "Không tính ở đây:"
APART = "Không phân bổ được: Huyện ủy Lắk → Đảng ủy xã Liên Sơn Lắk + Đảng ủy xã Đắk Liêng"


@pytest.mark.parametrize(("query", "count"), [({}, 10), ({"kind": "individual"}, 3), ({"year": 2015}, 10)])
def test_for_a_part_of_a_split_the_page_says_what_it_does_not_count(reorganised, query, count):
    part = page_of(make_staff(), units="today", unit=reorganised["parts"][0].pk, **query)
    assert {number for card in cards(part) for number in card.values()} == {"0"}
    assert LEFT_OUT in part and f"<li>{APART} ({count})</li>" in part


def test_so_does_its_workbook(reorganised):
    response = logged_in(make_staff()).post(f"{XLSX}?units=today&unit={reorganised['parts'][0].pk}")
    table = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert table[0][0].endswith(f"; {LEFT_OUT} {APART} (10)")


def test_what_the_other_filters_leave_out_is_not_missed(reorganised):
    assert LEFT_OUT not in page_of(make_staff(), units="today", unit=reorganised["parts"][0].pk, year=2016)


def test_under_a_superior_of_all_parts_a_split_is_counted(reorganised):
    superior = make_unit("Tỉnh ủy")
    for unit in (superior, *reorganised["parts"]):
        place(unit=unit, superior=None if unit == superior else superior)
    html = page_of(make_staff(), units="today", unit=superior.pk)
    assert cards(html) == [{"Tập thể": "7", "Cá nhân": "3", "Tổng số": "10"}]
    assert LEFT_OUT not in html and APART in html


def test_under_a_superior_of_the_time_stands_who_stood_there_on_the_day_of_the_decision():
    superior, other = make_unit("Tỉnh ủy"), make_unit("Tỉnh ủy khác")
    ended, moved = make_unit("Huyện ủy Lắk"), make_unit("Tỉnh đoàn")
    for unit in (superior, other, ended, moved):
        place(unit=unit, superior=superior if unit in (ended, moved) else None)
    end(unit=ended, last_day=date(2025, 6, 30))
    move(unit=moved, superior=other, effective_on=date(2025, 7, 1))
    commend(make_round(year=2015), ended, 2, 0)
    commend(make_round(year=2015), moved, 1, 0)
    commend(make_round(year=2025), moved, 0, 4)
    staff = make_staff()
    found = {unit: page_of(staff, unit=unit.pk) for unit in (superior, other, moved)}
    assert {unit: cards(html)[0]["Tổng số"] for unit, html in found.items()} == {superior: "3", other: "4", moved: "5"}
    client = logged_in(staff)
    assert all(number == length_of_list(client, url) for html in found.values() for url, number in numbers(html))


def test_the_workbook_says_what_cannot_be_apportioned(reorganised):
    response = logged_in(make_staff()).post(f"{XLSX}?units=today")
    table = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert table[0][0] == "Thống kê khen thưởng; Tính theo: đơn vị hiện nay"
    assert [row[1:5] for row in table if row[0] == "Theo đơn vị"] == [
        ["Đảng ủy xã Ea Kar", 11, 20, 31],
        ["Tỉnh đoàn", 4, 0, 4],
        ["Không phân bổ được: Huyện ủy Lắk → Đảng ủy xã Liên Sơn Lắk + Đảng ủy xã Đắk Liêng", 7, 3, 10],
        ["Đã giải thể: Huyện ủy cũ", 0, 2, 2],
    ]


@pytest.mark.isolation
def test_a_successor_counts_its_predecessor_and_learns_no_other_name(reorganised):
    html = page_of(make_lead(Unit.objects.get(pk=reorganised["new"].pk)), units="today")
    assert lines(html)[2:] == [("Đảng ủy xã Ea Kar", "11", "20", "31")]
    given, other = reorganised["parts"]
    event = given.origins.get().reorganisation
    row = Commendation.objects.filter(unit__name="Huyện ủy Lắk", kind="collective").first()
    kind = ContentType.objects.get_for_model(row)
    Apportionment.objects.create(reorganisation=event, object_type=kind, object_id=row.pk, successor=given)
    html = page_of(make_lead(Unit.objects.get(pk=given.pk)), units="today")
    assert lines(html)[2:] == [
        ("Không phân bổ được: Huyện ủy Lắk → Đảng ủy xã Liên Sơn Lắk + đơn vị khác", "1", "0", "1")
    ]
    assert other.name not in html
