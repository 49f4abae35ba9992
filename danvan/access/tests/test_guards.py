"""Each guard of the base classes by itself: taken away, its test here turns red."""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from awards.models import Commendation, Dossier, Nomination
from awards.tests.factories import make_dossier, make_nomination
from danvan import clock
from danvan.access import checks
from danvan.access.admin import ScopedInlineMixin, ScopedListFilter, ScopedModelAdmin
from danvan.access.filters import ScopedFilterSet
from danvan.access.roles import Role
from danvan.access.visibility import reads
from danvan.history.domain import record
from danvan.notices.models import InboxMessage
from danvan.organization.models import Person, Unit, User
from movements.models import Registration
from tests.factories import (
    logged_in,
    make_administrator,
    make_lead,
    make_person,
    make_registration,
    make_staff,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db
OPTIONS = admin.site._registry


def asked_by(user, **query):
    request = RequestFactory().get("/", query)
    request.user = user
    return request


@pytest.fixture
def person():
    return make_person(make_unit(), "Y Biêr Niê", post="Bí mật", birth_year=1971)


@pytest.fixture
def lead(person):
    return make_lead(person.unit)


@pytest.fixture
def post_is_hidden(monkeypatch):
    monkeypatch.setattr(Person, "ban_only_fields", ("post",))


# --- rights -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["view", "change", "delete"])
def test_a_right_is_asked_for_the_very_record(verb):
    row = make_nomination(make_dossier(state="draft"))
    asks = getattr(OPTIONS[Nomination], f"has_{verb}_permission")
    assert asks(asked_by(make_lead(row.dossier.unit)), row)
    assert not asks(asked_by(make_lead(make_unit())), row)
    assert asks(asked_by(make_staff()), row)


@pytest.mark.parametrize("user", [make_user, lambda: make_lead(is_active=False), AnonymousUser])
def test_who_has_no_membership_has_no_right(person, user):
    request = asked_by(user())
    options = OPTIONS[Person]
    for asks in (options.has_view_permission, options.has_change_permission, options.has_delete_permission):
        assert not asks(request)
        assert not asks(request, person)
    assert not options.has_add_permission(request)
    assert not options.get_queryset(request).exists()


def test_has_perm_with_a_record_asks_for_that_record(person, lead):
    other = make_person(make_unit())
    assert lead.has_perm("organization.change_person")
    assert lead.has_perm("organization.change_person", person)
    assert not lead.has_perm("organization.change_person", other)
    assert not lead.has_perm("organization.delete_person", person)
    assert not lead.has_perm("organization.burn_person", person)
    assert make_staff().has_perm("organization.delete_person", other)
    assert not make_user(Role.UNIT_VIEWER, person.unit).has_perm("organization.change_person", person)
    assert not make_lead(person.unit, is_active=False).has_perm("organization.view_person", person)


def test_has_perm_with_a_personal_record_asks_whose_it_is():
    mine, other = make_administrator(), make_administrator()
    message = InboxMessage.objects.create(recipient=mine, title="Riêng", sent_at=clock.now())
    assert mine.has_perm("notices.view_inboxmessage", message)
    assert not other.has_perm("notices.view_inboxmessage", message)


# --- the form ---------------------------------------------------------------------------------------------------------


def test_the_address_fills_in_what_was_named_alone():
    request = asked_by(make_staff(), round="7", unit="9", letter_number="12-TTr", state="concluded")
    assert OPTIONS[Dossier].initial_from_address == ("round",)
    assert OPTIONS[Dossier].get_changeform_initial_data(request) == {"round": "7"}
    assert OPTIONS[Person].get_changeform_initial_data(asked_by(make_staff(), unit="9", post="x")) == {}


@pytest.mark.usefixtures("post_is_hidden")
def test_a_hidden_field_is_in_no_form(person, lead):
    request, options = asked_by(lead), OPTIONS[Person]
    assert "post" in options.get_exclude(request, person)
    assert options.get_fieldsets(request, person) == [
        (
            None,
            {"fields": [["salutation", "full_name"], ["given_name"], ["birth_date", "birth_year"], "unit"]},
        )
    ]
    assert "post" not in options.get_form(request, person, change=True).base_fields
    assert "post" in options.get_form(asked_by(make_staff()), person, change=True).base_fields


@pytest.mark.usefixtures("post_is_hidden")
def test_a_hidden_field_is_not_written_by_adding_it_to_the_form(person, lead):
    client = logged_in(lead)
    data = {"full_name": "Y Biêr Niê", "post": "Đoán", "unit": person.unit_id, "_version": person.version}
    client.post(f"/admin/organization/person/{person.pk}/change/", data)
    person.refresh_from_db()
    assert person.post == "Bí mật"


@pytest.mark.usefixtures("post_is_hidden")
def test_a_hidden_field_is_not_shown_read_only(person, lead, monkeypatch):
    monkeypatch.setattr(type(OPTIONS[Person]), "readonly_fields", ["post", "full_name"])
    assert OPTIONS[Person].get_readonly_fields(asked_by(lead)) == ["full_name"]


def test_an_inline_hides_what_is_hidden_of_any_record(person, lead):
    """It is passed the record that its rows hang on, which says nothing of them."""
    dossier = make_dossier(person.unit)
    nomination = make_nomination(dossier, person=person)
    dossier.state = nomination.dossier.state = "concluded"

    class Rows(ScopedInlineMixin, admin.TabularInline):
        model = Nomination
        fields = readonly_fields = ["name", "score"]

    inline = Rows(Dossier, admin.site)
    for parent in (dossier, nomination):
        assert inline.get_fieldsets(asked_by(lead), parent) == [(None, {"fields": ["name"]})]
        assert inline.get_readonly_fields(asked_by(lead), parent) == ["name"]
        assert "score" in inline.get_exclude(asked_by(lead), parent)


# --- the list ---------------------------------------------------------------------------------------------------------


class OfPostFilter(ScopedListFilter):
    title, parameter_name, reads = "post", "of_post", ("post",)


class PeopleAdmin(ScopedModelAdmin):
    """A list that tells posts in every way there is."""

    list_display = ["full_name", "post", "shouted", "by_post", "unit__people__post"]
    list_filter = ["post", "unit", "unit__people__post", OfPostFilter]
    search_fields = ["full_name", "post", "^unit__people__post"]

    @admin.display(description="post")
    @reads("post")
    def shouted(self, person):
        return person.post.upper()

    @admin.display(description="name", ordering="-post")
    @reads("full_name")
    def by_post(self, person):
        return person.full_name


@pytest.mark.usefixtures("post_is_hidden")
def test_a_hidden_field_is_no_column_no_filter_and_not_searched(lead):
    options, mine, theirs = PeopleAdmin(Person, admin.site), asked_by(lead), asked_by(make_staff())
    assert options.get_list_display(mine) == ["full_name"]
    assert options.get_list_display(theirs) == PeopleAdmin.list_display
    assert [item if isinstance(item, str) else item[0] for item in options.get_list_filter(mine)] == ["unit"]
    assert len(options.get_list_filter(theirs)) == 4
    assert options.get_search_fields(mine) == []
    options.search_fields = PeopleAdmin.search_fields
    assert options.get_search_fields(mine) == ["full_name"]
    assert options.get_search_fields(theirs) == PeopleAdmin.search_fields


@pytest.mark.usefixtures("post_is_hidden")
def test_the_search_does_not_tell_whether_a_hidden_word_is_there(person, lead):
    found = [
        OPTIONS[Person].get_search_results(asked_by(lead), Person.objects.all(), words)[0].count()
        for words in ("bi mat", "khong co")
    ]
    assert found == [1, 1]
    staff = asked_by(make_staff())
    assert not OPTIONS[Person].get_search_results(staff, Person.objects.all(), "khong co")[0].exists()


@pytest.mark.usefixtures("post_is_hidden")
@pytest.mark.parametrize("lookup", ["post", "post__startswith", "of_post", "unit__people__post"])
def test_the_address_asks_for_no_hidden_field(lead, lookup):
    options = PeopleAdmin(Person, admin.site)
    assert not options.lookup_allowed(lookup, "B", asked_by(lead))
    assert options.lookup_allowed(lookup, "B", asked_by(make_staff())) is (lookup != "post__startswith")


def test_a_form_of_filters_drops_what_is_hidden(lead):
    class OfNominations(ScopedFilterSet):
        class Meta:
            model = Nomination
            fields = ["name", "score", "person__birth_year", "slip"]

    def offered(user):
        return set(OfNominations({}, Nomination.objects.none(), request=asked_by(user)).filters)

    assert offered(lead) == {"name", "person__birth_year"}
    assert offered(make_user(Role.VIEWER)) == {"name", "score", "slip"}
    assert offered(make_staff()) == {"name", "score", "person__birth_year", "slip"}


# --- the history ------------------------------------------------------------------------------------------------------


def changes_read_by(user, obj):
    rows = logged_in(user).get(f"/admin/{obj._meta.label_lower.replace('.', '/')}/{obj.pk}/history/").context["rows"]
    return {change["new"] for change in rows[0]["changes"]}


@pytest.mark.usefixtures("post_is_hidden")
def test_the_history_keeps_hidden_fields_and_gone_ones_from_units(person, lead):
    changes = {"full_name": ["", "Tên"], "post": ["", "Kín"], "old_post": ["", "Cũ"], "unit__people__post": ["", "Xa"]}
    record(actor=None, action="change", obj=person, changes=changes)
    assert changes_read_by(lead, person) == {"Tên"}
    assert changes_read_by(make_staff(), person) == {"Tên", "Kín", "Cũ", "Xa"}


def test_the_history_of_a_record_keeps_the_changes_of_parts_that_are_closed():
    unit = make_unit()
    changes = {"short_name": ["", "Ea Kar"], "unitplacement 7": [None, "Kín"], "unitplacement 7 superior": ["", "Trên"]}
    record(actor=None, action="change", obj=unit, changes=changes)
    assert changes_read_by(make_lead(unit), unit) == {"Ea Kar"}
    assert changes_read_by(make_staff(), unit) == {"Ea Kar", "Kín", "Trên"}


def test_the_history_of_a_nomination_keeps_the_birth_of_its_person():
    row = make_nomination()
    changes = {"name": ["", "Y Biêr"], "person__birth_year": [None, 1971]}
    record(actor=None, action="import", obj=row, changes=changes)
    assert changes_read_by(make_user(Role.VIEWER), row) == {"Y Biêr"}
    assert changes_read_by(make_user(Role.CLERK), row) == {"Y Biêr", "1971"}


# --- what is registered says what it reads ----------------------------------------------------------------------------


def ids(problems):
    return {problem.id for problem in problems}


def test_what_is_declared_passes():
    assert checks.registered_classes_are_scoped(None) == []
    assert checks.hidden_fields_exist_and_order_nothing(None) == []
    assert checks.admins_say_what_they_read(None) == []
    assert checks.filter_sets_are_scoped(None) == []


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("ban_only_fields", ("pots",)),
        ("secret_fields", ("pots",)),
        ("personal_fields", ("pots",)),
        ("hidden_until", {"pots": "is_sample"}),
        ("hidden_until", {"post": "is_tolled"}),
    ],
)
def test_a_hidden_field_must_exist(monkeypatch, attribute, value):
    monkeypatch.setattr(Person, attribute, value)
    assert ids(checks.visibility_problems(Person)) == {"danvan.E005"}


@pytest.mark.parametrize("name", ["full_name", "given_name"])
def test_a_hidden_field_orders_nothing(monkeypatch, name):
    monkeypatch.setattr(Person, "ban_only_fields", (name,))
    assert ids(checks.visibility_problems(Person)) == {"danvan.E006"}


def test_a_hidden_field_names_no_row(monkeypatch):
    monkeypatch.setattr(Unit, "ban_only_fields", ("name",))
    assert ids(checks.visibility_problems(Unit)) == {"danvan.E006"}
    monkeypatch.setattr(User, "personal_fields", ("full_name",))
    assert ids(checks.visibility_problems(User)) == {"danvan.E006"}


class BareFilter(admin.SimpleListFilter):
    title, parameter_name = "bare", "bare"


class MistypedFilter(ScopedListFilter):
    title, parameter_name, reads = "mistyped", "mistyped", ("dossier__stat",)


class SilentFilter(ScopedListFilter):
    title, parameter_name = "silent", "silent"


def undeclared(self, row):
    return row.score


undeclared.short_description = "score"


def mistyped(self, row):
    return row.score


mistyped.short_description, mistyped.reads = "score", ("skore",)


@pytest.mark.parametrize(
    ("attributes", "found"),
    [
        ({"ordering": ["-score"]}, {"danvan.E007"}),
        ({"ordering": ["dossier__nominations__score"]}, {"danvan.E007"}),
        ({"ordering": ["name"], "date_hierarchy": "approved_on"}, {"danvan.E007"}),
        ({"list_filter": [BareFilter]}, {"danvan.E008"}),
        ({"list_filter": [MistypedFilter]}, {"danvan.E008"}),
        ({"list_filter": [SilentFilter]}, {"danvan.E008"}),
        ({"list_filter": ["no_such"]}, {"danvan.E008"}),
        ({"list_filter": [("dossier__unit", admin.RelatedOnlyFieldListFilter)]}, {"danvan.E008"}),
        ({"list_filter": [("round__title", admin.AllValuesFieldListFilter)]}, {"danvan.E008"}),
        ({"list_filter": [("post", admin.AllValuesFieldListFilter), "round", "dossier__unit"]}, set()),
        ({"column": undeclared}, {"danvan.E009"}),
        ({"column": mistyped}, {"danvan.E009"}),
        ({"column": admin.display(description="x")(reads("score")(lambda self, row: row.score))}, set()),
        ({"deed": admin.action(description="x")(lambda self, request, queryset: None)}, {"danvan.E009"}),
        ({"deed": admin.action(description="x", permissions=["view"])(lambda *words: None)}, set()),
    ],
)
def test_an_admin_says_what_it_reads(attributes, found):
    options = type("OurAdmin", (ScopedModelAdmin,), {"__module__": __name__, **attributes})
    assert ids(checks.reading_problems(options(Nomination, admin.site))) == found


def test_a_form_of_filters_is_scoped():
    class Base(SimpleNamespace):
        """Stands for the library's class: what is declared under the real one stays there for the other tests."""

    type("Bare", (Base,), {"__module__": "awards.filters"})
    type("Theirs", (Base,), {"__module__": "django_filters.rest_framework.filterset"})
    assert ids(checks.filter_set_problems(Base)) == {"danvan.E013"}


def test_every_column_of_ours_is_looked_at():
    named = {name for name, _method in checks._own_methods(type(OPTIONS[Commendation]))}
    assert named == {"register_text", "post_and_unit", "form_text", "decision_text"}


# --- at the next request ----------------------------------------------------------------------------------------------


def test_an_ended_membership_ends_every_right_at_the_next_request(lead, person):
    """Nothing of what somebody may do is kept from one request to the next."""
    new_unit = make_unit("Đảng ủy xã Mới")
    row = make_nomination(make_dossier(person.unit), person=person)
    registration = make_registration(person.unit, "Mô hình cũ")
    client = logged_in(lead)
    pages = ["/admin/", "/admin/organization/person/", "/admin/awards/nomination/", "/admin/movements/registration/"]
    pages += [
        f"/admin/{obj._meta.label_lower.replace('.', '/')}/{obj.pk}/{page}/"
        for obj in (person, row, row.dossier, registration)
        for page in ("change", "history", "delete")
    ]
    old_words = (str(person.unit), "Y Biêr Niê", "Mô hình cũ")
    assert any(word in client.get(page).content.decode() for page in pages for word in old_words)
    lead.memberships.update(unit=new_unit)
    for page in pages:
        text = client.get(page, follow=True).content.decode()
        assert not any(word in text for word in old_words), page
    assert "Đảng ủy xã Mới" in client.get("/admin/organization/unit/").content.decode()
    lead.memberships.update(valid_to="2016-01-01")
    assert {client.get(page).status_code for page in pages} == {302}
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")


def test_what_a_role_hides_is_hidden_at_the_next_request():
    user, row = make_staff(), make_nomination(state="appraised")
    client, page = logged_in(user), f"/admin/awards/nomination/{row.pk}/change/"
    assert "91,5" in client.get(page).content.decode()
    user.memberships.update(role=Role.UNIT_LEAD, unit=row.dossier.unit)
    assert "91,5" not in client.get(page).content.decode()
    assert client.get("/admin/awards/nomination/?score__gte=1").status_code == 400
    assert "waiting" not in client.get("/admin/awards/nomination/").content.decode()


def test_what_a_user_caches_of_the_memberships_goes_with_the_object():
    """The object lives one request: the next one reads the memberships again."""
    user = make_lead()
    registration = make_registration(user.memberships.get().unit)
    assert list(Registration.objects.visible_to(user)) == [registration]
    user.memberships.all().delete()
    assert user.roles == {Role.UNIT_LEAD}
    at_the_next_request = User.objects.get(pk=user.pk)
    assert at_the_next_request.roles == set()
    assert not Registration.objects.visible_to(at_the_next_request).exists()
