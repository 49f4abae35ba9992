from danvan.notices.admin import holiday, inbox, reminder, rule, settlement  # noqa: F401 - importing registers
