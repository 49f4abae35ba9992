import pytest

from tests.lint import __main__ as lint


@pytest.mark.parametrize(("found", "code"), [([], 0), (["a.py:1: why"], 1)])
def test_any_finding_fails_the_run(monkeypatch, capsys, found, code):
    monkeypatch.setattr(lint, "RULES", {"first": lambda: found, "second": list})
    assert lint.main([]) == code
    assert capsys.readouterr().out.splitlines() == [
        f"first: {'1 findings' if found else 'ok'}",
        *found,
        "second: ok",
    ]


def test_a_rule_runs_alone_when_named(monkeypatch):
    monkeypatch.setattr(lint, "RULES", {"first": lambda: ["a.py:1: why"], "second": list})
    assert lint.main(["second"]) == 0
