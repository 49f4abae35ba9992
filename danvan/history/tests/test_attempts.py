"""What is refused is recorded: once an hour with a counter, without values, whatever the database says to it."""

import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from danvan import clock
from danvan.history import attempts
from danvan.history.enums import Refusal
from danvan.history.models import HistoryIsNotRewritten, RefusedAttempt
from danvan.organization.models import Person
from danvan.spreadsheets.writing import write_table
from movements.enums import ReportState
from tests.factories import (
    logged_in,
    make_administrator,
    make_lead,
    make_person,
    make_registration,
    make_report,
    make_staff,
    make_unit,
)

pytestmark = pytest.mark.django_db
HERE = "127.0.0.1"


@pytest.fixture(autouse=True)
def quiet(caplog):
    caplog.set_level("ERROR", logger="django.request")


@pytest.fixture
def lead():
    return make_lead(make_unit())


def person_page(pk):
    return reverse("admin:organization_person_change", args=[pk])


def kept(**conditions):
    return list(RefusedAttempt.objects.filter(**conditions).order_by("pk").values_list("what", "times"))


# --- What is recorded -------------------------------------------------------------------------------------------------


def test_a_foreign_record_is_recorded_with_who_what_and_where(lead):
    person = make_person(make_unit())
    logged_in(lead).get(person_page(person.pk))
    row = RefusedAttempt.objects.get()
    assert (row.user, row.address, row.login_name) == (lead, HERE, "")
    assert (row.what, row.record_kind, row.record_id) == (Refusal.RECORD, "organization.person", str(person.pk))
    assert (row.method, row.path, row.status) == ("GET", person_page(person.pk), 302)
    assert row.view_name == "admin:organization_person_change"
    assert row.times == 1 and row.first_at == row.last_at


def test_a_missing_record_is_recorded_like_a_foreign_one(lead):
    person, client = make_person(make_unit()), logged_in(lead)
    for pk in (person.pk, 987_654_321):
        client.get(person_page(pk))
    apart = ("id", "key", "path", "record_id", "first_at", "last_at")
    first, second = (
        {name: value for name, value in row.items() if name not in apart} for row in RefusedAttempt.objects.values()
    )
    assert first == second


@pytest.mark.parametrize(
    ("address", "what", "status"),
    [
        ("/admin/organization/area/", Refusal.FORBIDDEN, 403),
        ("/admin/organization/person/?unit__code__startswith=mat-khau", Refusal.LOOKUP, 400),
        ("/admin/khong-co/", Refusal.RECORD, 404),
    ],
)
def test_answers_that_refuse(address, what, status, lead):
    assert logged_in(lead).get(address).status_code == status
    assert kept(user=lead, what=what, status=status) == [(what, 1)]


def test_of_the_address_only_names_are_kept(lead):
    logged_in(lead).get("/admin/organization/person/", {"unit__code__startswith": "mat-khau", "q": "Lan"})
    row = RefusedAttempt.objects.get()
    assert row.names == ["q", "unit__code__startswith"]
    assert "mat-khau" not in str(RefusedAttempt.objects.values().get())


def test_what_a_file_names_that_is_not_there(lead):
    make_registration(lead.own_units[0])
    page = logged_in(lead).get("/admin/movements/registration/import/")
    titles = [str(title) for title in page.context["columns"]]
    file = SimpleUploadedFile("bảng.xlsx", write_table(titles, [["khongco"] * len(titles)]))
    logged_in(lead).post("/admin/movements/registration/import/", {"file": file, "sheet": ""})
    row = RefusedAttempt.objects.get(what=Refusal.IMPORT_ROW)
    assert {"campaign", "unit", "field"} <= set(row.names)


def test_a_form_from_elsewhere(lead):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)
    assert client.post("/admin/organization/person/add/", {"full_name": "Trần Văn A"}).status_code == 403
    assert kept(user=lead) == [(Refusal.CSRF, 1)]


def test_a_wrong_password_keeps_the_name_of_an_account_and_nothing_else(lead):
    for name in (lead.username, "matkhau-go-nham-o"):
        Client().post("/admin/login/", {"username": name, "password": "sai-mat-khau"})
    rows = RefusedAttempt.objects.filter(what=Refusal.LOGIN)
    assert sorted(rows.values_list("user", "login_name", "address")) == [
        (None, "", HERE),
        (None, lead.username, HERE),
    ]
    assert "matkhau" not in str(RefusedAttempt.objects.values()) and "sai-mat-khau" not in str(rows.values())


def test_strangers_and_ordinary_work_leave_nothing(lead):
    Client().get("/admin/khong-co/")
    Client().get(person_page(1))
    client = logged_in(lead)
    client.get("/admin/")
    assert client.post("/admin/organization/person/add/", {"full_name": "Trần Văn A", "unit": lead.own_units[0].pk})
    assert client.post("/admin/organization/person/add/", {"full_name": ""}).status_code == 200
    assert Person.objects.count() == 1
    assert kept() == []


# --- How it is recorded -----------------------------------------------------------------------------------------------


def test_an_ordinary_page_asks_nothing_for_it(lead):
    client = logged_in(lead)
    with CaptureQueriesContext(connection) as queries:
        client.get("/admin/organization/person/")
    assert not [query for query in queries if "refusedattempt" in query["sql"]]


def test_the_same_within_an_hour_is_one_row(lead):
    client = logged_in(lead)
    with time_machine.travel("2026-11-22T08:10:00+07:00", tick=False) as now:
        client.get(person_page(7))
        now.shift(timedelta(minutes=40))
        client.get(person_page(7))
        assert kept() == [(Refusal.RECORD, 2)]
        row = RefusedAttempt.objects.get()
        assert row.last_at - row.first_at == timedelta(minutes=40)
        now.shift(timedelta(minutes=20))
        client.get(person_page(7))
        assert kept() == [(Refusal.RECORD, 2), (Refusal.RECORD, 1)]


def test_a_flood_takes_no_more_room_than_there_is(lead, monkeypatch):
    monkeypatch.setattr(attempts, "ROWS_OF_A_USER", 3)
    client = logged_in(lead)
    for pk in range(1000, 1010):
        client.get(person_page(pk))
    assert kept() == [(Refusal.RECORD, 1)] * 3 + [(Refusal.RECORD, 7)]
    assert RefusedAttempt.objects.order_by("pk").last().path == ""
    other = make_lead()
    logged_in(other).get(person_page(1000))
    assert kept(user=other) == [(Refusal.RECORD, 1)]


@pytest.mark.parametrize("limit", ["ROWS_OF_AN_ADDRESS", "ROWS_OF_THE_ANONYMOUS"])
def test_a_flood_of_strangers_too(limit, monkeypatch):
    monkeypatch.setattr(attempts, limit, 2)
    for number in range(6):
        request = RequestFactory().post("/admin/login/", REMOTE_ADDR="10.0.0.1")
        request.user = AnonymousUser()
        attempts.note(request, Refusal.LOGIN, model=Person, object_id=number)
        attempts.write_down(request, 200)
    assert kept() == [(Refusal.LOGIN, 1)] * 2 + [(Refusal.LOGIN, 4)]


def test_nothing_breaks_the_line(lead):
    logged_in(lead).get("/admin/khong%0Aco%E2%80%AEtxt/")
    row = RefusedAttempt.objects.get()
    assert row.path == "/admin/khong\N{REPLACEMENT CHARACTER}co\N{REPLACEMENT CHARACTER}txt/"


def test_what_the_view_rolled_back_stays_recorded(lead):
    """The view of a change refuses inside its own transaction."""
    came = {"channel": "paper", "arrived_on": clock.today(), "first_submitted_at": clock.now()}
    report = make_report(lead.own_units[0], state=ReportState.ACCEPTED, **came)
    page = reverse("admin:movements_report_change", args=[report.pk])
    assert logged_in(lead).post(page, {"results": "khác"}).status_code == 403
    assert kept(user=lead) == [(Refusal.FORBIDDEN, 1)]


def test_it_is_appended_and_never_changed(lead):
    logged_in(lead).get(person_page(7))
    row = RefusedAttempt.objects.get()
    for rewrite in (row.save, row.delete, RefusedAttempt.objects.all().delete):
        with pytest.raises(HistoryIsNotRewritten):
            rewrite()
    with pytest.raises(HistoryIsNotRewritten):
        RefusedAttempt.objects.update(times=0)


@pytest.mark.django_db(transaction=True)
def test_a_busy_database_delays_the_answer_little_and_does_not_change_it():
    lead = make_lead()
    client = logged_in(lead)
    locked, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("LOCK TABLE history_refusedattempt")
            locked.set()
            done.wait(20)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert locked.wait(10)
        began = time.monotonic()
        answer = client.get(person_page(7))
        seconds = time.monotonic() - began
    finally:
        done.set()
        holder.join()
    assert (answer.status_code, kept()) == (302, [])
    assert seconds < 5
    client.get(person_page(7))
    assert kept() == [(Refusal.RECORD, 1)]


@pytest.mark.django_db(transaction=True)
def test_at_once_nothing_is_lost_or_doubled():
    lead = make_lead()
    clients = [logged_in(lead) for _ in range(4)]

    def ask(client):
        for _ in range(5):
            client.get(person_page(7))
        connections.close_all()

    threads = [threading.Thread(target=ask, args=[client]) for client in clients]
    with time_machine.travel(clock.real_now().replace(minute=30), tick=True):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert kept() == [(Refusal.RECORD, 20)]


# --- Who reads it -----------------------------------------------------------------------------------------------------

LIST = "/admin/history/refusedattempt/"


def text_of(answer):
    return answer.content.decode()


def test_the_administrator_sees_whose_record_it_was(lead):
    person, client = make_person(make_unit("Xã Ea Knốp")), logged_in(lead)
    client.get(person_page(person.pk))
    client.get(person_page(987_654_321))
    reader = logged_in(make_administrator())
    page = reader.get(LIST)
    changelist = page.context["cl"]
    found = {attempt.record_id: changelist.model_admin.found(attempt) for attempt in changelist.result_list}
    assert found == {str(person.pk): "của Xã Ea Knốp", "987654321": "không có"}
    assert "Xã Ea Knốp" in text_of(page)
    row = RefusedAttempt.objects.get(record_id=str(person.pk))
    assert "của Xã Ea Knốp" in text_of(reader.get(f"{LIST}{row.pk}/change/"))


@pytest.mark.parametrize("make", [make_staff, make_lead])
def test_nobody_else_reads_it(make, lead):
    logged_in(lead).get(person_page(7))
    assert logged_in(make()).get(LIST).status_code == 403


def test_nobody_writes_it(lead):
    logged_in(lead).get(person_page(7))
    reader, row = logged_in(make_administrator()), RefusedAttempt.objects.get()
    assert reader.get(f"{LIST}add/").status_code == 403
    assert reader.post(f"{LIST}{row.pk}/change/", {"times": 9}).status_code == 403
    assert reader.post(f"{LIST}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    row.refresh_from_db()
    assert row.times == 1


def test_the_card_counts_what_its_list_shows(lead):
    reader, client = logged_in(make_administrator()), logged_in(lead)
    assert cards(reader) == []
    with time_machine.travel(clock.real_now() - timedelta(days=3)):
        client.get(person_page(1))
    with time_machine.travel(clock.real_now() - timedelta(days=9)):
        client.get(person_page(2))
    client.get(person_page(3))
    (card,) = cards(reader)
    assert (card.count, card.hint) == (2, "hôm nay: 1")
    assert reader.get(card.url).context["cl"].result_count == 2
    assert cards(logged_in(make_staff())) == []


def cards(client):
    return [card for card in client.get("/admin/").context["page"].cards if "từ chối" in card.title]


def test_the_list_costs_the_same_for_one_and_three_rows(lead):
    reader, client = logged_in(make_administrator()), logged_in(lead)
    counts = []
    for pks in ([make_person(make_unit()).pk], [make_person(make_unit()).pk, make_person(make_unit()).pk]):
        for pk in pks:
            client.get(person_page(pk))
        reader.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            reader.get(LIST)
        counts.append(len(queries))
    assert counts[0] == counts[1]
