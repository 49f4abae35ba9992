"""One SMTP connection that carries many mails."""

import math
import smtplib
import socket
import threading
import time
from contextlib import contextmanager, suppress

from django.core.mail.backends.smtp import EmailBackend

from danvan.mail.enums import Step, Trouble

GOODBYE_SECONDS = 5


class NoLine(Exception):
    """The mail server cannot be used at present: a matter of the server, not of any mail."""

    def __init__(self, trouble: Trouble, detail: str):
        super().__init__(detail)
        self.trouble, self.detail = trouble, detail


class Refused(Exception):
    """The server answered 4xx or 5xx at *step*."""

    def __init__(self, step: Step, code: int, text: str):
        super().__init__(f"{step.value}: {code} {text}")
        self.step, self.code, self.text = step, code, text


class Broken(Exception):
    """The line broke at *step*."""

    def __init__(self, step: Step, detail: str, *, timed_out: bool):
        super().__init__(f"{step.value}: {detail}")
        self.step, self.timed_out = step, timed_out


class Ended(Exception):
    """The server ended a conversation that had carried other mails. It has not looked at this one."""


class Watchdog:
    """Ends what happens on a socket when its time is up. One thread watches over all mails of a connection.

    smtplib's time-out is per operation: a server that sends a byte now and then holds a mail for ever, and its lease
    runs out while it is still being handed over.
    """

    def __init__(self, sock):
        self.fired = False
        self._sock = sock
        self._ends_at = math.inf
        self._looks_at = math.inf
        self._stopped = False
        self._changed = threading.Condition()
        self.thread = threading.Thread(target=self._watch, name="mail watchdog", daemon=True)
        self.thread.start()

    @contextmanager
    def within(self, seconds):
        """Let the body use the socket for so long."""
        with self._changed:
            self._ends_at = time.monotonic() + seconds
            if self._ends_at < self._looks_at:  # else it looks early enough, and is not woken for every mail
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._ends_at = math.inf

    def stop(self):
        """Let the thread end."""
        with self._changed:
            self._stopped = True
            self._changed.notify()

    def _watch(self):
        with self._changed:
            while not self._stopped:
                left = self._ends_at - time.monotonic()
                if left <= 0:
                    self._fire()
                    return
                self._looks_at = self._ends_at
                self._changed.wait(left if left < math.inf else None)

    def _fire(self):
        self.fired = True
        # The plain socket's method: the one of a TLS socket drops the encryption first, under the hands of the reader.
        with suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)


class Line:
    """The connection to the server of the settings (``EMAIL_*``), opened when asked and again after it broke.

    A context manager; leaving it says goodbye to the server.
    """

    def __init__(self):
        self._backend = EmailBackend()
        self._watchdog = None
        self._used = self._needs_reset = False

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        if self._backend.connection is not None:
            with suppress(OSError), self._watchdog.within(GOODBYE_SECONDS):
                self._backend.close()
            self._watchdog.stop()

    def open(self) -> None:
        """Connect, greet and log in, unless that is done. Raises NoLine.

        Call it before a mail is claimed: looking up names and connecting can take longer than a lease.
        """
        if self._backend.connection is not None:
            return
        self._used = self._needs_reset = False
        try:
            self._backend.open()
            self._backend.connection.ehlo_or_helo_if_needed()
        except OSError as error:  # every smtplib error is one
            self.hang_up()
            raise NoLine(trouble_of_opening(error), describe(error)) from error
        self._watchdog = Watchdog(self._backend.connection.sock)

    def send(self, *, sender: str, recipient: str, data: bytes, seconds: float) -> str:
        """Hand over one mail within so many *seconds* and return the words with which the server took it.

        The line is open. Raises Refused, Broken or Ended.
        """
        smtp = self._backend.connection
        used, self._used = self._used, True
        step = Step.SENDER
        watchdog = self._watchdog
        try:
            with watchdog.within(seconds):
                if self._needs_reset:
                    smtp.rset()
                    self._needs_reset = False
                accept(step, *smtp.mail(sender))
                step = Step.RECIPIENT
                accept(step, *smtp.rcpt(recipient))
                step = Step.DATA
                code, reply = data_command(smtp, data)
                accept(step, code, reply)
        except Refused as refusal:
            self._needs_reset = True
            if refusal.code == 421:  # RFC 5321 §3.8: the server closes the channel
                self.hang_up()
                if used and step is Step.SENDER:
                    raise Ended(str(refusal)) from refusal
            raise
        except OSError as error:
            self.hang_up()
            timed_out = watchdog.fired or isinstance(error.__context__, TimeoutError)
            if used and step is Step.SENDER and not timed_out:
                raise Ended(describe(error)) from error
            raise Broken(step, describe(error), timed_out=timed_out) from error
        if watchdog.fired:  # at the very last moment: the mail is taken, the line is gone
            self.hang_up()
        return f"{code} {as_text(reply)}"

    def hang_up(self) -> None:
        """Close the connection without a word: waiting for an answer to QUIT could outlast a lease."""
        if self._backend.connection is not None:
            self._backend.connection.close()
            self._backend.connection = None
        if self._watchdog is not None:
            self._watchdog.stop()
            self._watchdog = None


def data_command(smtp, data):
    """The server's answer to the text of the mail, or to the wish to send it."""
    try:
        return smtp.data(data)
    except smtplib.SMTPDataError as error:
        if error.smtp_code < 400:
            raise
        return error.smtp_code, error.smtp_error


def accept(step, code, reply):
    """Raise Refused for 4xx and 5xx, and SMTPServerDisconnected for what is no SMTP."""
    if 400 <= code <= 599:
        raise Refused(step, code, as_text(reply))
    if not 200 <= code <= 299:
        raise smtplib.SMTPServerDisconnected(f"{code} {as_text(reply)}")


def trouble_of_opening(error):
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Trouble.LOGIN
    if isinstance(error, smtplib.SMTPResponseException) and 400 <= error.smtp_code <= 499:
        return Trouble.BUSY
    return Trouble.UNREACHABLE


def describe(error):
    return f"{type(error).__name__}: {error}".replace("\x00", "")


def as_text(reply):
    return reply.decode("utf-8", "replace").replace("\x00", "")
