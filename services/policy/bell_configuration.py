"""The settings of bells: the mail server, the webhooks, and how many a person gets in an hour."""

from collections.abc import Iterator
from ipaddress import ip_address
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_SECTION = ConfigDict(frozen=True, extra="forbid")
Host = Annotated[str, Field(min_length=1, max_length=253, pattern=r"^[A-Za-z0-9.:-]+$")]
SecretName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Address = Annotated[
    str, Field(max_length=254, pattern=r"^[A-Za-z0-9._+-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*)$")
]


class SmtpSettings(BaseModel):
    """The server that takes mail for people; `password` names a secret in the keys folder."""

    model_config = _SECTION

    host: Host
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Address
    username: Annotated[str, Field(min_length=1, max_length=254)] | None = None
    password: SecretName | None = None
    ca_file: Annotated[str, Field(max_length=500)] | None = None
    seconds_max: Annotated[float, Field(gt=0, le=60)] = 10.0

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError(
                "mail without encryption goes to this machine alone; set security to starttls"
            )
        if (self.username is None) != (self.password is None):
            raise ValueError("a username and the name of its password come together")
        return self


class BellWebhook(BaseModel):
    """Where bells are sent as signed JSON; `secret` names a secret in the keys folder."""

    model_config = _SECTION

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
    url: Annotated[str, Field(max_length=500)]
    secret: SecretName
    seconds_max: Annotated[float, Field(gt=0, le=60)] = 10.0

    @field_validator("url")
    @classmethod
    def _can_be_asked(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.username or parts.password:
            raise ValueError("an address holds no user name or password; the secret signs")
        if not parts.hostname or parts.scheme not in ("http", "https"):
            raise ValueError("an address begins with https:// and names a host")
        if parts.scheme == "http" and not is_loopback(parts.hostname):
            raise ValueError("what is not on this machine is reached by https alone")
        return url


class BellSettings(BaseModel):
    """How people are told; without a server or webhook, their inbox is all.

    `address` stands before links. `singles_an_hour` are told one by one, of each family of bells;
    the rest of the hour is one bell with a number.
    """

    model_config = _SECTION

    address: Annotated[str, Field(max_length=253, pattern=r"^https?://[^\s/]+$")] | None = None
    smtp: SmtpSettings | None = None
    webhooks: Annotated[tuple[BellWebhook, ...], Field(max_length=10)] = ()
    singles_an_hour: Annotated[int, Field(ge=1, le=200)] = 20
    keep_days: Annotated[int, Field(ge=1, le=3_650)] = 90

    @model_validator(mode="after")
    def _names_apart(self) -> Self:
        names = [each.name for each in self.webhooks]
        if len(set(names)) < len(names):
            raise ValueError("two webhooks have one name; name each apart")
        return self

    @property
    def channels(self) -> tuple[str, ...]:
        """Return every way there is: `mail`, and `webhook:NAME` for each."""
        return tuple(_channels(self))


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _channels(settings: BellSettings) -> Iterator[str]:
    if settings.smtp is not None:
        yield "mail"
    for each in settings.webhooks:
        yield f"webhook:{each.name}"
