from awards.admin import (  # noqa: F401 - importing registers
    commendation,
    decision,
    dossier,
    form,
    layout,
    nomination,
    round,
)
