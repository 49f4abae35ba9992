from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from danvan.organization.domain.territory.map_import import import_map


class Command(BaseCommand):
    help = (
        "Nạp bản đồ đơn vị hành chính Việt Nam trước và sau ngày 01/7/2025 kèm mã số, và đơn vị cũ nào thành đơn vị "
        "mới nào. Chạy lại không tạo trùng; những gì người dùng đã nhập được giữ nguyên."
    )

    def add_arguments(self, parser):
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--all", action="store_true", help="cả nước")
        what.add_argument(
            "--province", metavar="MÃ_HOẶC_TÊN", help="một tỉnh, thành phố theo mã hoặc tên, trước hoặc sau 01/7/2025"
        )

    def handle(self, **options):
        if not options["all"] and not options["province"].strip():
            raise CommandError("Hãy ghi mã hoặc tên của tỉnh, thành phố sau --province.")
        try:
            counts = import_map(province=options["province"] or "")
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        self.stdout.write(f"areas {counts}")
