from movements.admin import campaign, exemplar, field, registration  # noqa: F401 - importing registers
