from django.contrib import admin, messages
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from awards.domain.layouts import make_default_layouts
from awards.models import AwardForm
from danvan.history.admin import RecordAdmin


@admin.register(AwardForm)
class AwardFormAdmin(RecordAdmin):
    list_display = ["name", "code", "for_collectives", "for_individuals", "order", "is_active"]
    fields = [("name", "code"), ("for_collectives", "for_individuals"), ("order", "is_active")]
    actions = ["make_layouts"]

    def has_layouts_permission(self, request):
        return request.user.has_perm("awards.add_certificatelayout")

    @admin.action(description=gettext_lazy("Make certificate layouts to be adjusted"), permissions=["layouts"])
    def make_layouts(self, request, queryset):
        with transaction.atomic():
            made = sum(len(make_default_layouts(form=form)) for form in queryset)
        messages.success(request, _("Certificate layouts made: %(count)s.") % {"count": made})
