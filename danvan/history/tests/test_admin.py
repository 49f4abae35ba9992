"""One form makes one record, no save is overwritten unseen, and everything is recorded."""

import uuid
from datetime import date

import pytest

from danvan.access.roles import Role
from danvan.history.domain import record
from danvan.history.models import Activity, HistoryIsNotRewritten
from danvan.organization.models import Collective
from danvan.workflow import change_state
from movements.enums import CampaignState
from tests.factories import (
    logged_in,
    make_administrator,
    make_campaign,
    make_collective,
    make_lead,
    make_person,
    make_staff,
    make_unit,
)

pytestmark = pytest.mark.django_db
ADD = "/admin/organization/collective/add/"


def change_url(obj, page="change"):
    return f"/admin/{obj._meta.app_label}/{obj._meta.model_name}/{obj.pk}/{page}/"


def test_a_form_sent_twice_makes_one_record():
    unit, key = make_unit(), str(uuid.uuid4())
    client = logged_in(make_staff())
    data = {"name": "Tổ dân vận Buôn Tơng Jú", "unit": unit.pk, "_form_key": key}
    first = client.post(ADD, data)
    second = client.post(ADD, data)
    assert first.status_code == second.status_code == 302
    made = Collective.objects.get()
    assert second["Location"] == change_url(made)


def test_the_second_saver_sees_what_differs():
    collective = make_collective(make_unit(), "Tổ ban đầu")
    first, second = logged_in(make_staff()), logged_in(make_staff())
    first.post(change_url(collective), {"name": "Tổ của người thứ nhất", "unit": collective.unit_id, "_version": 0})
    page = second.post(
        change_url(collective), {"name": "Tổ của người thứ hai", "unit": collective.unit_id, "_version": 0}
    )
    collective.refresh_from_db()
    assert collective.name == "Tổ của người thứ nhất"
    text = page.content.decode()
    assert "Trong lúc đồng chí đang sửa, người khác đã lưu bản ghi này" in text
    assert "Tổ của người thứ nhất" in text
    assert 'value="Tổ của người thứ hai"' in text
    assert 'name="_version" value="1"' in text
    assert (
        second.post(
            change_url(collective), {"name": "Tổ của người thứ hai", "unit": collective.unit_id, "_version": 1}
        ).status_code
        == 302
    )
    collective.refresh_from_db()
    assert collective.name == "Tổ của người thứ hai"


def test_a_save_is_recorded_with_who_what_and_the_old_value():
    staff, collective = make_staff(), make_collective(make_unit(), "Tên cũ")
    logged_in(staff).post(change_url(collective), {"name": "Tên mới", "unit": collective.unit_id, "_version": 0})
    activity = Activity.objects.get()
    assert (activity.actor, activity.action, activity.unit) == (staff, "change", collective.unit)
    assert activity.changes == {"name": ["Tên cũ", "Tên mới"]}
    assert len(activity.request_id) == 36


def test_the_history_page_tells_it_to_those_who_see_the_record():
    staff, collective = make_staff(full_name="Đặng Thị Hòa"), make_collective(make_unit(), "Tên cũ")
    logged_in(staff).post(change_url(collective), {"name": "Tên mới", "unit": collective.unit_id, "_version": 0})
    text = logged_in(make_lead(collective.unit)).get(change_url(collective, "history")).content.decode()
    assert "Tên cũ" in text and "Tên mới" in text and "Đặng Thị Hòa" in text


def test_the_history_of_another_units_record_answers_like_a_missing_one():
    collective = make_collective(make_unit(), "Tên bí mật")
    logged_in(make_staff()).post(
        change_url(collective), {"name": "Bí mật hơn", "unit": collective.unit_id, "_version": 0}
    )
    stranger = logged_in(make_lead())
    foreign = stranger.get(change_url(collective, "history"))
    collective.pk += 1000
    missing = stranger.get(change_url(collective, "history"))
    assert (foreign.status_code, foreign["Location"]) == (missing.status_code, missing["Location"])


def test_history_is_appended_and_never_changed():
    activity = record(actor=None, action="add", obj=make_unit())
    with pytest.raises(HistoryIsNotRewritten):
        activity.save()
    with pytest.raises(HistoryIsNotRewritten):
        activity.delete()
    with pytest.raises(HistoryIsNotRewritten):
        Activity.objects.all().delete()
    with pytest.raises(HistoryIsNotRewritten):
        Activity.objects.update(reason="khác")


def test_only_the_administrator_reads_the_log():
    record(actor=None, action="add", obj=make_unit("Đơn vị trong nhật ký"))
    assert "Đơn vị trong nhật ký" in logged_in(make_administrator()).get("/admin/history/activity/").content.decode()
    for other in (make_staff(), make_lead()):
        assert logged_in(other).get("/admin/history/activity/").status_code == 403


def shown_changes(client, obj):
    """What the history page of *obj* says of its newest change."""
    rows = client.get(change_url(obj, "history")).context["rows"]
    return [(change["name"], change["old"], change["new"]) for change in rows[0]["changes"]]


def test_codes_and_dates_are_kept_as_such_and_read_as_words():
    client, person = logged_in(make_staff()), make_person(make_unit(), "Y Biêr Niê", birth_date=date(1980, 11, 2))
    data = {"full_name": "Y Biêr Niê", "salutation": "mr", "birth_date": "03/11/1980", "_version": 0}
    client.post(change_url(person), data)
    changes = Activity.objects.of(person)[0].changes
    assert (changes["salutation"], changes["birth_date"]) == (["", "mr"], ["1980-11-02", "1980-11-03"])
    assert ("Ông/Bà", "", "Ông") in shown_changes(client, person)
    assert ("ngày sinh", "02/11/1980", "03/11/1980") in shown_changes(client, person)


def test_the_second_saver_reads_words_too():
    client, person = logged_in(make_staff()), make_person(make_unit(), "Y Biêr Niê", birth_date=date(1980, 11, 2))
    data = {"full_name": "Y Biêr Niê", "birth_date": "03/11/1980", "_version": 7}
    assert "“02/11/1980”" in client.post(change_url(person), data).content.decode()


def test_a_change_of_state_is_read_in_words():
    staff, campaign = make_staff(), make_campaign(state=CampaignState.DRAFT)
    change_state(obj=campaign, action="launch", actor=staff)
    assert shown_changes(logged_in(staff), campaign) == [
        ("trạng thái", str(CampaignState.DRAFT.label), str(CampaignState.LAUNCHED.label))
    ]


def test_a_change_in_a_row_of_the_record_names_the_field_and_both_values():
    administrator, user = make_administrator(), make_lead()
    membership, client = user.memberships.get(), logged_in(administrator)
    data = {
        "full_name": user.full_name,
        "username": user.username,
        "is_active": "on",
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": membership.pk,
        "memberships-0-user": user.pk,
        "memberships-0-unit": membership.unit_id,
        "memberships-0-role": Role.COUNCIL_MEMBER,
        "_version": user.version,
    }
    assert client.post(change_url(user), data).status_code == 302
    assert ("vai trò", str(Role.UNIT_LEAD.label), str(Role.COUNCIL_MEMBER.label)) in shown_changes(client, user)
