import ast

import pytest

from tests.lint import clock_rule, door_rule
from tests.lint.python_source import Names, check_files


@pytest.fixture
def root(tmp_path):
    def write(path, code):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(code)

    write("danvan/mail/drain.py", "import time\n\nstarted = time.time()\n")
    write("danvan/clock/__init__.py", "import time\n\nstarted = time.time()\n")
    write("awards/tests/test_rounds.py", "from datetime import date as d\n\nd.today(); d.today()\nd.today()\n")
    write("awards/admin/rounds.py", "Round.objects.all()\n")
    write("awards/domain/rounds.py", "Round.objects.all()\n")
    write("elsewhere/admin.py", "import time\n\nRound.objects.all(); time.time()\n")
    return tmp_path


def test_findings_tell_file_and_line_in_order(root):
    found = check_files(clock_rule.rule, clock_rule.applies, root)
    assert [finding.partition(": ")[0] for finding in found] == [
        "danvan/mail/drain.py:3",
        "awards/tests/test_rounds.py:3",
        "awards/tests/test_rounds.py:3",
        "awards/tests/test_rounds.py:4",
    ]


def test_each_rule_reads_its_own_files(root):
    assert check_files(door_rule.rule, door_rule.applies, root) == [
        "awards/admin/rounds.py:1: .objects passes by the door; begin with .objects.visible_to(user)"
    ]


def test_a_file_that_is_no_python_stops_the_run(root):
    (root / "danvan" / "broken.py").write_text("def")
    with pytest.raises(SyntaxError):
        check_files(clock_rule.rule, clock_rule.applies, root)


@pytest.mark.parametrize(
    ("imports", "expression", "full"),
    [
        ("import a.b", "a.b.c", "a.b.c"),
        ("import a.b as x", "x.c", "a.b.c"),
        ("from a import b as x", "x.c", "a.b.c"),
        ("from . import a", "a.b", ""),
        ("import a", "b.a", ""),
        ("import a", "a().b", ""),
    ],
)
def test_a_name_stands_for_what_was_imported(imports, expression, full):
    node = ast.parse(expression, mode="eval").body
    assert Names(ast.parse(imports)).full(node) == full
