"""Forms: what drop-downs offer, what the address fills in, what is taken when it is sent."""

from django import forms

from danvan.access.uniqueness import TAKEN, crosses_units
from tests.bad_input.discovery import READ_ONLY, addresses_of, form_pages
from tests.bad_input.filling import Filled, forms_on, open_form
from tests.bad_input.ids import SUBJECTS
from tests.crawl.addresses import label_of, patterns
from tests.isolation.answers import shape
from tests.isolation.case import MISSING_KEY, Verdict
from tests.isolation.channels import ONE_LEAD, TWO_LEADS, channel
from tests.unique_sets import unique_sets
from tests.world import registered_labels, rolled_back

COMPUTED_BY_A_SAVE = {"version", "search_text", "sort_key", "came_on"}


def relations_of(model):
    return [field for field in model._meta.get_fields() if getattr(field, "related_model", None) and field.concrete]


@channel("C12", "C13")
def choices_of_the_add_form(case):
    """The drop-downs of the form for a new record, and who gets it at all."""
    answer = case.get("add")
    may_add = case.access(case.home).may("add") and "add" not in READ_ONLY.get(case.label, ())
    if not may_add:
        yield Verdict(case.home, f"opened with {answer.status_code}" if answer.status_code == 200 else "")
    elif case.actor.column:
        yield Verdict(case.home, "" if answer.status_code == 200 else f"refused with {answer.status_code}")
    yield from case.told(answer)


@channel("C14", "C15", actors=TWO_LEADS, applies=lambda case: case.access(case.home).may("add"))
def initial_values_from_the_address(case):
    """``?unit=<foreign>`` neither names a foreign record nor tells it from a missing one."""
    for field in relations_of(case.model):
        target = field.related_model._meta.label_lower
        absent = case.get("add", data={field.name: MISSING_KEY})
        for side in case.forbidden:
            for row in getattr(case.world, side).rows.get(target, [])[:1]:
                given = case.get("add", data={field.name: row.pk})
                yield from case.told(given)
                yield case.alike(given, absent, row.pk, side)


def open_forms(case):
    """Each form of the kind that the visitor can open, filled in with what fits."""
    known = dict(patterns())
    for name, deed in form_pages():
        if label_of(name, registered_labels()) != case.label:
            continue
        name = name.replace("admin:", f"{case.site.name}:", 1)
        if name not in known:
            continue
        for address in addresses_of(case.world, name, deed):
            if answer := open_form(case.client, address):
                yield Filled(case.client, address, answer)
                break


def foreign_choices(field, chosen, world, side):
    """What somebody could put into *field* by hand to name a record of *side*, as its control would send it."""
    if isinstance(field, forms.ModelChoiceField):
        label = field.queryset.model._meta.label_lower
        return [str(row.pk) for row in getattr(world, side).rows.get(label, ())[:1]]
    if isinstance(field, forms.ChoiceField) and chosen and chosen[0].rpartition(":")[2].isdecimal():
        kind = chosen[0].rpartition(":")[0]
        rows = [getattr(world, side).rows.get(label, ())[:1] for label in SUBJECTS]
        return [f"{kind}:{row.pk}" for found in rows for row in found]
    return []


@channel("C18", "C19", "C20", "C21", actors=ONE_LEAD)
def foreign_records_in_forms(case):
    """Every relation of every form refuses a record of another side, in the words for a missing one."""
    for filled in open_forms(case):
        for name, field in filled.fields.items():
            for side in case.forbidden:
                for value in foreign_choices(field, filled.sent.get(name), case.world, side):
                    yield refuses(case, filled, name, value, side)


def refuses(case, filled, name, value, side):
    key = value.rpartition(":")[2]
    with rolled_back():
        before = case.state()
        answer = filled.post({name: value})
        if answer.status_code != 200 or case.state() != before:
            return Verdict(side, f"{filled.address} took {name}={value}")
    told = [verdict.problem for verdict in case.told(answer) if verdict.problem]
    if told:
        return Verdict(side, f"{filled.address} {name}={value}: {told}")
    with rolled_back():
        absent = filled.post({name: value.replace(key, str(MISSING_KEY))})
    same = shape(answer, key, MISSING_KEY) == shape(absent, key, MISSING_KEY)
    return Verdict(side, "" if same else f"{filled.address} tells a foreign {name} from a missing one")


@channel("C40", "W-unknown-fields", actors=("lead", "staff"), applies=lambda case: case.access(case.home).may("change"))
def fields_that_no_form_asks_for(case):
    """``unit``, masked fields, states and texts of the Ban, sent along with an own record."""
    for row in case.rows(case.home)[:1]:
        address = case.url("change", row.pk)
        page = open_form(case.client, address)
        if page is None:
            continue
        filled = Filled(case.client, address, page)
        foreign = case.world.other.one(case.label) if case.label in case.world.other.rows else row
        smuggled = {
            field.name: str(getattr(foreign, field.attname))
            for field in case.model._meta.concrete_fields
            if field.name not in filled.fields and not field.primary_key
        }
        before = case.model.objects.filter(pk=row.pk).values().get()
        with rolled_back():
            filled.post({name: value for name, value in smuggled.items() if name not in filled.sent})
            after = case.model.objects.filter(pk=row.pk).values().get()
        columns = {field.attname for field in case.model._meta.concrete_fields if field.name in smuggled}
        changed = {name for name in columns - COMPUTED_BY_A_SAVE if before[name] != after[name]}
        yield Verdict(case.home, f"took {changed}" if changed else "")


@channel("C39", actors=ONE_LEAD, applies=lambda case: case.access(case.home).may("add"))
def unique_values(case):
    """A value that another unit's row holds is refused, if at all, without a word about that row."""
    page = open_form(case.client, case.url("add"))
    if page is None:
        return
    for names in unique_sets(case.model):
        for row in case.rows("other")[:1]:
            filled = Filled(case.client, case.url("add"), page)
            values = {name: str(getattr(row, name) or "") for name in names if name in filled.fields}
            if not values:
                continue
            with rolled_back():
                answer = filled.post(values)
            errors = [str(error) for form in forms_on(answer) for at in form.errors.values() for error in at]
            yield from case.told(answer, but=sorted(values.values(), key=len, reverse=True))
            if crosses_units(case.model, names):
                other_words = [error for error in errors if error != str(TAKEN)]
                yield Verdict("other", f"{names}: {other_words}" if other_words else "")
