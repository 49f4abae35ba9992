"""Lists: rows, filters, lookups, search, order, counts."""

from itertools import product

from django.db import models

from danvan.access.admin import filter_path
from tests.isolation import policy
from tests.isolation.answers import shape
from tests.isolation.case import MISSING_KEY, WORDS, Verdict
from tests.isolation.channels import OF_UNITS, ONE_LEAD, TWO_LEADS, channel
from tests.isolation.policy import masked_from
from tests.world import NUMBERS


def listed(case):
    return case.reads


@channel("C1")
def rows_of_the_list(case):
    """The rows of a list."""
    answer = case.get("changelist")
    yield from case.opened(answer, case.home)
    yield from case.told(answer)
    if case.access(case.home).instead == policy.REFUSED:
        yield Verdict(case.home, "" if answer.status_code == 403 else f"refused with {answer.status_code}, not 403")


@channel("C2", applies=listed)
def choices_of_filters(case):
    """The choices that list filters offer, with their counts."""
    answer = case.get("changelist", data={"_facets": "True"})
    yield from case.opened(answer, case.home)
    yield from case.told(answer)


@channel("C2", "X-filter-values", actors=ONE_LEAD, applies=listed)
def foreign_values_in_filters(case):
    """A foreign value in the parameter of a filter."""
    page = case.get("changelist")
    if page.status_code != 200:
        return
    for side in case.forbidden:
        rows = getattr(case.world, side).rows
        for spec in page.context["cl"].filter_specs:
            keys = {row.pk for kind in kinds_named_by(spec) for row in rows.get(kind, [])[:1]}
            for name, value in product(spec.expected_parameters(), sorted(keys)):
                yield from case.told(case.get("changelist", data={name: value}))


def kinds_named_by(spec):
    """The kinds whose keys the filter *spec* takes; of a filter of our own that is not known."""
    field = getattr(spec, "field", None)
    if field is None:
        return "organization.unit", "movements.exemplar", "awards.dossier"
    return [field.related_model._meta.label_lower if field.is_relation else "organization.unit"]


def may_guess(case):
    """Whether there is anything to be guessed: for a unit always, for others where fields are masked."""
    return case.reads and (case.actor.is_of_a_unit or case.label in ("organization.person", "awards.nomination"))


@channel("C22", "C23", "C25", "C26", actors=("lead", "auditor"), applies=may_guess)
def lookups_in_the_address(case):
    """``?score__gte=…``: a true guess about a field that is no filter of the list is answered like a false one."""
    declared = declared_paths(case)
    for path, field in paths_of(case.model):
        if path.removesuffix("__id") in declared and path not in masked_from(case.actor.column, case.label):
            continue
        true, false = guesses(field)
        answers = {shape(case.get("changelist", data={f"{path}{end}": value})) for end, value in (true, false)}
        yield Verdict(case.home, f"{path} tells true from false" if len(answers) > 1 else "")


def declared_paths(case):
    """The paths that the filters of the list are over: what they offer is judged on the page, by its words."""
    found = {filter_path(item) for item in case.admin.get_list_filter(case.request())}
    return found | {case.admin.date_hierarchy}


def paths_of(model):
    """The fields and relations of *model*, and those of what it points to."""
    for field in model._meta.get_fields():
        if field.concrete or field.is_relation:
            yield field.name, field
        if field.is_relation and field.concrete and field.related_model:
            yield from ((f"{field.name}__{beyond.name}", beyond) for beyond in field.related_model._meta.get_fields())


def guesses(field):
    """A lookup that every row fulfils and one that none does."""
    if isinstance(field, models.CharField | models.TextField):
        return ("__regex", "."), ("__regex", "^zzz$")
    if field.is_relation:
        return ("__isnull", "False"), ("__in", str(MISSING_KEY))
    if isinstance(field, models.BooleanField):
        return ("__in", "0,1"), ("__in", "")
    if isinstance(field, models.DateField):
        return ("__gte", "1900-01-01"), ("__gte", "2900-01-01")
    return ("__gte", "0"), ("__gte", str(MISSING_KEY))


@channel("C24", "X-count", actors=("lead", "moved"), applies=listed)
def search(case):
    """Searching for a foreign or masked word finds as little as searching for nonsense, and counts nothing."""
    for side in case.forbidden:
        word = WORDS[side]
        for part in (word[:4], str(NUMBERS[word])[:4]):
            answer = case.get("changelist", data={"q": part})
            yield from case.told(answer, but=[part])
            found = answer.context["cl"].result_count if answer.status_code == 200 else 0
            yield Verdict(side, f"{part} finds {found} rows" if found else "")


@channel("C24", actors=("council member", "auditor"), applies=lambda case: case.label == "organization.person")
def search_for_personal_data(case):
    """Searching for a date of birth finds nobody for those who must not know it."""
    for part in ("1931", "30/07/1931"):
        answer = case.get("changelist", data={"q": part})
        found = answer.context["cl"].result_count
        yield Verdict("personal", f"{part} finds {found} rows" if found else "")


@channel("X-sort", actors=("lead", "auditor"), applies=listed)
def order_by_a_masked_column(case):
    """``?o=…``: no order of the list follows a masked field."""
    hidden = masked_from(case.actor.column, case.label)
    page = case.get("changelist")
    if page.status_code != 200:
        return
    columns = page.context["cl"].list_display
    for place, name in enumerate(columns):
        answer = case.get("changelist", data={"o": f"-{place}"})
        ordering = answer.context["cl"].get_ordering(answer.wsgi_request, case.model.objects.none())
        used = {str(getattr(part, "name", part)).strip("-").split("__")[0] for part in ordering}
        yield Verdict(case.home, f"{name} sorts by {used & hidden}" if used & hidden else "")
        yield from case.told(answer)


@channel("X-date-hierarchy", actors=OF_UNITS, applies=lambda case: case.reads and case.admin.date_hierarchy)
def years_and_months_of_a_date_hierarchy(case):
    """The years and months that a date hierarchy offers."""
    for data in ({}, {f"{case.admin.date_hierarchy}__year": "2026"}):
        yield from case.told(case.get("changelist", data=data))


@channel("X-popup", actors=TWO_LEADS, applies=listed)
def popups_and_other_fields_of_reference(case):
    """``_popup`` and ``_to_field``."""
    for field in ("id", "unit", "password"):
        yield from case.told(case.get("changelist", data={"_popup": 1, "_to_field": field}))


@channel("X-all", actors=ONE_LEAD, applies=listed)
def all_rows_and_other_pages(case):
    """``?all=``, ``?p=``, and addresses that are not understood."""
    for data in ({"all": ""}, {"p": "2"}, {"p": "-1"}, {"e": "1"}, {"unit__name": WORDS["other"]}):
        yield from case.told(case.get("changelist", data=data), but=[WORDS["other"]])


@channel("C16", "C17", applies=lambda case: True)
def autocomplete(case):
    """Autocompletion of every relation, declared for it or not."""
    for field in case.model._meta.get_fields():
        if not getattr(field, "related_model", None) or field.auto_created:
            continue
        meta = case.model._meta
        asked = {"app_label": meta.app_label, "model_name": meta.model_name, "field_name": field.name}
        terms = ("", *(WORDS[side][:4] for side in case.forbidden[:2])) if case.actor.is_of_a_unit else ("",)
        for term in terms:
            answer = case.client.get(f"/{case.site.name}/autocomplete/", {**asked, "term": term})
            yield from case.told(answer)
            target = field.related_model._meta.label_lower
            if answer.status_code == 200 and target in policy.kinds():
                reads = case.__class__(case.site, case.world, case.actor, case.client, target).reads
                yield Verdict(case.home, "" if reads else f"{target} is offered to who may not see any")
