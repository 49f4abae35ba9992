"""Who is told of a file that was uploaded by mistake. No message names the file: the name itself may be secret."""

from django.urls import reverse
from django.utils.translation import gettext as _

from danvan.notices.domain.inbox import tell_administrators, tell_unit
from danvan.workflow import effect

FILE = "documents.storedfile"


def register():
    effect(FILE, "report", ask_administrators)
    effect(FILE, "release", tell_of_release)
    effect(FILE, "destroy", ask_for_the_right_file)


def ask_administrators(*, obj, actor, reason):
    tell_administrators(
        title=_("Decide on a file reported as uploaded by mistake: no. %(number)s") % {"number": obj.pk},
        body=_(
            "%(actor)s has reported a file. Nobody can open it any more.\nReason: %(reason)s\n"
            "Give it back into use, or destroy its content."
        )
        % {"actor": actor, "reason": reason},
        url=page_of(obj),
    )


def tell_of_release(*, obj, actor, reason):
    if obj.unit:
        tell_unit(
            unit=obj.unit,
            title=_("A file can be used again: no. %(number)s") % {"number": obj.pk},
            body=_("The file that was reported as uploaded by mistake can be used again.\nReason: %(reason)s")
            % {"reason": reason},
            url=page_of(obj),
        )


def ask_for_the_right_file(*, obj, actor, reason):
    if obj.unit:
        tell_unit(
            unit=obj.unit,
            title=_("The content of a file was destroyed: no. %(number)s") % {"number": obj.pk},
            body=_(
                "The file was uploaded by mistake, and its content was destroyed.\nReason: %(reason)s\n"
                "Please upload the right file where this one belonged."
            )
            % {"reason": reason},
            url=page_of(obj),
        )


def page_of(stored):
    return reverse("admin:documents_storedfile_change", args=[stored.pk])
