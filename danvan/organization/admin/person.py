from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from danvan.access.admin import ScopedListFilter
from danvan.access.visibility import is_hidden
from danvan.history.admin import RecordAdmin
from danvan.organization.admin.forms import IdentityForm, MergeForm, RevealForm
from danvan.organization.admin.owned import UnitOwnedMixin
from danvan.organization.domain.people import duplicates as people
from danvan.organization.domain.people import identity
from danvan.organization.models import Collective, Person, PersonIdentity
from danvan.organization.person_facts import facts_of
from danvan.workflow import Refused
from danvan.workflow.admin import RecordPages

PAIRS_SHOWN = 100
FOR_THE_BAN = (*people.MERGE_ACTIONS, "reveal_identity")
"""Deeds whose reasons may speak of other units."""


class MergedFilter(ScopedListFilter):
    """Rows that are merged into another one, which the list leaves out otherwise."""

    reads = ("duplicate_of",)
    title = gettext_lazy("merged rows")
    parameter_name = "merged"

    def lookups(self, request, model_admin):
        return [("only", _("Only merged rows")), ("all", _("Merged rows as well"))]

    def queryset(self, request, queryset):
        return queryset.exclude(duplicate_of=None) if self.value() == "only" else queryset


@admin.register(Person)
class PersonAdmin(UnitOwnedMixin, RecordPages, RecordAdmin):
    """People. The Ban says which rows are one person; the number of their identity card is a page of its own."""

    list_display = ["full_name", "salutation", "birth_year", "post", "unit"]
    list_filter = ["unit", MergedFilter]
    list_select_related = ["unit"]
    list_before_template = "organization/person_list.html"
    change_form_outer_before_template = "organization/person_panel.html"
    autocomplete_fields = ["unit"]
    fields = [("salutation", "full_name"), ("given_name", "post"), ("birth_date", "birth_year"), "unit"]
    actions = ["merge_selected"]

    def get_urls(self):
        duplicates = self.admin_site.admin_view(self.duplicates)
        return [
            path("duplicates/", duplicates, name="organization_person_duplicates"),
            path(
                "<int:object_id>/merge/<int:other_id>/",
                self.admin_site.admin_view(self.merge),
                name="organization_person_merge",
            ),
            self.page("unmerge/", self.unmerge),
            self.page("identity/", self.identity),
            self.page("identity/full/", self.reveal_identity),
            *super().get_urls(),
        ]

    # --- lists ------------------------------------------------------------------------------------------------------

    def get_search_results(self, request, queryset, search_term):
        """Lists and autocompletes offer each person once."""
        if request.GET.get(MergedFilter.parameter_name) not in ("only", "all"):
            queryset = queryset.without_duplicates(self.get_queryset(request))
        return super().get_search_results(request, queryset, search_term)

    def has_merge_permission(self, request):
        return self.may(request, "merge")

    def changelist_view(self, request, extra_context=None):
        url = self.has_merge_permission(request) and self.address("duplicates")
        return super().changelist_view(request, {"duplicates_url": url, **(extra_context or {})})

    @admin.action(description=gettext_lazy("Merge the two rows of one person"), permissions=["merge"])
    def merge_selected(self, request, queryset):
        ticked = list(queryset.values_list("pk", flat=True)[:3])
        if len(ticked) != 2:
            messages.error(request, _("Tick exactly the two rows that are one person."))
            return None
        return HttpResponseRedirect(self.address("merge", *ticked))

    # --- page of a person -------------------------------------------------------------------------------------------

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context["person"] = self.parts_of(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def parts_of(self, request, person):
        """What the page shows besides the form."""
        user = request.user
        rows = list(Person.objects.visible_to(user).same_as(person).select_related("unit"))
        others = [] if is_hidden(Person, "duplicate_of", user) else [row for row in rows if row != person]
        may_see_number = user.has_perm("organization.view_personidentity")
        numbers = PersonIdentity.objects.visible_to(user) if may_see_number else None
        return {
            "kept": next((row for row in others if row.pk == person.duplicate_of_id), None),
            "merged": [row for row in others if row.duplicate_of_id == person.pk],
            "facts": facts_of(user, rows),
            "unmerge": self.may(request, "unmerge", person),
            "shows_number": may_see_number,
            "number": numbers and next((row.masked for row in numbers.filter(person=person)), None),
            "enter_number": identity.may_enter(person=person, actor=user) and self.address("identity", person.pk),
            "reveal": user.has_perm("organization.reveal_personidentity")
            and self.address("reveal_identity", person.pk),
            "reveal_form": RevealForm(auto_id="reveal_%s"),
        }

    def activities_of(self, request, obj):
        rows = super().activities_of(request, obj)
        return rows.exclude(action__in=FOR_THE_BAN) if is_hidden(Person, "duplicate_of", request.user) else rows

    # --- one person, several rows -----------------------------------------------------------------------------------

    def duplicates(self, request):
        """Who may be the same person, to be looked at by hand."""
        if not self.has_merge_permission(request):
            raise PermissionDenied
        pairs = people.probable_duplicates(Person.objects.visible_to(request.user, "merge"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Possible duplicates"),
            "opts": self.opts,
            "count": len(pairs),
            "pairs": [(pair, self.address("merge", pair.first.pk, pair.second.pk)) for pair in pairs[:PAIRS_SHOWN]],
            "back": self.address("changelist"),
        }
        return TemplateResponse(request, "organization/duplicates.html", context)

    def merge(self, request, object_id, other_id):
        """GET shows both rows side by side, POST merges one into the other."""
        rows = Person.objects.visible_to(request.user, "merge").select_related("unit")
        pair = [rows.filter(pk=pk).first() for pk in (object_id, other_id)]
        if None in pair or object_id == other_id:
            return self.missing(request, object_id)
        form = MergeForm(request.POST or None, people=pair, initial={"keep": str(pair[0].pk)})

        def do(data):
            person, into = form.merged_and_kept()
            people.merge(person=person, into=into, actor=request.user, reason=data["reason"])

        return self.form_page(
            request,
            pair[0],
            form,
            do,
            title=_("Merge two rows of one person"),
            button=_("Merge"),
            done=_("The two rows are one person now."),
            lead=_("Is this the same person?"),
            template="organization/merge.html",
            columns=[self.column_of(request, person) for person in pair],
        )

    def column_of(self, request, person):
        """What the preview of a merge says of one row."""
        number = PersonIdentity.objects.visible_to(request.user).filter(person=person).first()
        return {"person": person, "number": number and number.masked, "facts": facts_of(request.user, [person])}

    @method_decorator(require_POST)
    def unmerge(self, request, object_id):
        person = self.get_object(request, str(object_id))
        if person is None or not self.may(request, "unmerge", person):
            return self.missing(request, object_id)
        try:
            people.unmerge(person=person, actor=request.user)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The row stands for itself again."))
        return HttpResponseRedirect(self.url_of(person))

    # --- citizen identity number ------------------------------------------------------------------------------------

    @method_decorator(sensitive_post_parameters("citizen_id"))
    def identity(self, request, object_id):
        person = self.get_object(request, str(object_id))
        if person is None or not identity.may_enter(person=person, actor=request.user):
            return self.missing(request, object_id)
        return self.form_page(
            request,
            person,
            IdentityForm(request.POST or None),
            lambda data: identity.enter_number(person=person, citizen_id=data["citizen_id"], actor=request.user),
            title=_("Citizen identity number"),
            button=_("Save"),
            done=_("Saved. The number is shown masked."),
        )

    @method_decorator(require_POST)
    def reveal_identity(self, request, object_id):
        """Shows the number in full, once. That it was read, by whom and why, stays in the history."""
        person = self.get_object(request, str(object_id))
        if person is None or not self.may_reveal(request, person):
            return self.missing(request, object_id)
        form = RevealForm(request.POST)
        number = ""
        if form.is_valid():
            try:
                number = identity.read_number(person=person, actor=request.user, reason=form.cleaned_data["reason"])
            except Refused as error:
                form.add_error(None, str(error))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Citizen identity number"),
            "opts": self.opts,
            "original": person,
            "form": form,
            "number": number,
            "back": self.url_of(person),
        }
        return TemplateResponse(request, "organization/identity.html", context)

    def may_reveal(self, request, person):
        return PersonIdentity.objects.visible_to(request.user, "reveal").filter(person=person).exists()


@admin.register(Collective)
class CollectiveAdmin(UnitOwnedMixin, RecordAdmin):
    list_display = ["name", "unit"]
    list_filter = ["unit"]
    list_select_related = ["unit"]
    autocomplete_fields = ["unit"]
