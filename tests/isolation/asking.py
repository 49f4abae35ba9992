"""Asking one channel about one kind of record, as everybody whom it concerns."""

from django.contrib import admin
from django.db import transaction


def ask(channel, office, label, site=admin.site, actors=None):
    """Ask as all visitors of *channel*, or as those of them in *actors*. Returns the number of cells and the leaks."""
    cells, leaks = 0, []
    names = [name for name in channel.actors if actors is None or name in actors]
    for case in office.cases(label, names, site):
        if not channel.applies(case):
            continue
        for verdict in channel.probe(case):
            cells += 1
            if verdict.problem:
                leaks.append(f"{channel.name} {label} as {case.actor.name}, {verdict.side}: {verdict.problem}")
    return cells, list(dict.fromkeys(leaks))


def ask_what_may_break(channel, office, label, **options):
    """As :func:`ask`; where the site itself breaks, that is the only leak. Everything is undone."""
    try:
        with transaction.atomic():
            found = ask(channel, office, label, **options)
            transaction.set_rollback(True)
            return found
    except Exception as error:
        return 1, [f"{channel.name} {label}: broke with {error!r}"]
