import pytest
import time_machine


@pytest.fixture
def clock_at():
    """Stand still at a wall-clock time of Vietnam: ``clock_at("2026-11-02 08:00")``. May be called again."""
    travels = []

    def travel(text):
        leave()
        travels.append(time_machine.travel(f"{text} +0700", tick=False))
        travels[-1].start()

    def leave():
        if travels:
            travels.pop().stop()

    yield travel
    leave()
