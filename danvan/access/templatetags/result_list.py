"""The table of a list page, in the theme's look at a fraction of its time.

The theme's own tag works out all headers again for every row, and asks templates per row for what no list of ours has:
sections, row actions, sorting by hand, editing in the list.
"""

from dataclasses import dataclass
from datetime import date, time
from html import escape

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.templatetags.admin_list import _coerce_field_name
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import lookup_field, quote
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import DateField, ForeignKey, TimeField
from django.template import Library
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from unfold.admin import checkbox
from unfold.templatetags.unfold_list import CHECKBOX_CLASSES, LINK_CLASSES, ROW_CLASSES, result_headers
from unfold.utils import display_for_field, display_for_label, display_for_value

register = Library()

CHECKBOX = "action_checkbox"
PLACE_OF_PK = "@pk@"


@dataclass(frozen=True)
class Column:
    """What the cells of a column share. ``opening`` is the tag by whether the text stays on one line."""

    name: object
    is_link: bool
    opening: dict[bool, SafeString]
    closing: str
    choices: dict
    empty: str


@register.inclusion_tag("access/result_list.html", takes_context=True)
def scoped_result_list(context, cl):
    """Headers and rows of the ChangeList *cl*, which is no popup and edits nothing in the list."""
    headers = list(result_headers(cl))
    columns = list(_columns(cl, headers))
    box = checkbox.render(ACTION_CHECKBOX_NAME, PLACE_OF_PK)
    link = _link(cl)
    return {
        "cl": cl,
        "result_headers": headers,
        "num_sorted_fields": sum(bool(header["sortable"] and header["sorted"]) for header in headers),
        "rows": [SafeString("".join(_cells(cl.model_admin, columns, box, link, row))) for row in cl.result_list],
        "has_add_permission": cl.model_admin.has_add_permission(context["request"]),
    }


def _columns(cl, headers):
    links = cl.list_display_links
    is_first_link = True
    for index, (name, header) in enumerate(zip(cl.list_display, headers, strict=True)):
        is_link = links is not None and name != CHECKBOX and (name in links or (not links and is_first_link))
        tag = "th" if is_link and is_first_link else "td"
        is_first_link = is_first_link and not is_link
        classes, title = [f"field-{_coerce_field_name(name, index)}", *ROW_CLASSES], capfirst(header["text"])
        if name == CHECKBOX:
            classes, title = CHECKBOX_CLASSES, _("Select record")
        yield Column(
            name=name,
            is_link=is_link,
            opening={
                nowrap: format_html('<{} class="{}" data-label="{}">', tag, " ".join(classes + extra), title)
                for nowrap, extra in ((False, []), (True, ["nowrap"]))
            },
            closing=f"</{tag}>",
            choices=_choices(cl, name),
            empty=cl.model_admin.get_empty_value_display(),
        )


def _choices(cl, name):
    try:
        field = cl.lookup_opts.get_field(name)
    except FieldDoesNotExist:
        return {}
    return {value: str(label) for value, label in getattr(field, "flatchoices", None) or ()}


def _link(cl):
    """The opening tag that leads to a record, with the way back to the list as it is now."""
    name = f"{cl.model_admin.admin_site.name}:{cl.opts.app_label}_{cl.opts.model_name}_change"
    kept = {"preserved_filters": cl.preserved_filters, "opts": cl.opts}
    url = add_preserved_filters(kept, reverse(name, args=[PLACE_OF_PK]))
    return format_html('<a href="{}" class="{}">', url, " ".join(LINK_CLASSES))


def _cells(model_admin, columns, box, link, row):
    for column in columns:
        if column.name == CHECKBOX:
            text, nowrap = SafeString(box.replace(PLACE_OF_PK, escape(str(row.pk)))), False
        else:
            text, nowrap = _shown(model_admin, column, row)
        text = text.__html__() if hasattr(text, "__html__") else escape(str(text))
        if column.is_link:
            text = f"{link.replace(PLACE_OF_PK, escape(str(quote(row.pk))))}{text}</a>"
        yield f"{column.opening[nowrap]}{text}{column.closing}"


def _shown(model_admin, column, row):
    """The text of a cell as Django's lists show it, and whether it stays on one line."""
    try:
        field, attr, value = lookup_field(column.name, row, model_admin)
    except ObjectDoesNotExist:
        return column.empty, False
    if field is None or field.auto_created:
        empty = getattr(attr, "empty_value_display", column.empty)
        if label := getattr(attr, "label", None):
            return display_for_label(value, empty, label), False
        return display_for_value(value, empty, getattr(attr, "boolean", False)), isinstance(value, (date, time))
    if isinstance(field, ForeignKey):
        related = getattr(row, field.name)
        return column.empty if related is None else related, True
    if column.choices:
        return column.choices.get(value, column.empty), False
    return display_for_field(value, field, column.empty), isinstance(field, (DateField, TimeField))
