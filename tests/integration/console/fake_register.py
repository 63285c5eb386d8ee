"""A register of accounts written by hand: one account, with a guest speaking as it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from services.policy.account_lookup import Listed, LookedUp, looked_up
from services.runtime.clock import HOUR_MS, to_epoch_ms
from services.runtime.errors import NotFoundError
from tests.fakes import MOMENT

ACCOUNT: Final[Mapping[str, Any]] = {
    "id": "town",
    "name": "Test <Council>",
    "platform": "our own platform",
    "handle": "testtown",
    "full_handle": "@testtown@social.town.example",
    "link": "/house/accounts/testtown",
    "purpose": "service",
    "purpose_sentence": "We answer you here.",
    "audience": "everybody in the town",
    "about": "Ask us.",
    "team": "Waste & streets",
    "mode": "normal",
    "mode_sentence": "Posting as usual.",
    "reviewed_at_ms": None,
    "speaking": {
        "kind": "takeover",
        "title": "A day on the allotments",
        "who": "a guest of the town",
        "ends_at_ms": to_epoch_ms(MOMENT) + HOUR_MS,
        "sentence": "A guest of the town, in “A day on the allotments”",
    },
}
OWNED: Final[Mapping[str, Any]] = {
    "id": "town",
    "purpose": "service",
    "owner": "don",
    "second_owner": None,
    "listed": True,
    "quota_hour": 12,
    "faults": ["it has no second owner; no account is one person's alone"],
}


@dataclass
class FakeRegister:
    """The one account; change `items` for what else the public is told."""

    items: list[Mapping[str, Any]] = field(default_factory=lambda: [ACCOUNT])

    def accounts(self) -> Sequence[Mapping[str, Any]]:
        """Return what the register says."""
        return [OWNED]

    def in_public(self) -> Sequence[Mapping[str, Any]]:
        """Return what the public is told."""
        return self.items

    def looked_up(self, asked: str) -> LookedUp:
        """Return the real answer over what the public is told."""
        known = [
            Listed(
                id=each["id"],
                name=each["name"],
                platform=each["platform"],
                handle=each["handle"],
                full_handle=each["full_handle"],
                links=(each["link"],),
            )
            for each in self.items
        ]
        return looked_up(asked, known)


REGISTER_ANSWERED: Final = (
    *("account-describe", "account-step-in"),
    *("takeover-show-name", "takeover-publish-report", "takeover-withdraw-report"),
)


def register_answered(verb: str, order: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a verb about accounts or reports answers. Raises NotFoundError for others."""
    name, known = ("account", "town") if "account" in order else ("takeover_id", "takeover-1")
    if order[name] != known:
        raise NotFoundError(f"There is no {order[name]}.")
    return {"sentence": f"{verb} done.", name: known}
