from getpass import getpass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from danvan.organization.domain.accounts.first_administrator import make_first_administrator
from danvan.organization.models import User


class Command(BaseCommand):
    help = "Tạo đơn vị của Ban và tài khoản quản trị đầu tiên của một cơ quan mới."

    def add_arguments(self, parser):
        parser.add_argument("ten_dang_nhap")
        parser.add_argument("--ho-ten", required=True)
        parser.add_argument("--don-vi", required=True, help="tên đầy đủ của Ban")
        parser.add_argument("--ma-don-vi", default="BAN")

    def handle(self, **options):
        password = getpass("Mật khẩu: ")
        if getpass("Nhập lại mật khẩu: ") != password:
            raise CommandError("Hai lần nhập không giống nhau.")
        try:
            validate_password(password, User(username=options["ten_dang_nhap"], full_name=options["ho_ten"]))
            make_first_administrator(
                username=options["ten_dang_nhap"],
                full_name=options["ho_ten"],
                password=password,
                unit_code=options["ma_don_vi"],
                unit_name=options["don_vi"],
            )
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        self.stdout.write("Đã tạo tài khoản quản trị.")
