"""A desk over a database of its own, with a gate and a sealer written by hand."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

from schemas.verdict import Role
from services.policy.clearance import ApprovedActs
from services.policy.configuration import (
    AccountSettings,
    OwnContacts,
    SpeakingSettings,
    TakeoverSettings,
)
from services.policy.desk import SpeakingDesk
from services.policy.desk_work import DeskParts
from services.policy.draft_reader import DraftReader
from services.policy.situation import ThemeOf, no_theme
from services.policy.standing import FixedRules, StandingRules
from services.policy.takeover_parts import TakeoverParts
from services.policy.takeover_terms import terms_of
from services.reading.lists import WordLists
from services.runtime.actor import OPERATOR, Actor
from services.runtime.clock import ManualClock, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.gate import Clearance
from services.runtime.platform import PlatformFacts
from services.runtime.ports import Commit, Journal, Store
from services.store.chain import entry_id
from services.store.sqlite_journal import SqliteJournal
from tests.authority import authority_data
from tests.desk_fakes import OpenSealer, RulesGate

STAFF: Final[Mapping[str, tuple[Role, ...]]] = {
    "ines": ("team-member",),
    "ivor": ("team-member", "approver"),
    "moira": ("approver",),
    "mungo": ("approver",),
    "greta": ("governance",),
    "gordon": ("governance",),
    "dora": ("duty-officer",),
    "curt": ("curator",),
    "aude": ("auditor",),
    "omar": ("ops",),
}
WRITERS: Final = ("ines", "ivor", "dora", "curt")
HOUSE: Final = PlatformFacts("house", "graphemes", 500)
THEMES: Final = frozenset({"bins", "trees", "floods"})
TERMS: Final = terms_of("Be kind.")
TAKEOVERS: Final = TakeoverParts(TakeoverSettings(), "Europe/London", lambda: TERMS)
CLEAN: Final = "The bins in Mill Lane will be emptied on Friday."
PHONE: Final = "Ring the crew on 07700 900123."


class DeskRig:
    """A town of two accounts, its people, a case about waste, and the desk they all work at."""

    def __init__(
        self, journal: SqliteJournal, clock: ManualClock, settings: SpeakingSettings
    ) -> None:
        self.journal, self.store, self.clock = journal, journal.store, clock
        self.gate, self.sealer = RulesGate(), OpenSealer()
        self.settings = settings
        self.woken: list[str] = []
        self.theme_of: ThemeOf = no_theme
        self._ids = count(1)
        self._lock = threading.Lock()
        self.reader = DraftReader(
            OwnContacts(), ("en",), {"house": HOUSE}, WordLists(), authority_data()
        )
        self.rules = FixedRules(StandingRules(self.gate, self.reader, number=1))
        self.desk = self.desk_over(journal.store, journal)
        self.sending = self.sending_over(journal.store)
        self._set_up()

    def fresh_id(self) -> str:
        """Return the next id: nobody has to guess it here."""
        with self._lock:
            return f"{next(self._ids):032x}"

    def desk_over(self, store: Store, journal: Journal) -> SpeakingDesk:
        """Return a desk on the same database, seen through another store or journal."""
        return SpeakingDesk(
            DeskParts(
                store=store,
                journal=journal,
                rules=self.rules,
                sealer=self.sealer,
                clock=self.clock,
                settings=self.settings,
                accounts=(
                    account_settings("town", "town-house"),
                    account_settings("library", "library-house"),
                ),
                fresh_id=self.fresh_id,
                fresh_token=lambda: f"t{self.fresh_id()}",
                subject_of=lambda source, author: f"citizen:{source}:{author}",
                woken=self.woken.append,
                faults_of=lambda _files: (),
                themes=THEMES,
                takeovers=TAKEOVERS,
                theme_of=self.theme_of,
            )
        )

    def sending_over(self, store: Store) -> ApprovedActs:
        """Return the last gate on the same database, seen through another store."""
        return ApprovedActs(
            store,
            self.rules,
            self.sealer,
            self.clock,
            self.settings,
            self.fresh_id,
            self.theme_of,
        )

    @property
    def now_ms(self) -> int:
        """The moment it is."""
        return to_epoch_ms(self.clock.now())

    def write(self, table: str, row_id: str, **values: Any) -> None:
        """Set one row, whole."""
        self.journal.commit(Commit(writes={Key(table, row_id): values})).result()

    def row(self, table: str, row_id: str) -> dict[str, Any]:
        """Return one row that is there."""
        key = Key(table, row_id)
        found = self.store.fetch([key])[key]
        assert found is not None, key
        return dict(found)

    def rows(self, query: str, *parameters: str | int) -> Sequence[Row]:
        """Return what a declared query finds."""
        return self.store.select(query, parameters)

    def amend(self, table: str, row_id: str, **values: Any) -> None:
        """Change some values of a row, as its room would."""
        self.write(table, row_id, **(self.row(table, row_id) | values))

    def actor(self, login: str) -> Actor:
        """Return somebody as they are when they have just signed in."""
        person = self.rows("person_by_login", login)[0]
        roles: Any = frozenset(str(person["roles"]).split())
        return Actor(str(person["id"]), login, roles, "token", credential_id=f"token-{login}")

    def do(
        self, verb: str, who: str | Actor, *, key: str | None = None, **arguments: Any
    ) -> dict[str, Any]:
        """Carry out a verb for somebody."""
        actor = self.actor(who) if isinstance(who, str) else who
        return dict(self.desk.carry_out(verb, arguments, actor, key=key))

    def held(self, text: str = CLEAN, who: str = "ines", **order: Any) -> dict[str, Any]:
        """Return an act that was proposed and waits for consent."""
        return self.do("answer", who, **({"case_id": "case-1", "text": text} | order))

    def approve(self, act: Mapping[str, Any], who: str = "moira", **order: Any) -> dict[str, Any]:
        """Return an act after somebody's consent to what it says."""
        digest = act["digest"]
        return self.do("approve", who, act_id=act["id"], **({"digest": digest} | order))

    def approved(self, **order: Any) -> dict[str, Any]:
        """Return an act that is about to go out."""
        return self.approve(self.held(**order))

    def halt(self, kind: str, name: str = "", who: str = "omar") -> dict[str, Any]:
        """Place a halt."""
        return self.do("halt", who, kind=kind, name=name, why="as a test")

    def release(self, kind: str, name: str = "") -> dict[str, Any]:
        """Release a halt, by two people."""
        self.do("release", "greta", kind=kind, name=name, why="all is well")
        return self.do("release", "dora", kind=kind, name=name, why="so it is")

    def clear(self, act: Mapping[str, Any]) -> Clearance:
        """Ask the last gate about an act."""
        return self.sending.clear(str(act["id"]))

    def commit(self, clearance: Clearance) -> None:
        """Carry out what the last gate wants written."""
        self.journal.commit(clearance.commit).result()

    def send(self, act: Mapping[str, Any]) -> Clearance:
        """Ask the last gate and carry out what it says."""
        clearance = self.clear(act)
        self.commit(clearance)
        return clearance

    def state(self, act: Mapping[str, Any]) -> str:
        """Return an act's state as it is kept."""
        return str(self.row("acts", str(act["id"]))["state"])

    def notes(self, kind: str, chain: str = "account:town") -> list[dict[str, Any]]:
        """Return the audit's bodies of a kind in a chain, payloads in them, in order."""
        found = []
        for row in self.rows("audit_chain_after", chain, 0, 1_000):
            entry: Mapping[str, Any] = row
            body = json.loads(entry["body"])
            if body["kind"] == kind:
                lies = self.row("audit_payloads", entry_id(chain, entry["sequence"]))
                found.append({**body, "open": json.loads(lies["ciphertext"] or b"null")})
        return found

    def _set_up(self) -> None:
        for account in ("town", "library"):
            self.write(
                "accounts",
                account,
                platform="house",
                name=account.title(),
                mode="normal",
                version=1,
                changed_at_ms=self.now_ms,
            )
        self.write("cases", "case-1", team="waste", theme="bins", state="open")
        self.write("cases", "case-2", team="parks", theme="trees", state="open")
        self._post("post-1", "case-1", "waste", "town-house")
        self._post("post-2", "case-2", "parks", "library-house")
        for login, roles in STAFF.items():
            self.do(
                "add-person",
                OPERATOR,
                login=login,
                name=login.title(),
                address=f"{login}@town.example",
                roles=roles,
            )
        for login in WRITERS:
            for account in ("town", "library"):
                self.give_grant(login, account)

    def give_grant(self, login: str, account: str = "town", **order: Any) -> dict[str, Any]:
        """Give somebody leave to reply as an account."""
        given: dict[str, Any] = {"login": login, "account": account, "why": "their work"}
        given |= {"kinds": ["reply", "statement"], "days": 365}
        return self.do("give-grant", "greta", **(given | order))

    def _post(self, post_id: str, case_id: str, team: str, source: str) -> None:
        self.write(
            "posts",
            post_id,
            conversation_id=f"conversation-{post_id}",
            case_id=case_id,
            team=team,
            source=source,
            native_id=f"native-{post_id}",
            author="@someone@social.example",
            text="The bins were not emptied.",
            language="en",
            revision="1",
            state="live",
            posted_at_ms=self.now_ms,
        )


def account_settings(account: str, source: str) -> AccountSettings:
    """Return the settings of an account that answers a source."""
    return AccountSettings(
        id=account, platform="house", name=account.title(), handle=account, source=source
    )


@contextmanager
def desk_rig(path: Path, clock: ManualClock, **settings: Any) -> Iterator[DeskRig]:
    """Yield a desk over a new database."""
    journal = SqliteJournal(path, clock, synchronous="OFF")
    try:
        yield DeskRig(journal, clock, SpeakingSettings(**settings))
    finally:
        journal.close()
