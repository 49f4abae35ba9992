from django.contrib import admin

from danvan.documents.models import Letterhead
from danvan.history.admin import RecordAdmin


@admin.register(Letterhead)
class LetterheadAdmin(RecordAdmin):
    list_display = ["full_name", "symbol", "style", "valid_from", "valid_to"]
    list_filter = ["style"]
    fields = [
        "superior",
        "issuer",
        "full_name",
        ("symbol", "place"),
        ("style", "numbering", "term"),
        ("valid_from", "valid_to"),
    ]
