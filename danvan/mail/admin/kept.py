from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from danvan.mail.domain import is_on
from danvan.mail.domain.kept import is_kept_here, kept_mails

SHOWN = 50


class KeptMailsMixin:
    """A page with the mails that the local mail server kept. It is there while mails end on this machine.

    The text of confidential ones is for those alone who may change accounts, and could make such a link themselves.
    """

    list_before_template = "mail/list_head.html"

    def get_urls(self):
        view = self.admin_site.admin_view(self.kept_view)
        return [path("kept/", view, name="mail_outgoingmail_kept"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        context = {"mail_is_off": not is_on(), "mail_is_kept_here": is_kept_here()}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def kept_view(self, request):
        if not self.has_view_permission(request) or not is_kept_here():
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Mails kept on this machine"),
            "opts": self.opts,
            "mails": kept_mails(SHOWN),
            "reads_confidential": request.user.has_perm("organization.change_user"),
        }
        return TemplateResponse(request, "mail/kept.html", context)
