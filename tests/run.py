"""``python -m tests.run [part …]``: every part of ``make test``, or those named.

Parts: lint, sqlite, postgresql, isolation, guards, browser. A part that fails does not keep the others from running;
the exit code is 1 when any did.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

from danvan.embedded.postgres import postgres
from tests.chromium import find_chromium

PROJECT = Path(__file__).resolve().parents[1]
TWO_AT_A_TIME = ("-n", "2", "--dist", "worksteal")
BUDGET_SECONDS = {"lint": 10, "sqlite": 290, "postgresql": 270, "isolation": 255, "guards": 28, "browser": 47}


@dataclass(frozen=True)
class Result:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Result") -> "Result":
        return Result(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


# --- Running ----------------------------------------------------------------------------------------------------------


def check(title: str, *command: str, **environment: str) -> Result:
    """Run one check of the lint; its words are shown only when it fails."""
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=PROJECT, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    print(f"  {title}: {'FAILED' if done.returncode else 'ok'} ({time.monotonic() - began:.0f} s)", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return Result(failed=1) if done.returncode else Result(passed=1)


def pytest(selection: str, *arguments: str, database: str = "") -> Result:
    """Run the tests that *selection* marks on the database with that URL, SQLite when it is empty."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-m", selection, f"--junitxml={report}", *arguments]
        # Many processes load the same modules, and pytest rewrites those of tests: once is enough.
        environment = os.environ | {"TEST_DATABASE_URL": database, "PYTHONDONTWRITEBYTECODE": ""}
        done = subprocess.run(command, cwd=PROJECT, env=environment)
        result = read_report(report)
        print(*figures(report), sep="\n", flush=True)
    no_tests_selected = 5
    if done.returncode not in (0, no_tests_selected) and not result.failed:
        return result + Result(failed=1)
    return result


def read_report(report: Path) -> Result:
    if not report.exists():
        return Result()
    result = Result()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        tests, skipped = int(suite.get("tests")), int(suite.get("skipped"))
        failed = int(suite.get("failures")) + int(suite.get("errors"))
        result += Result(tests - failed - skipped, failed, skipped)
    return result


def figures(report: Path) -> Iterator[str]:
    """The lines that the tests in *report* recorded, and what those of the isolation matrix add up to."""
    found = defaultdict(list)
    if report.exists():
        for each in ElementTree.parse(report).getroot().iter("property"):
            found[each.get("name")].append(each.get("value"))
    yield from found["figure"]
    if found["cells"]:
        visitors, channels = (set(";".join(found[name]).split(";")) for name in ("visitors", "channels"))
        cells, leaks = (sum(map(int, found[name])) for name in ("cells", "leaks"))
        objects = len(set(found["kind"]))
        sizes = f"roles={len(visitors)} objects={objects} channels={len(channels)}"
        yield f"isolation {sizes} cells={cells} leaks={leaks}"
    if found["peer_cells"]:
        cells, leaks = (list(map(int, found[name])) for name in ("peer_cells", "peer_leaks"))
        sizes = f"probes={len(cells)} leaking={sum(map(bool, leaks))} cells={sum(cells)}"
        yield f"isolation peer (plain get_queryset) {sizes} leaks={sum(leaks)}"
    if found["guard"]:
        yield f"guards guards={len(found['guard'])} caught={sum(map(bool, found['caught']))}"


# --- Parts ------------------------------------------------------------------------------------------------------------


def lint() -> Result:
    manage = (sys.executable, "manage.py")
    scripts = Path(sys.executable).parent
    production = {
        "DJANGO_SETTINGS_MODULE": "danvan.settings.production",
        "SECRET_KEY": "only to check the settings, " * 3,
        "ALLOWED_HOSTS": "danvankheo.example.vn",
        "DATABASE_URL": "postgres://user:password@database.example.vn/name",
        "REDIS_URL": "redis://redis.example.vn/0",
        "EMAIL_URL": "smtp+tls://user:password@mail.example.vn:587",
    }
    with tempfile.TemporaryDirectory() as var_dir:
        test = {"DJANGO_SETTINGS_MODULE": "danvan.settings.test", "VAR_DIR": var_dir}
        return (
            check("style", sys.executable, "-m", "ruff", "check", "--output-format", "concise", ".")
            + check("order of imports", str(scripts / "lint-imports"), "--no-cache")
            + check("migrations", *manage, "makemigrations", "--check", "--dry-run", **test)
            + check("deployment", *manage, "check", "--deploy", "--fail-level", "WARNING", **production)
            + check("house rules", sys.executable, "-m", "tests.lint", **test)
        )


def suite(database: str) -> Result:
    """Everything but what has a part of its own; tests with processes when nothing else runs."""
    apart = "not browser and not isolation and not guards and not peer and not bench"
    apart += " and not once" if database else " and not reliability"
    return pytest(f"not processes and {apart}", *TWO_AT_A_TIME, database=database) + pytest(
        f"processes and {apart}", *TWO_AT_A_TIME, database=database
    )


def isolation(url: str) -> Result:
    """The channels of the handbook by one visitor of each way in on SQLite, then everything on PostgreSQL at *url*."""
    on_sqlite = pytest("isolation and not full", *TWO_AT_A_TIME)
    return on_sqlite + pytest("isolation or peer", *TWO_AT_A_TIME, database=url)


def guards() -> Result:
    return pytest("guards", *TWO_AT_A_TIME, "tests/isolation")


def browser() -> Result:
    if not find_chromium() and not os.environ.get("REQUIRE_BROWSER"):
        print("!!! NO CHROMIUM FOUND: the browser tests are SKIPPED. Install chromium or set CHROMIUM=/its/path !!!")
    return pytest("browser", "tests/browser")


def parts(names: list[str], stack: ExitStack) -> Iterator[tuple[str, partial]]:
    """Yield the named parts in order; PostgreSQL is started only when one of them needs it."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if not url and {"postgresql", "isolation"} & set(names):
        url = stack.enter_context(postgres())
    every = {
        "lint": lint,
        "sqlite": partial(suite, ""),
        "postgresql": partial(suite, url),
        "isolation": partial(isolation, url),
        "guards": guards,
        "browser": browser,
    }
    return ((name, every[name]) for name in names)


def main(names: list[str]) -> int:
    if unknown := set(names) - set(BUDGET_SECONDS):
        sys.exit(f"unknown part: {', '.join(unknown)}; there are {', '.join(BUDGET_SECONDS)}")
    lines, total = [], Result()
    with ExitStack() as stack:
        for name, part in parts(names or list(BUDGET_SECONDS), stack):
            print(f"\n=== {name} ===", flush=True)
            began = time.monotonic()
            result = part()
            seconds, budget = time.monotonic() - began, BUDGET_SECONDS[name]
            total += result
            over = "" if seconds <= budget else "  OVER BUDGET"
            counts = f"{result.passed} passed, {result.failed} failed, {result.skipped} skipped"
            lines.append(f"{name:<11}{counts}, {seconds:.0f} s of {budget}{over}")
    print("\n=== summary ===", *lines, f"{total.passed} passed, {total.failed} failed", sep="\n")
    return int(total.failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
