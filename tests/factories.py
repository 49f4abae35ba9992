"""Small makers of rows for tests. Each gives a plain row with distinct names; nothing is random."""

from datetime import date
from itertools import count

from django.test import Client

from danvan.access.roles import Role
from danvan.notices.models import ReminderRule
from danvan.organization.enums import Owing
from danvan.organization.models import Collective, Membership, Person, Unit, UnitKind, User
from movements.domain.duties import source_of
from movements.enums import CampaignState, PeriodKind, PeriodState, WindowRule
from movements.models import Campaign, Exemplar, Field, Registration, Report, ReportingPeriod, ReportingScheme

_number = count(1)


def make_kind(**fields):
    number = next(_number)
    return UnitKind.objects.create(**{"code": f"loai-{number}", "name": f"Loại {number}", **fields})


def make_unit(name=None, **fields):
    number = next(_number)
    kind = fields.pop("kind", None) or UnitKind.objects.first() or make_kind()
    return Unit.objects.create(
        name=name or f"Đơn vị {number}", kind=kind, **{"code": f"DV{number}", "order": number, **fields}
    )


def make_user(role=None, unit=None, **fields):
    """An account; with *role*, a membership of it at *unit* (or at a unit of its own)."""
    number = next(_number)
    fields = {"full_name": f"Nguyễn Văn {number}", "email": f"nguoi{number}@example.vn", **fields}
    user = User.objects.create_user(fields.pop("username", f"nguoi{number}"), "mat-khau", **fields)
    if role:
        Membership.objects.create(user=user, unit=unit or make_unit(), role=role)
    return user


def make_lead(unit=None, **fields):
    return make_user(Role.UNIT_LEAD, unit, **fields)


def make_staff(**fields):
    return make_user(Role.STAFF, **fields)


def make_leader(**fields):
    return make_user(Role.LEADER, **fields)


def make_clerk(**fields):
    return make_user(Role.CLERK, **fields)


def make_administrator(**fields):
    return make_user(Role.ADMINISTRATOR, **fields)


def make_person(unit, full_name=None, **fields):
    return Person.objects.create(unit=unit, full_name=full_name or f"Trần Thị {next(_number)}", **fields)


def make_collective(unit, name=None, **fields):
    return Collective.objects.create(unit=unit, name=name or f"Tổ dân vận {next(_number)}", **fields)


def make_field(**fields):
    number = next(_number)
    return Field.objects.create(**{"code": f"LV{number}", "name": f"Lĩnh vực {number}", **fields})


def make_campaign(**fields):
    """A movement of 2026, launched, with registration open from 05/01 to 31/03."""
    number = next(_number)
    return Campaign.objects.create(
        **{
            "code": f"DVK-{number}",
            "title": f"Phong trào thi đua {number}",
            "starts_on": date(2026, 1, 5),
            "ends_on": date(2026, 12, 31),
            "registration_opens": date(2026, 1, 5),
            "registration_closes": date(2026, 3, 31),
            "state": CampaignState.LAUNCHED,
            **fields,
        }
    )


def make_exemplar(unit, name=None, **fields):
    field = fields.pop("field", None) or Field.objects.first() or make_field()
    return Exemplar.objects.create(unit=unit, name=name or f"Mô hình {next(_number)}", field=field, **fields)


def make_registration(unit, name=None, **fields):
    campaign = fields.pop("campaign", None) or Campaign.objects.first() or make_campaign()
    field = fields.pop("field", None) or Field.objects.first() or make_field()
    return Registration.objects.create(
        campaign=campaign, unit=unit, name=name or f"Mô hình {next(_number)}", field=field, place="Buôn Đôn", **fields
    )


def make_scheme(kind=PeriodKind.MONTH, **fields):
    """Calendar periods, due on the 5th of the month after, owed by all units."""
    number = next(_number)
    return ReportingScheme.objects.create(
        kind=kind,
        **{
            "code": f"CD{number}",
            "name": "Báo cáo công tác dân vận",
            "window_rule": WindowRule.CALENDAR,
            "due_day": 5,
            "due_months_after": 1,
            "owed_by": Owing.ALL,
            **fields,
        },
    )


def make_period(scheme=None, **fields):
    """The open period of October 2026, due on 05/11/2026, without reports."""
    return ReportingPeriod.objects.create(
        scheme=scheme or make_scheme(),
        **{
            "year": 2026,
            "index": 10,
            "title": "Báo cáo công tác dân vận tháng 10/2026",
            "data_from": date(2026, 10, 1),
            "data_to": date(2026, 10, 31),
            "due_on": date(2026, 11, 5),
            "state": PeriodState.OPEN,
            **fields,
        },
    )


def make_report(unit, period=None, **fields):
    """A report of *unit* that is expected, due with its period."""
    period = period or ReportingPeriod.objects.first() or make_period()
    return Report.objects.create(unit=unit, period=period, **{"due_on": period.due_on, **fields})


def make_rule(offset_days, kind=PeriodKind.MONTH, **fields):
    """A step of reminding of reports, at 8 o'clock."""
    return ReminderRule.objects.create(
        source=source_of(kind),
        offset_days=offset_days,
        **{"subject": f"[{offset_days:+}] {{việc}} – {{còn lại}}", "text": "Gửi {việc} trước {hạn}.", **fields},
    )


def logged_in(user):
    """A test client in which *user* is logged in."""
    client = Client()
    client.force_login(user)
    return client
