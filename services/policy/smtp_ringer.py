"""Rings by mail: one recipient a mail, over an encrypted line, to the server in the settings."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from services.policy.bell_configuration import SmtpSettings
from services.runtime.clock import from_epoch_ms
from services.runtime.ringer import (
    LINE_LENGTH_MAX,
    LINES_MAX,
    BellMessage,
    Deferred,
    Refused,
    RingerReply,
    Rung,
)

PERMANENT: Final = range(500, 600)
SUBJECT_LENGTH_MAX: Final = 150
DETAIL_LENGTH_MAX: Final = 200
WISHES: Final = "What you are told, how and when: mercat bells wish."


@dataclass(frozen=True, slots=True)
class SmtpLogin:
    """Who signs in at the server; the password is shown by nothing."""

    username: str
    password: str

    def __repr__(self) -> str:
        """Return who, and nothing more."""
        return f"SmtpLogin({self.username!r})"


class SmtpRinger:
    """Mail by one server. Certificates are checked, against `ca_file` of the settings if named."""

    channel: Final = "mail"

    def __init__(self, settings: SmtpSettings, body: str, login: SmtpLogin | None = None) -> None:
        self._settings = settings
        self._body = body
        self._login = login

    def ring(self, message: BellMessage) -> RingerReply:
        """Send a mail; what the server says of the recipient alone touches no other message."""
        if not message.address.isascii():
            return Refused("an address outside of ASCII is not one that every server takes")
        try:
            mail = self._mail(message)
        except (ValueError, IndexError, MessageError) as error:
            return Refused(f"no mail can be made for this address: {error}"[:DETAIL_LENGTH_MAX])
        return self._sent(mail, message.address)

    def close(self) -> None:
        """Nothing is held: each mail has a line of its own."""

    def _sent(self, mail: EmailMessage, address: str) -> RingerReply:
        try:
            with self._line() as line:
                line.send_message(mail, self._settings.sender, [address])
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            return _of_code(code, said)
        except smtplib.SMTPDataError as error:
            return _of_code(error.smtp_code, error.smtp_error)
        except smtplib.SMTPResponseException as error:
            return Deferred(_said(error.smtp_code, error.smtp_error), is_away=True)
        except smtplib.SMTPNotSupportedError as error:
            return Deferred(f"the mail server cannot do what is asked of it: {error}", is_away=True)
        except (smtplib.SMTPException, OSError) as error:
            detail = f"the mail server cannot be reached: {type(error).__name__}"
            return Deferred(detail, is_away=True)
        return Rung()

    @contextmanager
    def _line(self) -> Iterator[smtplib.SMTP]:
        """Yield a line to the server, encrypted and signed in as the settings say."""
        settings = self._settings
        place, seconds = (settings.host, settings.port), settings.seconds_max
        if settings.security == "tls":
            line: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=seconds, context=self._tls())
        else:
            line = smtplib.SMTP(*place, timeout=seconds)
        try:
            if settings.security == "starttls":
                line.starttls(context=self._tls())
            if self._login is not None:
                line.login(self._login.username, self._login.password)
            yield line
            _parted(line)
        finally:
            line.close()

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._settings.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context

    def _mail(self, message: BellMessage) -> EmailMessage:
        """Return the mail: plain text, its headers made by the library, which folds no line in."""
        mail = EmailMessage(policy=SMTP)
        domain = self._settings.sender.rpartition("@")[2]
        mail["From"] = Address(self._body, addr_spec=self._settings.sender)
        mail["To"] = Address(addr_spec=message.address)
        mail["Subject"] = _one_line(f"[{self._body}] {message.subject}")[:SUBJECT_LENGTH_MAX]
        mail["Date"] = format_datetime(from_epoch_ms(message.at_ms))
        mail["Message-ID"] = f"<{message.id}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
        lines = [_one_line(line)[:LINE_LENGTH_MAX] for line in message.lines[:LINES_MAX]]
        mail.set_content("\n\n".join([*lines, *([message.link] if message.link else []), WISHES]))
        return mail


def _parted(line: smtplib.SMTP) -> None:
    """Say goodbye; what was taken is taken, whatever the server answers to that."""
    try:
        line.quit()
    except (smtplib.SMTPException, OSError):
        return


def _of_code(code: int, said: bytes | str) -> RingerReply:
    detail = _said(code, said)
    return Refused(detail) if code in PERMANENT else Deferred(detail)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"the mail server said {code} {_one_line(text)}"[:DETAIL_LENGTH_MAX]


def _one_line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())
