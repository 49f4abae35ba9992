from danvan.notices.models.holiday import Holiday
from danvan.notices.models.inbox import InboxMessage
from danvan.notices.models.reminder import Reminder
from danvan.notices.models.rule import ReminderRule

__all__ = ["Holiday", "InboxMessage", "Reminder", "ReminderRule"]
