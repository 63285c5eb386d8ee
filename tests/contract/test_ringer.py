"""What every ringer promises: it takes a message or says when to come again, and never raises."""

import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from services.policy.bell_configuration import BellWebhook, SmtpSettings
from services.policy.http_ringer import HttpRinger
from services.policy.smtp_ringer import SmtpLogin, SmtpRinger
from services.runtime.clock import ManualClock
from services.runtime.ringer import Deferred, Refused, Rung
from services.runtime.system_clock import SystemClock
from tests.contract.ringers import (
    SECRET,
    STAGES,
    MailStage,
    RingerStage,
    WebhookStage,
    message,
)
from tests.deploy.certificates import Authority
from tests.mail_server import PASSWORD, USERNAME, MailServer


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RingerStage]:
    """A ringer with what stands behind it."""
    made = STAGES[request.param](tmp_path)
    yield made
    made.close()


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[MailStage]:
    """Mail to a server without encryption, on this machine."""
    made = MailStage(tmp_path)
    yield made
    made.close()


@pytest.fixture
def webhook(tmp_path: Path) -> Iterator[WebhookStage]:
    """A webhook on this machine."""
    made = WebhookStage(tmp_path)
    yield made
    made.close()


def test_a_message_is_taken_and_the_same_again_is_known_by_its_id(stage: RingerStage) -> None:
    """Whoever gets a message twice can tell, since its id is the same at every try."""
    first, again = stage.ringer.ring(message()), stage.ringer.ring(message())

    assert (Rung(), Rung()) == (first, again)
    assert ["bell-1", "bell-1"] == stage.taken()


def test_what_is_refused_for_good_is_told_from_what_waits(stage: RingerStage) -> None:
    """One message that will never be taken stands in nobody's way."""
    stage.refuse()
    refused = stage.ringer.ring(message())
    stage.come_back()
    stage.defer()
    deferred = stage.ringer.ring(message("bell-2"))

    assert isinstance(refused, Refused)
    assert isinstance(deferred, Deferred)
    assert not deferred.is_away
    assert [] == stage.taken()


def test_a_server_that_is_away_is_told_as_that_and_takes_it_later(stage: RingerStage) -> None:
    """Nothing is raised for a line that is dead, and what was deferred can come again."""
    stage.go_away()
    away = stage.ringer.ring(message())
    stage.come_back()
    later = stage.ringer.ring(message())

    assert isinstance(away, Deferred)
    assert away.is_away
    assert Rung() == later
    assert ["bell-1"] == stage.taken()


def test_a_mail_is_plain_short_and_made_by_a_machine(mail: MailStage) -> None:
    """It has one recipient, a stable id, the mark of a machine, sentences and a link."""
    mail.ringer.ring(message())

    (sent,) = mail.server.mails
    (envelope,) = mail.server.envelopes
    assert ["moira@town.example"] == envelope.rcpt_tos
    assert "<bell-1@town.example>" == sent["Message-ID"]
    assert "auto-generated" == sent["Auto-Submitted"]
    assert "text/plain" == sent.get_content_type()
    assert "[Test Town] An act waits for consent" == sent["Subject"]
    assert "https://mercat.council.example/api/v1/acts/1" in sent.get_content()


@pytest.mark.parametrize(
    "subject", ["Halted\r\nBcc: everybody@town.example", "Halted\nX: y", "\x00Halted\x85"]
)
def test_no_header_can_be_slipped_into_a_mail(mail: MailStage, subject: str) -> None:
    """A line end in what is told ends no header."""
    mail.ringer.ring(message(subject=subject))

    (sent,) = mail.server.mails
    (envelope,) = mail.server.envelopes
    assert ["moira@town.example"] == envelope.rcpt_tos
    assert sent["Bcc"] is None
    assert sent["X"] is None
    assert str(sent["Subject"]).startswith("[Test Town] Halted")


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nBcc: c@d.example", "no address", "@", "bär@town.example"]
)
def test_an_address_that_is_none_is_refused_before_any_line_is_opened(
    mail: MailStage, address: str
) -> None:
    """It is no fault of the server, so nothing else waits for it."""
    mail.go_away()

    assert isinstance(mail.ringer.ring(message(address=address)), Refused)


def test_a_mail_that_the_server_will_not_have_is_refused(mail: MailStage) -> None:
    """The answer to the mail itself counts as that to the recipient does."""
    mail.server.data = "554 no"
    refused = mail.ringer.ring(message())
    mail.server.data = "451 later"

    assert isinstance(refused, Refused)
    assert isinstance(mail.ringer.ring(message()), Deferred)


class Encrypted:
    """A server with a certificate, and settings that trust its authority or another."""

    def __init__(self, folder: Path, *, implicit: bool) -> None:
        self.authority = Authority(folder)
        certificate, key = self.authority.signed("mail")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server = MailServer(context, implicit=implicit)
        self.security = "tls" if implicit else "starttls"

    def ringer(self, password: str = PASSWORD, *, trusted: bool = True) -> SmtpRinger:
        """Return a ringer to it."""
        settings = SmtpSettings.model_validate(
            {
                "host": "127.0.0.1",
                "port": self.server.port,
                "security": self.security,
                "sender": "mercat@town.example",
                "username": USERNAME,
                "password": "smtp",
                "ca_file": str(self.authority.file) if trusted else None,
                "seconds_max": 5,
            }
        )
        login = SmtpLogin(USERNAME, password) if self.security == "starttls" else None
        return SmtpRinger(settings, "Test Town", login)


@pytest.fixture(params=[False, True], ids=["starttls", "tls"])
def encrypted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Encrypted]:
    """A server that is spoken to over an encrypted line alone."""
    made = Encrypted(tmp_path, implicit=request.param)
    made.server.start()
    yield made
    made.server.stop()


def test_mail_goes_over_an_encrypted_line_to_a_server_that_is_trusted(encrypted: Encrypted) -> None:
    """The certificate is checked against the authority that the settings name."""
    assert Rung() == encrypted.ringer().ring(message())
    assert ["<bell-1@town.example>"] == encrypted.server.ids()


def test_no_password_and_no_mail_goes_to_a_server_with_a_strange_certificate(
    encrypted: Encrypted,
) -> None:
    """Whoever stands between gets nothing."""
    reply = encrypted.ringer(trusted=False).ring(message())

    assert isinstance(reply, Deferred)
    assert reply.is_away
    assert ([], []) == (encrypted.server.ids(), encrypted.server.signed_in)


def test_a_wrong_password_is_said_and_shown_nowhere(tmp_path: Path) -> None:
    """The detail is kept and read by people: it holds no secret."""
    made = Encrypted(tmp_path, implicit=False)
    made.server.start()
    reply = made.ringer("not the password").ring(message())
    made.server.stop()

    assert isinstance(reply, Deferred)
    assert reply.is_away
    assert "535" in reply.detail
    assert "not the password" not in reply.detail + repr(SmtpLogin(USERNAME, "not the password"))


def test_a_call_is_signed_as_the_standard_says(webhook: WebhookStage) -> None:
    """A library of others takes our signature for what it is."""
    webhook.ringer.ring(message())
    (call,) = webhook.server.calls

    content = json.loads(call.body)
    assert {"id", "type", "at", "login", "kind", "urgency", "subject", "lines", "link"} == {
        *content
    }
    assert "moira@town.example" not in call.body.decode()
    with pytest.raises(Exception, match="timestamp"):
        Webhook(SECRET).verify(call.body, call.headers)  # signed for another day


def test_a_call_of_today_is_taken_by_a_library_of_others(webhook: WebhookStage) -> None:
    """The signature holds for the moment it was made, and not for another body."""
    settings = BellWebhook(name="desk", url=webhook.server.url, secret="desk")
    ringer = HttpRinger(settings, SECRET, SystemClock())
    ringer.ring(message())
    ringer.close()
    (call,) = webhook.server.calls

    assert Webhook(SECRET).verify(call.body, call.headers)
    with pytest.raises(Exception, match="signature"):
        Webhook(SECRET).verify(call.body + b" ", call.headers)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(webhook: WebhookStage, status: int) -> None:
    """Bells go to the address in the settings, wherever that would send them."""
    webhook.server.status = status
    webhook.server.headers = {"location": f"{webhook.server.url}/elsewhere"}

    reply = webhook.ringer.ring(message())

    assert isinstance(reply, Deferred)
    assert ["/bells"] == [call.path for call in webhook.server.calls]


def test_a_server_that_asks_for_time_gets_it(webhook: WebhookStage) -> None:
    """Retry-After is heard, and no longer than an hour."""
    webhook.server.status = 429
    webhook.server.headers = {"retry-after": "120"}
    two_minutes = webhook.ringer.ring(message())
    webhook.server.headers = {"retry-after": "9" * 40}
    for_ever = webhook.ringer.ring(message())

    assert Deferred("the webhook answered 429", wait_seconds=120.0) == two_minutes
    assert Deferred("the webhook answered 429", wait_seconds=3_600.0) == for_ever


def test_ringers_tell_the_moment_by_the_clock(webhook: WebhookStage, clock: ManualClock) -> None:
    """A call says when it was signed."""
    webhook.ringer.ring(message())
    (call,) = webhook.server.calls

    assert str(int(clock.now().timestamp())) == call.headers["webhook-timestamp"]
