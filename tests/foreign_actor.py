"""Domain functions called by somebody who may not: what the tests of the apps share."""

import inspect
from collections.abc import Iterator
from io import BytesIO
from types import ModuleType

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter

from danvan.access.roles import Role
from danvan.workflow import NotAllowed
from tests.factories import make_lead, make_unit, make_user
from tests.world import everything


def deeds_of(*modules: ModuleType) -> Iterator[str]:
    """The public functions of *modules* that take an actor, as ``module.function``."""
    for module in modules:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and "actor" in inspect.signature(function).parameters:
                yield f"{module.__name__.rpartition('.')[2]}.{name}"


def upload():
    """A PDF of one empty page."""
    content, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(595, 842)
    writer.write(content)
    return SimpleUploadedFile("to trinh.pdf", content.getvalue())


def strangers(unit) -> list:
    """Who may do nothing to the rows of *unit*: the lead of another, its own reader, an account without a role."""
    return [make_lead(make_unit()), make_user(Role.UNIT_VIEWER, unit), make_user()]


def assert_refused(deed, unit):
    """``deed(actor)`` is not allowed to a stranger, and changes nothing."""
    for actor in strangers(unit):
        before = everything()
        with pytest.raises(NotAllowed):
            deed(actor)
        assert everything() == before
