"""The base of the forms that narrow what a page counts."""

from django_filters import FilterSet

from danvan.access.visibility import is_hidden


class ScopedFilterSet(FilterSet):
    """Filters over rows that came through the door. What the reader must not learn of is no filter.

    ``field_name`` of each filter is the path that it reads, whatever its method does.
    """

    def __init__(self, data, queryset, *, request):
        super().__init__(data, queryset, request=request)
        for name, declared in self.base_filters.items():
            if is_hidden(queryset.model, declared.field_name, request.user):
                del self.filters[name]


def visible(model):
    """For a drop-down: the rows of *model* that the reader of the page sees."""
    return lambda request: model.objects.visible_to(request.user)
