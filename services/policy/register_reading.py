"""Reads the register of accounts: for those who work here, and what the public may know of it.

The public is told who speaks only so far as they agreed to it, and that nothing is posted, never
why. What is told is worked out every few seconds, however many ask.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from services.policy.account_lookup import Listed, LookedUp, looked_up
from services.policy.configuration import AccountSettings
from services.policy.people import person_key
from services.policy.register import OWNERS, public_name_key, register_faults
from services.policy.situation import halt_key
from services.policy.takeover import Takeover, takeover_of
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Row
from services.runtime.errors import NotFoundError
from services.runtime.ports import Store

FRESH_SECONDS: Final = 5.0
SLOTS_MAX: Final = 1_000
HALTED: Final = "halted"
PLATFORMS: Final[Mapping[str, str]] = {"house": "our own platform"}
PURPOSES: Final[Mapping[str, str]] = {
    "push": "We tell you things here.",
    "pull": "We ask you things here.",
    "networking": "We keep in touch with others here.",
    "service": "We answer you here.",
}
MODES: Final[Mapping[str, str]] = {
    "normal": "Posting as usual.",
    "emergency": "There is an emergency: only what matters in it is posted just now.",
    "pre-election": "An election is near: nothing is posted that might be taken for a campaign.",
    HALTED: "Nothing is being posted here just now.",
}


@dataclass(frozen=True, slots=True)
class Body:
    """What settings say of the body: its accounts, teams by id, and how its platform is found.

    `domain` and `address` are the house platform's; without an address links begin at the root.
    """

    accounts: Sequence[AccountSettings]
    teams: Mapping[str, str]
    domain: str | None = None
    address: str | None = None

    def full_handle(self, account: AccountSettings) -> str:
        """Return a handle as people write it."""
        return f"@{account.handle}@{self.domain}" if self.domain else f"@{account.handle}"

    def house_link(self, account: AccountSettings) -> str:
        """Return where an account of the house platform is found."""
        return f"{self.address or ''}/house/accounts/{account.handle}"


class RegisterReading:
    """Tells of accounts; any number of threads may ask. `elapsed_seconds` is the clock port's."""

    def __init__(
        self,
        store: Store,
        body: Body,
        now: Callable[[], datetime],
        elapsed_seconds: Callable[[], float],
    ) -> None:
        self._store = store
        self._body = body
        self._now = now
        self._elapsed_seconds = elapsed_seconds
        self._turn = threading.Lock()
        self._told: tuple[float, Sequence[Mapping[str, Any]]] | None = None

    def accounts(self) -> Sequence[Mapping[str, Any]]:
        """Return every account with what the register says of it, owners by login, and faults."""
        rows = self._store.select("accounts")
        people = self._people(rows)
        handles = {each.id: each for each in self._body.accounts}
        return [self._described(row, handles.get(str(row["id"])), people) for row in rows]

    def one(self, account: str) -> Mapping[str, Any]:
        """Return one account so. Raises NotFoundError."""
        for each in self.accounts():
            if each["id"] == account:
                return each
        raise NotFoundError(f"There is no account {account!r}; `mercat accounts list` has them.")

    def in_public(self) -> Sequence[Mapping[str, Any]]:
        """Return the accounts of the public list, and who speaks as each of them now."""
        with self._turn:
            seconds = self._elapsed_seconds()
            if self._told is None or seconds - self._told[0] >= FRESH_SECONDS:
                self._told = (seconds, self._worked_out())
            return self._told[1]

    def looked_up(self, asked: str) -> LookedUp:
        """Return whether what somebody pasted is an account of the public list."""
        return looked_up(asked, [_listed(each) for each in self.in_public()])

    def _worked_out(self) -> list[Mapping[str, Any]]:
        now_ms = to_epoch_ms(self._now())
        rows = {str(row["id"]): row for row in self._store.select("accounts")}
        slots = self._slots(now_ms)
        rotas = {
            str(row["account"]) for row in self._store.select("register_rota_now", (now_ms, now_ms))
        }
        told: list[Mapping[str, Any]] = []
        for account in self._body.accounts:
            row = rows.get(account.id)
            if row is None or row["listed"] == 0:
                continue
            theirs, is_rota = slots.get(account.id, ()), account.id in rotas
            speaking = self._speaking(row, theirs, is_rota=is_rota)
            told.append({**self._public(account, row), "speaking": speaking})
        return told

    def _public(self, account: AccountSettings, row: Row) -> Mapping[str, Any]:
        team = str(row["owner_team"] or "")
        mode = HALTED if self._is_halted(account.id) else str(row["mode"])
        own = self._body.house_link(account)
        return {
            "id": account.id,
            "name": account.name,
            "platform": PLATFORMS.get(account.platform, account.platform),
            "handle": account.handle,
            "full_handle": self._body.full_handle(account),
            "link": row["link"] or own,
            "links": [own] if row["link"] is None else [str(row["link"]), own],
            "purpose": row["purpose"],
            "purpose_sentence": PURPOSES.get(str(row["purpose"])),
            "audience": row["audience"],
            "about": row["about"],
            "team": self._body.teams.get(team, team) if team else None,
            "mode": mode,
            "mode_sentence": MODES[mode],
            "reviewed_at_ms": row["reviewed_at_ms"],
        }

    def _is_halted(self, account: str) -> bool:
        keys = [halt_key("everything", ""), halt_key("account", account)]
        halts = self._store.fetch(keys).values()
        return any(row is not None and row["state"] == HALTED for row in halts)

    def _slots(self, now_ms: int) -> Mapping[str, Sequence[Takeover]]:
        """Return the takeovers in which somebody speaks now, by account."""
        found: dict[str, list[Takeover]] = {}
        for row in self._store.select("takeovers_between", (now_ms, now_ms + 1, SLOTS_MAX)):
            if row["state"] in ("live", "paused"):
                takeover = takeover_of(str(row["id"]), row)
                found.setdefault(takeover.account, []).append(takeover)
        return found

    def _speaking(self, row: Row, slots: Sequence[Takeover], *, is_rota: bool) -> Mapping[str, Any]:
        team = str(row["owner_team"] or "")
        staff = f"staff of {self._body.teams.get(team, team)}" if team else "our staff"
        if slots:
            names = [self.shown_name(each.id) for each in slots]
            known = [name for name in names if name is not None]
            who = " and ".join(known) if len(known) == len(slots) else "a guest of the town"
            ends_at_ms = max(each.ends_at_ms for each in slots)
            return {
                "kind": "takeover",
                "title": slots[0].title,
                "who": who,
                "ends_at_ms": ends_at_ms,
                "sentence": f"{who[0].upper()}{who[1:]}, in “{slots[0].title}”",
            }
        who = f"{staff}, signed with initials" if is_rota else staff
        sentence = f"{who[0].upper()}{who[1:]}"
        kind = "rota" if is_rota else "staff"
        return {"kind": kind, "title": None, "who": who, "ends_at_ms": None, "sentence": sentence}

    def shown_name(self, takeover_id: str) -> str | None:
        """Return the name under which a takeover's curator agreed to be shown, or None."""
        key = public_name_key(takeover_id)
        row = self._store.fetch([key])[key]
        return None if row is None else cast("str | None", row["name"])

    def _people(self, rows: Sequence[Row]) -> Mapping[str, Row]:
        ids = {str(row[column]) for row in rows for column in OWNERS.values() if row[column]}
        found = self._store.fetch([person_key(each) for each in sorted(ids)])
        return {key.id: row for key, row in found.items() if row is not None}

    def _described(
        self, row: Row, account: AccountSettings | None, people: Mapping[str, Row]
    ) -> Mapping[str, Any]:
        owners = {
            name: None if row[column] is None else _login(people.get(str(row[column])))
            for name, column in OWNERS.items()
        }
        return {
            **{name: value for name, value in row.items() if name not in OWNERS.values()},
            **owners,
            "handle": None if account is None else account.handle,
            "listed": row["listed"] != 0,
            "faults": list(register_faults(row, people)),
        }


def _login(person: Row | None) -> str | None:
    return None if person is None else str(person["login"])


def _listed(told: Mapping[str, Any]) -> Listed:
    return Listed(
        id=told["id"],
        name=told["name"],
        platform=told["platform"],
        handle=told["handle"],
        full_handle=told["full_handle"],
        links=tuple(told["links"]),
    )
