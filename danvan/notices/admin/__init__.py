from danvan.notices.admin import holiday, inbox, reconciliation, reminder, rule, settlement  # noqa: F401 - importing registers
