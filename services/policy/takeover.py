"""A takeover as a row of the store and back, and the moves of its life: the one list of them.

What may follow what stands in `MOVES` alone; who decides reads it, the picture in
`docs/governance.md` is drawn from it, and the database knows the states.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, Self, cast, get_args

from services.runtime.effects import Key, Row
from services.runtime.errors import RejectError
from services.runtime.ports import Guard

TakeoverState = Literal[
    "draft", "invited", "onboarding", "ready", "live", "paused", "ended", "closed"
]
Outcome = Literal["completed", "declined", "withdrawn", "no-show", "stopped"]
MoveName = Literal[
    "plan",
    "invite",
    "accept",
    "decline",
    "consent",
    "second-factor",
    "practise",
    "make-ready",
    "begin",
    "sign-on",
    "pause",
    "resume",
    "no-show",
    "sign-off",
    "run-out",
    "stop",
    "withdraw",
    "close",
]
By = Literal["governance", "curator", "duty-officer", "clock"]

STATES: Final[tuple[TakeoverState, ...]] = get_args(TakeoverState)
SPEAKING: Final[tuple[TakeoverState, ...]] = ("ready", "live", "paused")
"""The states in which a takeover has a grant; that it is live lets nobody speak by itself."""
PENDING: Final[tuple[TakeoverState, ...]] = ("draft", "invited", "onboarding", "ready")
TAKEN: Final[tuple[TakeoverState, ...]] = (*PENDING, "live", "paused", "ended")
"""The states that hold a slot in the calendar: until it is closed no other may lie over it."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move: from which states, to which (None: it stays), who may make it, and its outcome."""

    name: MoveName
    since: tuple[TakeoverState, ...]
    to: TakeoverState | None
    by: tuple[By, ...]
    sentence: str
    outcome: Outcome | None = None


MOVES: Final[dict[MoveName, Move]] = {
    move.name: move
    for move in (
        Move("plan", (), "draft", ("governance",), "A slot is kept free."),
        Move("invite", ("draft",), "invited", ("governance",), "A citizen is asked."),
        Move("accept", ("invited",), "onboarding", ("curator",), "They would like to."),
        Move(
            "decline",
            ("invited", "onboarding", "ready"),
            "closed",
            ("curator",),
            "They would rather not.",
            "declined",
        ),
        Move("consent", ("onboarding",), None, ("curator",), "They agree to the terms."),
        Move("second-factor", ("onboarding",), None, ("curator",), "They sign in by two factors."),
        Move("practise", ("onboarding",), None, ("curator",), "They try a post on the real rules."),
        Move(
            "make-ready",
            ("onboarding",),
            "ready",
            ("governance", "duty-officer"),
            "All steps are done, and the grant is given.",
        ),
        Move("begin", ("ready",), "live", ("clock",), "The slot has come."),
        Move("sign-on", ("live",), None, ("curator",), "They say who they are."),
        Move(
            "pause",
            ("live",),
            "paused",
            ("governance", "duty-officer", "curator"),
            "Nothing more goes out for now.",
        ),
        Move(
            "resume", ("paused",), "live", ("governance", "duty-officer"), "It goes on, as before."
        ),
        Move(
            "no-show",
            ("ready", "live"),
            "ended",
            ("clock", "duty-officer"),
            "Nobody came; the house speaks.",
            "no-show",
        ),
        Move(
            "sign-off",
            ("live",),
            "ended",
            ("curator",),
            "They say goodbye.",
            "completed",
        ),
        Move(
            "run-out",
            ("live", "paused"),
            "ended",
            ("clock",),
            "The slot is over.",
            "completed",
        ),
        Move(
            "stop",
            ("ready", "live", "paused"),
            "ended",
            ("governance", "duty-officer", "clock"),
            "The body ends it early, or its time passed while the slot before was not closed.",
            "stopped",
        ),
        Move(
            "withdraw",
            ("draft", "invited", "onboarding"),
            "closed",
            ("governance", "clock"),
            "The body takes the slot back, or its time passed before it was got ready.",
            "withdrawn",
        ),
        Move(
            "close",
            ("ended",),
            "closed",
            ("governance", "duty-officer"),
            "The account is as the next one should find it.",
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """A slot of an account, and whoever is to speak in it; times in ms, `zone` the body's.

    `kinds`, `themes`, `languages` have blanks between; `terms_version` and `practice_digest` say
    what was agreed to and tried. A curator is a person; None until one is named.
    """

    id: str
    account: str
    title: str
    duty_officer_id: str
    starts_at_ms: int
    ends_at_ms: int
    zone: str
    state: TakeoverState = "draft"
    kinds: str = "reply statement"
    themes: str = ""
    languages: str = ""
    curator_id: str | None = None
    standby_id: str | None = None
    pair_id: str | None = None
    outcome: Outcome | None = None
    grant_id: str | None = None
    terms_version: str | None = None
    practice_digest: str | None = None
    planned_by: str | None = None
    reason: str | None = None
    planned_at_ms: int | None = None
    invited_at_ms: int | None = None
    accepted_at_ms: int | None = None
    consented_at_ms: int | None = None
    second_factor_at_ms: int | None = None
    practised_at_ms: int | None = None
    ready_at_ms: int | None = None
    live_at_ms: int | None = None
    signed_on_at_ms: int | None = None
    paused_at_ms: int | None = None
    ended_at_ms: int | None = None
    closed_at_ms: int | None = None
    version: int = 1

    @property
    def key(self) -> Key:
        """Return where its row stands."""
        return takeover_key(self.id)

    def guard(self) -> Guard:
        """Return the guard that it is still as it was read."""
        return Guard(self.key, self.version)

    def row(self) -> Row:
        """Return it as its row."""
        return {name: getattr(self, name) for name in _COLUMNS}

    def moved(self, name: MoveName, **values: Any) -> Self:
        """Return it one version on, after a move. Raises RejectError where its state forbids it."""
        move = MOVES[name]
        if self.state not in move.since:
            raise RejectError(
                f"A takeover that is {self.state} cannot {name}; that takes one that is "
                f"{' or '.join(move.since) or 'not planned yet'}."
            )
        outcome = move.outcome or self.outcome
        state = move.to or self.state
        return replace(self, state=state, outcome=outcome, version=self.version + 1, **values)


_COLUMNS: Final = tuple(each.name for each in fields(Takeover) if each.name != "id")


def takeover_key(takeover_id: str) -> Key:
    """Return where a takeover's row stands."""
    return Key("takeovers", takeover_id)


def takeover_of(takeover_id: str, row: Row) -> Takeover:
    """Return the takeover that a row holds."""
    kept = cast("Mapping[str, Any]", row)
    return Takeover(id=takeover_id, **{name: kept[name] for name in _COLUMNS})
