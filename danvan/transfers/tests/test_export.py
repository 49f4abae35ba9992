from contextlib import nullcontext
from datetime import date, datetime
from io import BytesIO

import pytest
import time_machine
from openpyxl import load_workbook

from danvan.history.models import Activity
from danvan.organization.domain.units.placement import settle
from danvan.organization.models import Person, Unit
from danvan.organization.resources.unit import UnitResource
from danvan.transfers import domain
from danvan.transfers.models import Export
from danvan.transfers.tests.samples import PersonResource, cells
from tests.factories import make_lead, make_person, make_staff, make_unit

pytestmark = pytest.mark.django_db
TITLES = ["Ông/Bà", "Họ và tên", "Ngày sinh", "Năm sinh", "Chức vụ", "Đơn vị", "Mã đơn vị"]


def test_cells_are_typed_and_nothing_becomes_a_formula(own):
    staff = make_staff()
    make_person(own, "=1+1", salutation="mr", birth_date=date(1980, 11, 2), post="+84905")
    make_person(own, "@SUM(A1)", birth_year=1975, post="-2 & <b>")

    content = domain.export(user=staff, resource=PersonResource(staff), queryset=Person.objects.order_by("full_name"))

    assert cells(content) == [
        TITLES,
        ["Ông", "=1+1", datetime(1980, 11, 2), 1980, "+84905", "Xã Ea Kar (EAKAR)", "EAKAR"],
        ["", "@SUM(A1)", None, 1975, "-2 & <b>", "Xã Ea Kar (EAKAR)", "EAKAR"],
    ]


def test_an_export_can_be_imported_again_and_changes_nothing(own):
    staff = make_staff()
    make_person(own, "Y Biêr Niê", salutation="mr", birth_date=date(1980, 11, 2), post="Bí thư")
    make_person(own, "=1+1", birth_year=1975)
    content = domain.export(user=staff, resource=PersonResource(staff), queryset=Person.objects.all())

    resource = PersonResource(staff)
    outcome = resource.import_rows(resource.read(content), commit=True)

    assert (outcome.new, outcome.changed, outcome.unchanged, outcome.errors) == (0, 0, 2, [])


def export_people(user, **words):
    return domain.export(user=user, resource=PersonResource(user), queryset=Person.objects.all(), **words)


def test_who_exported_what_is_recorded(own):
    staff = make_staff()
    make_person(own)
    make_person(own)

    export_people(staff, filters="Đơn vị: Xã Ea Kar", reason="Lập danh sách khen")

    made, activity = Export.objects.get(), Activity.objects.get()
    assert (made.owner, made.name, made.rows, made.columns) == (staff, "Cá nhân", 2, TITLES)
    assert (activity.actor, activity.action, activity.object, activity.reason) == (
        staff,
        "export",
        made,
        "Lập danh sách khen",
    )
    assert activity.object_text == "Cá nhân: 2 dòng"
    assert activity.changes == {
        "rows": [None, "2"],
        "columns": [None, ", ".join(TITLES)],
        "filters": [None, "Đơn vị: Xã Ea Kar"],
    }


@time_machine.travel("2026-11-02 08:30 +0700", tick=False)
def test_the_workbook_says_on_every_page_who_took_it_and_when(own):
    content = export_people(make_staff(full_name="Trần Thị B & C"))

    mark = f"Người xuất: Trần Thị B & C, 08:30 02/11/2026, lượt xuất số {Export.objects.get().pk}"
    book = load_workbook(BytesIO(content))
    assert book.properties.description == mark
    assert book.active.oddFooter.left.text == mark.replace("&", "&&")


# --- how much -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "asked"), [(1, False), (2, False), (3, True)])
def test_more_rows_than_the_limit_need_a_reason(own, settings, rows, asked):
    settings.EXPORT_REASON_ROWS = 2
    staff = make_staff()
    for _ in range(rows):
        make_person(own)

    assert domain.needs_reason(rows) is asked
    with pytest.raises(domain.ExportRefused) if asked else nullcontext():
        export_people(staff, reason=" \n")
    assert Export.objects.count() == (0 if asked else 1)

    export_people(staff, reason="Đối chiếu số liệu năm")
    assert Export.objects.latest("pk").reason == "Đối chiếu số liệu năm"


def test_a_day_leaves_one_person_so_many_rows_all_workbooks_together(own, settings):
    settings.EXPORT_ROWS_PER_DAY = 5
    staff, colleague = make_staff(), make_staff()
    make_person(own)
    make_person(own)

    with time_machine.travel("2026-11-02 00:01 +0700", tick=False):
        export_people(staff)
        export_people(staff)
    with time_machine.travel("2026-11-02 23:59 +0700", tick=False):
        assert (domain.rows_left_today(staff), domain.rows_left_today(colleague)) == (1, 5)
        with pytest.raises(domain.ExportRefused) as refusal:
            export_people(staff)
        export_people(colleague)
    assert str(refusal.value) == (
        "Tệp này có 2 dòng, trong khi mỗi người được xuất tối đa 5 dòng một ngày và hôm nay đồng chí còn được xuất "
        "1 dòng. Hãy thu hẹp danh sách bằng bộ lọc, hoặc xuất tiếp vào ngày mai."
    )
    assert Activity.objects.filter(actor=staff, action="export").count() == 2
    with time_machine.travel("2026-11-03 00:00 +0700", tick=False):
        assert domain.rows_left_today(staff) == 5
        export_people(staff)


def test_a_limit_that_was_lowered_leaves_nothing(own, settings):
    staff = make_staff()
    make_person(own)
    export_people(staff)
    settings.EXPORT_ROWS_PER_DAY = 0
    assert domain.rows_left_today(staff) == 0


# --- which columns --------------------------------------------------------------------------------------------------


@pytest.mark.isolation
def test_hidden_columns_are_left_out_for_units_alone(own, monkeypatch):
    monkeypatch.setattr(Person, "ban_only_fields", ("post", "birth_date"))
    monkeypatch.setattr(type(own), "ban_only_fields", ("code",))

    shown_to_lead = PersonResource(make_lead(own)).fields
    shown_to_staff = PersonResource(make_staff()).fields

    assert list(shown_to_lead) == ["salutation", "full_name", "birth_year", "unit"]
    assert list(shown_to_staff) == [
        "salutation",
        "full_name",
        "birth_date",
        "birth_year",
        "post",
        "unit",
        "unit_code",
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_relations_are_read_with_the_rows(rows, django_assert_num_queries):
    staff = make_staff()
    for number in range(rows):
        make_person(make_unit(f"Xã {number}"))
    resource = PersonResource(staff)

    with django_assert_num_queries(1):
        assert len(list(resource.export_rows(Person.objects.all()))) == rows


def test_the_template_names_every_column_its_format_and_what_is_required(db):
    content = domain.template(resource=UnitResource(make_staff()))

    instruction, _blank, header = cells(content)
    assert instruction[0] == (
        "Mỗi dòng dưới hàng tiêu đề là một bản ghi. Cột có dấu * phải điền. Ngày ghi theo ngày/tháng/năm, ví dụ "
        "02/11/2026. Giữ nguyên hàng tiêu đề."
    )
    assert header == [
        "Mã *",
        "Tên đơn vị *",
        "Tên viết tắt",
        "Ký hiệu",
        "Loại đơn vị *",
        "Đơn vị cấp trên",
        "Thuộc địa bàn",
        "Thứ tự",
        "Hộp thư",
        "Điện thoại",
        "Từ ngày (ngày/tháng/năm)",
        "Đến ngày (ngày/tháng/năm)",
    ]


def test_a_filled_in_template_is_found_below_its_instruction(lead):
    resource = PersonResource(lead)
    titles = cells(domain.template(resource=resource))[2]

    from_template = domain.write_table(titles, [[None, "Y Biêr Niê", *[None] * 4]], title="Mỗi dòng là một người")

    assert "Đơn vị *" not in titles
    assert resource.read(from_template)[0]["full_name"] == ("B4", "Y Biêr Niê")


def test_an_export_asks_no_question_for_each_row(own, django_assert_num_queries):
    staff = make_staff()
    for _ in range(3):
        settle(unit=make_unit(), superior=own)
    resource = UnitResource(staff)
    with django_assert_num_queries(3):
        rows = list(resource.export_rows(Unit.objects.all()))
    superiors = [row[list(resource.fields).index("superior")] for row in rows]
    assert superiors.count("Xã Ea Kar (EAKAR)") == 3
