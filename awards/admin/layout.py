from django.contrib import admin
from django.utils.translation import gettext as _

from awards.domain.documents import specimen_pdf
from awards.models import CertificateLayout, CertificateText
from danvan.access.admin import ScopedTabularInline
from danvan.documents.domain.files import PDF
from danvan.documents.download import attachment
from danvan.history.admin import RecordAdmin
from danvan.workflow.admin import RecordPages


class CertificateTextInline(ScopedTabularInline):
    model = CertificateText
    fields = ["field", "x", "y", "width", "max_height", "size", "bold", "italic", "align", "vertical"]


@admin.register(CertificateLayout)
class CertificateLayoutAdmin(RecordPages, RecordAdmin):
    inlines = [CertificateTextInline]
    change_form_outer_before_template = "awards/layout_panel.html"
    list_display = ["name", "form", "kind", "style", "frame", "is_active"]
    list_filter = ["form", "kind"]
    list_select_related = ["form"]
    fields = [
        ("name", "is_active"),
        ("form", "kind"),
        ("width", "height"),
        ("frame", "style"),
        ("offset_x", "offset_y"),
    ]

    def get_urls(self):
        return [self.page("specimen/", self.specimen), *super().get_urls()]

    def specimen(self, request, object_id):
        """A certificate with sample words, to be laid over a blank."""
        layout = self.get_object(request, object_id)
        if layout is None:
            return self.missing(request, object_id)
        return attachment(specimen_pdf(layout=layout), filename=_("Specimen certificate.pdf"), content_type=PDF)
