"""Screens reach rows by ``visible_to(user)`` alone; the base classes in ``danvan/access`` are that door themselves."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.lint.python_source import Finding, Names, check_files

SCREENS = {"admin", "resources", "filters", "views"}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"}
CONNECTIONS = {"django.db.connection", "django.db.connections"}


def applies(path: Path) -> bool:
    if path.parts[:2] == ("danvan", "access") or "tests" in path.parts:
        return False
    return not SCREENS.isdisjoint({*path.parts[:-1], path.stem})


def rule(tree: ast.Module) -> Iterator[Finding]:
    """Yield each way to rows that does not begin with ``.objects.visible_to``."""
    names = Names(tree)
    doors = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "visible_to"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS:
            if node.attr != "objects" or id(node) not in doors:
                yield Finding(node.lineno, f".{node.attr} passes by the door; begin with .objects.visible_to(user)")
        elif isinstance(node, ast.Name | ast.Attribute) and names.full(node) in CONNECTIONS:
            yield Finding(node.lineno, f"{names.full(node)} passes by the door; questions belong to models or domain")
        elif isinstance(node, ast.Call):
            yield from _call(node)


def _call(node: ast.Call) -> Iterator[Finding]:
    name = _called(node)
    if name in SHORTCUTS and node.args and _is_model(node.args[0]):
        yield Finding(node.lineno, f"{name} is given a model; give it .objects.visible_to(user)")
    elif name in {"raw", "extra", "RawSQL"}:
        yield Finding(node.lineno, f"{name}() writes SQL; questions belong to models or domain")
    elif name == "getattr" and any(getattr(argument, "value", None) in MANAGERS for argument in node.args):
        yield Finding(node.lineno, "getattr() names a manager; begin with .objects.visible_to(user)")


def check() -> list[str]:
    return check_files(rule, applies)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_model(node: ast.expr) -> bool:
    """Whether *node* is a class by its name, or what finds one: no type is known here."""
    if isinstance(node, ast.Call):
        return _called(node) in {"get_model", "get_user_model", "model_class"}
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name == "model" or name[:1].isupper()
