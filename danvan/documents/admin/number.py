from django.contrib import admin

from danvan.documents.models import DocumentNumber
from danvan.history.admin import RecordAdmin


@admin.register(DocumentNumber)
class DocumentNumberAdmin(RecordAdmin):
    """The book of numbers, for reading. Decisions and the void form write it."""

    list_display = ["text", "issued_on", "letterhead", "taken_by", "void_reason"]
    list_filter = ["letterhead"]
    list_select_related = ["letterhead", "taken_by"]
    search_fields = ["text"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
