from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse

from danvan import clock
from danvan.access.roles import Role
from danvan.mail.enums import MailState, Trouble
from danvan.mail.models import OutgoingMail

pytestmark = pytest.mark.django_db

LIST = "admin:mail_outgoingmail_changelist"


@pytest.fixture
def log_in(client):
    """Log the client in as somebody who serves in a role."""

    def enter(role):
        kind = apps.get_model("organization.UnitKind").objects.create(code="ban", name="Ban")
        unit = apps.get_model("organization.Unit").objects.create(code="BTGDV", name="Ban Tuyên giáo", kind=kind)
        user = apps.get_model("organization.User").objects.create_user(role, full_name=f"Người {role}")
        apps.get_model("organization.Membership").objects.create(user=user, unit=unit, role=role)
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def failed(make_mail):
    return make_mail(
        "eakly@example.vn",
        state=MailState.FAILED,
        next_attempt_at=None,
        attempts=1,
        subject="Nhắc gửi báo cáo",
        trouble=Trouble.UNKNOWN_ADDRESS,
        trouble_detail="RCPT TO: 550 5.1.1 User unknown",
    )


def resend(client, *mails):
    data = {"action": "resend", "_selected_action": [mail.pk for mail in mails]}
    return client.post(reverse(LIST), data, follow=True)


def state_of(mail):
    return OutgoingMail.objects.values_list("state", flat=True).get(pk=mail.pk)


def test_the_list_says_in_words_what_came_of_each_mail(log_in, failed, make_mail):
    with time_machine.travel("2026-11-12 08:00:00+07:00", tick=False):
        make_mail(
            recipient_name="Đảng ủy xã Vụ Bổn",
            state=MailState.WAITING,
            trouble=Trouble.BUSY,
            next_attempt_at=clock.real_now() + timedelta(minutes=15),
        )
    page = log_in(Role.STAFF).get(reverse(LIST)).content.decode()
    for words in [
        "không gửi được",
        "địa chỉ không tồn tại",
        "Nhắc gửi báo cáo",
        "sẽ gửi lại",
        "máy chủ thư đang bận; sẽ thử lại lúc 08:15 12/11/2026",
        "(soạn khi gửi)",
    ]:
        assert words in page
    assert "unknown_address<" not in page
    assert '<option value="resend">Gửi lại</option>' in page


def test_the_list_is_narrowed_by_state_trouble_and_time_and_searched_without_accents(log_in, failed, make_mail):
    make_mail(recipient_name="Đảng ủy xã Vụ Bổn", created_at=clock.now() - timedelta(days=7))
    client = log_in(Role.STAFF)
    for query in ["state__exact=failed", "trouble__exact=unknown_address", "when=week", "q=dang+uy+xa+ea"]:
        changelist = client.get(f"{reverse(LIST)}?{query}").context["cl"]
        assert [*changelist.result_list] == [failed]


def test_the_states_are_counted(log_in, failed, make_mail):
    make_mail()
    page = log_in(Role.STAFF).get(reverse(LIST)).content.decode()
    assert [words in page for words in ("không gửi được (1)", "chờ gửi (1)", "đã gửi (0)")] == [True] * 3


def test_a_sent_mail_shows_the_words_with_which_the_server_took_it(log_in, make_mail):
    sent = make_mail(state=MailState.SENT, next_attempt_at=None, answer="250 2.0.0 Ok: queued as 4XYZ")
    page = log_in(Role.STAFF).get(reverse("admin:mail_outgoingmail_change", args=[sent.pk])).content.decode()
    assert "250 2.0.0 Ok: queued as 4XYZ" in page


def test_the_list_of_an_office_without_mail_says_so_and_calls_nothing_a_failure(log_in, make_mail, settings):
    make_mail()
    settings.MAIL_ENABLED = False
    page = log_in(Role.STAFF).get(reverse(LIST)).content.decode()
    assert "Máy chủ này không gửi thư điện tử (đã tắt)." in page
    assert "chờ đến khi bật lại việc gửi thư" in page
    assert "Đọc thư" not in page


def test_a_mail_is_read_and_not_changed(log_in, failed):
    client = log_in(Role.ADMINISTRATOR)
    address = reverse("admin:mail_outgoingmail_change", args=[failed.pk])
    page = client.get(address).content.decode()
    assert "RCPT TO: 550 5.1.1 User unknown" in page
    assert failed.message_id.strip("<>") in page
    assert client.post(address, {"to": "x@y.vn"}).status_code == 403
    assert client.get(reverse("admin:mail_outgoingmail_add")).status_code == 403
    assert client.post(reverse("admin:mail_outgoingmail_delete", args=[failed.pk])).status_code == 403
    failed.refresh_from_db()
    assert failed.to == "eakly@example.vn"


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.STAFF])
def test_staff_send_a_failed_mail_again(log_in, failed, make_mail, role):
    sent = make_mail(state=MailState.SENT, next_attempt_at=None)
    page = resend(log_in(role), failed, sent).content.decode()
    assert "1 thư sẽ được gửi lại." in page
    assert "Bỏ qua 1 thư" in page
    assert (state_of(failed), state_of(sent)) == (MailState.QUEUED, MailState.SENT)
    history = activities_of(failed)
    assert history == [("outgoingmail.resend", role.value)]


def activities_of(mail):
    return [*apps.get_model("history.Activity").objects.of(mail).values_list("action", "actor__username")]


def test_a_leader_reads_the_list_and_sends_nothing(log_in, failed):
    client = log_in(Role.LEADER)
    page = client.get(reverse(LIST)).content.decode()
    assert failed.subject in page
    assert "Gửi lại" not in page
    resend(client, failed)
    assert state_of(failed) == MailState.FAILED


@pytest.mark.parametrize("role", [Role.CLERK, Role.COUNCIL_MEMBER, Role.UNIT_LEAD, Role.VIEWER])
def test_others_have_no_list(log_in, failed, role):
    client = log_in(role)
    assert client.get(reverse(LIST)).status_code == 403
    assert resend(client, failed).status_code == 403
    assert state_of(failed) == MailState.FAILED


def test_an_address_alone_sends_nothing_again(log_in, failed):
    log_in(Role.STAFF).get(reverse(LIST), {"action": "resend", "_selected_action": failed.pk})
    assert state_of(failed) == MailState.FAILED
