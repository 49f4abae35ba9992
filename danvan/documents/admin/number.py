from django.contrib import admin

from danvan.access.admin import ReadOnlyMixin
from danvan.documents.models import DocumentNumber
from danvan.history.admin import RecordAdmin


@admin.register(DocumentNumber)
class DocumentNumberAdmin(ReadOnlyMixin, RecordAdmin):
    """The book of numbers, for reading. Decisions and the void form write it."""

    list_display = ["text", "issued_on", "letterhead", "taken_by", "void_reason"]
    list_filter = ["letterhead"]
    list_select_related = ["letterhead", "taken_by"]
    search_fields = ["text"]
