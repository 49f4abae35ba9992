"""The peer of our admin: the same models in Django's own ModelAdmin, each list scoped by ``get_queryset`` and no more.

Registered as the documentation of the libraries shows it: columns, filters, search, autocompletion and inlines as in
ours, import and export with the default resource.
"""

from django.contrib import admin
from django.urls import include, path
from import_export.admin import ImportExportModelAdmin
from unfold.sites import UnfoldAdminSite

from danvan.access.door import rows_visible_to
from danvan.urls import urlpatterns as ours
from tests.world import registered_admins


class PlainSite(UnfoldAdminSite):
    pass


site = PlainSite(name="plain")


class ScopedByQueryset:
    """The usual recipe."""

    def get_queryset(self, request):
        return rows_visible_to(self.model, request.user)


class PlainAdmin(ScopedByQueryset, ImportExportModelAdmin):
    show_facets = admin.ShowFacets.ALLOW


class PlainInline(admin.TabularInline):
    extra = 0


def field_names(model, names):
    known = {field.name for field in model._meta.fields}
    return [name for name in names if isinstance(name, str) and name.split("__")[0] in known]


def register(model, found):
    """Register *model* as *found*, our admin of it, looks, without anything of ours."""
    relations = [field for field in model._meta.fields if field.is_relation]
    filters = [item[0] if isinstance(item, tuple) else item for item in found.list_filter]
    texts = [field.name for field in model._meta.fields if field.get_internal_type() in ("CharField", "TextField")]
    inlines = [
        type(f"Plain{inline.__name__}", (PlainInline,), {"model": inline.model, "fk_name": inline.fk_name})
        for inline in found.inlines
    ]
    options = {
        "list_display": field_names(model, found.list_display) or ["__str__"],
        "list_filter": field_names(model, filters) or [field.name for field in relations],
        "search_fields": texts,
        "autocomplete_fields": [field.name for field in relations if field.name in found.autocomplete_fields],
        "inlines": inlines,
    }
    site.register(model, type(f"Plain{model.__name__}", (PlainAdmin,), options))


def register_all():
    for found in registered_admins().values():
        if not site.is_registered(found.model):
            register(found.model, found)


register_all()
urlpatterns = [path("plain/", site.urls), path("", include(ours))]
