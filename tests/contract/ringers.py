"""Every ringer with what stands behind it, and how to make that refuse, wait, or be away."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from services.policy.bell_configuration import BellWebhook, SmtpSettings
from services.policy.http_ringer import HttpRinger
from services.policy.smtp_ringer import SmtpRinger
from services.runtime.clock import ManualClock
from services.runtime.ringer import BellMessage, Deferred, Refused, Ringer, Rung
from tests.bell_rig import FakeRinger
from tests.conftest import START
from tests.mail_server import TAKEN, MailServer
from tests.webhook_server import WebhookServer

SECRET: Final = b"a secret of thirty-two bytes ..."


def message(message_id: str = "bell-1", **values: str) -> BellMessage:
    """Return a message to somebody."""
    plain = {
        "login": "moira",
        "address": "moira@town.example",
        "kind": "approval.wanted",
        "urgency": "usual",
        "subject": "An act waits for consent",
        "link": "https://mercat.council.example/api/v1/acts/1",
    }
    lines = ("A reply as town by ines.",)
    return BellMessage(id=message_id, lines=lines, at_ms=1_790_000_000_000, **(plain | values))


class RingerStage(Protocol):
    """A ringer, and what a test may do to whatever it gives messages to."""

    ringer: Ringer

    def refuse(self) -> None:
        """Have the next messages refused for good."""

    def defer(self) -> None:
        """Have the next messages asked for later."""

    def go_away(self) -> None:
        """Be away."""

    def come_back(self) -> None:
        """Take messages again."""

    def taken(self) -> list[str]:
        """Return the ids of what was taken."""
        ...

    def close(self) -> None:
        """End."""


class FakeStage:
    """The ringer by hand that other tests use."""

    def __init__(self, _folder: Path) -> None:
        self.fake = FakeRinger()
        self.ringer: Ringer = self.fake

    def refuse(self) -> None:
        """Refuse."""
        self.fake.reply = Refused("no")

    def defer(self) -> None:
        """Ask for it later."""
        self.fake.reply = Deferred("later")

    def go_away(self) -> None:
        """Be away."""
        self.fake.reply = Deferred("nobody is there", is_away=True)

    def come_back(self) -> None:
        """Take messages again."""
        self.fake.reply = Rung()

    def taken(self) -> list[str]:
        """Return the ids of what was taken."""
        return [each.id for each in self.fake.taken]

    def close(self) -> None:
        """End."""


class MailStage:
    """Mail, to a real server."""

    def __init__(self, _folder: Path) -> None:
        self.server = MailServer()
        self.server.start()
        settings = SmtpSettings(
            host="127.0.0.1",
            port=self.server.port,
            security="none",
            sender="mercat@town.example",
            seconds_max=5,
        )
        self.ringer: Ringer = SmtpRinger(settings, "Test Town")

    def refuse(self) -> None:
        """Refuse the recipient."""
        self.server.recipient = "550 nobody of that name"

    def defer(self) -> None:
        """Ask for it later."""
        self.server.recipient = "450 try again"

    def go_away(self) -> None:
        """Stop the server."""
        self.server.stop()

    def come_back(self) -> None:
        """Start it again at the same port."""
        self.server.recipient = TAKEN
        self.server.stop()
        self.server.start()

    def taken(self) -> list[str]:
        """Return the ids of what was taken."""
        return [each.strip("<>").partition("@")[0] for each in self.server.ids()]

    def close(self) -> None:
        """End the server."""
        self.server.stop()


class WebhookStage:
    """Signed calls, to a real server."""

    def __init__(self, _folder: Path) -> None:
        self.server = WebhookServer()
        self.clock = ManualClock(START)
        settings = BellWebhook(name="desk", url=self.server.url, secret="desk", seconds_max=5)
        self.http = HttpRinger(settings, SECRET, self.clock)
        self.ringer: Ringer = self.http

    def refuse(self) -> None:
        """Refuse the call."""
        self.server.status = 422

    def defer(self) -> None:
        """Fail."""
        self.server.status = 503

    def go_away(self) -> None:
        """Stop the server."""
        self.server.stop()

    def come_back(self) -> None:
        """Start it again at the same port."""
        self.server.status = 204
        self.server.stop()
        self.server.start()

    def taken(self) -> list[str]:
        """Return the ids of what was taken."""
        return [str(json.loads(call.body)["id"]) for call in self.server.taken]

    def close(self) -> None:
        """End the server and the line."""
        self.http.close()
        self.server.stop()


STAGES: Final[dict[str, Callable[[Path], RingerStage]]] = {
    "fake": FakeStage,
    "mail": MailStage,
    "webhook": WebhookStage,
}
