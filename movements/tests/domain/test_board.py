from datetime import date

import pytest

from movements.domain.board import board, text_for_zalo
from movements.enums import PeriodState, Standing
from movements.models import ReportingPeriod
from tests.factories import make_kind, make_lead, make_period, make_report, make_scheme, make_staff, make_unit

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 6)


@pytest.fixture
def scheme():
    """October is due on 05/11, November on 05/12; December is planned only."""
    scheme = make_scheme()
    make_period(scheme)
    november = {"data_from": date(2026, 11, 1), "data_to": date(2026, 11, 30), "due_on": date(2026, 12, 5)}
    make_period(scheme, index=11, title="tháng 11", **november)
    make_period(scheme, index=12, title="tháng 12", **november, state=PeriodState.PLANNED)
    return scheme


def period(index):
    return ReportingPeriod.objects.get(index=index)


def drawn(found):
    return [(row.unit.name, [cell and cell.standing for cell in row.cells]) for row in found.rows]


def ask(user, scheme, **filters):
    return board(user=user, scheme=scheme.pk, year=2026, today=TODAY, **filters)


@pytest.fixture
def units(scheme):
    """Ea Kar sent late and owes November; Lắk is overdue; Krông Ana, not of the scheme in October, sent in time."""
    lak, ea_kar, krong_ana = make_unit("Lắk", order=2), make_unit("Ea Kar", order=1), make_unit("Krông Ana", order=3)
    make_report(ea_kar, period(10), state="accepted", arrived_on=TODAY)
    make_report(ea_kar, period(11))
    make_report(lak, period(10))
    make_report(lak, period(11), state="exempt")
    make_report(krong_ana, period(11), state="submitted", arrived_on=TODAY)
    return {"lak": lak, "ea_kar": ea_kar, "krong_ana": krong_ana}


def test_units_by_periods_in_the_order_of_the_list(units, scheme):
    found = ask(make_staff(), scheme)
    assert [period.index for period in found.periods] == [10, 11]
    assert drawn(found) == [
        ("Ea Kar", [Standing.LATE, Standing.OPEN]),
        ("Lắk", [Standing.OVERDUE, Standing.EXEMPT]),
        ("Krông Ana", [None, Standing.ON_TIME]),
    ]
    assert found.sums == [
        [(Standing.LATE, 1), (Standing.OVERDUE, 1)],
        [(Standing.ON_TIME, 1), (Standing.OPEN, 1), (Standing.EXEMPT, 1)],
    ]


def test_only_units_that_have_not_sent(units, scheme):
    found = ask(make_staff(), scheme, only_missing=True)
    assert [row.unit.name for row in found.rows] == ["Ea Kar", "Lắk"]


def test_one_kind_of_unit(units, scheme):
    kind = make_kind()
    make_report(make_unit("Công an tỉnh", kind=kind), period(10))
    assert drawn(ask(make_staff(), scheme, unit_kind=kind.pk)) == [("Công an tỉnh", [Standing.OVERDUE, None])]


def test_a_lead_sees_the_own_row_alone(units, scheme):
    assert drawn(ask(make_lead(units["lak"]), scheme)) == [("Lắk", [Standing.OVERDUE, Standing.EXEMPT])]
    assert drawn(ask(make_lead(), scheme)) == []


def test_another_scheme_and_another_year_stay_out(units, scheme):
    make_report(units["lak"], make_period(make_scheme()))
    make_report(units["lak"], make_period(scheme, year=2025))
    assert len(ask(make_staff(), scheme).periods) == 2


@pytest.mark.parametrize("more", [0, 2])
def test_two_questions_whatever_the_size(more, units, scheme, django_assert_num_queries):
    for _ in range(more):
        make_report(make_unit(), period(10))
    staff = make_staff()
    assert staff.roles
    with django_assert_num_queries(2):
        found = ask(staff, scheme)
        assert drawn(found)
        text_for_zalo(found)


def test_the_text_for_zalo_names_the_overdue_units_of_open_periods(units, scheme):
    make_report(make_unit("Buôn Hồ", order=9), period(10), due_on=date(2026, 11, 1))
    make_report(make_unit("Ea Súp", order=10), period(10), due_on=TODAY)
    staff = make_staff()
    assert text_for_zalo(ask(staff, scheme)).splitlines() == [
        "Đến ngày 06/11/2026, các đơn vị sau chưa gửi “Báo cáo công tác dân vận tháng 10/2026”:",
        "1. Lắk (hạn 05/11/2026)",
        "2. Buôn Hồ (hạn 01/11/2026)",
        "",
        "Đề nghị các đồng chí gửi ngay. Nếu đã gửi qua kênh khác, xin báo lại để Ban ghi nhận.",
    ]
    ReportingPeriod.objects.update(state=PeriodState.CLOSED)
    assert text_for_zalo(ask(staff, scheme)) == ""
