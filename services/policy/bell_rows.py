"""What rings by how a row stands: a slot with its steps done, letters set aside, a lone owner."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.policy.bell import Occasion
from services.policy.bell_people import Directory


def slot_occasions(
    takeover_id: str, takeover: Mapping[str, Any], people: Directory
) -> Iterator[Occasion]:
    """Yield what tells governance that a curator did their steps, and may be made ready."""
    is_done = takeover["consented_at_ms"] is not None and takeover["practised_at_ms"] is not None
    if takeover["state"] == "onboarding" and is_done:
        yield Occasion(
            kind="takeover.ready-wanted",
            which=takeover_id,
            to=people.having(("governance",)) - {str(takeover["curator_id"])},
            urgency="usual",
            subject="A slot can be made ready",
            body=f"{people.login(str(takeover['curator_id']))} did the steps before speaking as "
            f"{takeover['account']}; give leave, or say why not.",
            about=f"takeovers/{takeover_id}",
        )


def letters_occasion(counted: Mapping[str, Any], people: Directory) -> Occasion:
    """Return the one bell about all that was set aside since the last look."""
    letters = counted["letters"]
    said = "1 event was" if letters == 1 else f"{letters:,} events were"
    return Occasion(
        kind="letters.written",
        which=str(counted["latest_at_ms"]),
        to=people.having(("ops",)),
        urgency="usual",
        subject="Something was set aside",
        body=f"{said} set aside as dead letters; `mercat dead-letters list` shows why.",
    )


def register_occasions(
    accounts: Sequence[Mapping[str, Any]], people: Directory, month: str
) -> Iterator[Occasion]:
    """Yield the accounts that somebody owns and nobody else with them, told in a month."""
    for account in accounts:
        if account["owner_id"] and not account["second_owner_id"]:
            yield Occasion(
                kind="register.one-owner",
                which=f"{account['id']} {month}",
                to=people.having(("governance",)) | people.named(account["owner_id"]),
                urgency="low",
                subject="An account has no second owner",
                body=f"{account['id']} has one owner; name a second before the first is away.",
                about="accounts",
            )
