"""The name of an uploaded file: it comes back to other people, who judge the file by it."""

import unicodedata
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danvan.text.normalise import clean_line

LONGEST_NAME = 200

# Controls, marks of direction, lone surrogates: "bao cao\u202Efdp.exe" reads as "bao caoexe.pdf".
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Joins the parts of one emoji; dropped from the kept name.
HARMLESS = {"\u200d"}

# An ending that runs, opens a browser or unpacks, hidden before the last one. ".docx.pdf" is what printers make.
SUSPICIOUS_ENDINGS = {
    *(".app", ".bat", ".chm", ".cmd", ".com", ".cpl", ".dll", ".exe", ".hta", ".iso", ".jar", ".js", ".jse", ".lnk"),
    *(".msi", ".php", ".pif", ".ps1", ".py", ".reg", ".scr", ".sh", ".swf", ".vb", ".vbe", ".vbs", ".wsf"),
    *(".htm", ".html", ".mht", ".mhtml", ".svg", ".xhtml", ".xml"),
    *(".docm", ".dotm", ".pptm", ".xlsb", ".xlsm", ".xltm"),
    *(".7z", ".gz", ".rar", ".zip"),
}


def check_name(text):
    """The name in *text* without folders, clean. Raises ValidationError for a name that hides what the file is."""
    name = PurePath(text.replace("\\", "/")).name
    if any(unicodedata.category(letter) in UNSEEN for letter in name if letter not in HARMLESS):
        raise ValidationError(_("The name of the file holds signs that cannot be seen. Rename the file."))
    name = clean_line(name)
    if len(name) > LONGEST_NAME:
        raise ValidationError(
            _("The name of the file is longer than %(n)s letters. Rename the file.") % {"n": LONGEST_NAME}
        )
    *inner, _last = PurePath(name.lower()).suffixes or [""]
    if hidden := SUSPICIOUS_ENDINGS.intersection(ending.strip() for ending in inner):
        words = _("The name of the file has a second ending, “%(ending)s”. Rename the file.")
        raise ValidationError(words % {"ending": min(hidden)})
    return name
