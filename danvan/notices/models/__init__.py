from danvan.notices.models.contact import Contact
from danvan.notices.models.extra import ExtraReminder
from danvan.notices.models.feed import CalendarFeed
from danvan.notices.models.holiday import Holiday
from danvan.notices.models.inbox import InboxMessage
from danvan.notices.models.reconciliation import Reconciliation
from danvan.notices.models.reminder import Reminder
from danvan.notices.models.rule import ReminderRule
from danvan.notices.models.settlement import Settlement

__all__ = [
    "CalendarFeed",
    "Contact",
    "ExtraReminder",
    "Holiday",
    "InboxMessage",
    "Reconciliation",
    "Reminder",
    "ReminderRule",
    "Settlement",
]
