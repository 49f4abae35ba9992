"""The statistics as a workbook."""

from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from awards.domain.statistics import COLUMNS, tally_line
from danvan.spreadsheets.writing import write_table
from danvan.transfers.domain import record_export


def export(*, user, blocks, columns, tables, chosen):
    """Return an .xlsx with the tables of the page in one: which table, which line, its counts as numbers, its source.

    *blocks* are Figures of what *user* may export, *columns* names of COLUMNS, *tables* the titles by attribute of
    Figures; *chosen* says in words what the figures were narrowed to. Recorded; raises ExportRefused as that does.
    """
    name = _("Commendation statistics")
    titles = [pgettext("statistics", "Table"), pgettext("statistics", "Item")]
    titles += [*(str(COLUMNS[name]) for name in columns), _("Source")]
    rows = list(chain.from_iterable(_rows(block, columns, tables) for block in blocks))
    made = record_export(user=user, name=name, columns=titles, rows=len(rows), filters=chosen)
    title = f"{name}; {chosen}" if chosen else name
    return write_table(titles, rows, title=title, sheet_name=_("Statistics"), footer=made.mark)


def _rows(figures, columns, tables):
    mark = f"{_('SAMPLE DATA')} – " if figures.is_sample else ""

    def row(table, line, source=None):
        return [f"{mark}{table}", line.label, *(_value(getattr(line, name)) for name in columns), source]

    yield row(_("All commendations in the register"), figures.total)
    for name, title in tables.items():
        for line in getattr(figures, name):
            yield row(title, line)
    for tally in figures.tallies:
        yield row(_("Counts without names"), tally_line(tally), tally.source)


def _value(count):
    return pgettext("count", "not known") if count is None else count
