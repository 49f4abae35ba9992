import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from danvan import clock


@pytest.fixture(autouse=True)
def a_sunday(db):
    with time_machine.travel("2026-11-22 20:00 +0700", tick=False):
        yield
        clock.forget_shift()


def words():
    return f"{timezone.localtime(clock.now()):%d/%m/%Y %H:%M}"


@pytest.mark.parametrize(
    ("typed", "now"), [("2026-11-25", "25/11/2026 08:00"), ("2026-11-20T14:30", "20/11/2026 14:30")]
)
def test_the_software_goes_to_a_day_and_back(typed, now, capsys):
    call_command("chinh_ngay", typed)
    assert words() == now
    assert capsys.readouterr().out == f"Phần mềm đang ở {now[-5:]} ngày {now[:10]}.\n"
    call_command("chinh_ngay", that=True)
    assert words() == "22/11/2026 20:00"


@pytest.mark.parametrize("typed", ["25/11/2026", "2026-02-30", "mai"])
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(CommandError, match="Không đọc được"):
        call_command("chinh_ngay", typed)
    assert words() == "22/11/2026 20:00"


def test_production_knows_real_time_alone(settings):
    settings.BUSINESS_CLOCK_SHIFTABLE = False
    with pytest.raises(CommandError, match="ngày giờ thật"):
        call_command("chinh_ngay", "2026-11-25")
    assert words() == "22/11/2026 20:00"


def test_a_day_or_the_real_one_not_both():
    with pytest.raises(CommandError, match="Cho biết một ngày"):
        call_command("chinh_ngay")
