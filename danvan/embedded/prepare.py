"""What must be done before the site starts: tables, static files, the demonstration."""

import hashlib
import sys

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import OperationalError, connection


def prepare(*, demonstration: bool) -> None:
    """Bring the database and the static files up to date, and load the demonstration unless that was done before.

    Ends the process with one line when the database does not answer.
    """
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    django.setup()
    try:
        connection.ensure_connection()
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        sys.exit(f"Không kết nối được cơ sở dữ liệu · The database (DATABASE_URL) cannot be reached: {reason}")
    call_command("migrate", interactive=False, verbosity=0)
    collect_static()
    if demonstration:
        load_demonstration_once()


def load_demonstration_once() -> None:
    """Load the demonstration at the first start only: once it was cleared, it stays away."""
    marker = settings.VAR_DIR / "demonstration-loaded"
    if not marker.exists():
        call_command("nap_minh_hoa")
        marker.touch()


def collect_static() -> None:
    """Collect the static files when one was added, removed or changed since the last time; the full work takes 10 s."""
    stamp = settings.STATIC_ROOT / ".collected"
    fingerprint = _fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)


def _fingerprint() -> str:
    files = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            files.append(f"{name} {storage.size(name)} {storage.get_modified_time(name).timestamp()}")
    return hashlib.sha256("\n".join(files).encode()).hexdigest()
