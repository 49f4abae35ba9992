"""The plain ways to send reminders, as tutorials show them. Beat calls them again and again."""

from celery import shared_task
from django.core.mail import send_mail

from tests.reliability.models import PlainLetter


def write_to(letter):
    send_mail("Nhắc gửi báo cáo", "Đề nghị gửi báo cáo tháng 9/2026.", None, [letter.address])


@shared_task
def select_send_mark():
    for letter in PlainLetter.objects.filter(is_sent=False):
        write_to(letter)
        letter.is_sent = True
        letter.save()


@shared_task
def mark_then_send():
    for letter in PlainLetter.objects.filter(is_sent=False):
        # Two ticks that meet do not both write: whoever changes the row does.
        if PlainLetter.objects.filter(pk=letter.pk, is_sent=False).update(is_sent=True):
            write_to(letter)


@shared_task
def send_one(pk):
    letter = PlainLetter.objects.get(pk=pk)
    write_to(letter)
    letter.is_sent = True
    letter.save()
