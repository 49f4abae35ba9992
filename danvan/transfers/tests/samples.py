"""Resources, files and rights for the tests of importing and exporting."""

from datetime import datetime
from io import BytesIO

from openpyxl import Workbook, load_workbook

from danvan.access.roles import RIGHTS, Role
from danvan.organization.models import Collective, Person
from danvan.transfers.columns import Column
from danvan.transfers.resources import GuardedResource
from danvan.transfers.widgets import ChoiceWidget, DateWidget, IntWidget, TextWidget, UnitWidget

UNIT_HEADER = ["Mã", "Tên đơn vị", "Loại đơn vị"]


class CollectiveResource(GuardedResource):
    unit_column = "unit"

    name = Column("Tên tập thể", "name", TextWidget())
    unit = Column("Đơn vị", "unit", UnitWidget())

    class Meta:
        model = Collective
        import_id_fields = ["unit", "name"]


class PersonResource(GuardedResource):
    unit_column = "unit"

    salutation = Column("Ông/Bà", "salutation", ChoiceWidget())
    full_name = Column("Họ và tên", "full_name", TextWidget())
    birth_date = Column("Ngày sinh", "birth_date", DateWidget())
    birth_year = Column("Năm sinh", "birth_year", IntWidget())
    post = Column("Chức vụ", "post", TextWidget())
    unit = Column("Đơn vị", "unit", UnitWidget())
    unit_code = Column("Mã đơn vị", "unit__code", TextWidget(), readonly=True)

    class Meta:
        model = Person
        import_id_fields = ["unit", "full_name"]


def grant_leads(monkeypatch, model, verbs):
    """Let unit leads *verbs* the records of *model* (a label), beside what the role table says of the others."""
    monkeypatch.setitem(RIGHTS, model, {**RIGHTS[model], Role.UNIT_LEAD: verbs})


def workbook(header, *rows, above=0):
    """The bytes of an .xlsx with *above* rows of titles, the header, and *rows*."""
    book = Workbook()
    for number in range(above):
        book.active.append([f"Tiêu đề {number}"])
    for row in (header, *rows):
        book.active.append(list(row))
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def cells(content):
    """The cells of an .xlsx, row by row, as openpyxl reads them."""
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(content)).active.iter_rows()]


def as_typed(day):
    """A day as a real date cell."""
    return datetime(day.year, day.month, day.day)
