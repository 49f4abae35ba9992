from danvan.notices.admin import holiday, inbox, reminder, rule  # noqa: F401 - importing registers
