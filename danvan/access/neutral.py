"""The one answer to a record that does not exist and to one that the user must not know of."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _


def not_found(request, model, object_id):
    """Lead back to the start page with one fixed text, which repeats nothing of what was asked for.

    Every view that finds no row behind the door answers with this. What was asked for stays on *request* as
    ``not_found``, for the record of refused attempts.
    """
    request.not_found = model, object_id
    messages.warning(request, _("This record was not found, or it is not one that you may see."))
    return HttpResponseRedirect(reverse("admin:index"))
