"""The base classes of everything registered in the admin. Rows come through ``visible_to`` and nothing else.

A plain ``get_queryset`` leaves drop-downs, filters, lookups in the address, inlines, initial values and delete pages
open. Each override below closes one of these; a subclass only declares.
"""

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models.constants import LOOKUP_SEP
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from danvan.access.door import permission_name, reaches, rows_visible_to
from danvan.access.models import Searchable, choice_label, is_relation
from danvan.access.neutral import not_found
from danvan.access.uniqueness import ScopedModelForm
from danvan.access.visibility import hidden_fields, is_hidden
from danvan.access.widgets import (
    PatientAutocomplete,
    PatientAutocompleteMultiple,
    PatientMultipleChoiceField,
    QuickDropdownForm,
    is_key,
)
from danvan.text.folding import fold

# What filters and date hierarchies ask of a field.
FILTER_LOOKUPS = tuple(
    f"{LOOKUP_SEP}{name}" for name in ("exact", "isnull", "in", "gt", "gte", "lt", "lte", "year", "month", "day")
)


class ScopedRelatedFilter(RelatedDropdownFilter):
    """A filter over a relation that offers only rows the user sees."""

    form_class = QuickDropdownForm

    def field_choices(self, field, request, model_admin):
        return labelled(rows_visible_to(field.remote_field.model, request.user))


class ScopedChoicesFilter(ChoicesDropdownFilter):
    form_class = QuickDropdownForm


class ScopedListFilter(SimpleListFilter):
    """The base of filters of our own. Rows to choose from come through the door.

    ``reads`` names the fields that the answer depends on, as paths: where one is hidden there is no such filter.
    """

    reads: tuple[str, ...]


def labelled(rows):
    """The ids of *rows* and what they are called, for a drop-down. Six hundred units as instances take long."""
    label = rows.model.label_field
    return list(rows.values_list("pk", label)) if label else [(row.pk, str(row)) for row in rows]


class ScopedFormFields:
    """Form fields over relations that offer and accept only rows the user sees. For admins and inlines alike."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        kwargs["queryset"] = rows_visible_to(db_field.remote_field.model, request.user).for_choice()
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", PatientAutocomplete(db_field, self.admin_site))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.label_from_instance = choice_label
        return without_related_links(field)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["queryset"] = rows_visible_to(db_field.remote_field.model, request.user)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", PatientAutocompleteMultiple(db_field, self.admin_site))
        kwargs.setdefault("form_class", PatientMultipleChoiceField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """The theme leaves out the empty choice of a required field, so that its first value would be chosen unseen."""
        if "choices" not in kwargs and not db_field.has_default():
            kwargs["choices"] = db_field.get_choices(blank_choice=[("", _("Select value"))])
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return without_related_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    # --- hidden fields ----------------------------------------------------------------------------------------------

    def record_of(self, obj):
        """The record that *obj*, as Django passes it, stands for."""
        return obj

    def shows(self, request, name, obj=None):
        """Whether the user may learn of the field or computed column *name*: of *obj*, or of every record."""
        record = self.record_of(obj)
        return not any(is_hidden(self.model, path, request.user, record) for path in self.paths_of(name))

    def paths_of(self, name):
        """The paths that the field or computed column *name* reads or is sorted by."""
        column = name if callable(name) else getattr(self, name, None) or getattr(self.model, name, None)
        declared = getattr(column, "reads", None)
        if declared is None:
            return (name,) if isinstance(name, str) else ()
        ordering = getattr(column, "admin_order_field", None)
        return (*declared, ordering) if isinstance(ordering, str) else declared

    def get_exclude(self, request, obj=None):
        hidden = hidden_fields(self.model, request.user, self.record_of(obj))
        return [*(super().get_exclude(request, obj) or ()), *hidden]

    def get_readonly_fields(self, request, obj=None):
        return [name for name in super().get_readonly_fields(request, obj) if self.shows(request, name, obj)]

    def get_fieldsets(self, request, obj=None):
        return self.without_hidden(request, super().get_fieldsets(request, obj), obj)

    def without_hidden(self, request, fieldsets, obj=None):
        """*fieldsets* without what is hidden and what is empty then. For who overrides get_fieldsets."""
        shown = [(title, {**rest, "fields": self._rows(request, rest["fields"], obj)}) for title, rest in fieldsets]
        return [(title, rest) for title, rest in shown if rest["fields"]]

    def _rows(self, request, rows, obj):
        kept = []
        for row in rows:
            if isinstance(row, (list, tuple)):
                row = [name for name in row if self.shows(request, name, obj)]
            elif not self.shows(request, row, obj):
                continue
            if row:
                kept.append(row)
        return kept

    def get_queryset(self, request):
        queryset = rows_visible_to(self.model, request.user)
        # Said aloud: a query that counts related rows forgets the order of its model.
        ordering = self.get_ordering(request) or self.model._meta.ordering
        return queryset.order_by(*ordering) if ordering else queryset


def without_related_links(field):
    """Take the add, change and delete links from a field over a relation: they answer outside its scope."""
    widget = getattr(field, "widget", None)
    for link in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
        if hasattr(widget, link):
            setattr(widget, link, False)
    return field


class ReadOnlyMixin:
    """Records that the program writes by itself: the admin shows them and changes nothing."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ScopedModelAdmin(ScopedFormFields, ModelAdmin):
    """The base of every model admin. The model has an ``access_scope`` and a row in the role table.

    ``bulk_delete`` brings back Django's "delete selected". ``initial_from_address`` names the fields of the add form
    that the address may fill in.
    """

    bulk_delete = False
    initial_from_address: tuple[str, ...] = ()
    show_full_result_count = False
    list_per_page = 50
    list_filter_submit = True
    list_fullwidth = True
    compressed_fields = True
    warn_unsaved_form = True

    def __init__(self, model, admin_site):
        super().__init__(model, admin_site)
        if issubclass(model, Searchable):
            self.search_fields = ["search_text"]

    # --- rights ---------------------------------------------------------------------------------------------------

    def may(self, request, verb, obj=None):
        """Whether the user holds the permission to *verb* here and, given *obj*, reaches that row with it."""
        if obj is None:
            return request.user.has_perm(permission_name(self.model, verb))
        return reaches(request.user, obj, verb)

    def has_view_permission(self, request, obj=None):
        return self.may(request, "view", obj)

    def has_add_permission(self, request):
        return self.may(request, "add")

    def has_change_permission(self, request, obj=None):
        return self.may(request, "change", obj)

    def has_delete_permission(self, request, obj=None):
        return self.may(request, "delete", obj)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        return not_found(request, self.model, object_id)

    # --- lists ----------------------------------------------------------------------------------------------------

    def get_list_display(self, request):
        return [name for name in super().get_list_display(request) if self.shows(request, name)]

    def get_list_filter(self, request):
        return [
            self._scoped_filter(item)
            for item in super().get_list_filter(request)
            if not any(is_hidden(self.model, path, request.user) for path in paths_of_filter(item))
        ]

    def _scoped_filter(self, item):
        if not isinstance(item, str):
            return item
        if is_relation(self.model, item):
            return item, ScopedRelatedFilter
        if LOOKUP_SEP not in item and getattr(self.model._meta.get_field(item), "choices", None):
            return item, ScopedChoicesFilter
        return item

    def get_search_fields(self, request):
        names = super().get_search_fields(request)
        return [name for name in names if not is_hidden(self.model, name.lstrip("^=@"), request.user)]

    def get_search_results(self, request, queryset, search_term):
        fields = self.get_search_fields(request)
        if issubclass(self.model, Searchable):
            return queryset.search(search_term) if "search_text" in fields else queryset, False
        if any(name.split(LOOKUP_SEP)[-1] == "search_text" for name in fields):
            search_term = fold(search_term)
        return super().get_search_results(request, queryset, search_term)

    def offered(self, request, term, source_field):
        """The rows that a field over *source_field* offers to who typed *term* into it."""
        rows = self.get_queryset(request).complex_filter(source_field.get_limit_choices_to())
        rows, may_have_duplicates = self.get_search_results(request, rows, term)
        return rows.distinct() if may_have_duplicates else rows

    def lookup_allowed(self, lookup, value, request):
        """Only what a declared filter asks for: Django lets the address filter by every local field.

        A filter over a relation must not open the relations behind it, which lead to other units and hidden fields.
        """
        paths = {path for item in self.get_list_filter(request) if (path := filter_path(item))}
        if self.date_hierarchy:
            paths.add(self.date_hierarchy)
        asked = {lookup, lookup.rpartition(LOOKUP_SEP)[0]} if lookup.endswith(FILTER_LOOKUPS) else {lookup}
        return any(path in paths or path.removesuffix(f"{LOOKUP_SEP}id") in paths for path in asked)

    def get_changelist_instance(self, request):
        # PostgreSQL takes no NUL: it would end as an error of the database, not of the address.
        if any("\x00" in value for _name, values in request.GET.lists() for value in values):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def get_object(self, request, object_id, from_field=None):
        """As in Django, which breaks over an empty ``_to_field`` in the address."""
        return super().get_object(request, object_id, from_field or None)

    def to_field_allowed(self, request, to_field):
        """As in Django, which breaks over the name of a reverse relation in the address."""
        names = {field.name for field in self.opts.concrete_fields}
        return to_field in names and super().to_field_allowed(request, to_field)

    def get_actions(self, request):
        actions = super().get_actions(request)
        if not self.bulk_delete:
            actions.pop("delete_selected", None)
        return actions

    def response_action(self, request, queryset):
        """As in Django, which looks up as keys whatever was ticked, and breaks over what is none."""
        request.POST = request.POST.copy()
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        request.POST.setlist(ACTION_CHECKBOX_NAME, [key for key in ticked if is_key(key)])
        return super().response_action(request, queryset)

    # --- forms ----------------------------------------------------------------------------------------------------

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.actor = request.user
        return form

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        return {name: value for name, value in initial.items() if name in self.initial_from_address}

    def get_deleted_objects(self, objs, request):
        """Name the records to be deleted and nothing that hangs on them: that may belong to others."""
        _tree, counts, permissions, protected = super().get_deleted_objects(objs, request)
        neutral = [_("Other records still use this one.")] if protected else []
        return [str(obj) for obj in objs], counts, permissions, neutral


class ScopedInlineMixin(ScopedFormFields):
    """What the inlines share. Rights are those of the inline's own model in the role table."""

    extra = 0
    form = ScopedModelForm

    def record_of(self, obj):
        """None: an inline is passed the record that its rows hang on."""
        return None

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.actor = request.user
        return formset

    def _may(self, request, verb):
        return request.user.has_perm(permission_name(self.model, verb))

    def has_view_permission(self, request, obj=None):
        return self._may(request, "view")

    def has_add_permission(self, request, obj=None):
        return self._may(request, "add")

    def has_change_permission(self, request, obj=None):
        return self._may(request, "change")

    def has_delete_permission(self, request, obj=None):
        return self._may(request, "delete")


class ScopedTabularInline(ScopedInlineMixin, TabularInline):
    pass


def filter_path(item):
    """The path that an item of ``list_filter`` reads, or the parameter of a filter of our own."""
    if isinstance(item, str):
        return item
    return item[0] if isinstance(item, tuple) else item.parameter_name


def paths_of_filter(item):
    """The paths that the answer of an item of ``list_filter`` depends on."""
    return (filter_path(item),) if isinstance(item, (str, tuple)) else item.reads
