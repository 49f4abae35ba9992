from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from danvan import clock


class Command(BaseCommand):
    help = "Đặt ngày giả định để xem việc nhắc, đôn đốc của ngày đó; không dùng được ở bản chạy thật."

    def add_arguments(self, parser):
        parser.add_argument("ngay", nargs="?", help="ví dụ 2026-11-25 (8 giờ sáng) hoặc 2026-11-25T14:30")
        parser.add_argument("--that", action="store_true", help="trở về ngày giờ thật")

    def handle(self, *, ngay, that, **options):
        if bool(ngay) == that:
            raise CommandError("Cho biết một ngày, hoặc --that.")
        try:
            clock.reset() if that else clock.shift_to(moment_of(ngay))
        except RuntimeError as error:
            raise CommandError("Bản chạy thật chỉ dùng ngày giờ thật.") from error
        self.stdout.write(f"Phần mềm đang ở {timezone.localtime(clock.now()):%H:%M ngày %d/%m/%Y}.")


def moment_of(typed) -> datetime:
    """The aware instant in Asia/Ho_Chi_Minh that *typed* names; a bare date stands for 08:00. Raises CommandError."""
    try:
        day = parse_date(typed)
        moment = day and clock.start_of_day(day).replace(hour=8) or parse_datetime(typed)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"Không đọc được “{typed}”. Viết như 2026-11-25 hoặc 2026-11-25T14:30.")
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
