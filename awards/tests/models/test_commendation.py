import pytest
from django.db.models import ProtectedError

from awards.enums import DecisionState, NominationState
from awards.models import Commendation, CommendationTally
from awards.models.commendation import RegisterIsNotRewritten
from awards.tests.factories import issue, make_decision, make_dossier, make_form, make_nomination
from tests.factories import make_lead, make_staff, make_unit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_january")]


@pytest.fixture
def line():
    make_decision([make_nomination(full_name="Trần Thị Lan", state=NominationState.APPROVED)], DecisionState.ISSUED)
    return Commendation.objects.get()


@pytest.mark.parametrize(
    "deed",
    [
        lambda line: line.save(),
        lambda line: line.save(update_fields=["name"]),
        lambda line: line.delete(),
        lambda line: Commendation.objects.update(name="Khác"),
        lambda line: Commendation.objects.bulk_update([line], ["name"]),
        lambda line: Commendation.objects.all().delete(),
        lambda line: Commendation.objects.filter(pk=line.pk).delete(),
    ],
)
def test_the_register_is_not_rewritten(line, deed):
    line.name = "Khác"
    with pytest.raises(RegisterIsNotRewritten):
        deed(line)
    assert Commendation.objects.get().name == "Trần Thị Lan"


@pytest.mark.parametrize("name", ["nomination", "decision", "round", "form", "letterhead", "unit", "person"])
def test_what_a_line_leads_to_stays(line, name):
    with pytest.raises(ProtectedError):
        getattr(line, name).delete()


def test_the_demonstration_can_be_cleared(line):
    sample = make_nomination(make_dossier(is_sample=True), state=NominationState.APPROVED)
    issue(make_decision([sample], DecisionState.AWAITING_NUMBER), "13")
    with pytest.raises(RegisterIsNotRewritten):
        Commendation.objects.all().delete()
    Commendation.objects.filter(is_sample=True).delete()
    assert list(Commendation.objects.all()) == [line]


def test_a_unit_sees_its_own_lines(line):
    assert list(Commendation.objects.visible_to(make_lead(line.unit))) == [line]
    assert not Commendation.objects.visible_to(make_lead(make_unit())).exists()
    assert list(Commendation.objects.visible_to(make_staff())) == [line]


def test_found_without_accents(line):
    assert list(Commendation.objects.search("tran lan 12-qđ")) == [line]


# --- counts without names ---------------------------------------------------------------------------------------------


def tally(**fields):
    words = {
        "year": 2015,
        "occasion": "Tổng kết 2015",
        "form": make_form(),
        "issuer": "Ban Dân vận",
        "source": "Báo Đắk Lắk",
    }
    return CommendationTally.objects.create(**{**words, **fields})


def test_unknown_is_not_zero():
    unknown, none = tally(collectives=None, individuals=23), tally(collectives=0, individuals=23)
    assert (unknown.collectives, none.collectives) == (None, 0)
    assert list(CommendationTally.objects.filter(collectives=0)) == [none]
    assert list(CommendationTally.objects.filter(collectives=None)) == [unknown]


def test_a_medal_whose_count_is_not_stated_is_kept():
    row = tally()
    row.full_clean()
    assert (row.collectives, row.individuals) == (None, None)


def test_tallies_belong_to_the_ban():
    row = tally(unit=make_unit())
    assert not CommendationTally.objects.visible_to(make_lead(row.unit)).exists()
    assert list(CommendationTally.objects.visible_to(make_staff())) == [row]
