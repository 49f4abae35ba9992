from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danvan.access.admin import ReadOnlyMixin
from danvan.access.visibility import reads
from danvan.documents.download import attachment
from danvan.documents.models import StoredFile
from danvan.history.admin import RecordAdmin


@admin.register(StoredFile)
class StoredFileAdmin(ReadOnlyMixin, RecordAdmin):
    """The private files one may see, and the only address that serves them."""

    list_display = ["original_name", "size_text", "unit", "uploaded_by", "uploaded_at"]
    list_filter = ["unit"]
    list_select_related = ["unit", "uploaded_by"]
    search_fields = ["original_name"]
    fields = readonly_fields = ["original_name", "size_text", "sha256", "unit", "uploaded_by", "uploaded_at"]

    def get_urls(self):
        view = self.admin_site.admin_view(self.download_view)
        return [path("<int:object_id>/download/", view, name="documents_storedfile_download"), *super().get_urls()]

    def download_view(self, request, object_id):
        stored = self.get_object(request, str(object_id))
        if stored is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        try:
            content = stored.file.open("rb")
        except FileNotFoundError:
            messages.error(request, gettext("The file is no longer on the server. Tell the administrator."))
            return HttpResponseRedirect(reverse("admin:documents_storedfile_change", args=[stored.pk]))
        return attachment(content, filename=stored.original_name, content_type=stored.content_type)

    @admin.display(description=_("size"), ordering="size")
    @reads("size")
    def size_text(self, stored):
        return filesizeformat(stored.size)
