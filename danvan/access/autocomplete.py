"""What a field over a relation offers while somebody types into it."""

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied

from danvan.access.models import choice_label


class Autocomplete(AutocompleteJsonView):
    """Django's, where the admin of the related model says what is offered, and each record how it is called."""

    def process_request(self, request):
        """As in Django, which breaks over a relation that is followed backwards: no form has a field for it."""
        term, model_admin, source_field, to_field_name = super().process_request(request)
        if source_field.auto_created and not source_field.concrete:
            raise PermissionDenied
        return term, model_admin, source_field, to_field_name

    def get_queryset(self):
        return self.model_admin.offered(self.request, self.term, self.source_field).for_choice()

    def serialize_result(self, obj, to_field_name):
        return {**super().serialize_result(obj, to_field_name), "text": choice_label(obj)}
