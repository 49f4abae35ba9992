"""Every address of the site that can be made with rows that exist."""

from itertools import product

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from danvan.workflow import workflow_of

UNNAMED = {"", "<path:object_id>/", "(?P<url>.*)$"}
"""The root, the old address of change pages, and what is answered like a missing page."""

ROWS_OF = {
    "job_id": "transfers.importjob",
    "paper_id": "awards.dossierpaper",
    "file_id": "movements.reportfile",
    "other_id": "organization.person",
}
"""Which model's rows a parameter takes that stands beside, or instead of, the row of the page."""


def patterns(resolver=None, namespace=""):
    """Every pattern of the site with its full name, which is empty for the unnamed."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}" if entry.name else "", entry


def label_of(name, labels):
    """The label of the model that the pattern called *name* belongs to, or None."""
    own = name.partition(":")[2]
    return next((label for label in labels if own.startswith(f"{label.replace('.', '_')}_")), None)


def addresses(rows, labels):
    """The address of every pattern, with each of *rows* (label → rows) that it can be made with.

    *labels* are those of the registered models. Returns the addresses by the names of their patterns, and the patterns
    for which nothing is known here.
    """
    found, unknown = {}, []
    for name, pattern in patterns():
        if not name:
            unknown += [str(pattern.pattern)] if str(pattern.pattern) not in UNNAMED else []
            continue
        choices = {
            key: values_for(key, label_of(name, labels), rows, labels) for key in pattern.pattern.regex.groupindex
        }
        if None in choices.values():
            unknown.append(f"{name} {pattern.pattern}")
            continue
        found[name] = [
            reverse(name, kwargs=dict(zip(choices, values, strict=True))) for values in product(*choices.values())
        ]
    return found, unknown


def deeds_of(label):
    """The deeds in the table of transitions of the model called *label*, each with a state in which it can be done."""
    return {
        transition.action: transition.sources[0]
        for transition in reversed(workflow_of(apps.get_model(label)).transitions)
    }


def values_for(parameter, label, rows, labels):
    """The values that *parameter* of a pattern of the model called *label* can take, or None when that is unknown."""
    if parameter == "token":
        return ["khong-co"]
    if parameter == "app_label":
        return sorted({each.partition(".")[0] for each in labels})
    if parameter == "object_id" and label:
        return [row.pk for row in rows.get(label, ())]
    if parameter == "action" and label:
        return list(deeds_of(label))
    if parameter == "job_id" and label:
        return [job.pk for job in rows.get(ROWS_OF[parameter], ()) if job.resource == label]
    return [row.pk for row in rows.get(ROWS_OF[parameter], ())] if parameter in ROWS_OF else None
