from danvan.mail.admin import outgoing  # noqa: F401 - importing registers
