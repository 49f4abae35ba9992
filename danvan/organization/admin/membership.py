"""Memberships on the page of an account: the own ones. Those on behalf of another stand above them, to be read."""

from itertools import combinations

from django.forms import BaseInlineFormSet

from danvan.access.admin import ScopedTabularInline
from danvan.organization.models import Membership


class MembershipFormSet(BaseInlineFormSet):
    """Looks for overlaps among what was typed, too: of new rows the database knows nothing yet."""

    def clean(self):
        super().clean()
        deleted = set(self.deleted_forms)
        typed = [form for form in self.forms if form not in deleted and form.has_changed() and not form.errors]
        for first, second in combinations(typed, 2):
            if first.instance.shares_a_day_with(second.instance):
                second.add_error(None, second.instance.overlap_error(first.instance))


class MembershipInline(ScopedTabularInline):
    model = Membership
    formset = MembershipFormSet
    fk_name = "user"
    fields = ["unit", "role", "valid_from", "valid_to"]
    autocomplete_fields = ["unit"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(on_behalf_of=None)
