from danvan.organization.admin import account, area, person, reorganisation, unit  # noqa: F401 - importing registers
