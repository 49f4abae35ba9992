"""Our lists and drop-downs are the theme's, only sooner: the same cells, the same choices."""

import re
from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import RequestFactory
from django.urls import resolve
from unfold.templatetags.unfold_list import items_for_result, result_headers
from unfold.widgets import UnfoldAdminSelectWidget

from danvan.access.templatetags.result_list import PLACE_OF_PK, _cells, _columns, _link
from danvan.access.widgets import QuickSelect
from danvan.organization.models import Collective, Person, Unit, User
from movements.models import Report
from tests.factories import logged_in, make_collective, make_person, make_report, make_staff, make_unit

pytestmark = pytest.mark.django_db
NASTY = "Lan & Mai <b>2</b> '\"{{x}} @pk@"


def changelist(model, user, **query):
    model_admin = admin.site.get_model_admin(model)
    request = RequestFactory().get(f"/admin/{model._meta.app_label}/{model._meta.model_name}/", query)
    request.user, request.resolver_match = user, resolve(request.path)
    return model_admin.get_changelist_instance(request)


def tags(html):
    """The HTML without white space that means nothing, and without the size of the first letter of a label."""
    html = re.sub('data-label="(.)', lambda found: found[0].lower(), html)
    return re.sub(r"\s+(?=>)|\s+(?=/>)", "", re.sub(r"\s+", " ", html)).strip()


@pytest.mark.parametrize("model", [Unit, Person, Collective, User, Report])
@pytest.mark.parametrize("query", [{}, {"q": "a", "o": "1"}], ids=["first page", "searched and sorted"])
def test_the_cells_are_those_of_the_themes_own_tag(model, query):
    unit = make_unit(NASTY, valid_from=date(2025, 7, 1))
    make_unit("Ea Na", email="ea.na@example.vn")
    make_person(unit, NASTY)
    make_collective(unit, NASTY)
    make_report(unit)
    cl = changelist(model, make_staff(full_name=NASTY), **query)
    cl.list_display = ["action_checkbox", *(name for name in cl.list_display if name != "action_checkbox")]
    columns = list(_columns(cl, list(result_headers(cl))))
    box = admin.site.get_model_admin(model).action_checkbox(model(pk=PLACE_OF_PK))
    assert len(cl.result_list) > 0
    for row in cl.result_list:
        theirs = "".join(items_for_result(cl, row, None))
        assert tags("".join(_cells(cl.model_admin, columns, box, _link(cl), row))) == tags(theirs)


def test_a_list_shows_its_rows_and_says_when_there_are_none():
    make_unit(NASTY)
    client = logged_in(make_staff())
    page = client.get("/admin/organization/unit/").content.decode()
    assert "Lan &amp; Mai &lt;b&gt;2&lt;/b&gt;" in page
    assert "<b>2</b>" not in page
    assert 'id="result_list"' not in client.get("/admin/organization/unit/?q=không có").content.decode()


@pytest.mark.parametrize("value", [None, "", 7, "7", "khác", [7]])
def test_a_drop_down_offers_what_the_themes_offers(value):
    choices = [("", "Tất cả"), (7, NASTY), ("khác", "Khác")]
    widgets = QuickSelect({"class": "x"}, choices), UnfoldAdminSelectWidget({"class": "x"}, choices)
    ours, theirs = (tags(widget.render("unit", value)).replace("> <", "><") for widget in widgets)
    assert ours == theirs


LABELLED = [model for model in apps.get_models() if getattr(model, "label_field", None)]


@pytest.mark.parametrize("model", LABELLED, ids=lambda model: model.__name__)
def test_the_label_field_is_what_str_gives_back(model):
    assert str(model(**{model.label_field: NASTY})) == NASTY
