"""Who may ask for an erasure, who may agree, and for how long either counts."""

from typing import Any, Final

import pytest

from schemas.verdict import Role
from services.policy.erasure_consent import (
    AGREED_MS_MAX,
    ASKED_MS_MAX,
    consent_key,
    consented,
    is_asked,
)
from services.runtime.actor import OPERATOR, Actor
from services.runtime.errors import NotAllowedError

SUBJECT: Final = "citizen:1"
NOW_MS: Final = 1_772_442_000_000
GREAT_WHILE_MS: Final = 10 * ASKED_MS_MAX


def officer(login: str, role: Role = "governance") -> Actor:
    """Return somebody of a role, with a reason."""
    return Actor(f"{login}-id", login, frozenset({role}), "token", why="Letter of 2 March")


GIL: Final = officer("gil")
GUS: Final = officer("gus")
DEE: Final = officer("dee", "duty-officer")


def row_after(actor: Actor, before: Any = None, now_ms: int = NOW_MS, **more: bool) -> Any:
    """Return the row that somebody's wish leaves behind."""
    one_officer = more.get("one_officer", False)
    decided = consented(before, SUBJECT, actor, now_ms, one_officer=one_officer)
    return decided.writes.get(consent_key(SUBJECT), before)


def agreed(actor: Actor, before: Any, now_ms: int = NOW_MS, *, one_officer: bool = False) -> bool:
    """Return whether somebody's wish lets the erasure go ahead."""
    decided = consented(before, SUBJECT, actor, now_ms, one_officer=one_officer)
    return bool(decided.reply["agreed"])


def test_the_first_only_asks_and_the_second_agrees() -> None:
    """Governance asks; a second officer, or the duty officer, completes it."""
    asked = row_after(GIL)

    assert not agreed(GIL, None)
    assert is_asked(asked, NOW_MS)
    assert [True, True] == [agreed(second, asked) for second in (GUS, DEE)]


def test_who_asked_cannot_agree() -> None:
    """The same person again asks again, and no more."""
    asked = row_after(GIL)

    assert not agreed(GIL, asked)
    assert ("asked", "gil-id", 2) == tuple(
        row_after(GIL, asked)[name] for name in ("state", "asked_by", "version")
    )


def test_one_officer_goes_alone_and_is_marked() -> None:
    """A body that says so needs one; row and entry say it."""
    decided = consented(None, SUBJECT, GIL, NOW_MS, one_officer=True)

    assert decided.reply["agreed"]
    assert decided.notes[0].one_officer
    assert 1 == row_after(GIL, one_officer=True)["one_officer"]


@pytest.mark.parametrize("actor", [officer("ann", "auditor"), officer("otto", "ops"), OPERATOR])
def test_others_neither_ask_nor_agree(actor: Actor) -> None:
    """Not the auditor, and not whoever has the machine."""
    for before in (None, row_after(GIL)):
        with pytest.raises(NotAllowedError, match="needs one of these roles"):
            consented(before, SUBJECT, actor, NOW_MS, one_officer=False)


def test_a_duty_officer_agrees_but_does_not_ask() -> None:
    """What begins an erasure is governance's."""
    with pytest.raises(NotAllowedError, match="Asking for an erasure"):
        consented(None, SUBJECT, DEE, NOW_MS, one_officer=False)


@pytest.mark.parametrize(("later_ms", "counts"), [(ASKED_MS_MAX, True), (ASKED_MS_MAX + 1, False)])
def test_what_was_asked_counts_for_a_month(later_ms: int, *, counts: bool) -> None:
    """After that, the second person's wish is a first one."""
    asked = row_after(GIL)

    assert counts == agreed(GUS, asked, NOW_MS + later_ms)


@pytest.mark.parametrize(("later_ms", "counts"), [(AGREED_MS_MAX, True), (GREAT_WHILE_MS, False)])
def test_what_was_broken_off_may_be_done_again_for_a_day(later_ms: int, *, counts: bool) -> None:
    """Either of the two goes on alone; later it takes two again."""
    done = row_after(GUS, row_after(GIL))

    assert counts == agreed(GIL, done, NOW_MS + later_ms)


def test_the_entry_names_nobody() -> None:
    """The chain has the pseudonym and who asked, the reason is sealed."""
    (note,) = consented(None, SUBJECT, GIL, NOW_MS, one_officer=False).notes

    assert "erasure.asked" == note.kind
    assert {"subject": SUBJECT, "asked_by": "gil-id"} == note.facts
    assert "Letter of 2 March" == note.actor.why
