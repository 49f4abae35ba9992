"""The first page of a list of 100,000 nominations, as an officer of the Ban opens it."""

from datetime import date

from django.contrib import admin
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse
from django.utils.html import escape

from awards.enums import NominationState, RoundState, SubjectKind
from awards.models import AwardForm, AwardRound, Dossier, Nomination
from danvan.documents.models import Letterhead
from danvan.organization.models import Person, Unit
from tests.bench import stock
from tests.bench.measuring import Contest, line
from tests.factories import logged_in, make_kind, make_staff

ROUNDS, UNITS, PEOPLE = 20, 600, 5_000
FAMILY, MIDDLE, GIVEN = ("Nguyễn", "Trần", "Lê", "Y", "H'"), ("Văn", "Thị", "Đức"), ("An", "Ánh", "Bình", "Đào", "Yến")
STATES = (NominationState.PROPOSED, NominationState.PROPOSED, NominationState.APPRAISED, NominationState.REFUSED)


def nominations_list(name):
    fill()
    staff = make_staff()
    changelist = changelist_of(staff)
    stock.register_stock(changelist)
    client = logged_in(staff)
    ours, peer = opened(client, "admin"), opened(client, "stock")
    same_rows(ours(), peer())
    size = size_of(changelist)
    yield line(name, Contest(ours=ours, peer=peer, floor=fetched(changelist), goal=0.8, size=size))


def changelist_of(user):
    request = RequestFactory().get("/")
    request.user = user
    return admin.site.get_model_admin(Nomination).get_changelist_instance(request)


def opened(client, site):
    """A function that opens the list on *site* through all middleware and renders it."""

    def run():
        response = client.get(reverse(f"{site}:awards_nomination_changelist"))
        assert response.status_code == 200, response.status_code
        return response

    return run


def fetched(changelist):
    """A function that fetches the rows of the page as bare tuples."""
    sql, parameters = changelist.result_list.query.sql_with_params()

    def run():
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    return run


def size_of(changelist):
    return f"rows={changelist.result_count} page={changelist.list_per_page}"


def same_rows(ours, peer):
    """Both pages show the same rows."""
    names = [row.name for row in ours.context_data["cl"].result_list]
    assert names == [row.name for row in peer.context_data["cl"].result_list]
    for page in (ours, peer):
        html = page.content.decode()
        assert all(escape(name) in html for name in names)


def fill(unit_of=lambda i: i % UNITS):
    """Rounds in each of which every person is nominated once, by the own unit, which *unit_of* says for the i-th."""
    kind = make_kind()
    units = Unit.objects.bulk_create(
        Unit(code=f"X{i}", name=f"Đảng ủy xã Ea {i}", kind=kind, order=i) for i in range(UNITS)
    )
    people = Person.objects.bulk_create(
        Person(full_name=full_name(i), post="Bí thư chi bộ", unit=units[unit_of(i)]) for i in range(PEOPLE)
    )
    form = AwardForm.objects.create(code="GK", name="Giấy khen")
    letterhead = Letterhead.objects.create(superior="Tỉnh ủy Đắk Lắk", issuer="Ban", full_name="Ban", symbol="BTGDVTU")
    for year in range(2026 - ROUNDS, 2026):
        round = AwardRound.objects.create(
            title=f"Khen thưởng năm {year}",
            occasion=f"Tổng kết năm {year}",
            year=year,
            achievement_from=date(year, 1, 1),
            achievement_to=date(year, 12, 31),
            form=form,
            letterhead=letterhead,
            opens_on=date(year, 11, 1),
            due_on=date(year, 11, 30),
            state=RoundState.CLOSED,
        )
        made = Dossier.objects.bulk_create(Dossier(round=round, unit=unit) for unit in units)
        dossiers = {dossier.unit_id: dossier for dossier in made}
        Nomination.objects.bulk_create(
            Nomination(
                dossier=dossiers[person.unit_id],
                kind=SubjectKind.INDIVIDUAL,
                person=person,
                name=person.full_name,
                post=person.post,
                achievement=f"Đã có thành tích xuất sắc trong phong trào thi đua “Dân vận khéo” năm {year}",
                state=(state := STATES[i % len(STATES)]),
                refusal_reason="Chưa đủ thời gian công tác." if state == NominationState.REFUSED else "",
            )
            for i, person in enumerate(people)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def full_name(i):
    return f"{FAMILY[i % 5]} {MIDDLE[i % 3]} {GIVEN[i * 7 % 5]} {i}"
