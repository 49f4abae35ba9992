from danvan.history.admin import activity, attempt  # noqa: F401 - importing registers
from danvan.history.admin.record import RecordAdmin

__all__ = ["RecordAdmin"]
