"""The peer of our lists: Django's own admin of the same model, on a site and with templates of its own, untuned."""

from importlib import import_module, reload

from django.conf import settings
from django.contrib import admin
from django.urls import clear_url_caches

site = admin.AdminSite(name="stock")


class StockModelAdmin(admin.ModelAdmin):
    """A plain ModelAdmin that renders with Django's own templates."""

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, extra_context)
        response.using = "stock"
        return response

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        for spec in changelist.filter_specs:
            spec.template = settings.STOCK_FILTER
        return changelist


def register_stock(changelist):
    """Register the model of our *changelist* with its columns, search, rows per page and filters by field, no more."""
    ours = changelist.model_admin
    options = {
        "list_display": [getattr(ours, name, name) for name in changelist.list_display if name != "action_checkbox"],
        "list_filter": [name for item in changelist.list_filter if (name := field_path(item))],
        "list_per_page": changelist.list_per_page,
        "search_fields": ["search_text"],
    }
    site.register(changelist.model, type("Stock", (StockModelAdmin,), options))
    # Another figure of this process may have read the addresses before.
    reload(import_module(settings.ROOT_URLCONF))
    clear_url_caches()


def field_path(item):
    """The path of an item of ``list_filter``, for Django's own filter of it; None for a filter of our own."""
    if isinstance(item, tuple):
        return item[0]
    return item if isinstance(item, str) else None
