"""The page on which everybody hands the own work over for a time, and sees what was handed over to them."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from danvan import clock
from danvan.access.neutral import not_found
from danvan.access.widgets import is_key
from danvan.organization.domain.people import delegation
from danvan.organization.models import Membership
from danvan.workflow import Refused
from danvan.workflow.forms import PlainForm, at_known_fields


class DelegationForm(PlainForm):
    """Which work, to whom, from when to when. Who is offered serves at the unit of one of the own roles."""

    membership = forms.ChoiceField(label=gettext_lazy("Work of"))
    to = forms.ChoiceField(label=gettext_lazy("Handed over to comrade"))
    first = forms.DateField(label=gettext_lazy("From the day"), initial=clock.today)
    last = forms.DateField(
        label=gettext_lazy("To the end of the day"), help_text=gettext_lazy("At most 90 days. It can be ended earlier.")
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.memberships = {str(row.pk): row for row in delegation.may_be_handed_over_by(user)}
        self.people = {}
        for membership in self.memberships.values():
            self.people |= {str(person.pk): person for person in delegation.stand_ins_for(membership)}
        self.fields["membership"].choices = [
            (key, f"{row.get_role_display()} – {row.unit}") for key, row in self.memberships.items()
        ]
        self.fields["to"].choices = [("", "—"), *((key, str(person)) for key, person in self.people.items())]

    def clean_membership(self):
        return self.memberships[self.cleaned_data["membership"]]

    def clean_to(self):
        return self.people[self.cleaned_data["to"]]


def delegations(request, site):
    """GET shows what was given and taken, and the form; POST hands over."""
    user = request.user
    form = DelegationForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            delegation.delegate(actor=user, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        except ValidationError as error:
            form.add_error(None, at_known_fields(error, form))
        else:
            messages.success(request, _("The work is handed over. Your own rights stay as they are."))
            return HttpResponseRedirect(reverse("admin:delegations"))
    context = {
        **site.each_context(request),
        "title": _("Handing work over for a time"),
        "form": form,
        "given": delegation.given_by(user),
        "taken": delegation.taken_by(user),
        "memberships": form.memberships,
        "people": form.people,
    }
    return TemplateResponse(request, "organization/delegations.html", context)


@require_POST
def end_delegation(request):
    """Ends what was handed over, at once: one's own, or for who changes memberships anybody's."""
    key, user = request.POST.get("delegation", ""), request.user
    rows = Membership.objects.visible_to(user, "change").exclude(on_behalf_of=None) | delegation.given_by(user)
    row = rows.select_related("user").filter(pk=key).first() if is_key(key) else None
    if row is None:
        return not_found(request, Membership, key)
    try:
        delegation.end_delegation(membership=row, actor=user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It has ended: comrade %(name)s acts no longer on behalf.") % {"name": row.user})
    is_own = row.on_behalf_of_id == user.pk
    page = reverse("admin:delegations") if is_own else reverse("admin:organization_user_change", args=[row.user_id])
    return HttpResponseRedirect(page)
