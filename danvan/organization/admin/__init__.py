from danvan.organization.admin import (  # noqa: F401 - importing registers
    account,
    area,
    assignment,
    cluster,
    person,
    reorganisation,
    unit,
)
