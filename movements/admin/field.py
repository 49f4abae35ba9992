from django.contrib import admin

from danvan.history.admin import RecordAdmin
from movements.models import Field


@admin.register(Field)
class FieldAdmin(RecordAdmin):
    list_display = ["name", "code", "order", "is_active"]
