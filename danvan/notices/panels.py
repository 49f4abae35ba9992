"""What this app puts on the start page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from danvan.access.panels import Card
from danvan.notices.models import InboxMessage


def unread_notices(user, page):
    count = InboxMessage.objects.visible_to(user).unread().count()
    if count:
        url = reverse("admin:notices_inboxmessage_changelist") + "?unread=1"
        page.cards.append(Card(title=_("Notices not read yet"), count=count, url=url))
