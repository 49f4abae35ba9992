"""The sample office: what it holds, that it loads once, and that it goes without a trace."""

import uuid

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from awards.demonstration import load
from awards.demonstration.organization import ACCOUNTS
from awards.demonstration.reorganisation import MERGED, MODEL_OF_BEFORE
from awards.enums import DecisionState, DossierState
from awards.models import CommendationTally, Decision, Dossier
from danvan import clock
from danvan.access.door import reaches
from danvan.history.domain import record
from danvan.history.models import Activity
from danvan.notices.domain.planner import plan
from danvan.notices.models import InboxMessage, Reminder, ReminderRule
from danvan.organization.domain.samples import demonstration_loaded
from danvan.organization.models import Reorganisation, Unit, User
from danvan.transfers.models import ImportJob, ImportState
from movements.enums import ReportState
from movements.models import Exemplar, Field, Registration, Report
from tests.factories import make_exemplar, make_period, make_report, make_scheme, make_unit
from tests.world import rolled_back

pytestmark = pytest.mark.django_db
PASSWORD = "Mot-mat-khau-minh-hoa"
# Rows that stay: what Django keeps, the reminder rules, which are settings, and the map, which is true.
STAYING = {
    "contenttypes.ContentType",
    "auth.Permission",
    "notices.ReminderRule",
    "organization.Area",
    "organization.AreaSuccession",
}


def counts():
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label not in STAYING
    }


@pytest.fixture(scope="module")
def loaded_once(django_db_setup, django_db_blocker):
    """How many rows there were before and after; the transaction of each test lies inside this one."""
    with django_db_blocker.unblock(), rolled_back():
        before = counts()
        assert load(password=PASSWORD)
        yield before, counts()


@pytest.fixture
def loaded(loaded_once, db):
    return loaded_once


def test_its_units_have_a_past(loaded):
    commune = Unit.objects.get(code=MERGED)
    model = Exemplar.objects.get(name=MODEL_OF_BEFORE)
    registered = model.registrations.get()
    assert (str(commune.area), commune.area.official_code) == ("Xã Ea Kar", "24373")
    assert model.unit == commune
    assert registered.unit_id in commune.inherits and len(commune.inherits) == 6
    assert reaches(User.objects.get(username="xa1"), registered, "view")
    events = Reorganisation.objects.values_list("kind", "state")
    assert sorted(events) == [("dissolve", "in_effect"), ("merge", "in_effect"), ("transfer", "planned")]


def test_it_is_an_office_in_the_middle_of_its_year(loaded):
    today = clock.today()
    assert Unit.objects.in_force().count() == 21
    assert Registration.objects.filter(campaign__starts_on__year=today.year).count() == 40
    reports = Report.objects.filter(period__scheme__kind="month", period__year=today.year, period__index=today.month)
    came = reports.exclude(state=ReportState.EXPECTED).count()
    assert 0.5 <= came / reports.count() <= 0.65
    assert reports.filter(state=ReportState.RECEIVED).exists()
    assert reports.filter(extensions__isnull=False).count() == 1
    assert {dossier.state for dossier in Dossier.objects.all()} == set(DossierState)
    assert Decision.objects.filter(state=DecisionState.AWAITING_NUMBER).count() == 1
    tally = CommendationTally.objects.get()
    assert (tally.collectives, tally.individuals, tally.is_sample) == (17, 23, False)
    assert Unit.objects.filter(valid_to__isnull=False).count() == 15 + 6


def test_the_accounts_open_with_the_password(loaded, client):
    for username, *_ in ACCOUNTS:
        assert client.login(username=username, password=PASSWORD)
        assert client.get("/admin/").status_code == 200


def test_it_is_loaded_once(loaded):
    assert not load(password=PASSWORD)
    assert counts() == loaded[1]


def test_it_goes_without_a_trace(loaded):
    assert demonstration_loaded()
    call_command("xoa_minh_hoa", "--dong-y", verbosity=0)
    assert not demonstration_loaded()
    assert counts() == loaded[0]


def test_what_is_real_stays_when_it_goes(loaded):
    unit = make_unit("Đảng ủy xã thật", kind=Unit.objects.first().kind)
    exemplar = make_exemplar(unit, field=Field.objects.first())
    call_command("xoa_minh_hoa", "--dong-y", verbosity=0)
    exemplar.refresh_from_db()
    assert [u.name for u in Unit.objects.all()] == ["Đảng ủy xã thật"]
    assert [(f.name, f.is_sample) for f in Field.objects.all()] == [("Kinh tế", False)]
    assert not User.objects.exists()


def test_it_goes_after_it_was_used(loaded, settings, django_capture_on_commit_callbacks):
    """The planner reminds sample units, and the accounts import files and touch real records."""
    officer = User.objects.get(username="chuyenvien")
    unit = make_unit("Đảng ủy xã thật", kind=Unit.objects.first().kind)
    report = make_report(unit, make_period(make_scheme()), recorded_by=officer)
    record(actor=officer, action="change", obj=report)
    settings.REMINDER_HOURS = (0, 24)
    ReminderRule.objects.update(working_days_only=False)
    assert plan()
    ImportJob.objects.create(
        owner=officer, form_key=uuid.uuid4(), size=1, state=ImportState.REFUSED, created_at=clock.now()
    )
    with django_capture_on_commit_callbacks(execute=True):
        call_command("xoa_minh_hoa", "--dong-y", verbosity=0)
    connection.check_constraints()
    report.refresh_from_db()
    assert report.recorded_by is None
    assert [(activity.action, activity.actor) for activity in Activity.objects.of(report)] == [("change", None)]
    assert not (ImportJob.objects.exists() or InboxMessage.objects.exists())
    assert not Reminder.objects.exclude(unit=unit).exists()
