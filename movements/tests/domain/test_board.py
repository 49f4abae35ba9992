from datetime import date

import pytest

from danvan.organization.models import Area, AreaLevel, Unit
from movements.domain.board import board, text_of_late
from movements.enums import Only, PeriodState, Standing
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
        {Standing.LATE: 1, Standing.OVERDUE: 1},
        {Standing.ON_TIME: 1, Standing.OPEN: 1, Standing.EXEMPT: 1},
    ]


@pytest.mark.parametrize(("only", "names"), [(Only.MISSING, ["Ea Kar", "Lắk"]), (Only.OVERDUE, ["Lắk"])])
def test_only_units_that_have_not_sent(only, names, units, scheme):
    assert [row.unit.name for row in ask(make_staff(), scheme, only=only).rows] == names


def test_one_kind_of_unit(units, scheme):
    kind = make_kind()
    make_report(make_unit("Công an tỉnh", kind=kind), period(10))
    found = ask(make_staff(), scheme, units=Unit.objects.filter(kind=kind))
    assert drawn(found) == [("Công an tỉnh", [Standing.OVERDUE, None])]


def sums_of_areas(found):
    return [(each.area and each.area.name, each.is_own, each.units, dict(each.counts)) for each in found.areas]


def test_sums_by_area_fall_apart_below_the_area_that_holds_all(units, scheme):
    province = Area.objects.create(name="Tỉnh Đắk Lắk", level=AreaLevel.PROVINCE)
    communes = [Area.objects.create(name=name, level=AreaLevel.COMMUNE, parent=province) for name in ("Xã B", "Xã A")]
    villages = [Area.objects.create(name=name, level=AreaLevel.VILLAGE, parent=communes[1]) for name in "12"]
    assert sums_of_areas(ask(make_staff(), scheme)) == []  # no area is known
    for name, area in zip(units, (province, communes[0], villages[0]), strict=True):
        Unit.objects.filter(pk=units[name].pk).update(area=area)
    second = make_unit("Buôn Hồ", area=villages[1])
    make_report(second, period(10))
    make_report(make_unit("Không rõ"), period(10))
    assert sums_of_areas(ask(make_staff(), scheme)) == [
        ("Tỉnh Đắk Lắk", True, 1, {Standing.OVERDUE: 1, Standing.EXEMPT: 1}),
        ("Xã A", False, 2, {Standing.ON_TIME: 1, Standing.OVERDUE: 1}),
        ("Xã B", False, 1, {Standing.LATE: 1, Standing.OPEN: 1}),
        (None, False, 1, {Standing.OVERDUE: 1}),
    ]
    in_commune = ask(make_staff(), scheme, units=Unit.objects.in_area(communes[1]))
    assert [line[:3] for line in sums_of_areas(in_commune)] == [("1", False, 1), ("2", False, 1)]


def test_a_lead_sees_the_own_row_alone(units, scheme):
    assert drawn(ask(make_lead(units["lak"]), scheme)) == [("Lắk", [Standing.OVERDUE, Standing.EXEMPT])]
    assert drawn(ask(make_lead(), scheme)) == []


def test_another_scheme_and_another_year_stay_out(units, scheme):
    make_report(units["lak"], make_period(make_scheme()))
    make_report(units["lak"], make_period(scheme, year=2025))
    assert len(ask(make_staff(), scheme).periods) == 2


@pytest.mark.parametrize("count", [1, 3, 40])
def test_three_questions_whatever_the_size(count, scheme, django_assert_num_queries):
    province = Area.objects.create(name="Tỉnh Đắk Lắk", level=AreaLevel.PROVINCE)
    for number in range(count):
        commune = Area.objects.create(name=f"Xã {number}", level=AreaLevel.COMMUNE, parent=province)
        unit = make_unit(area=commune)
        make_report(unit, period(10))
        make_report(unit, period(11))
    staff = make_staff()
    assert staff.roles
    with django_assert_num_queries(3):
        found = ask(staff, scheme)
        assert len(drawn(found)) == count
        assert len(found.areas) == (count if count > 1 else 0)
        assert [text_of_late(reports, late, TODAY) for late, reports in found.late]


def test_the_text_for_zalo_names_the_overdue_units_of_open_periods(units, scheme):
    make_report(make_unit("Buôn Hồ", order=9), period(10), due_on=date(2026, 11, 1))
    make_report(make_unit("Ea Súp", order=10), period(10), due_on=TODAY)
    staff = make_staff()
    [(late, reports)] = ask(staff, scheme).late
    assert text_of_late(reports, late, TODAY).splitlines() == [
        "Đến ngày 06/11/2026, Ban chưa nhận được “Báo cáo công tác dân vận tháng 10/2026” của các đơn vị sau:",
        "1. Lắk (hạn 05/11/2026, quá hạn 1 ngày)",
        "2. Buôn Hồ (hạn 01/11/2026, quá hạn 5 ngày)",
        "",
        "Kính đề nghị các đồng chí quan tâm, chỉ đạo gửi sớm. Nếu đã gửi qua kênh khác, xin thông tin lại để Ban ghi"
        " nhận. Trân trọng cảm ơn!",
    ]
    ReportingPeriod.objects.update(state=PeriodState.CLOSED)
    assert ask(staff, scheme).late == []
