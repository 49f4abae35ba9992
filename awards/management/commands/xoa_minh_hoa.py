from django.core.management.base import BaseCommand

from awards.demonstration.awards import forget_figures, forget_letters
from danvan.organization.domain.samples import clear_samples


class Command(BaseCommand):
    help = "Xóa dữ liệu minh họa và mọi bản ghi gắn với dữ liệu đó."

    def add_arguments(self, parser):
        parser.add_argument("--dong-y", action="store_true", help="không hỏi lại")

    def handle(self, **options):
        if not options["dong_y"]:
            self.stdout.write("Sẽ xóa dữ liệu minh họa cùng mọi bản ghi gắn với dữ liệu đó, kể cả bản ghi nhập sau.")
            if input("Gõ XOA để tiếp tục: ") != "XOA":
                self.stdout.write("Không xóa gì.")
                return
        forget_figures()
        counts = clear_samples()
        forget_letters()
        self.stdout.write(f"Đã xóa {sum(counts.values())} bản ghi minh họa.")
