"""``python -m tests.lint [rule …]``: run the house rules, all of them or those named; exit with 1 on any finding."""

import sys
from collections.abc import Callable

from tests.lint import catalogue, clock_rule, door_rule

RULES: dict[str, Callable[[], list[str]]] = {
    "clock": clock_rule.check,
    "door": door_rule.check,
    "catalogue": catalogue.check,
}


def main(names: list[str]) -> int:
    failed = False
    for name in names or RULES:
        findings = RULES[name]()
        print(f"{name}: {f'{len(findings)} findings' if findings else 'ok'}")
        for finding in findings:
            print(finding)
        failed = failed or bool(findings)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
