import ast
from pathlib import Path

import pytest

from tests.lint.clock_rule import applies, rule


def lines(code):
    return [finding.line for finding in rule(ast.parse(code))]


@pytest.mark.parametrize(
    "code",
    [
        "from django.utils import timezone\ntimezone.now()",
        "from django.utils import timezone as tz\ntz.now",
        "from django.utils.timezone import now\nF(default=now)",
        "import django.utils.timezone\ndjango.utils.timezone.now()",
        "from django.utils import timezone\ntimezone.localdate()",
        "from django.utils import timezone\ntimezone.localtime()",
        "from django.utils import timezone\nF(default=timezone.localdate)",
        "from datetime import date as d\nd.today()",
        "import datetime as dt\ndt.date.today()",
        "import datetime\ndatetime.datetime.now(datetime.UTC)",
        "from datetime import datetime\ndatetime.utcnow()",
        "from datetime import datetime\nfield(default_factory=datetime.today)",
        "import time\ntime.time()",
        "from time import time as seconds\nseconds()",
        "from django.db.models.functions import Now\nNow()",
        "from django.db import models\nmodels.functions.Now()",
        "from django.db import models\nmodels.DateTimeField(auto_now=True)",
        "from django.db import models\nmodels.DateTimeField(auto_now_add=True)",
    ],
)
def test_the_machine_s_clock_is_found(code):
    assert lines(code) == [2]


@pytest.mark.parametrize(
    "code",
    [
        "from danvan import clock\nclock.now(), clock.today(), clock.real_now()",
        "from django.utils import timezone\ntimezone.localdate(moment), timezone.localtime(value=moment)",
        "from django.utils import timezone\ntimezone.make_aware(moment)",
        "from datetime import date, time\ndate(2026, 11, 2), time(7, 30), date.fromisoformat(text)",
        "import time\ntime.monotonic(), time.sleep(1)",
        "now()\nrow.today()\nself.clock.now()",
        "def Now():\n    pass\nNow()",
    ],
)
def test_other_time_is_left_alone(code):
    assert lines(code) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("danvan/clock/__init__.py", False),
        ("danvan/clock/tests/test_clock.py", False),
        ("danvan/clock.py", True),
        ("danvan/mail/domain/drain.py", True),
        ("awards/tests/test_rounds.py", True),
        ("awards/clock/models.py", True),
    ],
)
def test_only_the_clock_itself_is_exempt(path, expected):
    assert applies(Path(path)) is expected
