"""What a field over a relation offers while somebody types into it."""

from django.contrib.admin.views.autocomplete import AutocompleteJsonView

from danvan.access.models import choice_label


class Autocomplete(AutocompleteJsonView):
    """Django's, where the admin of the related model says what is offered, and each record how it is called."""

    def get_queryset(self):
        return self.model_admin.offered(self.request, self.term, self.source_field).for_choice()

    def serialize_result(self, obj, to_field_name):
        return {**super().serialize_result(obj, to_field_name), "text": choice_label(obj)}
