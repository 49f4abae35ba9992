"""The steps that an office starts with. The words are its own from then on: nothing here changes a rule that exists."""

from danvan.notices.models import ReminderRule

BEFORE = (
    "[Đề nghị gửi trước ngày {hạn}] {việc} – {còn lại}",
    "Kính gửi {người nhận},\n\n"
    "Đề nghị gửi trước ngày {hạn}: {việc} của {đơn vị} ({còn lại}, tính đến hết ngày {hạn}).\n"
    "Nếu đã gửi bằng đường văn bản hoặc qua kênh khác, đồng chí báo lại để Ban ghi nhận.",
)
SOON = (
    "[Sắp đến hạn {hạn}] {việc} – {còn lại}",
    "Kính gửi {người nhận},\n\n"
    "Hạn gửi {việc} của {đơn vị} đã gần: {còn lại}, tính đến hết ngày {hạn}. Đề nghị gửi đúng hạn.\n"
    "Nếu đã gửi bằng đường văn bản hoặc qua kênh khác, đồng chí báo lại để Ban ghi nhận.",
)
TODAY = (
    "[Hạn cuối hôm nay {hạn}] {việc}",
    "Kính gửi {người nhận},\n\n"
    "Hôm nay, ngày {hạn}, là hạn cuối gửi {việc} của {đơn vị}. Báo cáo gửi trước 24 giờ hôm nay được tính là đúng hạn.",
)
OVERDUE = (
    "[Đã quá hạn {hạn}] {việc} – {còn lại}",
    "Kính gửi {người nhận},\n\n"
    "Ban chưa nhận được {việc} của {đơn vị}, hạn gửi ngày {hạn} ({còn lại}). Đề nghị gửi ngay.\n"
    "Nếu đã gửi bằng đường văn bản hoặc qua kênh khác, đồng chí báo lại để Ban ghi nhận.",
)
STILL_OVERDUE = (
    "[Đôn đốc lần 2 – quá hạn {hạn}] {việc} – {còn lại}",
    "Kính gửi {người nhận},\n\n"
    "Đến nay Ban vẫn chưa nhận được {việc} của {đơn vị}, hạn gửi ngày {hạn} ({còn lại}). "
    "Đề nghị đồng chí khẩn trương gửi, hoặc báo lại vướng mắc để Ban phối hợp giải quyết.",
)

MONTHLY = {-3: BEFORE, 0: TODAY, 1: OVERDUE}
LONGER = {-7: BEFORE, -2: SOON, 0: TODAY, 1: OVERDUE, 3: STILL_OVERDUE}


def ensure_default_rules(*, source, steps):
    """Give the *source* without any rule the *steps* (days from the due date → subject and text). Returns how many.

    A source that has rules, even out of use, is left alone.
    """
    if ReminderRule.objects.filter(source=source).exists():
        return 0
    rules = [
        ReminderRule(source=source, offset_days=days, subject=subject, text=text)
        for days, (subject, text) in steps.items()
    ]
    ReminderRule.objects.bulk_create(rules)
    return len(rules)
