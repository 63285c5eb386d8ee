"""A real mail server on this machine: it takes mail, or says what a test wants it to say."""

import socket
import ssl
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Final, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

USERNAME: Final = "mercat"
PASSWORD: Final = "a password of the tests"
TAKEN: Final = "250 taken"


class MailServer:
    """Listens at one port, also when begun again; `mails` is all it ever took.

    `recipient` and `data` are what it answers to those; `context` is what it encrypts with.
    """

    def __init__(self, context: ssl.SSLContext | None = None, *, implicit: bool = False) -> None:
        self.port = _free_port()
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []
        self.recipient = self.data = TAKEN
        self.signed_in: list[bool] = []
        self._context, self._implicit = context, implicit
        self._controller: Any = None

    def start(self) -> None:
        """Listen."""
        options: dict[str, Any] = {"hostname": "127.0.0.1", "port": self.port}
        if self._implicit:
            options["ssl_context"] = self._context
        elif self._context is not None:
            options |= {"tls_context": self._context, "require_starttls": True}
            options |= {"authenticator": self._authenticate, "auth_required": True}
        self._controller = Controller(self, **options)
        self._controller.start()

    def stop(self) -> None:
        """Listen no more."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def ids(self) -> list[str]:
        """Return the Message-ID of every mail, in the order they came."""
        return [str(mail["Message-ID"]) for mail in self.mails]

    def to(self, address: str) -> list[str]:
        """Return the subjects of what an address was sent."""
        return [str(mail["Subject"]) for mail in self.mails if mail["To"] == address]

    async def handle_RCPT(  # noqa: N802 - the library's name for it
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any
    ) -> str:
        """Answer to a recipient."""
        if self.recipient == TAKEN:
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(  # noqa: N802 - the library's name for it
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        """Answer to a mail, and keep it where it is taken."""
        if self.data == TAKEN:
            content = cast("bytes", envelope.content)
            self.mails.append(message_from_bytes(content, policy=default))
            self.envelopes.append(envelope)
        return self.data

    def _authenticate(
        self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
    ) -> AuthResult:
        expected = LoginPassword(USERNAME.encode(), PASSWORD.encode())
        self.signed_in.append(data == expected)
        return AuthResult(success=data == expected, handled=False)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
