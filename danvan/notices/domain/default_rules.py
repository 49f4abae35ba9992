"""The steps that an office starts with. The words are its own from then on: nothing here changes a rule that exists.

A step that would come on a day off comes on another day, so no word here says "today": that is what {còn lại} is for.
That something may have gone another way every letter to a unit says by itself.
"""

from danvan.notices.enums import Audience
from danvan.notices.models import ReminderRule

BEFORE = (
    "[Đề nghị gửi trước ngày {hạn}] {việc} – {còn lại}",
    "Đề nghị gửi trước ngày {hạn}: {việc} của {đơn vị} ({còn lại}, gửi trong ngày {hạn} vẫn là đúng hạn).",
)
SOON = (
    "[Sắp đến hạn {hạn}] {việc} – {còn lại}",
    "Hạn gửi {việc} của {đơn vị} đã gần: {còn lại}. Đề nghị gửi chậm nhất trong ngày {hạn}.",
)
LAST = (
    "[Hạn cuối {hạn}] {việc} – {còn lại}",
    "Ngày {hạn} là hạn cuối gửi {việc} của {đơn vị} ({còn lại}). Gửi trước 24 giờ ngày {hạn} được tính là đúng hạn.",
)
OVERDUE = (
    "[Ban chưa nhận được] {việc} – hạn {hạn}, {còn lại}",
    "Ban chưa nhận được {việc} của {đơn vị}, hạn gửi ngày {hạn} ({còn lại}). Đề nghị gửi ngay.",
)
STILL_OVERDUE = (
    "[Đôn đốc lần 2] {việc} – hạn {hạn}, {còn lại}",
    "Đến nay Ban vẫn chưa nhận được {việc} của {đơn vị}, hạn gửi ngày {hạn} ({còn lại}). "
    "Đề nghị đồng chí khẩn trương gửi, hoặc báo lại vướng mắc để Ban phối hợp giải quyết.",
)
OPENED = (
    "[Đề nghị chuẩn bị, gửi trước ngày {hạn}] {việc} – {còn lại}",
    "Đề nghị {đơn vị} chuẩn bị và gửi trước ngày {hạn}: {việc} ({còn lại}, gửi trong ngày {hạn} vẫn là đúng hạn).",
)
NEARLY_CLOSED = (
    "[Ngày nhận cuối {hạn}] {việc} – {còn lại}",
    "Ban nhận {việc} của {đơn vị} đến hết ngày {hạn} ({còn lại}). Đề nghị gửi trong thời gian này.",
)
COMPLETE = (
    "[Đề nghị bổ sung, chỉnh sửa trước ngày {hạn}] {việc} – {còn lại}",
    "Đề nghị {đơn vị} bổ sung, chỉnh sửa và gửi lại trước ngày {hạn}: {việc} "
    "({còn lại}, gửi trong ngày {hạn} vẫn là đúng hạn).",
)
COMPLETE_SOON = (
    "[Sắp hết hạn bổ sung {hạn}] {việc} – {còn lại}",
    "Hạn bổ sung, chỉnh sửa {việc} của {đơn vị} đã gần: {còn lại}. Đề nghị gửi lại chậm nhất trong ngày {hạn}.",
)
COMPLETE_LAST = (
    "[Hạn cuối bổ sung, chỉnh sửa {hạn}] {việc} – {còn lại}",
    "Ban nhận phần bổ sung, chỉnh sửa {việc} của {đơn vị} đến hết ngày {hạn} ({còn lại}). Đề nghị gửi lại trong thời "
    "gian này.",
)

BY_HAND = (
    "[Nhắc việc] {việc} – {còn lại}",
    "Ban xin nhắc: {việc} của {đơn vị}, hạn ngày {hạn} ({còn lại}).\n"
    "Đề nghị {đơn vị} quan tâm, sớm hoàn thành và gửi về Ban.",
)
"""What staff begin with when they remind by hand of duties of which no one step speaks truly."""

MONTHLY = {-3: BEFORE, 0: LAST, 1: OVERDUE}
LONGER = {-7: BEFORE, -2: SOON, 0: LAST, 1: OVERDUE, 3: STILL_OVERDUE}
DOSSIERS = {-15: OPENED, -5: SOON, -1: NEARLY_CLOSED}
COMPLETING = {-15: COMPLETE, -5: COMPLETE_SOON, -1: COMPLETE_LAST}

OTHERS = {
    (Audience.UNIT_HEAD, 3): (
        "[Đề nghị chỉ đạo] {đơn vị} chưa gửi {việc} – {còn lại}",
        "Đến nay Ban chưa nhận được {việc} của {đơn vị}, hạn gửi ngày {hạn} ({còn lại}). "
        "Đề nghị đồng chí quan tâm, chỉ đạo để đơn vị gửi sớm.",
    ),
    (Audience.OFFICER, 1): (
        "[Địa bàn phụ trách] {số đơn vị} đơn vị chưa gửi {việc} – {còn lại}",
        "Hạn gửi {việc} là ngày {hạn} ({còn lại}). Trong địa bàn đồng chí phụ trách còn {số đơn vị} đơn vị chưa gửi:\n"
        "{danh sách}\n\nĐề nghị đồng chí liên hệ, đôn đốc; đơn vị nào đã gửi bằng đường khác thì ghi nhận.",
    ),
    (Audience.BAN_LEADERS, 3): (
        "[Báo cáo lãnh đạo Ban] {số đơn vị} đơn vị chưa gửi {việc} – {còn lại}",
        "Hạn gửi {việc} là ngày {hạn} ({còn lại}). Còn {số đơn vị} đơn vị chưa gửi:\n{danh sách}",
    ),
}
"""The steps for others than the leads of the unit, by whom and when. Out of use until somebody switches them on."""


def ensure_default_rules(*, source, steps):
    """Give the *source* without any rule the *steps* for the units' leads (days from the due date → subject and text),
    and those for others, which are out of use. Returns how many were made.

    A source that has rules, even out of use, is left alone.
    """
    if ReminderRule.objects.filter(source=source).exists():
        return 0
    rules = [
        ReminderRule(source=source, offset_days=days, subject=subject, text=text)
        for days, (subject, text) in steps.items()
    ]
    rules += [
        ReminderRule(source=source, audience=audience, offset_days=days, subject=subject, text=text, is_active=False)
        for (audience, days), (subject, text) in OTHERS.items()
    ]
    ReminderRule.objects.bulk_create(rules)
    return len(rules)
