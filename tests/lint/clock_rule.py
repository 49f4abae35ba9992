"""Now and today come from ``danvan.clock`` alone: business time can be shifted, and only there."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.lint.python_source import Finding, Names, check_files

BUSINESS = "use clock.now() or clock.today() for business time, clock.real_now() for leases and retries"

FORBIDDEN = {
    "django.utils.timezone.now",
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "time.time",
    "time.time_ns",
    "django.db.models.functions.Now",
    "django.db.models.functions.datetime.Now",
}
# Harmless when they are told of which instant they are asked.
FORBIDDEN_WITHOUT_ARGUMENT = {"django.utils.timezone.localdate", "django.utils.timezone.localtime"}


def applies(path: Path) -> bool:
    return path.parts[:2] != ("danvan", "clock")


def rule(tree: ast.Module) -> Iterator[Finding]:
    """Yield each reading of the machine's clock, under whatever name it was imported."""
    names = Names(tree)
    told = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call) and (node.args or node.keywords)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            full = names.full(node)
            if full in FORBIDDEN or (full in FORBIDDEN_WITHOUT_ARGUMENT and id(node) not in told):
                yield Finding(node.lineno, f"{full} reads the machine's clock; {BUSINESS}")
        elif isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield Finding(node.value.lineno, f"{node.arg} reads the machine's clock; {BUSINESS}")


def check() -> list[str]:
    return check_files(rule, applies)
