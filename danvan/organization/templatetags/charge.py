"""The line above a list that says whose units it shows."""

from django.template import Library

register = Library()

PARAMETER = "charge"
"""Of ``danvan.organization.filters.ChargeFilter``, which cannot be imported here: the theme's templates come first."""


@register.inclusion_tag("organization/charge_line.html")
def charge_line(cl):
    """For an officer with units in charge: whether the ChangeList *cl* shows these or all, and the way to the other."""
    chosen = next((spec.value() for spec in cl.filter_specs if getattr(spec, "parameter_name", "") == PARAMETER), None)
    if chosen is None:
        return {}
    other = "all" if chosen == "mine" else "mine"
    return {"chosen": chosen, "url": cl.get_query_string({PARAMETER: other}, ["p"])}
