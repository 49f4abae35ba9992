"""The admin site: its titles, its sidebar, its start page."""

from django.contrib.auth.models import AnonymousUser
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.sites import UnfoldAdminSite

from danvan.access.panels import start_page
from danvan.organization.domain.samples import demonstration_loaded


def title(request=None):
    return _("Skilful mass mobilisation")


def stylesheet(request=None):
    return static("danvan/danvan.css")


class DanvanAdminSite(UnfoldAdminSite):
    site_header = gettext_lazy("Skilful mass mobilisation")
    site_title = gettext_lazy("Skilful mass mobilisation")
    index_title = gettext_lazy("Start page")
    enable_nav_sidebar = True

    def get_urls(self):
        """Django's addresses without two that answer outside the scope: the theme's search, which caches results for
        five minutes per user, and the redirect by content type."""
        closed = {"search", "view_on_site"}
        return [url for url in super().get_urls() if getattr(url, "name", None) not in closed]

    def extra_context(self, context, request):
        user = getattr(request, "user", AnonymousUser())
        context["demonstration"] = demonstration_loaded()
        context["own_units"] = user.own_units if user.is_authenticated else []
        return context

    def index(self, request, extra_context=None):
        return super().index(request, {"page": start_page(request.user), **(extra_context or {})})


def navigation(request):
    """The sidebar: groups of lists in the order of the work. A list that the role table closes is not shown."""
    groups = [
        (
            _("Work"),
            [
                (_("Start page"), "home", "admin:index", None),
                (_("Reports"), "assignment_turned_in", "admin:movements_report_changelist", "movements.view_report"),
                (_("Report tracking board"), "grid_on", "admin:movements_board", "movements.view_report"),
                (_("Notices"), "notifications", "admin:notices_inboxmessage_changelist", "notices.view_inboxmessage"),
            ],
        ),
        (
            _("Movement"),
            [
                (_("Movements of the year"), "campaign", "admin:movements_campaign_changelist", "movements.view_campaign"),
                (_("Registrations"), "edit_note", "admin:movements_registration_changelist", "movements.view_registration"),
                (_("Models and exemplars"), "star", "admin:movements_exemplar_changelist", "movements.view_exemplar"),
                (_("Reporting periods"), "event", "admin:movements_reportingperiod_changelist", "movements.add_reportingperiod"),
            ],
        ),
        (
            _("Awards"),
            [
                (_("Award rounds"), "flag", "admin:awards_awardround_changelist", "awards.view_awardround"),
                (_("Dossiers"), "folder_open", "admin:awards_dossier_changelist", "awards.view_dossier"),
                (_("Nominations"), "how_to_vote", "admin:awards_nomination_changelist", "awards.view_nomination"),
                (_("Decisions"), "gavel", "admin:awards_decision_changelist", "awards.view_decision"),
                (_("Register of commendations"), "military_tech", "admin:awards_commendation_changelist", "awards.view_commendation"),
                (_("Counts without names"), "tag", "admin:awards_commendationtally_changelist", "awards.view_commendationtally"),
                (_("Statistics"), "bar_chart", "admin:awards_statistics", "awards.view_commendation"),
            ],
        ),
        (
            _("Units and people"),
            [
                (_("Units"), "account_balance", "admin:organization_unit_changelist", "organization.view_unit"),
                (_("People"), "person", "admin:organization_person_changelist", "organization.view_person"),
                (_("Collectives"), "groups", "admin:organization_collective_changelist", "organization.view_collective"),
                (_("Areas"), "map", "admin:organization_area_changelist", "organization.add_area"),
                (_("Accounts"), "key", "admin:organization_user_changelist", "organization.view_user"),
            ],
        ),
        (
            _("Administration"),
            [
                (_("Reminders"), "alarm", "admin:notices_reminder_changelist", "notices.view_reminder"),
                (_("Reminder rules"), "tune", "admin:notices_reminderrule_changelist", "notices.view_reminderrule"),
                (_("Holidays"), "calendar_month", "admin:notices_holiday_changelist", "notices.add_holiday"),
                (_("Outgoing mail"), "mail", "admin:mail_outgoingmail_changelist", "mail.view_outgoingmail"),
                (_("Fields of work"), "category", "admin:movements_field_changelist", "movements.add_field"),
                (_("Reporting schemes"), "rule", "admin:movements_reportingscheme_changelist", "movements.view_reportingscheme"),
                (_("Forms of award"), "workspace_premium", "admin:awards_awardform_changelist", "awards.add_awardform"),
                (_("Certificate layouts"), "print", "admin:awards_certificatelayout_changelist", "awards.view_certificatelayout"),
                (_("Letterheads"), "description", "admin:documents_letterhead_changelist", "documents.view_letterhead"),
                (_("Kinds of unit"), "label", "admin:organization_unitkind_changelist", "organization.add_unitkind"),
                (_("Activity log"), "history", "admin:history_activity_changelist", "history.view_activity"),
            ],
        ),
    ]  # fmt: skip
    shown = []
    for heading, items in groups:
        allowed = [
            {"title": words, "icon": icon, "link": reverse_lazy(name)}
            for words, icon, name, permission in items
            if permission is None or request.user.has_perm(permission)
        ]
        if allowed:
            shown.append({"title": heading, "separator": True, "items": allowed})
    return shown
