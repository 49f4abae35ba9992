import sys
from collections import Counter

import pytest

from danvan.mail.domain import sweep
from danvan.mail.enums import MailState
from danvan.mail.models import OutgoingMail
from tests.plugin import database_url, wait_until

DRAIN = """
import django
django.setup()
import danvan.mail.tests.conftest  # the renderer
from danvan.mail.domain import drain
while True:
    drain(worker_id="to be killed")
"""


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("workers", [1, 3])
def test_killed_workers_lose_nothing_and_repeat_at_most_one_mail(mail_server, processes, make_mail, workers):
    """All workers die at once, after the server has taken a mail and before it has said so."""
    mail_server.delay = 0.3
    for number in range(8):
        make_mail(f"xa{number}@example.vn")
    environment = {
        "DJANGO_SETTINGS_MODULE": "danvan.settings.test",
        "TEST_DATABASE_URL": database_url(),
        "MAIL_LEASE_SECONDS": 2,
        "MAIL_DEADLINE_SECONDS": 1,
    }
    running = [processes("drain", [sys.executable, "-c", DRAIN], **environment) for _n in range(workers)]
    wait_until(lambda: len(mail_server.deliveries) == 3)
    for process in running:
        process.kill()
    mail_server.delay = 0
    assert sweep(worker_id="next") == 0  # the lease of the dead holds

    wait_until(lambda: sweep(worker_id="next"), 5)
    arrived = Counter(delivery.message_id for delivery in mail_server.deliveries)
    assert set(arrived) == set(OutgoingMail.objects.values_list("message_id", flat=True))
    repeated = OutgoingMail.objects.get(maybe_duplicate=True)
    assert arrived - Counter(set(arrived)) == Counter([repeated.message_id])
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {MailState.SENT}
