"""Who is asked to register until when: at the launch, for units that come later, when the closing day moves."""

from datetime import date

import pytest
import time_machine

from danvan.notices.domain import settlements
from danvan.notices.models import ReminderRule
from danvan.organization.enums import Owing
from movements.domain import calls, campaign, duties
from movements.models import Campaign, RegistrationCall
from tests.factories import logged_in, make_campaign, make_kind, make_lead, make_registration, make_staff, make_unit

pytestmark = pytest.mark.django_db

CLOSES = date(2026, 3, 31)


@pytest.fixture(autouse=True)
def in_march():
    with time_machine.travel("2026-03-02 08:00 +0700", tick=False):
        yield


def launched(**fields):
    """A movement that a staff member has launched, for all units unless said otherwise."""
    draft = make_campaign(**{"state": "draft", "owed_by": Owing.ALL, **fields})
    return campaign.launch(obj=draft, actor=make_staff())


def called():
    return dict(RegistrationCall.objects.values_list("unit", "due_on"))


def test_the_launch_calls_the_units_of_the_closing_day_and_gives_the_usual_steps():
    staff, commune = make_staff(), make_kind()
    stays, comes = make_unit(kind=commune), make_unit(kind=commune, valid_from=CLOSES)
    make_unit(kind=commune, valid_to=date(2026, 3, 30))
    make_unit(kind=make_kind())
    draft = make_campaign(state="draft", owed_by=Owing.KINDS)
    draft.unit_kinds.set([commune])
    campaign.launch(obj=draft, actor=staff)
    assert called() == {stays.pk: CLOSES, comes.pk: CLOSES}
    rules = ReminderRule.objects.active().filter(source=duties.CALL)
    assert sorted(rules.values_list("offset_days", flat=True)) == [-15, -5, -1]


def test_a_movement_that_addresses_nobody_calls_nobody():
    make_unit()
    launched(owed_by=Owing.NOBODY)
    assert called() == {}


def test_units_that_came_since_are_called_until_the_last_day():
    make_unit()
    movement = launched()
    first = set(called())
    assert calls.call_units(campaign=movement) == 0
    later = make_unit()
    with time_machine.travel("2026-03-31 23:59 +0700", tick=False):
        calls.call_all()
    assert set(called()) == {*first, later.pk}
    make_unit()
    with time_machine.travel("2026-04-01 00:01 +0700", tick=False):
        calls.call_all()
    assert set(called()) == {*first, later.pk}


def test_who_succeeded_a_unit_that_was_called_is_not_called_again():
    old = make_unit()
    movement = launched()
    RegistrationCall.objects.exclude(unit=old).delete()
    heir = make_unit(inherits=[old.pk])
    assert calls.call_units(campaign=movement) == 1  # the unit of the staff
    assert heir.pk not in called()


def test_a_later_closing_day_moves_all_but_those_that_were_given_longer_still():
    units = [make_unit() for _ in range(3)]
    movement, staff = launched(owed_by=Owing.CHOSEN), make_staff()
    movement.units.set(units)
    calls.call_units(campaign=movement)
    for unit, day in ((units[1], date(2026, 4, 5)), (units[2], date(2026, 4, 20))):
        call = RegistrationCall.objects.get(unit=unit)
        settlements.extend(code=duties.CALL, object_ids=[call.pk], actor=staff, new_due_on=day, reason="Bão lũ")
    Campaign.objects.filter(pk=movement.pk).update(registration_closes=date(2026, 4, 10))
    calls.call_all()
    assert [called()[unit.pk] for unit in units] == [date(2026, 4, 10), date(2026, 4, 10), date(2026, 4, 20)]


# --- pages ------------------------------------------------------------------------------------------------------------


def form_of(client, address, **changes):
    page = client.get(address)
    values = page.context["adminform"].form
    data = {name: values[name].value() for name in values.fields}
    return {name: value for name, value in (data | changes).items() if value is not None}


def test_the_form_calls_and_takes_back():
    client, units = logged_in(make_staff()), [make_unit() for _ in range(3)]
    movement = launched(owed_by=Owing.NOBODY)
    address = f"/admin/movements/campaign/{movement.pk}/change/"

    def save(**changes):
        answer = client.post(address, {**form_of(client, address, **changes), "_save": "1"})
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        return called()

    assert save(owed_by="chosen", units=[units[0].pk, units[1].pk]) == {units[0].pk: CLOSES, units[1].pk: CLOSES}
    later = date(2026, 4, 2)
    moved = save(units=[units[0].pk, units[2].pk], registration_closes="02/04/2026")
    assert moved == {units[0].pk: later, units[2].pk: later}
    page = logged_in(make_lead(units[0])).get(address)
    assert page.status_code == 200
    assert units[2].name not in page.content.decode()
    history = logged_in(make_lead(units[0])).get(address.replace("change", "history"))
    assert units[2].name not in history.content.decode()
    assert save(owed_by="nobody") == {}


def test_the_start_page_shows_a_call_once_and_no_shortcut_beside_it():
    unit = make_unit("Xã Ea Kar")
    lead = make_lead(unit)
    launched(title="Phong trào năm 2026", owed_by=Owing.ALL)
    client = logged_in(lead)
    page = client.get("/admin/").context["page"]
    assert [(task.title, task.due_on, task.days_left) for task in page.tasks] == [
        ("Đăng ký mô hình: Phong trào năm 2026", CLOSES, 29)
    ]
    assert page.shortcuts == []
    assert client.get(page.tasks[0].url).context["adminform"].form.initial["campaign"] == str(Campaign.objects.get().pk)
    make_registration(unit, campaign=Campaign.objects.get(), state="submitted")
    page = client.get("/admin/").context["page"]
    assert (page.tasks, [shortcut.title for shortcut in page.shortcuts]) == ([], ["Đăng ký mô hình"])
