"""The five places of the seed articles, reorganised as history did: what they were commended for stays and is found.

Handbook: districts ended on 30/06/2025; Bến Tre went into Vĩnh Long, Bắc Kạn into Thái Nguyên, Phú Yên into Đắk Lắk.
The ward Sơn Trà is a part of the former district of that name, and is never taken for it.
"""

from datetime import date

import pytest
import time_machine
from django.core.files.base import ContentFile

from awards.domain.statistics import as_of_today, figures
from awards.models import Commendation, CommendationTally, DossierPaper
from awards.tests.factories import make_dossier, make_round
from awards.tests.test_reorganisation import make_file, open_shares
from awards.tests.test_statistics import commend
from danvan.organization.domain.units.placement import place
from danvan.organization.domain.units.reorganisation import choose, confirm, set_units
from danvan.organization.domain.units.succession import Destination, name_with_past, roll_up
from danvan.organization.enums import ReorganisationKind
from danvan.organization.models import Reorganisation, Unit, User
from movements.enums import RegistrationState, ReportState
from movements.models import Report
from tests.factories import (
    logged_in,
    make_exemplar,
    make_lead,
    make_person,
    make_registration,
    make_report,
    make_staff,
    make_unit,
)

pytestmark = pytest.mark.django_db

DAY = date(2025, 7, 1)
DECREES = {"provinces": "Nghị quyết 202/2025/QH15", "communes": "Nghị quyết 1659/NQ-UBTVQH15"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-22 08:00 +0700", tick=False):
        yield


@pytest.fixture
def staff():
    return make_staff()


def body(name, superior=None, **fields):
    unit = make_unit(name, **fields)
    place(unit=unit, superior=superior, valid_from=fields.get("valid_from"))
    return unit


def carry_out(kind, old, new, staff, decree, shares=None):
    event = Reorganisation.objects.create(kind=kind, decree=decree, effective_on=DAY)
    set_units(reorganisation=event, predecessors=old, successors=new)
    if kind == ReorganisationKind.SPLIT:
        chosen = dict.fromkeys(open_shares(event), new[0].pk) | (shares or {})
        choose(reorganisation=event, actor=staff, shares=chosen)
    confirm(obj=event, actor=staff)
    event.refresh_from_db()
    return event


def register():
    """Every line of the register as it was written, with the name of its unit."""
    return sorted(Commendation.objects.values_list("pk", "unit__name", "unit_path", "name", "version"))


def by_today():
    rows = Commendation.objects.all()
    facts, _samples = figures(commendations=rows, tallies=CommendationTally.objects.none(), with_areas=False)
    return {line.label: (line.collectives, line.individuals) for line in as_of_today(facts, Unit.objects.all()).by_unit}


def test_son_tra_is_split_and_its_name_goes_to_nobody(staff):
    """Giấy khen of the district for the joint work and the core force in 2017: 5 collectives and 8 individuals."""
    city = body("Thành ủy Đà Nẵng")
    district = body("Quận ủy Sơn Trà", city, code="490")
    ward = body("Đảng ủy phường Sơn Trà", valid_from=DAY, code="20263")
    other = body("Đảng ủy phường An Hải", valid_from=DAY, code="20275")
    round = make_round(year=2017)
    commend(round, district, 3, 2)
    commend(round, district, 2, 6)
    before = register()
    carry_out("split", [district], [ward, other], staff, DECREES["communes"])
    assert register() == before
    assert by_today() == {
        "Không phân bổ được: Quận ủy Sơn Trà → Đảng ủy phường Sơn Trà + Đảng ủy phường An Hải": (5, 8)
    }
    assert roll_up([district.pk])[district.pk] == Destination(district.pk, None, (ward.pk, other.pk))
    for unit in (ward, other):
        unit.refresh_from_db()
        assert (unit.inherits, unit.superior) == ([], city)
    assert name_with_past(ward) == "Đảng ủy phường Sơn Trà (trước 01/7/2025: Quận ủy Sơn Trà)"
    # Both are Sơn Trà; the register of the district is not the ward's.
    assert Unit.objects.search("son tra").count() == 2
    assert not Commendation.objects.visible_to(make_lead(ward)).exists()


def test_long_bien_is_split_among_its_wards(staff):
    """Its report of nine months of 2016 was sent, and stays the district's."""
    city = body("Thành ủy Hà Nội")
    district = body("Quận ủy Long Biên", city)
    wards = [body(f"Đảng ủy phường {name}", valid_from=DAY) for name in ("Long Biên", "Bồ Đề", "Việt Hưng", "Phúc Lợi")]
    sent = make_report(district, state=ReportState.ACCEPTED, arrived_on=date(2016, 9, 28), channel="paper")
    event = carry_out(
        "split", [district], wards, staff, DECREES["communes"], {("movements.report", sent.pk): wards[1].pk}
    )
    sent.refresh_from_db()
    assert (sent.unit, event.outcome["total_before"]) == (district, event.outcome["total_after"])
    assert [Report.objects.visible_to(make_lead(ward)).count() for ward in wards] == [0, 1, 0, 0]
    assert roll_up([district.pk])[district.pk].parts == tuple(ward.pk for ward in wards)


@pytest.mark.parametrize(
    ("old_names", "new_name", "given"),
    [
        (
            ["Tỉnh ủy Bến Tre", "Tỉnh ủy Trà Vinh", "Tỉnh ủy Vĩnh Long (cũ)"],
            "Tỉnh ủy Vĩnh Long",
            [(2, 3), (1, 0), (4, 4)],
        ),
        (["Tỉnh ủy Bắc Kạn", "Tỉnh ủy Thái Nguyên (cũ)"], "Tỉnh ủy Thái Nguyên", [(39, 8), (0, 1)]),
        (["Tỉnh ủy Đắk Lắk (cũ)", "Tỉnh ủy Phú Yên"], "Tỉnh ủy Đắk Lắk", [(17, 23), (5, 0)]),
    ],
)
def test_provinces_that_were_merged_are_counted_together(staff, old_names, new_name, given):
    old = [body(name) for name in old_names]
    new = body(new_name, valid_from=DAY)
    round = make_round(year=2021)
    for unit, numbers in zip(old, given, strict=True):
        commend(round, unit, *numbers)
    before, apart = register(), by_today()
    assert apart == dict(zip(old_names, given, strict=True))
    event = carry_out("merge", old, [new], staff, DECREES["provinces"])
    assert register() == before
    assert by_today() == {new_name: tuple(map(sum, zip(*given, strict=True)))}
    assert event.outcome["total_before"] == event.outcome["total_after"]
    assert Commendation.objects.visible_to(make_lead(Unit.objects.get(pk=new.pk))).count() == len(before)
    assert name_with_past(new) == f"{new_name} (trước 01/7/2025: {', '.join(old_names)})"


# --- who reads what ---------------------------------------------------------------------------------------------------


@pytest.fixture
def province(staff):
    """Bắc Kạn and Thái Nguyên with history of every channel, merged; beside them an untouched sibling."""
    old = [body("Tỉnh ủy Bắc Kạn"), body("Tỉnh ủy Thái Nguyên (cũ)")]
    new, sibling = body("Tỉnh ủy Thái Nguyên", valid_from=DAY), body("Tỉnh ủy Cao Bằng")
    leads = [make_lead(unit) for unit in (*old, sibling)]
    leads[0].memberships.update(valid_to=date(2025, 6, 30))
    history = history_of(old[0])
    carry_out("merge", old, [new], staff, DECREES["provinces"])
    return new, history, leads


def history_of(unit):
    """What stays with *unit*: a discontinued model, a recognised registration, a sent report, a concluded dossier."""
    stored = make_file(unit)
    stored.file.save("so-lieu.pdf", ContentFile(b"%PDF-1.7 Bac Kan"))
    dossier = make_dossier(unit, make_round(year=2021), state="concluded")
    DossierPaper.objects.create(dossier=dossier, kind="letter", file=stored)
    commend(make_round(year=2020), unit, 1, 0)
    return {
        "movements/exemplar": make_exemplar(unit, "Mô hình cũ Bắc Kạn", discontinued_on=date(2020, 1, 1)),
        "movements/registration": make_registration(unit, "Đăng ký cũ", state=RegistrationState.RECOGNISED),
        "movements/report": make_report(
            unit, state=ReportState.ACCEPTED, results="Bắc Kạn", arrived_on=date(2018, 7, 20), channel="paper"
        ),
        "awards/dossier": dossier,
        "awards/commendation": Commendation.objects.get(unit=unit),
        "documents/storedfile": stored,
    }


@pytest.mark.isolation
def test_the_lead_of_a_successor_reads_its_predecessor_by_every_channel(province):
    new, history, _leads = province
    client = logged_in(make_lead(Unit.objects.get(pk=new.pk)))
    for kind, row in history.items():
        listed = client.get(f"/admin/{kind}/").context["cl"].result_list
        assert row.pk in [each.pk for each in listed], kind
        page = client.get(f"/admin/{kind}/{row.pk}/change/")
        assert page.status_code == 200 and 'name="_save"' not in page.content.decode(), kind
    answer = client.get(f"/admin/documents/storedfile/{history['documents/storedfile'].pk}/download/")
    content = b"".join(answer) if answer.streaming else answer.content
    assert content == b"%PDF-1.7 Bac Kan"


@pytest.mark.isolation
def test_the_lead_of_a_successor_changes_none_of_the_history(province):
    new, history, _leads = province
    client = logged_in(make_lead(Unit.objects.get(pk=new.pk)))
    before = {kind: type(row).objects.filter(pk=row.pk).values().get() for kind, row in history.items()}
    for kind, row in history.items():
        client.post(f"/admin/{kind}/{row.pk}/change/", {"name": "x", "results": "x", "letter_number": "x"})
        client.post(f"/admin/{kind}/{row.pk}/delete/", {"post": "yes"})
        for deed in ("submit", "return", "accept", "report"):
            client.post(f"/admin/{kind}/{row.pk}/deed/{deed}/", {"reason": "x", "mistake": "x"})
    assert before == {kind: type(row).objects.filter(pk=row.pk).values().get() for kind, row in history.items()}


@pytest.mark.isolation
@pytest.mark.parametrize("who", [0, 2])
def test_who_served_until_the_last_day_and_a_sibling_read_nothing(province, who):
    _new, history, leads = province
    client = logged_in(User.objects.get(pk=leads[who].pk))
    for kind, row in history.items():
        answer = client.get(f"/admin/{kind}/")
        if answer.status_code == 200:
            assert row.pk not in [each.pk for each in answer.context["cl"].result_list], kind
        assert client.get(f"/admin/{kind}/{row.pk}/change/").status_code in (302, 403), kind
    answer = client.get(f"/admin/documents/storedfile/{history['documents/storedfile'].pk}/download/")
    assert answer.status_code in (302, 403)


@pytest.mark.isolation
def test_after_a_split_each_reads_what_it_was_given_and_the_other_nothing_of_it(staff):
    district = body("Quận ủy Sơn Trà")
    given, other = (body(name, valid_from=DAY) for name in ("Đảng ủy phường Sơn Trà", "Đảng ủy phường An Hải"))
    history = history_of(district)
    kept = make_exemplar(district, "Mô hình không ai được phân", discontinued_on=date(2020, 1, 1))
    labels = {kind: kind.replace("/", ".") for kind in history}
    shares = {(labels[kind], row.pk): given.pk for kind, row in history.items() if kind != "documents/storedfile"}
    carry_out("split", [district], [other, given], staff, DECREES["communes"], shares)
    for unit, reads in ((given, True), (other, False)):
        client = logged_in(make_lead(Unit.objects.get(pk=unit.pk)))
        for kind, row in history.items():
            listed = [each.pk for each in client.get(f"/admin/{kind}/").context["cl"].result_list]
            assert (row.pk in listed) is reads, kind
            assert (client.get(f"/admin/{kind}/{row.pk}/change/").status_code == 200) is reads, kind
        assert client.get(f"/admin/movements/exemplar/{kept.pk}/change/").status_code == 302
        answer = client.get(f"/admin/documents/storedfile/{history['documents/storedfile'].pk}/download/")
        assert (answer.status_code == 200) is reads


@pytest.mark.isolation
def test_a_person_who_moves_on_after_a_split_is_not_read_any_more(staff):
    """What was given moved: it is the unit's own while it is there, and no longer."""
    district = body("Quận ủy Sơn Trà")
    first, second = (body(name, valid_from=DAY) for name in ("Đảng ủy phường Sơn Trà", "Đảng ủy phường An Hải"))
    person = make_person(district)
    carry_out("split", [district], [first, second], staff, DECREES["communes"])
    lead = make_lead(Unit.objects.get(pk=first.pk))
    assert type(person).objects.visible_to(lead).filter(pk=person.pk).exists()
    type(person).objects.filter(pk=person.pk).update(unit=make_unit("Sở"))
    assert not type(person).objects.visible_to(User.objects.get(pk=lead.pk)).filter(pk=person.pk).exists()
