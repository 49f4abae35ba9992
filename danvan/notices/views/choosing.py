"""Which duties a page of deeds is about, and where it goes back to."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from danvan.access.widgets import is_key
from danvan.history.forms import FORM_KEY, valid_key
from danvan.notices.domain.duties import by_code, chosen
from danvan.notices.sources import Duty, sources
from danvan.notices.views.finding import form_of, found_by

DUTY, BACK, ASKED = "duty", "back", "_ask"
"""The parameters: what was ticked, where to return to, and that the form of the page itself was sent."""

EVERYTHING, QUERY = "everything", "query"
"""The parameters of a list longer than a page: that all it found is meant, and what it was asked for."""

SHOWN = 10
"""So many of the chosen duties are named on the page, the others counted."""
KEPT = 100
"""So many are named in the history."""


@dataclass(frozen=True)
class Chosen:
    """The duties that the reader ticked and that are still owed, each with the code of its source."""

    rows: list[tuple[str, Duty]]
    left_out: int

    @property
    def pairs(self):
        return [(code, duty.object_id) for code, duty in self.rows]

    @property
    def duties(self):
        return [duty for _code, duty in self.rows]

    @property
    def by_code(self):
        return by_code(self.pairs)

    @property
    def unit_count(self):
        return len({duty.unit_id for duty in self.duties})

    @property
    def value(self):
        """All of them as one value of the parameter ``duty``."""
        return " ".join(value_of(*pair) for pair in self.pairs)

    @property
    def words(self):
        """What was chosen, for the history."""
        return "\n".join(f"{duty.unit_name}: {duty.title}" for duty in self.duties[:KEPT])

    @property
    def shown(self):
        return self.duties[:SHOWN]

    @property
    def hidden_count(self):
        return max(0, len(self.rows) - SHOWN)


def value_of(code, object_id):
    return f"{code}:{object_id}"


def pairs_of(values):
    """The pairs (source code, object id) in *values* of the parameter ``duty``, each once. Several may share one."""
    pairs = {}
    for value in values:
        for word in value.split():
            code, _colon, key = word.rpartition(":")
            if code in sources() and is_key(key):
                pairs[code, int(key)] = True
    return list(pairs)


def chosen_in(request):
    """What *request* ticked: boxes of a list (POST), or everything that its form found, or what a link names (GET)."""
    if EVERYTHING in request.POST:
        query = QueryDict(request.POST.get(QUERY, "")).dict()
        found = found_by(form_of(query, request.user), request.user)
        pairs = [] if found is None else [row[:2] for row in found]
    else:
        pairs = pairs_of(request.POST.getlist(DUTY) or request.GET.getlist(DUTY))
    rows = chosen(user=request.user, pairs=pairs)
    return Chosen(rows, len(pairs) - len(rows))


def back_of(request):
    """The address on this site to return to: what the page before named, or the list of duties."""
    address = request.POST.get(BACK) or request.GET.get(BACK) or ""
    is_ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours else reverse("admin:notices_duties")


def asked(request):
    """Whether the form of the page itself was sent, not the list before it."""
    return request.method == "POST" and ASKED in request.POST


def key_of(request):
    """The form key that came with *request*, or a new one."""
    return valid_key(request.POST.get(FORM_KEY)) or uuid.uuid4()


def nothing_chosen(request):
    messages.warning(request, _("Tick at least one duty that is still open."))
    return HttpResponseRedirect(back_of(request))


def page_context(request, site, found, form, title):
    """What every page of a deed shows."""
    return {
        **site.each_context(request),
        "title": title,
        "form": form,
        "chosen": found,
        "back": back_of(request),
        "form_key": key_of(request),
    }
