"""The admin site: its titles, its sidebar, its start page."""

from functools import partial
from math import ceil

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.sites import UnfoldAdminSite

from danvan import clock
from danvan.access.autocomplete import Autocomplete
from danvan.access.panels import start_page
from danvan.notices.panels import unread_of
from danvan.notices.views import addresses as addresses_of_duties
from danvan.organization.domain.accounts import entrance
from danvan.organization.domain.samples import demonstration_loaded
from danvan.organization.forms import LoginForm
from danvan.organization.views import activation, delegation, handover, security
from danvan.organization.views import login as logging_in
from danvan.organization.views.own_password import OwnPasswordView, end_own_sessions


def title(request=None):
    return _("Skilful mass mobilisation")


def stylesheet(request=None):
    return static("danvan/danvan.css")


def favicon(request=None):
    return static("danvan/favicon.svg")


class DanvanAdminSite(UnfoldAdminSite):
    site_header = gettext_lazy("Skilful mass mobilisation")
    site_title = gettext_lazy("Skilful mass mobilisation")
    index_title = gettext_lazy("Start page")
    enable_nav_sidebar = True
    login_form = LoginForm

    def get_urls(self):
        """Django's addresses without the redirect by content type, which answers outside the scope."""
        return [
            path("login/code/", logging_in.CodeView.as_view(site=self), name="login_code"),
            path("login/set-up/", logging_in.SetUpView.as_view(site=self), name="login_set_up"),
            path("login/forgotten/", activation.ForgottenView.as_view(site=self), name="login_forgotten"),
            path("login/activate/", activation.NewPasswordView.as_view(site=self), name="activation"),
            path("login/activate/<str:token>/", activation.open_link, name="activation_link"),
            path("security/", self.admin_view(security.security), {"site": self}, name="security"),
            path("security/set-up/", self.admin_view(security.set_up), {"site": self}, name="security_set_up"),
            path("delegations/", self.admin_view(delegation.delegations), {"site": self}, name="delegations"),
            path("handover/", self.admin_view(handover.handover), {"site": self}, name="handover"),
            *addresses_of_duties(self),
            path("delegations/end/", self.admin_view(delegation.end_delegation), name="end_delegation"),
            path("password_change/elsewhere/", self.admin_view(end_own_sessions), name="end_own_sessions"),
            *(url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"),
        ]

    def has_permission(self, request):
        """Whoever has a membership in force and came in as far as its role asks. Nothing else of the site answers."""
        is_in = super().has_permission(request)
        return is_in and (entrance.is_complete(request) or request.path == reverse("admin:logout"))

    def login(self, request, extra_context=None):
        """The theme's page, then where it applies the second step. A throttled try is answered so."""
        if request.method == "GET" and self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        request.current_app = self.name
        context = {
            **self.each_context(request),
            "title": _("Log in"),
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        page = logging_in.PasswordView.as_view(
            extra_context=context, authentication_form=self.login_form, template_name="organization/login.html"
        )
        response = page(request)
        if request.method == "POST" and response.status_code == 200 and (wait := response.context_data["form"].wait):
            response.status_code = 429
            response["Retry-After"] = str(ceil(wait))
        return response

    def password_change(self, request, extra_context=None):
        request.current_app = self.name
        context = {**self.each_context(request), **(extra_context or {})}
        return OwnPasswordView.as_view(extra_context=context)(request)

    def autocomplete_view(self, request):
        return Autocomplete.as_view(admin_site=self)(request)

    def search(self, request, extra_context=None):
        """Closed: the theme keeps what it found for five minutes per user, whatever happened to the user's rights."""
        return HttpResponse()

    def get_app_list(self, request, app_label=None):
        """Worked out only where it is shown: every page is given it, and the sidebar is our own."""
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def extra_context(self, context, request):
        user = getattr(request, "user", AnonymousUser())
        context["demonstration"] = demonstration_loaded()
        context["assumed_now"] = clock.now() if clock.is_shifted() else None
        context["own_units"] = user.own_units if user.is_authenticated else []
        return context

    def index(self, request, extra_context=None):
        return super().index(request, {"page": start_page(request.user), **(extra_context or {})})


# The sidebar, in the order of the work: heading, then per list its icon, its model, and the verb that opens it here.
SIDEBAR = (
    (
        gettext_lazy("Work"),
        (
            ("assignment_turned_in", "movements.report", "view"),
            ("task_alt", "notices.settlement", "view"),
            ("notifications", "notices.inboxmessage", "view"),
        ),
    ),
    (
        gettext_lazy("Movement"),
        (
            ("campaign", "movements.campaign", "view"),
            ("edit_note", "movements.registration", "view"),
            ("star", "movements.exemplar", "view"),
            ("event", "movements.reportingperiod", "add"),
        ),
    ),
    (
        gettext_lazy("Awards"),
        (
            ("flag", "awards.awardround", "view"),
            ("folder_open", "awards.dossier", "view"),
            ("how_to_vote", "awards.nomination", "view"),
            ("gavel", "awards.decision", "view"),
            ("military_tech", "awards.commendation", "view"),
            ("tag", "awards.commendationtally", "view"),
        ),
    ),
    (
        gettext_lazy("Units and people"),
        (
            ("account_balance", "organization.unit", "view"),
            ("merge", "organization.reorganisation", "view"),
            ("person", "organization.person", "view"),
            ("groups", "organization.collective", "view"),
            ("map", "organization.area", "add"),
            ("assignment_ind", "organization.assignment", "view"),
            ("workspaces", "organization.cluster", "view"),
            ("key", "organization.user", "view"),
        ),
    ),
    (
        gettext_lazy("Administration"),
        (
            ("alarm", "notices.reminder", "view"),
            ("fact_check", "notices.reconciliation", "view"),
            ("tune", "notices.reminderrule", "view"),
            ("calendar_month", "notices.holiday", "add"),
            ("mail", "mail.outgoingmail", "view"),
            ("rule", "movements.reportingscheme", "view"),
            ("category", "movements.field", "add"),
            ("workspace_premium", "awards.awardform", "add"),
            ("print", "awards.certificatelayout", "view"),
            ("description", "documents.letterhead", "view"),
            ("book", "documents.documentnumber", "view"),
            ("folder", "documents.storedfile", "view"),
            ("label", "organization.unitkind", "add"),
            ("history", "history.activity", "view"),
            ("block", "history.refusedattempt", "view"),
        ),
    ),
)

# Pages that are no list of one model: beside which list, icon, words, address.
PAGES = (
    ("movements.report", "event_upcoming", gettext_lazy("Duties by due date"), "admin:notices_duties"),
    ("movements.report", "grid_on", gettext_lazy("Report tracking board"), "admin:movements_board"),
    ("movements.report", "timelapse", gettext_lazy("Punctuality over the years"), "admin:movements_punctuality"),
    ("awards.commendation", "bar_chart", gettext_lazy("Statistics"), "admin:awards_statistics"),
)


# The number beside an entry of the sidebar: what of it waits for the user.
BADGES = {"notices.inboxmessage": unread_of}


def account_links(request):
    """The menu at the own name, above the logging out."""
    return [
        {"title": _("Change password"), "link": reverse("admin:password_change")},
        {"title": _("Security of the account"), "link": reverse("admin:security")},
        {"title": _("Handing work over for a time"), "link": reverse("admin:delegations")},
        {"title": _("Personal calendar"), "link": reverse("admin:own_calendar")},
    ]


def navigation(request):
    """The sidebar of the user: what the role table closes is not shown."""
    start = {"title": _("Start page"), "icon": "home", "link": reverse("admin:index")}
    groups = [{"items": [start]}]
    for heading, lists in SIDEBAR:
        items = [item for entry in lists for item in items_of(request.user, *entry)]
        if items:
            groups.append({"title": heading, "separator": True, "items": items})
    mark_active(groups, request.path)
    return groups


def mark_active(groups, path):
    """Light up the entry with the longest address on the way to *path*; the theme would light up every one."""
    items = [item for group in groups for item in group["items"]]
    start, *others = items
    on_the_way = [item for item in others if path.startswith(item["link"])]
    here = max(on_the_way, key=lambda item: len(item["link"]), default=None)
    for item in items:
        item["active"] = item is here
    start["active"] = path == start["link"]


def items_of(user, icon, label, verb):
    """The entry of a list, and of the page that goes with it, if *user* may *verb* such records."""
    meta = apps.get_model(label)._meta
    if not user.has_perm(f"{meta.app_label}.{verb}_{meta.model_name}"):
        return []
    link = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    items = [{"title": capfirst(meta.verbose_name_plural), "icon": icon, "link": link}]
    if label in BADGES:
        items[0]["badge"] = BADGES[label](user)
    return items + [
        {"title": words, "icon": page_icon, "link": reverse(name)}
        for beside, page_icon, words, name in PAGES
        if beside == label
    ]
