from datetime import date
from unicodedata import normalize

import pytest

from danvan.access.roles import Role
from danvan.history.domain import record
from danvan.history.models import Activity
from danvan.organization.models import Collective, Person, Unit
from danvan.organization.resources.unit import UnitResource
from danvan.spreadsheets.errors import SpreadsheetError
from danvan.transfers.resources import IMPORT_LIMIT
from danvan.transfers.tests.samples import CollectiveResource, PersonResource, as_typed, grant_leads, workbook
from tests.factories import make_collective, make_kind, make_lead, make_person, make_staff, make_unit

pytestmark = pytest.mark.django_db

REQUIRED = "Ô này phải điền."
NO_SUCH_CODE = "Không có đơn vị nào mang mã này. Chỉ ghi tên thì chưa đủ vì nhiều đơn vị trùng tên: hãy ghi mã đơn vị."
NOT_OWN_UNIT = "Không nhập được cho đơn vị này. Hãy để trống ô, hoặc ghi mã đơn vị của mình."
PEOPLE = ["Họ và tên", "Ngày sinh", "Chức vụ", "Đơn vị"]


def run(resource_class, user, content, *, commit=True):
    resource = resource_class(user)
    return resource.import_rows(resource.read(content), commit=commit)


def problems(outcome):
    return [(error.cell, error.value, error.message) for error in outcome.errors]


def counts(outcome):
    return outcome.new, outcome.changed, outcome.unchanged


# --- one file, one deed ---------------------------------------------------------------------------------------------


def test_new_changed_and_unchanged_rows_are_saved_with_history_and_computed_columns(lead, own):
    make_person(own, "Y Biêr Niê", post="Bí thư")
    make_person(own, "H Lan Êban", post="Trưởng khối")
    file = workbook(PEOPLE, ["Y Biêr Niê", None, "Bí thư", None], ["H Lan Êban", None, "Phó khối", ""], ["Đặng Thị Ân"])

    outcome = run(PersonResource, lead, file)

    assert counts(outcome) == (1, 1, 1)
    assert list(Person.objects.values_list("full_name", "post", "unit__code")) == [
        ("Đặng Thị Ân", "", "EAKAR"),
        ("H Lan Êban", "Phó khối", "EAKAR"),
        ("Y Biêr Niê", "Bí thư", "EAKAR"),
    ]
    assert Person.objects.search("dang thi an").count() == 1
    assert list(Activity.objects.order_by("pk").values_list("action", "actor", "unit", "object_text", "changes")) == [
        ("import", lead.pk, own.pk, "H Lan Êban", {"post": ["Trưởng khối", "Phó khối"]}),
        (
            "import",
            lead.pk,
            own.pk,
            "Đặng Thị Ân",
            {"full_name": [None, "Đặng Thị Ân"], "unit": [None, "Xã Ea Kar"]},
        ),
    ]


def test_a_preview_changes_nothing_and_shows_what_would_be_saved(lead, own):
    make_person(own, "Y Biêr Niê")
    file = workbook(PEOPLE, ["Y Biêr Niê"], ["H Lan Êban", "02/11/1980", None, None])

    outcome = run(PersonResource, lead, file, commit=False)

    assert outcome.columns == ["full_name", "birth_date", "post", "unit"]
    assert outcome.preview == [
        ["skip", "Y Biêr Niê", "", "", "Xã Ea Kar"],
        ["new", "H Lan Êban", "02/11/1980", "", "Xã Ea Kar"],
    ]
    assert Person.objects.count() == 1
    assert Activity.objects.count() == 0


def test_one_wrong_cell_keeps_every_row_out_and_all_wrong_cells_are_named_at_once(lead):
    good = [[f"Người {number}", "05/06/1980"] for number in range(12)]
    file = workbook(PEOPLE, *good, ["Nguyễn A", "31/02/1980"], ["", "05/06/1980"], ["N" * 201, "mai"], above=3)

    outcome = run(PersonResource, lead, file)

    assert problems(outcome) == [
        ("B17", "31/02/1980", "“31/02/1980” không phải là ngày có thật trên lịch."),
        ("A18", "", REQUIRED),
        ("A19", "N" * 100, "Chỉ được nhập tối đa 200 ký tự (đang có 201)."),
        ("B19", "mai", "“mai” không phải là ngày. Ghi theo thứ tự ngày/tháng/năm, ví dụ: 02/11/2026."),
    ]
    assert outcome.preview == []
    assert Person.objects.count() == 0
    assert Activity.objects.count() == 0


@pytest.mark.parametrize("typed", ["02/11/1980", "2-11-1980", as_typed(date(1980, 11, 2))])
def test_days_come_before_months(lead, typed):
    run(PersonResource, lead, workbook(PEOPLE, ["Y Biêr Niê", typed]))

    assert Person.objects.get().birth_date == date(1980, 11, 2)


def test_a_real_date_imported_again_changes_nothing(lead):
    file = workbook(PEOPLE, ["Y Biêr Niê", as_typed(date(1980, 11, 2))])

    run(PersonResource, lead, file)

    assert counts(run(PersonResource, lead, file)) == (0, 0, 1)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (normalize("NFD", "Phạm Thị Hương"), "Phạm Thị Hương"),
        ("  Y   Biêr\u00a0Niê ", "Y Biêr Niê"),
        ("Tổ 🌾 xanh", "Tổ 🌾 xanh"),
        ("Lan & Mai <b>2</b> {{x}}", "Lan & Mai <b>2</b> {{x}}"),
        ("=1+1", "=1+1"),
        (1203, "1203"),
    ],
)
def test_a_text_is_kept_as_typed_in_one_form(lead, typed, kept):
    # Read through the CSV door: a workbook would hold "=1+1" as a formula.
    file = f"Tên tập thể\n{typed}".encode()

    outcome = run(CollectiveResource, lead, file)

    assert outcome.errors == []
    assert Collective.objects.get().name == kept


def test_a_key_twice_in_one_file_is_refused_at_the_second_row(lead):
    file = workbook(["Tên tập thể"], ["Tổ 1"], ["Tổ 2"], [normalize("NFD", " Tổ  1")], [], ["Tổ 1"])

    outcome = run(CollectiveResource, lead, file)

    words = "Trùng với dòng ở ô A2. Chỉ giữ lại một trong hai dòng."
    assert [(error.cell, error.column, error.message) for error in outcome.errors] == [
        ("A4", "Tên tập thể", words),
        ("A6", "Tên tập thể", words),
    ]
    assert Collective.objects.count() == 0


def test_choices_are_read_by_label_or_code(lead):
    file = workbook(["Họ và tên", "Ông/Bà"], ["A", "bà"], ["B", "mr"], ["C", None], ["D", "cụ"])

    outcome = run(PersonResource, lead, file)

    assert problems(outcome) == [("B5", "cụ", "Hãy ghi một trong các giá trị: Ông, Bà.")]


def test_a_rule_of_the_record_is_told_at_its_row(db):
    make_kind(code="xa", name="Đảng ủy xã")
    header = ["Mã", "Tên đơn vị", "Loại đơn vị", "Từ ngày", "Đến ngày"]
    file = workbook(header, ["A1", "Xã A", "Đảng ủy xã", "01/07/2025", "30/06/2025"])

    outcome = run(UnitResource, make_staff(), file)

    assert problems(outcome) == [("A2", "A1", "Ngày kết thúc sớm hơn ngày bắt đầu.")]
    assert Unit.objects.filter(code="A1").exists() is False


def test_a_file_needs_its_columns_and_rows(lead):
    with pytest.raises(SpreadsheetError, match="Họ và tên"):
        run(PersonResource, lead, workbook(["Ngày sinh", "Chức vụ"], ["02/11/1980", "Bí thư"]))
    with pytest.raises(SpreadsheetError, match="không có dòng nào"):
        run(PersonResource, lead, workbook(PEOPLE, ["", None], []))


def test_more_rows_than_the_limit_are_refused(lead):
    names = "\n".join(f"Tổ {number}" for number in range(IMPORT_LIMIT + 1))

    with pytest.raises(SpreadsheetError, match="Bảng có hơn 2.000 hàng"):
        run(CollectiveResource, lead, f"Tên tập thể\n{names}".encode())


# --- nobody reaches another unit ------------------------------------------------------------------------------------


@pytest.mark.isolation
@pytest.mark.parametrize("named", ["BIMAT", "Xã Bí Mật", "KHONGCO"])
def test_a_lead_who_names_another_unit_is_told_what_a_unit_that_does_not_exist_would_say(lead, other, named):
    outcome = run(PersonResource, lead, workbook(PEOPLE, ["Y Biêr Niê", None, None, named]))

    assert problems(outcome) == [("D2", named, NOT_OWN_UNIT)]
    assert Person.objects.count() == 0


@pytest.mark.isolation
@pytest.mark.parametrize("named", ["eakar", "Xã  Ea Kar", "", None])
def test_a_lead_may_name_the_own_unit_or_none(lead, own, named):
    assert counts(run(PersonResource, lead, workbook(PEOPLE, ["Y Biêr Niê", None, None, named]))) == (1, 0, 0)
    assert Person.objects.get().unit == own


def test_a_lead_of_two_units_names_one(lead, own):
    second = make_unit("Xã Ea Ô", code="EAO")
    lead.memberships.create(unit=second, role=Role.UNIT_LEAD)

    outcome = run(CollectiveResource, lead, workbook(["Tên tập thể", "Đơn vị"], ["Tổ 1", "EAO"], ["Tổ 2", ""]))

    assert problems(outcome) == [("B3", "", REQUIRED)]


@pytest.mark.isolation
def test_the_same_key_in_another_unit_is_neither_found_nor_shown_nor_changed(lead, own, other):
    theirs = make_person(other, "Y Biêr Niê", post="Trưởng ban bí mật")
    file = workbook(["Họ và tên", "Ngày sinh"], ["Y Biêr Niê", "02/11/1980"])

    outcome = run(PersonResource, lead, file)

    assert outcome.preview == [["new", "Y Biêr Niê", "02/11/1980", "Xã Ea Kar"]]
    theirs.refresh_from_db()
    assert (theirs.birth_date, theirs.version) == (None, 0)
    assert Person.objects.get(unit=own).post == ""


@pytest.mark.isolation
@pytest.mark.parametrize("verbs", ["view import", "view import change", "view import add change"])
def test_another_units_code_reads_like_a_row_that_may_not_be_saved(own, other, monkeypatch, verbs):
    grant_leads(monkeypatch, "organization.unit", verbs)
    make_kind(code="xa", name="Đảng ủy xã")
    lead = make_lead(own)
    header = ["Mã", "Tên đơn vị", "Loại đơn vị"]

    taken = run(UnitResource, lead, workbook(header, ["BIMAT", "Xã Khác", "xa"]))
    free = run(UnitResource, lead, workbook(header, ["CHUACO", "Xã Khác", "xa"]))

    assert [error.cell for error in taken.errors] == [error.cell for error in free.errors] or "add" in verbs
    assert "Bí Mật" not in str(taken)
    assert taken.preview == free.preview == []
    other.refresh_from_db()
    assert (other.name, Unit.objects.count()) == ("Xã Bí Mật", 2)


@pytest.mark.isolation
def test_a_clash_with_an_unseen_record_is_told_neutrally(own, other, monkeypatch):
    grant_leads(monkeypatch, "organization.unit", "view import add change")
    make_kind(code="xa", name="Đảng ủy xã")

    outcome = run(UnitResource, make_lead(own), workbook(["Mã", "Tên đơn vị", "Loại đơn vị"], ["BIMAT", "Xã K", "xa"]))

    assert problems(outcome) == [("A2", "BIMAT", "Không dùng được giá trị này. Hãy ghi giá trị khác.")]


@pytest.mark.isolation
def test_what_was_saved_outside_the_scope_is_rolled_back(own, monkeypatch):
    # A new unit is nobody's own, so a lead with the right to add units would reach past the scope.
    grant_leads(monkeypatch, "organization.unit", "view import add change")
    make_kind(code="xa", name="Đảng ủy xã")
    file = workbook(["Mã", "Tên đơn vị", "Loại đơn vị"], ["EAKAR", "Xã Ea Kar", "xa"], ["MOI", "Xã Mới", "xa"])

    outcome = run(UnitResource, make_lead(own), file)

    assert problems(outcome) == [("A3", "MOI", "Không được nhập dòng này.")]
    assert list(Unit.objects.values_list("code", "version")) == [("EAKAR", 0)]


@pytest.mark.isolation
@pytest.mark.parametrize(
    ("verbs", "name", "words"),
    [
        ("view import change", "Tổ mới", "Không được thêm bản ghi mới."),
        ("view import add", "Tổ cũ", "Không được sửa bản ghi này."),
    ],
)
def test_adding_and_changing_are_rights_of_their_own(lead, own, monkeypatch, verbs, name, words):
    make_person(own, "Tổ cũ", post="Bí thư")
    grant_leads(monkeypatch, "organization.person", verbs)

    outcome = run(PersonResource, lead, workbook(["Họ và tên", "Chức vụ"], [name, "Phó bí thư"]))

    assert problems(outcome) == [("A2", name, words)]
    assert Person.objects.get().post == "Bí thư"


@pytest.mark.isolation
def test_a_hidden_column_is_neither_read_nor_written_by_a_unit(lead, own, monkeypatch):
    monkeypatch.setattr(Person, "ban_only_fields", ("post",))
    make_person(own, "Y Biêr Niê", post="Bí mật")

    outcome = run(PersonResource, lead, workbook(PEOPLE, ["Y Biêr Niê", "02/11/1980", "Đoán", None]))

    assert outcome.columns == ["full_name", "birth_date", "unit"]
    assert Person.objects.get().post == "Bí mật"


# --- the Ban names units --------------------------------------------------------------------------------------------


def test_staff_name_a_unit_by_code_and_never_by_its_bare_name(own, other, monkeypatch):
    staff = make_staff()
    file = workbook(
        PEOPLE,
        ["A", None, None, "EAKAR"],
        ["B", None, None, "xã ea kar (eakar)"],
        ["C", None, None, "Xã Bí Mật"],
        ["D", None, None, "Xã Không Có"],
        ["E", None, None, None],
    )

    outcome = run(PersonResource, staff, file)

    assert problems(outcome) == [
        ("D4", "Xã Bí Mật", NO_SUCH_CODE),
        ("D5", "Xã Không Có", NO_SUCH_CODE),
        ("D6", "", REQUIRED),
    ]


def test_the_units_of_a_province_come_from_a_workbook(db):
    make_kind(code="huyen", name="Huyện ủy")
    header = ["STT", "Mã (*)", "TÊN ĐƠN VỊ", "loai don vi", "Thứ tự", "Từ ngày"]
    rows = [[1, "BMT", "Buôn Ma Thuột", "Huyện ủy", "1.451", "01/01/1995"], [2, 7, "M'Đrắk", "huyen", 2, None]]

    outcome = run(UnitResource, make_staff(), workbook(header, *rows, above=4))

    assert counts(outcome) == (2, 0, 0)
    made = Unit.objects.filter(code__in=["7", "BMT"]).order_by("code")
    assert list(made.values_list("code", "name", "kind__code", "order", "valid_from")) == [
        ("7", "M'Đrắk", "huyen", 2, None),
        ("BMT", "Buôn Ma Thuột", "huyen", 1451, date(1995, 1, 1)),
    ]


# --- the cost of a row ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_lookups_cost_the_same_for_any_number_of_rows(lead, own, rows, django_assert_num_queries):
    for number in range(rows):
        make_collective(own, f"Tổ {number}")
    file = workbook(["Tên tập thể", "Đơn vị"], *([f"Tổ {number}", "EAKAR"] for number in range(rows)))
    resource = CollectiveResource(lead)
    table = resource.read(file)

    with django_assert_num_queries(PER_FILE + rows * SAVEPOINT):
        assert counts(resource.import_rows(table, commit=True)) == (0, 0, rows)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_saved_row_costs_its_own_writing_and_checking(lead, own, rows, django_assert_num_queries):
    record(actor=lead, action="view", obj=make_collective(own))
    file = workbook(["Tên tập thể", "Đơn vị"], *([f"Tổ {number}", "EAKAR"] for number in range(rows)))
    resource = CollectiveResource(lead)
    table = resource.read(file)
    uniqueness, row_inserted, history = 1, 1, 1

    with django_assert_num_queries(PER_FILE + rows * (SAVEPOINT + uniqueness + row_inserted + history)):
        assert counts(resource.import_rows(table, commit=True)) == (rows, 0, 0)


# The transaction (2), savepoints around the hooks of the file (4), the units, the existing rows, and one question about
# the scope: which of these may be changed, or whether what was added lies in it.
PER_FILE = 9
SAVEPOINT = 2
