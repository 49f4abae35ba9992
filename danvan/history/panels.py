"""What this app puts on the start page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from danvan.access.panels import Card
from danvan.history.models import RefusedAttempt


def refused_attempts(user, page):
    """For the administrator, how much was refused in the last days. A quiet week shows nothing."""
    if not user.has_perm("history.view_refusedattempt"):
        return
    rows = RefusedAttempt.objects.visible_to(user)
    if count := rows.of_days(7).count():
        url = f"{reverse('admin:history_refusedattempt_changelist')}?when=week"
        hint = _("today: %(count)s") % {"count": rows.of_days(1).count()}
        page.cards.append(Card(title=_("Refused attempts in the last 7 days"), count=count, url=url, hint=hint))
