"""The ways in which the owner of an account is given the link to its password: by mail, for Zalo, on paper."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from danvan import clock
from danvan.documents.download import attachment
from danvan.mail import domain as mail
from danvan.organization.domain.accounts.activation import invite_all, may_invite
from danvan.organization.domain.accounts.letters import invitation_text
from danvan.organization.domain.accounts.sheets import print_sheets

MOST = 500
"""Accounts at once: a sheet takes a few milliseconds, and the request waits for all."""


class InvitingMixin:
    """Actions of the list and a page for one account. Whoever has no right for an account is told its name."""

    actions = ["mail_links", "copy_links", "print_sheets"]

    def has_invite_permission(self, request, obj=None):
        return self.may(request, "invite", obj)

    def has_invite_by_mail_permission(self, request):
        return mail.is_on() and self.has_invite_permission(request)

    @admin.action(description=gettext_lazy("Send the activation letter"), permissions=["invite_by_mail"])
    def mail_links(self, request, queryset):
        self.invite_by_mail(request, list(queryset))

    @admin.action(description=gettext_lazy("Copy the message for Zalo"), permissions=["invite"])
    def copy_links(self, request, queryset):
        return self.invite_by_zalo(request, list(queryset))

    @admin.action(description=gettext_lazy("Print the activation sheets"), permissions=["invite"])
    def print_sheets(self, request, queryset):
        return self.invite_on_paper(request, list(queryset))

    # --- one account ------------------------------------------------------------------------------------------------

    def get_urls(self):
        view = self.admin_site.admin_view(self.invite_view)
        return [path("<int:object_id>/invite/", view, name="organization_user_invite"), *super().get_urls()]

    def invite_view(self, request, object_id):
        """GET offers the ways, POST takes one. For who may invite this very account."""
        user = self.get_object(request, str(object_id))
        if user is None or not may_invite(request.user, user):
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))
        ways = {"zalo": self.invite_by_zalo, "paper": self.invite_on_paper}
        if mail.is_on():
            ways["mail"] = self.invite_by_mail
        if request.method == "POST" and (way := ways.get(request.POST.get("way"))):
            back = HttpResponseRedirect(reverse("admin:organization_user_invite", args=[user.pk]))
            return way(request, [user]) or back
        context = {
            **self.admin_site.each_context(request),
            "title": _("Hand over the account"),
            "opts": self.opts,
            "original": user,
            "mail_is_on": mail.is_on(),
        }
        return TemplateResponse(request, "organization/invite.html", context)

    # --- the ways ---------------------------------------------------------------------------------------------------

    def invite_by_mail(self, request, users):
        users = self._invitable(request, users)
        without = [user for user in users if not user.email]
        self._say(request, _("Without an e-mail, not sent: %(names)s."), without)
        if reached := [user for user in users if user.email]:
            invite_all(users=reached, actor=request.user, now=clock.real_now(), by_mail=True)
            words = ngettext(
                "%(count)d letter is on its way. Older links of the account are no longer in use.",
                "%(count)d letters are on their way. Older links of the accounts are no longer in use.",
                len(reached),
            )
            messages.success(request, words % {"count": len(reached)})

    def invite_by_zalo(self, request, users):
        if users := self._invitable(request, users):
            made = invite_all(users=users, actor=request.user, now=clock.real_now())
            context = {
                **self.admin_site.each_context(request),
                "title": _("Messages for Zalo"),
                "opts": self.opts,
                "letters": [(each.user, invitation_text(each)) for each in made],
            }
            return TemplateResponse(request, "organization/invitation_messages.html", context)

    def invite_on_paper(self, request, users):
        if users := self._invitable(request, users):
            made = invite_all(users=users, actor=request.user, now=clock.real_now())
            name = _("Activation sheets %(day)s.pdf") % {"day": f"{clock.today():%Y-%m-%d}"}
            return attachment(print_sheets(made), filename=name, content_type="application/pdf")

    def _invitable(self, request, users):
        """Those of *users* that the reader may invite; the others are named."""
        if len(users) > MOST:
            messages.error(request, _("At most %(count)d accounts at once.") % {"count": MOST})
            return []
        allowed = [user for user in users if may_invite(request.user, user)]
        refused = [user for user in users if user not in allowed]
        self._say(request, _("Closed, or of the Ban and left to the administrator: %(names)s."), refused)
        return allowed

    @staticmethod
    def _say(request, words, users):
        if users:
            messages.warning(request, words % {"names": ", ".join(map(str, users))})
