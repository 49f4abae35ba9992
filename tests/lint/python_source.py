"""Reading our Python for the rules: its files, and what a name in it stands for."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.lint.extraction import OUR_PACKAGES, PROJECT_DIR


@dataclass(frozen=True)
class Finding:
    """A place that breaks a rule, and why that is one."""

    line: int
    why: str


def our_files(root: Path) -> Iterator[Path]:
    """Yield the Python files of our packages, tests included, as paths from *root*."""
    for package in OUR_PACKAGES:
        yield from sorted(path.relative_to(root) for path in (root / package).rglob("*.py"))


def check_files(
    rule: Callable[[ast.Module], Iterator[Finding]], applies: Callable[[Path], bool], root: Path = PROJECT_DIR
) -> list[str]:
    """Run *rule* on each of our files under *root* that it applies to, and return ``file:line: why`` in order.

    Raises SyntaxError when a file is not Python.
    """
    found = []
    for path in filter(applies, our_files(root)):
        tree = ast.parse((root / path).read_text(encoding="utf-8"), str(path))
        found += [f"{path}:{finding.line}: {finding.why}" for finding in sorted(rule(tree), key=lambda item: item.line)]
    return found


class Names:
    """The imports of a module, whatever it calls them."""

    def __init__(self, tree: ast.Module) -> None:
        self._meanings: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for name in node.names:
                    full = name.name if name.asname else name.name.partition(".")[0]
                    self._meanings[name.asname or full] = full
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for name in node.names:
                    self._meanings[name.asname or name.name] = f"{node.module}.{name.name}"

    def full(self, node: ast.expr) -> str:
        """Return the dotted name that *node* stands for, or "" when it starts at nothing imported."""
        if isinstance(node, ast.Name):
            return self._meanings.get(node.id, "")
        if isinstance(node, ast.Attribute) and (start := self.full(node.value)):
            return f"{start}.{node.attr}"
        return ""
