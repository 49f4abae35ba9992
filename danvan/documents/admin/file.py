from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.decorators import display

from danvan.access.admin import ReadOnlyMixin
from danvan.access.visibility import reads
from danvan.documents.domain import quarantine
from danvan.documents.domain.files import open_file
from danvan.documents.download import attachment
from danvan.documents.enums import FileState
from danvan.documents.forms import MistakeForm
from danvan.documents.models import StoredFile
from danvan.history.admin import RecordAdmin
from danvan.workflow import Refused
from danvan.workflow.admin import TransitionsMixin

TONES = {FileState.IN_USE: "success", FileState.QUARANTINED: "warning", FileState.DESTROYED: "danger"}


@admin.register(StoredFile)
class StoredFileAdmin(TransitionsMixin, ReadOnlyMixin, RecordAdmin):
    """The private files one may see, the only address that serves them, and where a mistake is reported."""

    change_form_outer_before_template = "documents/file_panel.html"
    transition_forms = {"report": MistakeForm, "destroy": MistakeForm}
    transition_functions = {
        "report": quarantine.report,
        "release": quarantine.release,
        "destroy": quarantine.destroy,
    }
    list_display = ["name", "state_label", "size_text", "unit", "uploaded_by", "uploaded_at"]
    list_filter = ["state", "unit"]
    list_select_related = ["unit", "uploaded_by"]
    search_fields = ["original_name"]
    fields = readonly_fields = ["name", "state", "size_text", "hash_text", "unit", "uploader", "uploaded_at"]

    def get_urls(self):
        view = self.admin_site.admin_view(self.download_view)
        return [path("<int:object_id>/download/", view, name="documents_storedfile_download"), *super().get_urls()]

    @method_decorator(require_safe)
    def download_view(self, request, object_id):
        stored = self.get_object(request, str(object_id))
        if stored is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        try:
            content = open_file(stored=stored)
        except Refused as error:
            messages.error(request, str(error))
        except FileNotFoundError:
            messages.error(request, gettext("The file is no longer on the server. Tell the administrator."))
        else:
            return attachment(content, filename=stored.original_name, content_type=stored.content_type)
        return HttpResponseRedirect(self.url_of(stored))

    def transition_warning(self, request, obj, action):
        warnings = {
            "report": gettext(
                "From now on nobody can open or download this file, also where it belongs to a report or a dossier. "
                "The administrator is told, and gives it back or destroys its content."
            ),
            "destroy": gettext(
                "This cannot be undone. The content is overwritten and deleted on the server; the unit is asked for "
                "the right file. Copies in backups have to be destroyed by hand, as the rules for secrets ask."
            ),
        }
        return f"{obj.shown_name} – {warnings[action]}" if action in warnings else ""

    @admin.display(description=_("file name"))
    @reads("original_name")
    def name(self, stored):
        return stored.shown_name

    @display(description=_("state"), ordering="state", label=TONES)
    @reads("state")
    def state_label(self, stored):
        return stored.state, stored.get_state_display()

    @admin.display(description=_("uploaded by"))
    @reads("uploaded_by")
    def uploader(self, stored):
        """Without the link to an account that most readers may not open."""
        return stored.uploaded_by

    @admin.display(description=_("SHA-256"))
    @reads("sha256")
    def hash_text(self, stored):
        """In pieces that a narrow screen can put below each other."""
        return format_html_join(mark_safe("<wbr>"), "{}", ([stored.sha256[at : at + 16]] for at in range(0, 64, 16)))

    @admin.display(description=_("size"), ordering="size")
    @reads("size")
    def size_text(self, stored):
        return filesizeformat(stored.size)
