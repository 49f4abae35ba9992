"""This month's and last month's reports of the sample office."""

from datetime import timedelta

from danvan import clock
from danvan.notices.domain.holidays import fill_holidays
from danvan.notices.enums import Channel
from danvan.notices.models import Holiday
from danvan.organization.enums import Owing
from movements.domain import report as domain
from movements.domain.duties import ensure_rules
from movements.domain.period import create_period, open_period
from movements.domain.year import create_year, plan_year
from movements.enums import PeriodKind, ReportState, Shift, WindowRule
from movements.models import Report, ReportingScheme

RESULTS = (
    "Tổ chức 03 hội nghị tuyên truyền; vận động Nhân dân hiến 420 m² đất làm đường; duy trì các mô hình đã đăng ký.",
    "Duy trì hoạt động của tổ dân vận; phối hợp MTTQ vận động hỗ trợ 12 hộ khó khăn; ra quân làm sạch môi trường.",
    "Nắm tình hình Nhân dân ở cơ sở; đối thoại trực tiếp với người dân về giải phóng mặt bằng.",
)
DIFFICULTIES = "Cán bộ phụ trách kiêm nhiệm; kinh phí còn hạn hẹp."


def build(*, units, actors, today):
    """Open last month's and this month's period and bring the reports to where they stand today.

    This month about three in five have come, some on paper; one unit has an extension, one has nobody to tell. The next
    year is planned, and the Ban owes a report of its own.
    """
    scheme = ReportingScheme.objects.create(
        code="BC-THANG",
        name="Báo cáo công tác dân vận",
        kind=PeriodKind.MONTH,
        window_rule=WindowRule.CALENDAR,
        due_day=25,
        shift_rule=Shift.BEFORE,
        owed_by=Owing.CHOSEN,
        is_sample=True,
    )
    scheme.units.set([unit for unit in units.values() if unit.code != "BTGDV"])
    ensure_rules()
    last = today.replace(day=1) - timedelta(days=1)
    earlier = create_period(scheme=scheme, year=last.year, index=last.month, due_on=last - timedelta(days=3))
    earlier = open_period(obj=earlier, actor=actors["chuyenvien"])
    _all_came(earlier)
    current = create_period(scheme=scheme, year=today.year, index=today.month, due_on=today + timedelta(days=3))
    current = open_period(obj=current, actor=actors["chuyenvien"])
    _some_came(current, actors, today)
    _next_year(scheme, actors["chuyenvien"], today)
    _own_duty(actors["chuyenvien"], today)


def _next_year(scheme, officer, today):
    """The holidays of this year and the next, and all monthly periods of the next, planned."""
    for year in (today.year, today.year + 1):
        fill_holidays(year=year, actor=officer)
    Holiday.objects.update(is_sample=True)
    asked = {"schemes": [scheme], "year": today.year + 1}
    create_year(actor=officer, seen=plan_year(**asked).mark, **asked)


def _own_duty(officer, today):
    """What the Ban itself owes the province's committee for this quarter."""
    scheme = ReportingScheme.objects.create(
        code="BC-QUY-BAN",
        name="Báo cáo của Ban gửi Thường trực Tỉnh ủy",
        kind=PeriodKind.QUARTER,
        window_rule=WindowRule.CALENDAR,
        due_day=28,
        shift_rule=Shift.BEFORE,
        owed_by=Owing.BAN,
        is_sample=True,
    )
    quarter = (today.month + 2) // 3
    period = create_period(scheme=scheme, year=today.year, index=quarter, due_on=today + timedelta(days=10))
    open_period(obj=period, actor=officer)


def _all_came(period):
    """A month that is over: nearly all came in time, two late, one not at all."""
    for number, report in enumerate(period.reports.select_related("unit")):
        if number == 12:
            continue
        day = period.due_on + timedelta(days=2 if number in (4, 9) else -(number % 4))
        first = clock.start_of_day(day) + timedelta(hours=9)
        report.results = RESULTS[number % len(RESULTS)]
        report.difficulties = DIFFICULTIES
        report.models_count = 1 + number % 3
        report.save()
        Report.objects.filter(pk=report.pk).update(
            state=ReportState.ACCEPTED, first_submitted_at=first, came_on=day, accepted_at=first + timedelta(days=1)
        )


def _some_came(period, actors, today):
    staff, clerk = actors["chuyenvien"], actors["vanthu"]
    for number, report in enumerate(period.reports.select_related("unit", "period")):
        if report.unit.code in ("X-EKAR", "X-SHOA") or number % 5 in (3, 4):
            continue
        if number % 5 == 2:
            domain.receive_elsewhere(
                obj=report,
                actor=clerk,
                channel=Channel.DOCUMENT_SYSTEM if number % 2 else Channel.PAPER,
                arrived_on=today,
                number=f"{40 + number}-BC/ĐU",
                document_date=today,
            )
            continue
        report.results = RESULTS[number % len(RESULTS)]
        report.models_count = 1 + number % 3
        report.save()
        lead = report.unit.memberships.first().user
        report = domain.submit(obj=report, actor=lead)
        if number % 2:
            domain.accept(obj=report, actor=staff)
    late = period.reports.filter(state=ReportState.EXPECTED).exclude(unit__code__in=("X-EKAR", "X-SHOA")).first()
    domain.extend(obj=late, actor=staff, new_due_on=period.due_on + timedelta(days=5), reason="Đơn vị đang đại hội.")
