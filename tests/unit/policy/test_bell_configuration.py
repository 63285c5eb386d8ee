"""The settings of bells: what is refused, since a mail or a call would go out unguarded."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.policy.bell_configuration import BellSettings, BellWebhook, SmtpSettings

MAIL = {"host": "mail.council.example", "sender": "mercat@council.example"}
HOOK = {"name": "desk", "url": "https://desk.council.example/bells", "secret": "desk-bells"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"security": "none"}, "goes to this machine alone"),
        ({"username": "mercat"}, "come together"),
        ({"password": "smtp"}, "come together"),
        ({"sender": "mercat"}, "pattern"),
        ({"sender": "a@b.example\nBcc: c@d.example"}, "pattern"),
        ({"host": "mail server"}, "pattern"),
        ({"password": "../other"}, "pattern"),
        ({"port": 0}, "greater"),
    ],
)
def test_mail_that_would_go_out_unguarded_is_refused(changed: dict[str, Any], said: str) -> None:
    """Before anything starts, in words."""
    with pytest.raises(ValidationError, match=said):
        SmtpSettings.model_validate(MAIL | changed)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_a_server_on_this_machine_needs_no_encryption(host: str) -> None:
    """A relay beside Mercat brings it on its way."""
    assert "none" == SmtpSettings.model_validate(MAIL | {"host": host, "security": "none"}).security


def test_mail_is_encrypted_unless_somebody_says_otherwise() -> None:
    """By STARTTLS, at the port for that."""
    settings = SmtpSettings.model_validate(MAIL)

    assert ("starttls", 587) == (settings.security, settings.port)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://desk.council.example/", "https alone"),
        ("https://me:secret@desk.council.example/", "user name"),
        ("ftp://desk.council.example/", "begins with https"),
        ("https:///bells", "names a host"),
        ("file:///etc/passwd", "begins with https"),
    ],
)
def test_a_webhook_that_is_no_safe_address_is_refused(url: str, said: str) -> None:
    """No password in it, and nothing plain over a line of others."""
    with pytest.raises(ValidationError, match=said):
        BellWebhook.model_validate(HOOK | {"url": url})


def test_ways_are_named_after_what_serves_them() -> None:
    """Mail first; without settings there is none."""
    both = BellSettings.model_validate({"smtp": MAIL, "webhooks": [HOOK]})

    assert ("mail", "webhook:desk") == both.channels
    assert () == BellSettings().channels


def test_two_webhooks_of_one_name_are_refused() -> None:
    """What waits for one would go to the other."""
    with pytest.raises(ValidationError, match="two webhooks have one name"):
        BellSettings.model_validate({"webhooks": [HOOK, HOOK]})
