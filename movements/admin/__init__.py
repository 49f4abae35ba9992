from movements.admin import campaign, exemplar, field, period, registration, report, scheme  # noqa: F401 - importing registers
