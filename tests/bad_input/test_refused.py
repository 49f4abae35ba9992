"""Whatever id or field a unit lead puts into a form by hand: nothing changes, and the attempt is recorded."""

import datetime
import uuid

from django.db import models
from django.urls import reverse

from danvan.history.enums import Refusal
from danvan.history.models import RefusedAttempt
from tests.bad_input.ids import MISSING, forms_open_to, in_every_state, other_ids
from tests.world import built_world, everything, rolled_back, world  # noqa: F401 - fixtures

NONSENSE = {"is_superuser": "on", "__class__": "x", "unit__id": "1", "no_such_field": "x", "form-0-id": "1"}
MOVES = {"version", "submitted_at", "updated_at"}
"""Columns that a save moves by itself."""


class Tally:
    """What was sent and what became of it."""

    def __init__(self, world):  # noqa: F811
        self.world = world
        self.forms = self.posts = self.changes = self.recorded = 0
        self.wrong = []

    def must_be_refused(self, form, what, send, *, names=()):
        """``send()`` changes nothing and leaves one refused attempt of the kind *what* that names *names*."""
        with rolled_back():
            before, known = everything(), attempts()
            answer = send()
            self.posts += 1
            if everything() != before:
                self.changes += 1
                self.wrong.append(f"{form.address} took {names or what}")
            self.must_be_recorded(form, known, (what, answer.status_code), names)

    def must_be_recorded(self, form, known, what, names):
        """Since *known* there is one more refused attempt, of that kind and status, which names at least *names*."""
        found = attempts() - known
        if [each[1:3] for each in found] == [what] and set(names) <= set(*(each[3] for each in found)):
            self.recorded += 1
        else:
            self.wrong.append(f"{form.address}: {what} {names} is not {found}")

    def must_be_ordinary(self, form):
        """What a person sends through the form is no refused attempt. Returns what it makes of the record."""
        with rolled_back():
            known = attempts()
            form.filled.post({})
            if found := attempts() - known:
                self.wrong.append(f"{form.address}: {found}")
            return self.record_of(form)

    def record_of(self, form):
        """The columns of the record that *form* is about, but for those that no two saves have in common."""
        if form.model is None:
            return None
        rows = form.model.objects.filter(pk=form.object_id) if form.object_id else form.model.objects.order_by("-pk")
        row = rows.values().first()
        own = (datetime.datetime, uuid.UUID)
        apart = {form.model._meta.pk.name} if form.is_add else set()
        return {name: value for name, value in row.items() if name not in apart | MOVES and not isinstance(value, own)}


def attempts():
    """What is recorded: how often, what, answered with which status, which names."""
    rows = RefusedAttempt.objects.filter(user__isnull=False)
    return {(times, what, status, tuple(names), key) for times, what, status, names, key in rows.values_list(*KEPT)}


KEPT = ("times", "what", "status", "names", "key")


def test_what_a_lead_puts_in_by_hand(world, caplog, record_property):  # noqa: F811
    caplog.set_level("CRITICAL", logger="django.request")
    lead = world.client("lead")
    in_every_state(world)
    tally = Tally(world)
    for form in forms_open_to(world, lead):
        tally.forms += 1
        ordinary = tally.must_be_ordinary(form)
        ids_in_the_form(form, tally)
        ids_in_the_address(form, tally, lead)
        if beside := form.beside():
            fields_beside(form, beside, tally, ordinary)
        # A form that changes the password makes a new session, which is undone with the rest.
        lead.force_login(world.accounts["lead"])
    sizes = f"forms={tally.forms} posts={tally.posts} changes={tally.changes} recorded={tally.recorded}"
    record_property("figure", f"bad-input {sizes}")
    assert tally.wrong == []
    assert tally.changes == 0
    assert tally.recorded == tally.posts > 100
    assert tally.forms > 12


def ids_in_the_form(form, tally):
    """Each relation, hidden ones included, with the id of another's record, of none, of an own but locked one."""
    for name, field in form.fields.items():
        for _kind, value in other_ids(field, tally.world):
            tally.must_be_refused(
                form, Refusal.CHOICE, lambda name=name, value=value: form.filled.post({name: value}), names=[name]
            )


def ids_in_the_address(form, tally, lead):
    """The filled form, sent to the address of another's record, of none, of an own one in a state that locks it."""
    if not form.object_id:
        return
    label = form.model._meta.label_lower
    foreign = [row.pk for side in (tally.world.other, tally.world.ban) for row in side.rows.get(label, ())[:1]]
    for pk in (*foreign, MISSING):
        tally.must_be_refused(form, Refusal.RECORD, lambda pk=pk: sent_to(form, lead, pk))
    for row in tally.world.own.rows.get(label, ()):
        with rolled_back():
            page = lead.get(address_for(form, row.pk))
        if page.status_code == 200 and page.context.get("has_change_permission") is False:
            tally.must_be_refused(form, Refusal.FORBIDDEN, lambda pk=row.pk: sent_to(form, lead, pk))


def address_for(form, pk):
    kwargs = {"object_id": pk, **({"action": form.deed} if form.deed else {})}
    return reverse(form.name, kwargs=kwargs)


def sent_to(form, lead, pk):
    return lead.post(address_for(form, pk), form.filled.sent)


def fields_beside(form, beside, tally, ordinary):
    """Every column that the form does not ask for, with the value of the other unit's record, and nonsense."""
    other = tally.world.other.rows.get(form.model._meta.label_lower, [None])[0]
    smuggled = {name: text_of(form.model, other, name) for name in beside} | NONSENSE
    with rolled_back():
        known = attempts()
        answer = form.filled.post(smuggled)
        tally.posts += 1
        if (after := tally.record_of(form)) != ordinary:
            tally.changes += 1
            tally.wrong.append(f"{form.address}: {ordinary} became {after}")
        unheld = [name for name in beside if name not in form.filled.sent]
        tally.must_be_recorded(form, known, (Refusal.FIELD, answer.status_code), unheld)


def text_of(model, row, name):
    value = getattr(row, model._meta.get_field(name).attname) if row else MISSING
    if isinstance(model._meta.get_field(name), models.BooleanField):
        return "on"
    return str(MISSING if value in (None, "") else value)
