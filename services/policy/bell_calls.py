"""What rings whom, of all that is written down: the one list, by the kind of the audit's entry.

A kind that is not here rings nobody. What needs a look at a row first is told in a file of its own:
acts, and the steps before a slot.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.policy.audit_entries import StoredEntry
from services.policy.audit_sentences import told
from services.policy.bell import Occasion, Urgency
from services.policy.bell_people import OFFICERS, Directory
from services.policy.orders import RELEASERS
from services.runtime.effects import Row


@dataclass(frozen=True, slots=True)
class Happened:
    """An entry of the audit as bells read it; `account` is None in the house's chain."""

    id: str
    kind: str
    at_ms: int
    actor_id: str
    account: str | None
    act_id: str | None
    facts: Mapping[str, Any]
    body: Mapping[str, Any]

    def said(self, people: Directory) -> str:
        """Return what happened in the audit's own sentence, and of which account."""
        sentence = told(self.kind, self.body, people.login(self.actor_id))
        return f"{sentence} Account: {self.account}." if self.account else sentence


def happened(entry: StoredEntry) -> Happened:
    """Return an entry as bells read it: never the words that are sealed beside it."""
    account = entry.chain.removeprefix("account:") if entry.chain.startswith("account:") else None
    said = entry.said
    facts: Mapping[str, Any] = said.get("facts", {})
    return Happened(
        entry.id, entry.kind, entry.at_ms, entry.actor_id, account, entry.act_id, facts, said
    )


Whom = Callable[[Happened, Directory], frozenset[str]]
"""Finds whom an entry rings."""


@dataclass(frozen=True, slots=True)
class Call:
    """Whom an entry rings, as what, and how pressing it is.

    `alarm` ones tell whoever did it too: a stolen name must not ring past its owner. Of others,
    whoever did it knows.
    """

    whom: Whom
    kind: str
    subject: str
    urgency: Urgency = "usual"
    alarm: bool = False
    about: str = ""


def _officers(_entry: Happened, people: Directory) -> frozenset[str]:
    return people.having(OFFICERS)


def _releasers(_entry: Happened, people: Directory) -> frozenset[str]:
    return people.having(RELEASERS)


def _governance(_entry: Happened, people: Directory) -> frozenset[str]:
    return people.having(("governance",))


def _keepers(_entry: Happened, people: Directory) -> frozenset[str]:
    return people.having(("governance", "ops"))


def _person(entry: Happened, people: Directory) -> frozenset[str]:
    return people.named(entry.facts.get("person"))


def _person_and_officers(entry: Happened, people: Directory) -> frozenset[str]:
    return _person(entry, people) | _officers(entry, people)


def _curator(entry: Happened, people: Directory) -> frozenset[str]:
    return people.named(entry.facts.get("curator"))


def _slot_officer(entry: Happened, people: Directory) -> frozenset[str]:
    return people.named(entry.facts.get("duty_officer"))


def _slot_people(entry: Happened, people: Directory) -> frozenset[str]:
    return _curator(entry, people) | _slot_officer(entry, people)


def _missed(entry: Happened, people: Directory) -> frozenset[str]:
    return _slot_officer(entry, people) | people.named(entry.facts.get("standby"))


def _deciders(entry: Happened, people: Directory) -> frozenset[str]:
    return _slot_officer(entry, people) | _governance(entry, people)


def _report_reader(entry: Happened, people: Directory) -> frozenset[str]:
    return people.named(entry.facts.get("person"), entry.facts.get("duty_officer"))


def _own(entry: Happened, people: Directory) -> frozenset[str]:
    return people.named(entry.actor_id)


_SLOT: Final = "takeovers/{takeover}"
_INCIDENT: Final = "incidents/{incident}"
_CHANGE: Final = "rules/changes/{change}"
CALLS: Final[Mapping[str, Sequence[Call]]] = {
    "account.mode-asked": (Call(_releasers, "account.mode-asked", "Another mode is asked for"),),
    "account.mode-set": (Call(_officers, "account.mode-set", "An account is in another mode"),),
    "bell.tested": (Call(_own, "bell.tested", "A test bell", "urgent"),),
    "correction.opened": (
        Call(_releasers, "act.correction-opened", "What went out is to be put right"),
    ),
    "erasure.asked": (Call(_governance, "erasure.asked", "An erasure waits for a second person"),),
    "glass.agreed": (
        Call(_person_and_officers, "glass.agreed", "Glass was broken", "urgent", alarm=True),
    ),
    "glass.drill-agreed": (
        Call(_person_and_officers, "glass.drill-agreed", "A drill: glass was broken", "low"),
    ),
    "glass.asked": (Call(_releasers, "glass.asked", "Somebody asks to break glass", "urgent"),),
    "grant.ended": (Call(_person, "expiry.grant-ended", "Your leave to speak has ended"),),
    "grant.given": (Call(_person, "rota.grant-given", "You have leave to speak", "low"),),
    "halt.release-asked": (
        Call(_releasers, "halt.release-asked", "A release waits for a second person", "urgent"),
    ),
    "handover.compared": (
        Call(_deciders, "handover.compared", "A handover waits for decisions", about=_SLOT),
    ),
    "handover.lost": (Call(_deciders, "handover.lost", "A handover cannot be told", about=_SLOT),),
    "handover.override-asked": (
        Call(_releasers, "handover.override-asked", "An override waits for a second person"),
    ),
    "incident.added": (
        Call(_officers, "incident.added", "More of an incident was found", about=_INCIDENT),
    ),
    "incident.closed": (
        Call(_officers, "incident.closed", "An incident was closed", about=_INCIDENT),
    ),
    "incident.gap": (Call(_officers, "incident.gap", "An account was not looked at whole"),),
    "incident.opened": (
        Call(
            _officers,
            "incident.opened",
            "An incident was opened",
            "urgent",
            alarm=True,
            about=_INCIDENT,
        ),
    ),
    "person.left": (Call(_governance, "register.person-left", "Somebody left", "low"),),
    "register.stepped-in": (Call(_governance, "register.stepped-in", "A second owner stepped in"),),
    "report.made": (Call(_report_reader, "report.made", "A report on your slot is there", "low"),),
    "restore.noted": (Call(_keepers, "restore.noted", "Sending waits after a restore", "urgent"),),
    "rules.approved": (
        Call(_governance, "rules.approved", "A change of rules has consent", "low"),
    ),
    "rules.activated": (Call(_officers, "rules.activated", "Changed rules are in force", "low"),),
    "rules.proposed": (
        Call(_governance, "rules.proposed", "A change of the rules is proposed", about=_CHANGE),
    ),
    "rules.rolled-back": (Call(_officers, "rules.rolled-back", "Rules were rolled back"),),
    "shift.called-off": (Call(_person, "rota.called-off", "A shift of yours was called off"),),
    "shift.deputised": (Call(_person, "rota.deputised", "You step in for a shift", "urgent"),),
    "shift.planned": (Call(_person, "rota.planned", "A shift is planned for you", "low"),),
    "shift.swapped": (Call(_person, "rota.swapped", "A shift is yours by a swap"),),
    "sign-in.link-issued": (
        Call(_person, "sign-in.link-issued", "A link to sign in was made for you", alarm=True),
    ),
    "sign-in.passkey-added": (
        Call(_person, "sign-in.passkey-added", "You have a new passkey", alarm=True),
    ),
    "sign-in.recovered": (
        Call(
            _person_and_officers,
            "sign-in.recovered",
            "A sign-in was recovered",
            "urgent",
            alarm=True,
        ),
    ),
    "sign-in.recovery-asked": (
        Call(_governance, "sign-in.recovery-asked", "A recovery waits for a second person"),
    ),
    "swap.agreed": (Call(_releasers, "rota.swap-agreed", "A swap waits for an officer"),),
    "swap.asked": (Call(_person, "rota.swap-asked", "You are offered a shift"),),
    "takeover.accept": (
        Call(_slot_officer, "takeover.accept", "A curator said yes", "low", about=_SLOT),
    ),
    "takeover.decline": (
        Call(_deciders, "takeover.decline", "A curator would rather not", about=_SLOT),
    ),
    "takeover.invite": (Call(_curator, "takeover.invite", "You are asked to speak", about=_SLOT),),
    "takeover.make-ready": (
        Call(_slot_people, "takeover.make-ready", "A slot is ready", "low", about=_SLOT),
    ),
    "takeover.no-show": (
        Call(_missed, "takeover.no-show", "Nobody came for a slot", "urgent", about=_SLOT),
    ),
    "takeover.pause": (Call(_slot_people, "takeover.pause", "A slot is paused", about=_SLOT),),
    "takeover.resume": (Call(_slot_people, "takeover.resume", "A slot goes on", about=_SLOT),),
    "takeover.run-out": (Call(_slot_people, "takeover.run-out", "A slot is over", about=_SLOT),),
    "takeover.sign-off": (
        Call(_slot_officer, "takeover.sign-off", "A slot was ended", about=_SLOT),
    ),
    "takeover.stop": (Call(_slot_people, "takeover.stop", "A slot was ended early", about=_SLOT),),
    "takeover.withdraw": (
        Call(_slot_people, "takeover.withdraw", "A slot was taken back", about=_SLOT),
    ),
    "token.issued": (Call(_person, "expiry.token-issued", "You have a new token", "low"),),
    "token.revoked": (Call(_person, "expiry.token-revoked", "A token of yours has ended"),),
    "trust.complaint": (Call(_person, "trust.complaint", "A complaint about what you wrote"),),
    "trust.fell": (Call(_person, "trust.fell", "Your level of trust fell", "low"),),
    "trust.set": (Call(_person, "trust.set", "Your level of trust was set", "low"),),
}
HALT_SUBJECTS: Final[Mapping[str, str]] = {
    "halt.placed": "Halted",
    "halt.released": "Released",
    "halt.extended": "A halt lasts longer",
    "halt.expired": "A halt has run out",
}


def rings_as_halt(kind: str) -> bool:
    """Return whether a kind tells of a halt, but for what waits for a second person."""
    return kind.startswith("halt.") and kind not in CALLS


def occasions_of(entry: Happened, people: Directory) -> Iterator[Occasion]:
    """Yield what an entry rings by the list alone."""
    for call in CALLS.get(entry.kind, ()):
        to = call.whom(entry, people)
        yield Occasion(
            kind=call.kind,
            which=entry.id,
            to=to if call.alarm or call.kind == "bell.tested" else to - {entry.actor_id},
            urgency=call.urgency,
            subject=call.subject,
            body=entry.said(people),
            about=call.about.format_map(_Facts(entry.facts)),
            alarm=call.alarm,
        )


def halt_occasions(entry: Happened, people: Directory, halts: Sequence[Row]) -> Iterator[Occasion]:
    """Yield what a halt rings: the officers, and whoever it stops.

    The name of what is halted is not in the chain of the audit: it is read from the row that was
    written at the same moment, where it still says so.
    """
    if not rings_as_halt(entry.kind):
        return
    subject = HALT_SUBJECTS.get(entry.kind, "About a halt")
    kind = str(entry.facts.get("halt"))
    name = entry.account or _name_of(entry, kind, halts)
    what = "everything" if kind == "everything" else f"{kind} {name or ''}".strip()
    yield Occasion(
        kind=entry.kind,
        which=entry.id,
        to=people.having(OFFICERS) | people.stopped_by(kind, name),
        urgency="urgent",
        subject=f"{subject}: {what}",
        body=f"{entry.said(people)} It is about {what}.",
        about="halts",
        alarm=True,
    )


def _name_of(entry: Happened, kind: str, halts: Sequence[Row]) -> str | None:
    moments = ("halted_at_ms", "released_at_ms")
    for row in halts:
        if row["kind"] == kind and entry.at_ms in [row[moment] for moment in moments]:
            return str(row["name"])
    of_kind = [str(row["name"]) for row in halts if row["kind"] == kind]
    return of_kind[0] if len(of_kind) == 1 else None


class _Facts(dict[str, Any]):
    """What a path names, empty where the entry does not say it."""

    def __missing__(self, key: str) -> str:
        return ""
