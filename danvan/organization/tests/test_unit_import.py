"""The Ban's list of units from a workbook: superiors in any order, areas by code or full path, and every error."""

from datetime import date

import pytest
import time_machine

from danvan.history.models import Activity
from danvan.organization.domain.territory.map_import import import_map
from danvan.organization.domain.units.placement import place
from danvan.organization.models import Area, Unit, UnitPlacement
from danvan.organization.resources.unit import UnitResource
from danvan.transfers.tests.samples import workbook
from tests.factories import make_kind, make_staff, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("kind")]

TREE = ["Mã", "Tên đơn vị", "Loại đơn vị", "Đơn vị cấp trên"]
DAYS = [*TREE, "Từ ngày", "Đến ngày"]
AREAS = ["Mã", "Tên đơn vị", "Loại đơn vị", "Thuộc địa bàn"]
UNKNOWN = (
    "Không có đơn vị nào mang mã này, cả trong danh sách lẫn trong tệp. Chỉ ghi tên thì chưa đủ: hãy ghi mã của đơn vị "
    "cấp trên."
)
NO_AREA = "Không tìm thấy địa bàn này. Hãy ghi mã số, hoặc ghi đầy đủ đến tỉnh như “Phường Sơn Trà, Thành phố Đà Nẵng”."


@pytest.fixture
def kind():
    return make_kind(code="xa", name="Đảng ủy xã")


@pytest.fixture
def ban():
    unit = make_unit("Ban Tuyên giáo và Dân vận", code="BAN")
    place(unit=unit)
    return unit


@pytest.fixture
def today():
    with time_machine.travel("2026-11-22T08:00:00+07:00", tick=False):
        yield date(2026, 11, 22)


def run(header, *rows, commit=True):
    resource = UnitResource(make_staff())
    outcome = resource.import_rows(resource.read(workbook(header, *rows)), commit=commit)
    return (outcome.new, outcome.changed, outcome.unchanged), [
        (error.cell, error.value, error.message) for error in outcome.errors
    ]


def tree():
    rows = UnitPlacement.objects.filter(valid_to=None).select_related("unit", "superior").order_by("path")
    return {row.unit.code: row.superior.code if row.superior else None for row in rows}


def unit(code, superior=None, *more):
    return [code, f"Đơn vị {code}", "xa", superior, *more]


def nothing_changed():
    return (
        not Unit.objects.filter(name__startswith="Đơn vị", code__regex="^[A-Z]$").exists()
        and not Activity.objects.filter(action="import").exists()
    )


# --- the tree ---------------------------------------------------------------------------------------------------------


def test_superiors_may_stand_anywhere_in_the_file(ban):
    rows = [
        unit("C", "b"),
        unit("A", "BAN"),
        unit("D", "C"),
        unit("B", "A"),
        unit("E", "Ban tuyên giáo và dân vận (ban)"),
    ]
    assert run(TREE, *rows) == ((5, 0, 0), [])
    assert tree() == {"BAN": None, "A": "BAN", "B": "A", "C": "B", "D": "C", "E": "BAN"}
    assert [row.code for row in Unit.objects.in_subtree(Unit.objects.get(code="A")).order_by("code")] == list("ABCD")


def test_the_preview_shows_superiors_of_the_same_file(ban):
    resource = UnitResource(make_staff())
    outcome = resource.import_rows(resource.read(workbook(TREE, unit("C", "B"), unit("B", "BAN"))), commit=False)
    assert [row[4] for row in outcome.preview] == ["b", "Ban Tuyên giáo và Dân vận"]
    assert nothing_changed()


def test_a_unit_without_a_superior_stands_at_the_top():
    assert run(TREE, unit("A"), unit("B", "A")) == ((2, 0, 0), [])
    assert tree() == {"A": None, "B": "A"}


def test_an_unknown_superior_is_told_at_its_cell(ban):
    result = run(TREE, unit("A", "BAN"), unit("B", "KHONGCO"), unit("C", "B"))
    assert result[1] == [("D3", "KHONGCO", UNKNOWN)]
    assert nothing_changed()


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        ([unit("A", "A")], [("D2", "A", "Đơn vị không thể trực thuộc chính mình.")]),
        (
            [unit("A", "b"), unit("B", "A"), unit("C", "B")],
            [
                ("D2", "b", "Các đơn vị này là cấp trên của nhau thành một vòng: A → B → A."),
                ("D3", "A", "Các đơn vị này là cấp trên của nhau thành một vòng: B → A → B."),
            ],
        ),
        (
            [unit("A", "C"), unit("B", "A"), unit("C", "B")],
            [
                ("D2", "C", "Các đơn vị này là cấp trên của nhau thành một vòng: A → C → B → A."),
                ("D3", "A", "Các đơn vị này là cấp trên của nhau thành một vòng: B → A → C → B."),
                ("D4", "B", "Các đơn vị này là cấp trên của nhau thành một vòng: C → B → A → C."),
            ],
        ),
    ],
)
def test_a_circle_within_the_file_is_told_at_its_cells(rows, errors):
    assert run(TREE, *rows)[1] == errors
    assert nothing_changed()


def test_a_code_that_occurs_twice_is_told_at_the_second_row(ban):
    result = run(TREE, unit("A", "BAN"), unit("B", "A"), unit("A", "BAN"))
    assert result[1] == [("A4", "A", "Trùng với dòng ở ô A2. Chỉ giữ lại một trong hai dòng.")]
    assert nothing_changed()


@pytest.mark.parametrize(
    ("begins", "message"),
    [
        ("01/07/2025", "Huyện ủy Cũ chưa thành lập hoặc không còn tồn tại vào ngày 01/07/2025."),
        ("30/06/2025", "Huyện ủy Cũ không có mặt liên tục trong hệ thống đơn vị kể từ ngày 30/06/2025."),
    ],
)
def test_a_superior_must_exist_as_long_as_the_unit(ban, begins, message):
    old = make_unit("Huyện ủy Cũ", code="CU", valid_to=date(2025, 6, 30))
    place(unit=old, superior=ban)
    assert run(DAYS, unit("A", "CU", begins, None))[1] == [("D2", "CU", message)]
    assert not Unit.objects.filter(code="A").exists()
    # A unit of the same time may have stood there.
    assert run(DAYS, unit("A", "CU", "01/01/2020", "30/06/2025")) == ((1, 0, 0), [])


def test_a_superior_of_the_same_file_must_exist_as_well(ban):
    rows = [unit("B", "A", "01/07/2025", None), unit("A", "BAN", None, "30/06/2025")]
    message = "Đơn vị A chưa thành lập hoặc không còn tồn tại vào ngày 01/07/2025."
    assert run(DAYS, *rows)[1] == [("D2", "A", message)]
    assert nothing_changed()


def test_a_unit_that_stands_somewhere_is_not_moved_by_a_file(ban):
    run(TREE, unit("A", "BAN"), unit("B", "BAN"))
    assert run(TREE, unit("B", "A"))[1] == [("D2", "A", "Đơn vị đã có đơn vị cấp trên.")]
    assert run(TREE, unit("B", "BAN")) == ((0, 0, 1), [])
    assert run(TREE, unit("B")) == ((0, 0, 1), [])
    assert tree() == {"BAN": None, "A": "BAN", "B": "BAN"}


def test_a_new_place_in_the_list_moves_the_whole_branch(ban):
    header = ["Mã", "Tên đơn vị", "Loại đơn vị", "Đơn vị cấp trên", "Thứ tự"]
    run(header, unit("A", "BAN", 1), unit("B", "BAN", 2), unit("A1", "A", 1))
    in_order = UnitPlacement.objects.filter(valid_to=None).order_by("list_key").values_list("unit__code", flat=True)
    assert list(in_order.all()) == ["BAN", "A", "A1", "B"]
    assert run(header, unit("A", "BAN", 3)) == ((0, 1, 0), [])
    assert list(in_order.all()) == ["BAN", "B", "A", "A1"]


def test_a_unit_is_neither_renamed_nor_ended_by_a_file(ban):
    run(DAYS, unit("A", "BAN", "01/07/2025", None))
    changed = ["A", "Tên Khác", "xa", "BAN", "01/07/2025", "31/12/2026"]
    assert run(DAYS, changed)[1] == [
        (
            "B2",
            "Tên Khác",
            "Không đổi tên đơn vị bằng tệp. Hãy ghi nhận sắp xếp tổ chức, hoặc sửa lỗi gõ ở trang của đơn vị.",
        ),
        ("F2", "31/12/2026", "Không kết thúc đơn vị bằng tệp. Hãy ghi nhận sắp xếp tổ chức."),
    ]
    assert Unit.objects.get(code="A").name == "Đơn vị A"


@pytest.mark.once
def test_a_very_long_line_of_units_is_refused():
    rows = [unit(f"U{number:04}", f"U{number + 1:04}") for number in range(1500)] + [unit("U1500")]
    errors = run(TREE, *rows)[1]
    assert {message for _cell, _value, message in errors} >= {"Có quá nhiều cấp đơn vị chồng lên nhau."}
    assert nothing_changed()


# --- areas ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def da_nang(today):
    import_map(province="48")


@pytest.mark.usefixtures("da_nang")
@pytest.mark.parametrize(
    "words",
    [
        "20263",
        20263,
        20263.0,
        "Phường Sơn Trà, Thành phố Đà Nẵng",
        "phường sơn trà,thành phố đà nẵng",
        "P. Sơn Trà, TP. Đà Nẵng",
        "P.Sơn Trà, TP.Đà Nẵng",
        "Phuong Son Tra, Thanh pho Da Nang",
    ],
)
def test_an_area_is_known_by_its_code_or_its_full_path(words):
    assert run(AREAS, ["A", "Đảng ủy phường", "xa", words]) == ((1, 0, 0), [])
    area = Unit.objects.get(code="A").area
    assert (area.full_path, area.official_code) == ("Phường Sơn Trà, Thành phố Đà Nẵng", "20263")


@pytest.mark.usefixtures("today")
def test_a_code_keeps_its_zeros_though_the_sheet_lost_them():
    import_map(province="01")
    assert run(AREAS, ["A", "Đảng ủy phường", "xa", 145], ["B", "Thành ủy", "xa", 1]) == ((2, 0, 0), [])
    codes = Unit.objects.filter(code__in="AB").order_by("code").values_list("area__official_code", "area__name")
    assert list(codes) == [("00145", "Phường Long Biên"), ("01", "Thành phố Hà Nội")]


@pytest.mark.usefixtures("da_nang")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "Phường Sơn Trà",
            "Chỉ ghi tên thì chưa đủ. Có thể là: Phường Sơn Trà, Thành phố Đà Nẵng (20263). Hãy ghi mã, hoặc ghi đầy "
            "đủ đến tỉnh.",
        ),
        ("Sơn Trà", NO_AREA),
        ("Sơn Trà, Đà Nẵng", NO_AREA),
        ("Phường Sơn Trà, Tỉnh Quảng Nam", NO_AREA),
        ("99999", NO_AREA),
        (
            "Quận Sơn Trà, Thành phố Đà Nẵng",
            "Quận Sơn Trà, Thành phố Đà Nẵng không có vào ngày 22/11/2026. Nay là: Phường An Hải, Thành phố Đà Nẵng "
            "(20275); Phường Sơn Trà, Thành phố Đà Nẵng (20263).",
        ),
        (
            "493",
            "Quận Sơn Trà, Thành phố Đà Nẵng không có vào ngày 22/11/2026. Nay là: Phường An Hải, Thành phố Đà Nẵng "
            "(20275); Phường Sơn Trà, Thành phố Đà Nẵng (20263).",
        ),
        (
            "Tỉnh Quảng Nam",
            "Tỉnh Quảng Nam không có vào ngày 22/11/2026. Nay là: Thành phố Đà Nẵng (48).",
        ),
    ],
)
def test_an_area_is_never_guessed(words, message):
    assert run(AREAS, ["A", "Đảng ủy phường", "xa", words])[1] == [("D2", words, message)]
    assert nothing_changed()


@pytest.mark.usefixtures("da_nang")
def test_a_unit_of_the_past_lay_in_an_area_of_its_time():
    header = [*AREAS, "Từ ngày", "Đến ngày"]
    rows = [
        ["A", "Quận ủy Sơn Trà", "xa", "Quận Sơn Trà, TP. Đà Nẵng", "01/01/1997", "30/06/2025"],
        ["B", "Đảng ủy phường cũ", "xa", "20263", None, "30/06/2025"],
        ["C", "Đảng ủy phường mới", "xa", "20263", "01/07/2025", None],
        ["D", "Tỉnh ủy cũ", "xa", "Tỉnh Quảng Nam", None, "30/06/2025"],
    ]
    assert run(header, *rows) == ((4, 0, 0), [])
    assert dict(Unit.objects.filter(code__in="ABCD").values_list("code", "area__name")) == {
        "A": "Quận Sơn Trà",
        "B": "Phường Thọ Quang",
        "C": "Phường Sơn Trà",
        "D": "Tỉnh Quảng Nam",
    }


@pytest.mark.usefixtures("da_nang")
def test_two_areas_of_one_path_are_told_apart_by_nobody():
    province = Area.objects.get(official_code="48", valid_to=None)
    for _time in range(2):
        Area.objects.create(name="Thôn Một", level="village", parent=province)
    words = "Thôn Một, Thành phố Đà Nẵng"
    assert run(AREAS, ["A", "Chi bộ thôn", "xa", words])[1] == [
        ("D2", words, f"Có thể là: {words}; {words}. Hãy ghi mã dạng văn bản, hoặc ghi đầy đủ đến tỉnh, có dấu.")
    ]


@pytest.mark.usefixtures("da_nang")
def test_what_was_exported_can_be_imported_as_it_is():
    ended = make_unit("Còn địa bàn cũ", code="CU", area=Area.objects.get(name="Quận Sơn Trà"))
    make_unit("Mới", code="MOI", area=Area.objects.get(name="Phường Sơn Trà"))
    resource = UnitResource(make_staff())
    units = Unit.objects.filter(code__in=["CU", "MOI"]).order_by("code")
    rows = list(resource.export_rows(units))
    titles = [str(column.title) for column in resource.fields.values()]
    assert rows[0][titles.index("Thuộc địa bàn")] == "Quận Sơn Trà, Thành phố Đà Nẵng"
    assert run(titles, *rows) == ((0, 0, 2), [])
    ended.refresh_from_db()
    assert ended.area.name == "Quận Sơn Trà"


@pytest.mark.usefixtures("da_nang")
@pytest.mark.parametrize("count", [1, 40])
def test_areas_cost_one_query_however_many_there_are(count, django_assert_max_num_queries):
    codes = list(
        Area.objects.in_force(date(2026, 1, 1)).filter(level="commune").values_list("official_code", flat=True)
    )
    resource = UnitResource(make_staff())
    rows = [[f"U{number}", f"Xã {number}", "xa", code] for number, code in enumerate(codes[:count])]
    table = resource.read(workbook(AREAS, *rows))
    resource.import_rows(table, commit=False)
    widget = resource.fields["area"].widget
    with django_assert_max_num_queries(0):
        assert len({widget.clean(code, {}).pk for code in codes[:count]}) == count
