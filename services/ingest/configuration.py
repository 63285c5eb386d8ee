"""Settings of each kind of source, told apart by `kind`; a field nobody knows is refused."""

from typing import Annotated, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from schemas.post import Channel
from services.ingest.csv_records import Encoding
from services.ingest.post_row import FIELDS, SOURCE_PATTERN

CONFIGURATION: Final = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

_POLL_SECONDS: Final = Field(ge=1, le=86_400)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a zone; write one like Europe/London") from None
    return name


def _web_address(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{address!r} is not an address; it starts with https:// or http://")
    if parts.username or parts.password:
        raise ValueError("an address holds no user name and no password")
    return address


SourceName = Annotated[str, Field(pattern=SOURCE_PATTERN)]
SecretName = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
"""The name under which a secret is kept in the keys folder; never the secret itself."""
Zone = Annotated[str, AfterValidator(_known_zone)]
WebAddress = Annotated[str, Field(max_length=2_048), AfterValidator(_web_address)]
PathText = Annotated[str, Field(min_length=1, max_length=4_096)]
ColumnName = Annotated[str, Field(min_length=1, max_length=200)]


class ReplaySettings(BaseModel):
    """A recorded file played back: JSON Lines or CSV, plain or gzip (by its ending `.gz`).

    `columns` maps a field of a post to the column or key that holds it. `pace` recorded waits as
    the recording did, `times_faster` shortens that; flat-out does not wait. `zone` is for times
    that name none.
    """

    model_config = CONFIGURATION

    kind: Literal["replay"] = "replay"
    name: SourceName
    path: PathText
    format: Literal["json-lines", "csv"] = "json-lines"
    columns: dict[str, ColumnName] = Field(default_factory=dict)
    delimiter: Literal[",", ";", "\t"] = ","
    encoding: Encoding = "utf-8"
    channel: Channel = "platform"
    zone: Zone | None = None
    pace: Literal["recorded", "flat-out"] = "recorded"
    times_faster: float = Field(default=1.0, gt=0, le=1_000_000)

    @model_validator(mode="after")
    def _columns_are_fields(self) -> "ReplaySettings":
        unknown = self.columns.keys() - FIELDS
        if unknown:
            raise ValueError(
                f"columns names {', '.join(sorted(unknown))}, which a post does not have; "
                f"its fields are {', '.join(sorted(FIELDS))}"
            )
        return self


class FeedSettings(BaseModel):
    """A feed in RSS, Atom or JSON Feed, podcasts included, asked every `poll_seconds`.

    `private_addresses` lets a redirect lead to another host inside the body's own network.
    """

    model_config = CONFIGURATION

    kind: Literal["feed"] = "feed"
    name: SourceName
    url: WebAddress
    poll_seconds: Annotated[float, _POLL_SECONDS] = 300.0
    private_addresses: bool = False


class WebhookSettings(BaseModel):
    """Posts that another system sends us, signed as Standard Webhooks says.

    `secrets` are names of secrets: two while one takes over from the other.
    """

    model_config = CONFIGURATION

    kind: Literal["webhook"] = "webhook"
    name: SourceName
    secrets: tuple[SecretName, ...] = Field(min_length=1, max_length=4)
    channel: Channel = "webhook"


class ContactColumns(BaseModel):
    """Which column of a call or visit log holds what.

    `date` may hold the time as well. `reference` is of the call, and is given once; `caller` is the
    body's own reference for a person, never a name or number; `note` is what the team wrote.
    """

    model_config = CONFIGURATION

    date: ColumnName
    time: ColumnName | None = None
    summary: ColumnName
    reference: ColumnName | None = None
    caller: ColumnName | None = None
    place: ColumnName | None = None
    note: ColumnName | None = None


class ContactLogSettings(BaseModel):
    """A log of calls or of visits to the counter, as CSV: one file that grows, or a folder of them.

    `date_format` and `time_format` are as in Python's strptime: 01/03/2026 is `%d/%m/%Y`.
    """

    model_config = CONFIGURATION

    kind: Literal["contact-log"] = "contact-log"
    name: SourceName
    path: PathText
    channel: Literal["phone", "counter"]
    columns: ContactColumns
    date_format: Annotated[str, Field(min_length=2, max_length=64)] = "%Y-%m-%d"
    time_format: Annotated[str, Field(min_length=2, max_length=64)] = "%H:%M"
    delimiter: Literal[",", ";", "\t"] = ","
    encoding: Encoding = "utf-8"
    zone: Zone
    poll_seconds: Annotated[float, _POLL_SECONDS] = 10.0


class HouseSettings(BaseModel):
    """The house platform, which Mercat serves itself: posts by others than the body."""

    model_config = CONFIGURATION

    kind: Literal["house"] = "house"
    name: SourceName
    poll_seconds: Annotated[float, Field(ge=0.1, le=3_600)] = 2.0


PolledSettings = ReplaySettings | FeedSettings | ContactLogSettings | HouseSettings
"""Sources that are asked; a webhook is one that tells."""

SourceSettings = Annotated[PolledSettings | WebhookSettings, Field(discriminator="kind")]
