"""What this app puts on the start page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from danvan.access.panels import Card
from danvan.documents.enums import FileState
from danvan.documents.models import StoredFile


def quarantined_files(user, page):
    """For who may destroy them, the files that wait for a word. None, no card."""
    if not user.has_perm("documents.destroy_storedfile"):
        return
    if count := StoredFile.objects.visible_to(user).filter(state=FileState.QUARANTINED).count():
        url = f"{reverse('admin:documents_storedfile_changelist')}?state__exact={FileState.QUARANTINED}"
        page.cards.append(Card(title=_("Files in quarantine"), count=count, url=url))
