from danvan.organization.admin import account, area, person, unit  # noqa: F401 - importing registers
