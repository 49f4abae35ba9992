import ast
from pathlib import Path

import pytest

from tests.lint.door_rule import applies, rule


def whys(code):
    return [finding.why.split(" ")[0] for finding in rule(ast.parse(code))]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("Unit.objects.all()", ".objects"),
        ("Unit.objects.filter(pk=1)", ".objects"),
        ("Unit.objects.active().visible_to(user)", ".objects"),
        ("form.queryset = Unit.objects", ".objects"),
        ("self.model.objects.get(pk=1)", ".objects"),
        ("apps.get_model('awards', 'Decision').objects.count()", ".objects"),
        ("Unit._default_manager.visible_to(user)", "._default_manager"),
        ("Unit._base_manager.get(pk=1)", "._base_manager"),
        ("getattr(Unit, 'objects').all()", "getattr()"),
        ("get_object_or_404(Unit, pk=1)", "get_object_or_404"),
        ("shortcuts.get_object_or_404(models.Unit, pk=1)", "get_object_or_404"),
        ("get_list_or_404(self.model)", "get_list_or_404"),
        ("get_object_or_404(get_user_model(), pk=1)", "get_object_or_404"),
        ("rows.raw('SELECT 1')", "raw()"),
        ("rows.extra(where=['1'])", "extra()"),
        ("from django.db.models.expressions import RawSQL\nRawSQL('1', [])", "RawSQL()"),
        ("from django.db import connection\nconnection.cursor()", "django.db.connection"),
        ("from django import db\ndb.connections['default'].cursor()", "django.db.connections"),
    ],
)
def test_another_way_to_rows_is_found(code, why):
    assert whys(code) == [why]


@pytest.mark.parametrize(
    "code",
    [
        "Unit.objects.visible_to(request.user)",
        "Unit.objects.visible_to(user).filter(pk=1).order_by('code')",
        "get_object_or_404(Unit.objects.visible_to(user), pk=1)",
        "get_object_or_404(queryset, pk=1)",
        "super().get_queryset(request).select_related('area')",
        "context = {'objects': rows}",
        "unit.members.all()",
    ],
)
def test_the_door_is_open(code):
    assert whys(code) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("danvan/organization/admin/units.py", True),
        ("danvan/organization/admin.py", True),
        ("danvan/organization/filters.py", True),
        ("movements/resources/exemplars.py", True),
        ("movements/programmes/admin/tasks.py", True),
        ("awards/views.py", True),
        ("awards/views/print.py", True),
        ("danvan/access/admin.py", False),
        ("danvan/access/resources/base.py", False),
        ("danvan/organization/domain/units.py", False),
        ("danvan/organization/models/admin_unit.py", False),
        ("danvan/organization/tests/admin/test_units.py", False),
    ],
)
def test_the_rule_is_for_screens(path, expected):
    assert applies(Path(path)) is expected
