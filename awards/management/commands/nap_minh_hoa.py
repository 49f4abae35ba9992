import os
import secrets

from django.core.management.base import BaseCommand

from awards.demonstration import load
from awards.demonstration.organization import ACCOUNTS


class Command(BaseCommand):
    help = "Nạp dữ liệu minh họa một lần; in các tài khoản."

    def handle(self, **options):
        given = os.environ.get("DEMO_PASSWORD", "")
        password = given or secrets.token_urlsafe(9)
        if not load(password=password):
            self.stdout.write("Đã có tài khoản trong cơ sở dữ liệu, không nạp dữ liệu minh họa.")
            return
        names = ", ".join(username for username, *_ in ACCOUNTS)
        self.stdout.write(f"Đã nạp dữ liệu minh họa. Tài khoản: {names}")
        self.stdout.write("Mật khẩu: như DEMO_PASSWORD" if given else f"Mật khẩu (chỉ in lần này): {password}")
