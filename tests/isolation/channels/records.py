"""The pages of one record: of every kind, by key, foreign and missing alike."""

from contextlib import nullcontext, suppress
from functools import cache, partial
from itertools import product

from django.contrib.messages import get_messages
from django.db import DatabaseError, transaction
from django.db.models import CharField, QuerySet
from django.urls import reverse

from danvan.history.domain import record
from tests.crawl.addresses import deeds_of, label_of, patterns
from tests.isolation.answers import told_by
from tests.isolation.case import MISSING_KEY, Verdict
from tests.isolation.channels import TWO_LEADS, channel
from tests.isolation.policy import masked_from
from tests.world import BAN, OWN, registered_labels, rolled_back

TYPED = {"name": "BIMATB", "post": "yes", "reason": "vì", "_version": "0"}


def pages_of_records(case):
    """The names of the pages of one record of the kind, below the site, and their other parameters."""
    prefix = f"{case.site.name}:"
    labels = registered_labels()
    for name, pattern in patterns():
        groups = pattern.pattern.regex.groupindex
        if name.startswith(prefix) and "object_id" in groups and label_of(name, labels) == case.label:
            yield name, [key for key in groups if key != "object_id"]


def addresses_of(case, name, others, key):
    """The addresses of the page of the record *key*, one for each deed or part."""
    choices = {each: list(deeds_of(case.label)) if each == "action" else [MISSING_KEY] for each in others}
    for values in product(*choices.values()):
        yield reverse(name, kwargs={"object_id": key, **dict(zip(choices, values, strict=True))})


def by_key(case, method, data=None):
    """Ask for every page of a row of each side. Yields with each answer a function that asks for that page of a
    missing row, and what the next page says in passing."""
    asked = set()
    for name, others in pages_of_records(case):
        missing = [
            cache(partial(getattr(case.client, method), address, data))
            for address in addresses_of(case, name, others, MISSING_KEY)
        ]
        for side in sides_asked(case):
            for row in case.rows(side)[-1:]:
                addresses = addresses_of(case, name, others, row.pk)
                for address, absent in zip(addresses, missing, strict=True):
                    # What is refused leaves nothing to undo, and would be seen by who compares.
                    with rolled_back() if case.access(side).reads else nullcontext():
                        answer = getattr(case.client, method)(address, data)
                        said = said_next(case, answer, asked)
                    yield side, row, answer, absent, said


def sides_asked(case):
    """One lead asks for rows of every side, others of units for the nearest and the farthest, the Ban's for one."""
    if case.actor.name == "lead":
        return case.sides
    return list(dict.fromkeys([case.home, case.sides[-1]])) if case.actor.is_of_a_unit else [case.home]


def said_next(case, answer, asked):
    """What the page that *answer* leads one lead to tells, None where it leads nowhere.

    A page that was *asked* before is not rendered again: it could differ in what is said in passing alone.
    """
    if answer.status_code != 302 or case.actor.name != "lead":
        return None
    location = answer.headers["Location"]
    if location not in asked:
        asked.add(location)
        return told_by(case.client.get(location))
    case.client.cookies.pop("messages", None)  # as the page would take them
    return "\n".join(map(str, get_messages(answer.wsgi_request)))


@channel("C3", "C4", "C5", "C9", "C29", "C43", "X-pages-of-records")
def pages_by_key(case):
    """Change, delete, history, deeds, files and every other page of one record by its key."""
    for side, row, answer, absent, said in by_key(case, "get"):
        if case.access(side).reads:
            yield Verdict(side, "" if answer.status_code < 500 else f"broke with {answer.status_code}")
        elif case.reads or not case.actor.column:
            yield case.alike(answer, absent(), row.pk, side)
        else:
            yield Verdict(side, f"opened with {answer.status_code}" if answer.status_code == 200 else "")
        yield from case.told(answer)
        if said is not None:
            yield from case.tells(said)


@channel("C7", "C29", "C43", "W-pages-of-records", actors=("lead", "moved"))
def posts_by_key(case):
    """A post to every page of a foreign record changes nothing and is answered as for a missing one."""
    before = case.state()
    for side, row, answer, absent, said in by_key(case, "post", TYPED):
        if not case.access(side).reads:
            yield case.alike(answer, absent(), row.pk, side)
            yield from case.told(answer, but=[TYPED["name"]])
            if said is not None:
                yield from case.tells(said, but=[TYPED["name"]])
    foreign = {row.pk for side in case.sides if not case.access(side).reads for row in case.rows(side)}
    after = case.state()
    changed = [row for row in before if row[0] in foreign and row not in after]
    yield Verdict("foreign", f"changed {changed}" if changed else "")


@channel("X-own-record")
def own_record(case):
    """The page of an own record, with its drop-downs, inlines and panels, opens to those who may see it."""
    for row in case.rows(case.home)[:1]:
        answer = case.get("change", row.pk)
        if not case.model.access_scope.is_personal:
            yield from case.opened(answer, case.home)
        yield from case.told(answer)


@channel("C10", "C11", "X-history-masks", applies=lambda case: masked_from(case.actor.column, case.label))
def history_of_an_own_record(case):
    """The history of a record one may see hides the fields one must not."""
    row = case.rows(case.home)[0]
    hidden = masked_from(case.actor.column, case.label)
    with rolled_back():
        open_field = next(
            field.name
            for field in case.model._meta.concrete_fields
            if isinstance(field, CharField) and not field.choices and field.name not in hidden
        )
        changes = {name: [None, f"{BAN} {name}"] for name in hidden} | {open_field: ["cũ", f"{OWN} mới"]}
        record(actor=case.world.staff, action="change", obj=row, changes=changes)
        answer = case.get("history", row.pk)
    told = [name for name in hidden if f"{BAN} {name}" in answer.content.decode()]
    yield Verdict(case.home, f"tells {told}" if told else "")
    if case.reads:
        yield Verdict(case.home, "" if f"{OWN} mới" in answer.content.decode() else "hides what is no secret")


@channel("C27", "X-inline-posts", actors=TWO_LEADS, applies=lambda case: case.admin.inlines)
def inlines(case):
    """A formset sent with the key of a foreign row neither shows, changes nor deletes it."""
    for inline in case.admin.inlines:
        target = inline.model._meta.label_lower
        relation = next(field for field in inline.model._meta.fields if field.related_model is case.model)
        prefix = relation.remote_field.get_accessor_name()
        for side in case.forbidden:
            for foreign in getattr(case.world, side).rows.get(target, [])[:1]:
                before = sorted(inline.model._base_manager.values_list())
                data = {f"{prefix}-TOTAL_FORMS": 1, f"{prefix}-INITIAL_FORMS": 1, f"{prefix}-0-id": foreign.pk}
                row = case.rows(case.home)[0]
                answer = case.post("change", row.pk, data=data | {f"{prefix}-0-DELETE": "on"})
                yield from case.told(answer)
                same = sorted(inline.model._base_manager.values_list()) == before
                yield Verdict(side, "" if same else f"changed a {target}")


@channel("C5", "C6", actors=("lead",), applies=lambda case: case.access(case.home).may("delete"))
def what_hangs_on_an_own_record(case):
    """The page that asks for the deletion of an own record names no foreign record that hangs on it."""
    with rolled_back():
        row = case.world.own.new(case.label, state=case.model._meta.get_field("state").default, decision=None)
        for relation in case.model._meta.related_objects:
            for foreign in case.world.other.rows.get(relation.related_model._meta.label_lower, [])[:1]:
                hang(foreign, relation.field.name, row)
        page = case.get("delete", row.pk)
        yield from case.opened(page, case.home)
        yield from case.told(page)
        data = {"action": "delete_selected", "_selected_action": [row.pk]}
        yield from case.told(case.client.post(case.url("changelist"), data))


def hang(row, name, target):
    """Point *row* to *target* past every check of ours; where the database itself refuses, it stays as it was."""
    with suppress(DatabaseError), transaction.atomic():
        QuerySet(type(row)).filter(pk=row.pk).update(**{name: target.pk})


@channel("C3", "X-neutral-words", actors=TWO_LEADS)
def neutral_words(case):
    """What is said of a record that is not there repeats nothing of what was asked."""
    answer = case.client.get(case.url("change", MISSING_KEY), follow=True)
    told = str(MISSING_KEY) in answer.content.decode()
    yield Verdict("missing", "repeats the key" if told else "")


@channel("C41", actors=TWO_LEADS)
def save_as_new(case):
    """``_saveasnew`` on a foreign record."""
    for side in case.forbidden:
        for row in case.rows(side)[:1]:
            before = case.state()
            answer = case.post("change", row.pk, data={**TYPED, "_saveasnew": "1"})
            yield from case.told(answer, but=[TYPED["name"]])
            yield Verdict(side, "" if case.state() == before else "made or changed a row")
