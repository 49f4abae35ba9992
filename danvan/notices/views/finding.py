"""Which open duties the form of the page asks for."""

from datetime import timedelta

from danvan import clock
from danvan.notices.domain.duties import open_rows
from danvan.notices.forms import MINE, OVERDUE, WEEK, DutiesForm
from danvan.notices.sources import sources
from danvan.organization.domain.people.assignments import charge_of

SOON = timedelta(days=7)


def kinds_of(user):
    """The sources of which *user* may see duties, as choices. No question to the database."""
    rows = {code: source.open().visible_to(user) for code, source in sources().items()}
    return [(code, sources()[code].label) for code, found in rows.items() if not found.query.is_empty()]


def form_of(data, user):
    """The form filled in with *data*, a dict. An officer's opens on the units in the own charge."""
    charge = charge_of(user)
    initial = {} if charge is None else {"charge": MINE}
    return DutiesForm({**initial, **data}, user=user, kinds=kinds_of(user), has_charge=charge is not None)


def found_by(form, user):
    """The rows of :func:`open_rows` that *form* asks for, or None: of a form that is not valid, too."""
    if not form.is_valid():
        return None
    data, today = form.cleaned_data, clock.today()
    days = {
        OVERDUE: {"due_to": today - timedelta(days=1)},
        WEEK: {"due_from": today, "due_to": today + SOON},
    }
    return open_rows(
        user=user,
        codes=[data["kind"]] if data["kind"] else dict(kinds_of(user)),
        units=form.units(user, charge_of(user)),
        **days.get(data["when"], {}),
    )
