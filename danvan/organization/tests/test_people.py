"""One person, several rows: suggested, merged by hand, taken apart again."""

import contextlib
from itertools import permutations

import pytest
from django.urls import reverse

from danvan.history.models import Activity
from danvan.organization.domain.people.duplicates import merge, probable_duplicates, unmerge
from danvan.organization.models import Person, PersonIdentity
from danvan.organization.tests.succession import merged, renamed, split
from danvan.workflow import Refused
from tests.factories import logged_in, make_lead, make_leader, make_person, make_staff, make_unit

pytestmark = pytest.mark.django_db
WHY = "Cùng ngày sinh, cùng quê quán."


def names(pairs):
    return [(pair.first.pk, pair.second.pk) for pair in pairs]


@pytest.fixture
def unit():
    return make_unit("Đảng ủy xã Ea Kar")


@pytest.fixture
def other():
    return make_unit("Đảng ủy xã Cư Kuin")


def merge_as_staff(person, into):
    merge(person=person, into=into, actor=make_staff(), reason=WHY)
    person.refresh_from_db()


# --- the order of names -----------------------------------------------------------------------------------------------


def test_people_stand_in_the_order_of_given_names(unit):
    typed = [("Y Biêr Niê", "Biêr"), ("Lê Văn Bình", ""), ("Hoa", ""), ("Nguyễn Thị Ánh", ""), ("H'Hoa Niê", "H'Hoa")]
    for name, given in [*typed, ("Trần Văn Niệm", ""), ("Đặng Văn Đức", "")]:
        make_person(unit, name, given_name=given)
    ordered = ["Nguyễn Thị Ánh", "Y Biêr Niê", "Lê Văn Bình", "Đặng Văn Đức", "H'Hoa Niê", "Hoa", "Trần Văn Niệm"]
    assert list(Person.objects.values_list("full_name", flat=True)) == ordered


def test_the_given_name_is_changed_on_the_page(unit):
    person = make_person(unit, "Y Biêr Niê")
    make_person(unit, "Lê Văn Cường")
    assert Person.objects.first().full_name == "Lê Văn Cường"
    page = reverse("admin:organization_person_change", args=[person.pk])
    sent = {"full_name": "Y Biêr Niê", "given_name": "Biêr", "_version": "0"}
    assert logged_in(make_staff()).post(page, sent).status_code == 302
    assert Person.objects.first().full_name == "Y Biêr Niê"


# --- suggestions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"full_name": "Trần Thị Lan", "birth_year": 1971}, {"full_name": "TRAN THI LAN", "birth_year": 1971}),
        ({"full_name": "Trần Thị Lan", "birth_year": 1971}, {"full_name": "Trần Thị Lan"}),
        ({"full_name": "Nguyễn Thị Thuỷ"}, {"full_name": "Nguyễn Thị Thủy"}),
    ],
)
def test_the_same_name_in_the_same_unit_is_suggested(unit, first, second):
    pair = make_person(unit, **first), make_person(unit, **second)
    assert sorted(map(sorted, names(probable_duplicates(Person.objects.all())))) == [sorted(each.pk for each in pair)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"full_name": "Trần Thị Lan", "birth_year": 1971}, {"full_name": "Trần Thị Lan", "birth_year": 1972}),
        ({"full_name": "Trần Thị Lan"}, {"full_name": "Trần Thị Lành"}),
        ({"full_name": "Trần Thị Lan"}, {"full_name": "Trần Thị Lan", "is_sample": True}),
    ],
)
def test_another_year_another_name_and_a_sample_are_not_suggested(unit, first, second):
    make_person(unit, **first), make_person(unit, **second)
    assert probable_duplicates(Person.objects.all()) == []


@pytest.mark.parametrize("event", [renamed, lambda old, new: merged([old], new), lambda old, new: split(old, [new])])
def test_units_that_followed_one_another_count_as_one(unit, other, event):
    make_person(unit, "Trần Thị Lan"), make_person(other, "Trần Thị Lan")
    assert probable_duplicates(Person.objects.all()) == []
    event(unit, other)
    assert len(probable_duplicates(Person.objects.all())) == 1


def test_the_units_of_a_split_did_not_follow_each_other(unit, other):
    split(make_unit("Quận ủy Sơn Trà"), [unit, other])
    make_person(unit, "Trần Thị Lan"), make_person(other, "Trần Thị Lan")
    assert probable_duplicates(Person.objects.all()) == []


def test_a_line_of_successions_counts_as_a_whole(unit, other):
    between = make_unit()
    renamed(unit, between), renamed(between, other)
    make_person(unit, "Trần Thị Lan"), make_person(other, "Trần Thị Lan")
    assert len(probable_duplicates(Person.objects.all())) == 1


def test_the_same_number_is_suggested_and_another_number_is_not(unit, other):
    people = [make_person(unit, "Trần Thị Lan"), make_person(other, "Trần T. Lan"), make_person(unit, "Trần Thị Lan")]
    for person, number in zip(people, ("001085000001", "001085000001", "001085000002"), strict=True):
        PersonIdentity.objects.create(person=person, citizen_id=number)
    (pair,) = probable_duplicates(Person.objects.all())
    assert ({pair.first, pair.second}, pair.same_number) == (set(people[:2]), True)


def test_merged_rows_are_not_suggested_again(unit):
    first, second = make_person(unit, "Trần Thị Lan"), make_person(unit, "Trần Thị Lan")
    merge_as_staff(first, second)
    assert probable_duplicates(Person.objects.all()) == []


def test_suggestions_cost_the_same_for_two_and_twenty(unit, django_assert_num_queries):
    for number in (2, 20):
        for _ in range(number):
            make_person(unit, "Trần Thị Lan")
        with django_assert_num_queries(4):
            probable_duplicates(Person.objects.all())


# --- merging ----------------------------------------------------------------------------------------------------------


def test_a_merge_points_to_the_kept_row_and_changes_nothing_else(unit, other):
    person, kept = make_person(unit, "Trần Thị Lan", post="Bí thư"), make_person(other, "Trần Thị Lan")
    merge_as_staff(person, kept)
    kept.refresh_from_db()
    assert (person.duplicate_of, person.post, person.unit, kept.duplicate_of) == (kept, "Bí thư", unit, None)
    for row in (person, kept):
        assert set(Person.objects.same_as(row)) == {person, kept}
        assert Activity.objects.of(row).first().reason == WHY


def test_splitting_off_undoes_it(unit):
    person, kept = make_person(unit), make_person(unit)
    merge_as_staff(person, kept)
    unmerge(person=person, actor=make_staff())
    person.refresh_from_db()
    assert (person.duplicate_of, set(Person.objects.same_as(kept))) == (None, {kept})
    with pytest.raises(Refused):
        unmerge(person=person, actor=make_staff())


def test_circles_and_chains_are_refused(unit):
    first, second, third = make_person(unit), make_person(unit), make_person(unit)
    merge_as_staff(first, second)
    for person, into in [(first, third), (second, third), (third, first), (second, first), (third, third)]:
        with pytest.raises(Refused):
            merge(person=person, into=into, actor=make_staff(), reason=WHY)
    assert list(Person.objects.exclude(duplicate_of=None)) == [first]


def test_no_order_of_merges_makes_a_chain(unit):
    for order in permutations(range(3)):
        people = [make_person(unit) for _ in order]
        for place in order:
            with contextlib.suppress(Refused):
                merge(person=people[place], into=people[(place + 1) % 3], actor=make_staff(), reason=WHY)
        assert not Person.objects.filter(duplicate_of__duplicate_of__isnull=False).exists()


def test_a_sample_is_not_merged_with_a_real_person(unit):
    with pytest.raises(Refused):
        merge(person=make_person(unit), into=make_person(unit, is_sample=True), actor=make_staff(), reason=WHY)


def test_a_merge_needs_a_reason(unit):
    with pytest.raises(Refused):
        merge(person=make_person(unit), into=make_person(unit), actor=make_staff(), reason=" ")


@pytest.mark.parametrize("maker", [make_leader, make_lead])
def test_only_administrators_and_officers_merge(unit, maker):
    user = maker(unit) if maker is make_lead else maker()
    person, kept = make_person(unit), make_person(unit)
    with pytest.raises(Refused):
        merge(person=person, into=kept, actor=user, reason=WHY)
    client = logged_in(user)
    address = reverse("admin:organization_person_merge", args=[person.pk, kept.pk])
    assert client.post(address, {"keep": kept.pk, "reason": WHY}).status_code == 302
    assert client.get(reverse("admin:organization_person_duplicates")).status_code == 403
    assert Person.objects.kept().count() == 2


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_list_and_the_autocomplete_offer_each_person_once(unit, other):
    person, kept = make_person(unit, "Trần Thị Lan"), make_person(other, "Trần Thị Lan")
    merge_as_staff(person, kept)
    client, address = logged_in(make_staff()), reverse("admin:organization_person_changelist")
    shown = {
        name: set(client.get(address, query).context["cl"].result_list)
        for name, query in {"": {}, "only": {"merged": "only"}, "all": {"merged": "all"}}.items()
    }
    assert shown == {"": {kept}, "only": {person}, "all": {person, kept}}


def test_a_unit_sees_its_own_row_though_it_is_merged_into_a_foreign_one(unit, other):
    person, kept = make_person(unit, "Trần Thị Lan"), make_person(other, "Trần Thị Lan")
    merge_as_staff(person, kept)
    client = logged_in(make_lead(unit))
    assert list(client.get(reverse("admin:organization_person_changelist")).context["cl"].result_list) == [person]
    for page in ("change", "history"):
        text = client.get(reverse(f"admin:organization_person_{page}", args=[person.pk])).content.decode()
        assert other.name not in text and WHY not in text and "Gộp" not in text and "gộp" not in text


def test_a_unit_sees_each_of_its_people_once(unit):
    person, kept = make_person(unit, "Trần Thị Lan"), make_person(unit, "Trần Thị Lan")
    merge_as_staff(person, kept)
    page = logged_in(make_lead(unit)).get(reverse("admin:organization_person_changelist"))
    assert list(page.context["cl"].result_list) == [kept]


def test_from_the_suggestion_to_the_merge_and_back(unit):
    first, second = make_person(unit, "Trần Thị Lan"), make_person(unit, "Trần Thị Lan")
    client = logged_in(make_staff())
    listed = client.get(reverse("admin:organization_person_duplicates")).content.decode()
    address = reverse("admin:organization_person_merge", args=[first.pk, second.pk])
    assert address in listed
    assert client.post(address, {"keep": second.pk, "reason": ""}).status_code == 200
    assert client.post(address, {"keep": unit.pk + 999, "reason": WHY}).status_code == 200
    assert Person.objects.kept().count() == 2
    assert client.post(address, {"keep": second.pk, "reason": WHY}).status_code == 302
    first.refresh_from_db()
    assert first.duplicate_of == second
    split_off = reverse("admin:organization_person_unmerge", args=[first.pk])
    assert client.get(split_off).status_code == 405
    assert split_off in client.get(reverse("admin:organization_person_change", args=[second.pk])).content.decode()
    client.post(split_off)
    first.refresh_from_db()
    assert first.duplicate_of is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_action_takes_exactly_two_rows(unit, count):
    people = [make_person(unit) for _ in range(count)]
    sent = {"action": "merge_selected", "_selected_action": [person.pk for person in people]}
    answer = logged_in(make_staff()).post(reverse("admin:organization_person_changelist"), sent)
    assert answer.headers["Location"] == reverse("admin:organization_person_changelist")


def test_the_action_leads_to_the_comparison(unit):
    first, second = make_person(unit, "Lê An"), make_person(unit, "Lê Bình")
    sent = {"action": "merge_selected", "_selected_action": [first.pk, second.pk]}
    answer = logged_in(make_staff()).post(reverse("admin:organization_person_changelist"), sent)
    assert answer.headers["Location"] == reverse("admin:organization_person_merge", args=[first.pk, second.pk])
