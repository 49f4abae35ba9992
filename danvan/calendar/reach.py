"""The years that the office's records are about: one typed wrongly would break sums of days at the calendar's ends."""

from datetime import date

FIRST_YEAR, LAST_YEAR = 2000, 2100
FIRST_DAY, LAST_DAY = date(FIRST_YEAR - 1, 1, 1), date(LAST_YEAR + 1, 12, 31)
"""Windows begin in the year before, due dates fall into the year after."""
