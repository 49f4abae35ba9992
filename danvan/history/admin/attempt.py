from django.apps import apps
from django.contrib import admin
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from danvan.access.admin import ReadOnlyMixin, ScopedListFilter, ScopedModelAdmin
from danvan.access.visibility import reads
from danvan.history import domain
from danvan.history.enums import Refusal
from danvan.history.models import RefusedAttempt

TONES = {
    **dict.fromkeys(Refusal, "default"),  # without a tone the theme would show the code
    **dict.fromkeys((Refusal.RECORD, Refusal.CHOICE, Refusal.LOOKUP, Refusal.IMPORT_ROW), "warning"),
    **dict.fromkeys((Refusal.FIELD, Refusal.THROTTLED), "danger"),
}
DAYS = {"today": 1, "week": 7}


class PeriodFilter(ScopedListFilter):
    """The days that the card on the start page counts."""

    title = _("time")
    parameter_name = "when"
    reads = ("last_at",)

    def lookups(self, request, model_admin):
        return [("today", _("today")), ("week", _("the last 7 days"))]

    def queryset(self, request, queryset):
        days = DAYS.get(self.value())
        return queryset.of_days(days) if days else queryset


@admin.register(RefusedAttempt)
class RefusedAttemptAdmin(ReadOnlyMixin, ScopedModelAdmin):
    """Who tried what and was refused. Read only: the program writes it."""

    list_display = ["last_at", "who", "what_label", "where", "found", "times"]
    list_filter = [PeriodFilter, "what", "user"]
    list_select_related = ["user"]
    search_fields = ["path", "login_name", "address", "record_id", "user__search_text"]
    fieldsets = [
        (_("Who"), {"fields": [("who", "address")]}),
        (_("What"), {"fields": ["what", ("kind_words", "record_id"), "found", "fields_text"]}),
        (_("Where"), {"fields": ["path", ("method", "status")]}),
        (_("When"), {"fields": [("first_at", "last_at", "times")]}),
    ]
    readonly_fields = [
        *("who", "address", "what", "kind_words", "record_id", "found", "fields_text"),
        *("path", "method", "status", "first_at", "last_at", "times"),
    ]

    def get_changelist_instance(self, request):
        """Whether the records on the page exist and whose they are is asked at once, not row by row."""
        changelist = super().get_changelist_instance(request)
        changelist.result_list = domain.with_owners(changelist.result_list)
        return changelist

    def get_object(self, request, object_id, from_field=None):
        attempt = super().get_object(request, object_id, from_field)
        return attempt and domain.with_owners([attempt])[0]

    @admin.display(description=_("who"), ordering="user__sort_key")
    @reads("user", "login_name", "address")
    def who(self, attempt):
        if attempt.user:
            return attempt.user
        name = attempt.login_name or gettext("not logged in")
        return f"{name} ({attempt.address})" if attempt.address else name

    @display(description=_("refused"), ordering="what", label=TONES)
    @reads("what")
    def what_label(self, attempt):
        return attempt.what, attempt.get_what_display()

    @admin.display(description=_("kind of record"))
    @reads("record_kind")
    def kind_words(self, attempt):
        return kind_words(attempt.record_kind)

    @admin.display(description=_("where"), ordering="record_kind")
    @reads("record_kind", "record_id", "path")
    def where(self, attempt):
        """The record asked for, or the page when it was none."""
        if not attempt.record_kind:
            return attempt.path or gettext("various pages")
        return f"{kind_words(attempt.record_kind)} {attempt.record_id}".strip()

    @admin.display(description=_("the record is"))
    @reads("record_kind", "record_id")
    def found(self, attempt):
        """Worked out now. The one who asked was told the same in every case."""
        if not attempt.record_id:
            return None
        if attempt.owner is None:
            return gettext("not there")
        if not attempt.owner:
            return gettext("there")
        return gettext("of %(unit)s") % {"unit": attempt.owner}

    @admin.display(description=_("fields"))
    @reads("names")
    def fields_text(self, attempt):
        return ", ".join(attempt.names) or None


def kind_words(label):
    """What records of the model with that label are called; the label itself when there is no such model any more."""
    try:
        return capfirst(apps.get_model(label)._meta.verbose_name) if label else ""
    except LookupError:
        return label
