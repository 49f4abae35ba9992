from django.utils.translation import gettext_lazy as _

from danvan.access.models import Lookup
from danvan.access.scope import SharedScope


class Field(Lookup):
    """A field of work (lĩnh vực). Four by custom; some places count more, so the list is data."""

    access_scope = SharedScope()

    class Meta(Lookup.Meta):
        verbose_name = _("field of work")
        verbose_name_plural = _("fields of work")
