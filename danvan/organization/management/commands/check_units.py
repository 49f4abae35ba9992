from django.core.management.base import BaseCommand, CommandError

from danvan.organization.domain.units.integrity import check_units
from danvan.organization.models import Unit


class Command(BaseCommand):
    help = "Tính lại vị trí của các đơn vị trong hệ thống và so với dữ liệu đang lưu; có sai khác thì mã thoát là 1."

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="ghi lại những gì tính được")

    def handle(self, repair, **options):
        differences = check_units(repair=repair)
        for difference in differences:
            self.stdout.write(difference.text)
        repaired = sum(repair and bool(difference.repair) for difference in differences)
        figures = f"units={Unit.objects.count()} differences={len(differences)} repaired={repaired}"
        if repaired < len(differences):
            raise CommandError(figures)
        self.stdout.write(figures)
