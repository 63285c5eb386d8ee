"""The settings of speaking: accounts, the body's own contacts, how consent works, takeovers."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.act import AccountId
from services.runtime.yaml_lines import Fault

_SECTION = ConfigDict(frozen=True, extra="forbid")
Domain = Annotated[str, Field(min_length=3, max_length=253, pattern=r"^[a-z0-9.-]+$")]
Days = Annotated[int, Field(ge=1, le=36_500)]
Phone = Annotated[str, Field(min_length=3, max_length=40)]


class AccountSettings(BaseModel):
    """An identity of the body on a platform.

    `source` names the source whose posts this account answers; `handle` is its name there.
    """

    model_config = _SECTION

    id: AccountId
    platform: Literal["house"]
    name: Annotated[str, Field(min_length=1, max_length=100)]
    handle: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_.-]+$")]
    source: Annotated[str, Field(min_length=1, max_length=64)] | None = None


class OwnContacts(BaseModel):
    """How the body itself can be reached: what a reply may say without it being personal data."""

    model_config = _SECTION

    phones: Annotated[tuple[Phone, ...], Field(max_length=500)] = ()
    email_domains: Annotated[tuple[Domain, ...], Field(max_length=50)] = ()
    link_domains: Annotated[tuple[Domain, ...], Field(max_length=200)] = ()
    regions: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...], Field(max_length=8)
    ] = ("GB",)


class RetentionSettings(BaseModel):
    """How many days each class of records is kept; a legal hold keeps what it covers for longer.

    `drafts`: acts that never went out. `decisions`: approvals and verdicts, handovers and reports
    on slots. `sendings`: acts that did, with what the platform said. `..._payloads`: the erasable
    words beside the audit's entries.
    `replies`: answers kept for commands that are given twice. The chains themselves always stay.
    """

    model_config = _SECTION

    drafts_days: Days = 365
    decisions_days: Days = 2_555
    sendings_days: Days = 2_555
    act_payloads_days: Days = 2_555
    sending_payloads_days: Days = 2_555
    other_payloads_days: Days = 2_555
    checkpoints_days: Days = 800
    replies_days: Days = 7


class SpeakingSettings(BaseModel):
    """How the body speaks.

    `one_officer`: the body has a single officer, who may approve their own acts; every act of that
    kind is marked in the audit. `four_eyes`: every act waits for a second person.
    `timeline_seconds`: how often each account is read back for what nobody here sent.
    """

    model_config = _SECTION

    one_officer: bool = False
    four_eyes: bool = True
    approval_hours: Annotated[float, Field(gt=0, le=24 * 30)] = 24.0
    held_hours: Annotated[float, Field(gt=0, le=24 * 90)] = 72.0
    gate_seconds_max: Annotated[float, Field(gt=0, le=30)] = 2.0
    platform_seconds_max: Annotated[float, Field(gt=0, le=120)] = 20.0
    checkpoint_seconds: Annotated[float, Field(ge=1, le=3_600)] = 60.0
    checkpoint_folder: Annotated[str, Field(max_length=500)] | None = None
    timeline_seconds: Annotated[float, Field(ge=1, le=600)] = 10.0
    own: OwnContacts = OwnContacts()
    retention: RetentionSettings = RetentionSettings()


class TakeoverSettings(BaseModel):
    """How accounts are handed to curators.

    `second_factor`: whether somebody has to sign in by two factors before they are let speak, or
    only once that can be offered. `no_show_minutes`: how long after a slot went live nobody may
    have signed on before it falls back to the house.
    """

    model_config = _SECTION

    second_factor: Literal["required", "when-offered"] = "when-offered"
    no_show_minutes: Annotated[float, Field(ge=1, le=60 * 24 * 7)] = 120.0


class SignInSettings(BaseModel):
    """How people sign in at a page.

    `address` is where the public reaches it (`https://mercat.example.org`): passkeys are made for
    its name; without one, people sign in on the machine itself alone, at `http://localhost`.
    `idle_minutes`: after so long unused a session ends; `hours_max`: after so long anyway.
    """

    model_config = _SECTION

    address: Annotated[str, Field(max_length=200, pattern=r"^https://[a-z0-9.-]+(:[0-9]+)?$")] | (
        None
    ) = None
    idle_minutes: Annotated[float, Field(ge=1, le=60 * 12)] = 30.0
    hours_max: Annotated[float, Field(ge=0.1, le=24 * 7)] = 12.0


def answering(accounts: Sequence[AccountSettings]) -> dict[str, str]:
    """Return which account answers what is said at each source; a source may have none."""
    return {each.source: each.id for each in accounts if each.source is not None}


def speaking_faults(
    accounts: Sequence[AccountSettings], source_names: frozenset[str]
) -> Iterator[Fault]:
    """Yield what does not agree between accounts, and between accounts and sources."""
    ids: set[str] = set()
    sources: set[str] = set()
    for number, account in enumerate(accounts):
        if account.id in ids:
            yield Fault(("accounts", number, "id"), f"{account.id!r} is taken; name each apart.")
        ids.add(account.id)
        if account.source is None:
            continue
        if account.source not in source_names:
            known = ", ".join(sorted(source_names)) or "none"
            yield Fault(
                ("accounts", number, "source"),
                f"there is no source {account.source!r}; sources are {known}.",
            )
        if account.source in sources:
            yield Fault(
                ("accounts", number, "source"),
                f"another account answers {account.source!r}; one account answers a source.",
            )
        sources.add(account.source)
