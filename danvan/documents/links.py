"""How every page shows a file: the one place that knows what a file in quarantine looks like."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _


def file_link(stored, words=None):
    """The name of *stored* (or *words*) as a link that downloads it, and beside it the way to report a mistake.

    A file that is not in use is named with its state and leads nowhere. The caller has made sure that the reader may
    see the file.
    """
    name = words or stored.shown_name
    if not stored.is_in_use:
        return format_html('<span class="dv-muted">{} ({})</span>', name, stored.get_state_display())
    return format_html(
        '<a href="{}">{}</a><br><a class="dv-muted" href="{}">{}</a>',
        reverse("admin:documents_storedfile_download", args=[stored.pk]),
        name,
        reverse("admin:documents_storedfile_transition", args=[stored.pk, "report"]),
        _("Report a mistake"),
    )
