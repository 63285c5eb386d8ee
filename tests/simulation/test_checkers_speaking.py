"""The checkers of speaking see what they are for: each breach, made by hand, is named."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.publish.records import BEGUN
from services.runtime.clock import ManualClock
from tests.simulation.checkers_speaking import speaking_breaches
from tests.simulation.speaking_remains import Deed, Entry, SpeakingRemains, speaking_remains
from tests.speaking_town import SpeakingTown, make_speaking_folder, post_id

Damage = Callable[[SpeakingRemains], SpeakingRemains]
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
TOWN = "account:town"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> SpeakingRemains:
    """A small run that went well: three acts of one account in turn, and one of another."""
    clock = ManualClock(START)
    town = SpeakingTown(make_speaking_folder(tmp_path_factory.mktemp("sound")), clock)
    town.set_up()
    for act in proposals(town):
        clock.advance(1.0)
        town.do("approve", "bob", act_id=act["id"], digest=act["digest"])
    for _ in range(4):
        clock.advance(1.0)
        for sender in town.speaking.senders:
            sender.turn()
    town.stop()
    return speaking_remains(town.folder)


def proposals(town: SpeakingTown) -> list[dict[str, Any]]:
    """Have somebody propose what is to go out."""
    replies = [
        town.do("answer", "ann", post_id=post_id(0), text=f"Bin {number} is emptied on Friday.")
        for number in range(3)
    ]
    text = "We open at nine."
    return [*replies, town.do("answer", "ann", kind="statement", account="library", text=text)]


def first_act(remains: SpeakingRemains) -> str:
    """Return the act behind the first deed in public."""
    sendings = remains.rows["sendings"].items()
    (act,) = (act for act, row in sendings if row["remote_id"] == remains.deeds[0].remote_id)
    return act


def with_rows(remains: SpeakingRemains, table: str, rows: Mapping[str, Any]) -> SpeakingRemains:
    """Return the remains with other rows in one table."""
    return replace(remains, rows={**remains.rows, table: rows})


def without(table: str) -> Damage:
    """Return how to lose a table."""
    return lambda remains: with_rows(remains, table, {})


def every(table: str, **values: Any) -> Damage:
    """Return how to set some values in every row of a table."""
    return lambda remains: with_rows(
        remains, table, {each: {**row, **values} for each, row in remains.rows[table].items()}
    )


def with_deeds(change: Callable[[Sequence[Deed]], Sequence[Deed]]) -> Damage:
    """Return how to change what stands in public."""
    return lambda remains: replace(remains, deeds=change(remains.deeds))


def with_entries(change: Callable[[SpeakingRemains], Iterator[Entry]]) -> Damage:
    """Return how to change the audit's entries; they are numbered anew."""

    def damaged(remains: SpeakingRemains) -> SpeakingRemains:
        numbered = [replace(each, place=n) for n, each in enumerate(change(remains))]
        return replace(remains, entries=numbered)

    return damaged


def without_kind(kind: str) -> Damage:
    """Return how to lose all entries of a kind."""
    return with_entries(lambda remains: (each for each in remains.entries if each.kind != kind))


def before_begun(
    kind: str, facts: Callable[[SpeakingRemains], dict[str, Any]], **payload: Any
) -> Damage:
    """Return how to put an entry before everything that was begun."""

    def changed(remains: SpeakingRemains) -> Iterator[Entry]:
        yield Entry(0, "house", kind, 0, None, "", facts(remains), payload)
        yield from remains.entries

    return with_entries(changed)


def halted(kind: str, name: str) -> Damage:
    """Return how to have a halt placed before everything that was begun."""
    return before_begun("halt.placed", lambda _: {"halt": kind}, name=name)


def grant_of_first(remains: SpeakingRemains) -> dict[str, Any]:
    """Return the facts that name the grant of the first act in public."""
    return {"grant": remains.rows["sendings"][first_act(remains)]["grant_id"]}


def author_of_first(remains: SpeakingRemains) -> dict[str, Any]:
    """Return the facts that name the author of the first act in public."""
    return {"person": remains.rows["acts"][first_act(remains)]["author_id"]}


def edited_late(remains: SpeakingRemains) -> Iterator[Entry]:
    """Have each act edited just before it is begun."""
    for entry in remains.entries:
        if entry.kind == BEGUN:
            yield replace(entry, kind="act.edited")
        yield entry


def crossing(remains: SpeakingRemains) -> Iterator[Entry]:
    """Have every end come only when everything was begun."""
    ends = [each for each in remains.entries if each.kind == "sending.sent"]
    yield from (each for each in remains.entries if each.kind != "sending.sent")
    yield from ends


def last_first(remains: SpeakingRemains) -> Iterator[Entry]:
    """Have the acts of an account begun and ended in the opposite order."""
    kinds = (BEGUN, "sending.sent")
    moved = [each for each in remains.entries if each.kind in kinds and each.chain == TOWN]
    pairs = [moved[n : n + 2] for n in range(0, len(moved), 2)]
    yield from (each for each in remains.entries if each not in moved)
    for pair in reversed(pairs):
        yield from pair


def unknown_of(deeds: Sequence[Deed]) -> Sequence[Deed]:
    """Have the first deed stand there once more under another id."""
    return [*deeds, replace(deeds[0], remote_id="another")]


def forgotten(remains: SpeakingRemains) -> SpeakingRemains:
    """Have our rows say that nothing was sent."""
    return every("sendings", state="refused", remote_id=None)(remains)


def test_a_sound_run_has_no_breach(sound: SpeakingRemains) -> None:
    """Nothing is wrong with it, and there is something in it to be wrong."""
    assert [] == speaking_breaches(sound)
    assert 4 == len(sound.deeds)
    assert {"town", "library"} == {deed.account for deed in sound.deeds}


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (with_deeds(lambda deeds: [replace(deeds[0], text="No."), *deeds[1:]]), "not what was"),
        (with_deeds(lambda deeds: [replace(deeds[0], target="x"), *deeds[1:]]), "not what was"),
        (with_deeds(lambda deeds: [replace(deeds[0], language="cy")]), "not what was cleared"),
        (without("sendings"), "0 sendings know of it"),
        (without("verdicts"), "without a verdict"),
        (every("verdicts", decision="hold"), "by a verdict whose decision is 'hold'"),
        (every("verdicts", revision="0" * 64), "by a verdict whose revision is"),
        (every("verdicts", digest="0" * 64), "by a verdict whose digest is"),
        (every("verdicts", checked="content/length"), "by a verdict whose checked is"),
        (every("verdicts", phase="proposal"), "by a verdict whose phase is"),
        (every("verdicts", failure="late"), "by a verdict whose failure is 'late'"),
        (every("verdicts", act_id="another"), "by a verdict whose act_id is"),
        (every("verdicts", approvers=""), "with nobody's consent"),
        (every("sendings", revision="0" * 64), "names another revision"),
        (without("grants"), "without a grant"),
        (every("grants", person_id="another"), "under a grant that is not for it"),
        (every("grants", ends_at_ms=0), "under a grant that is not for it"),
        (every("grants", kinds="hide"), "under a grant that is not for it"),
        (without("approvals"), "never gave to it"),
        (every("approvals", digest="0" * 64), "never gave to it"),
        (every("approvals", expires_at_ms=0), "never gave to it"),
        (with_entries(edited_late), "from before it was changed"),
        (without_kind("act.approved"), "from before it was changed"),
        (without_kind("act.cleared"), "the audit does not say how"),
        (without_kind(BEGUN), "the audit does not say how"),
        (with_deeds(unknown_of), "stands in public 2 times"),
        (lambda remains: replace(remains, performed=()), "were told 0 times"),
        (lambda remains: replace(remains, performed=[*remains.performed] * 2), "told 2 times"),
        (with_deeds(lambda deeds: deeds[1:]), "is not in public as"),
        (forgotten, "stands in public all the same"),
        (every("sendings", state="sending"), "has not come to its end"),
        (every("sendings", state="unknown", not_before_ms=1), "has not come to its end"),
        (without("sendings"), "is on its way and has no sending"),
        (lambda remains: replace(remains, faults=["Entry 3 was changed."]), "I5: Entry 3"),
        (with_entries(crossing), "while"),
        (with_entries(last_first), "overtook"),
        (with_deeds(lambda deeds: deeds[::-1]), "stands behind it in public"),
        (halted("account", "town"), "under a halt of account town"),
        (halted("person", "ann"), "under a halt of person ann"),
        (halted("theme", "bins"), "under a halt of theme bins"),
        (halted("everything", ""), "under a halt of everything"),
        (before_begun("grant.ended", grant_of_first), "after its grant had ended"),
        (before_begun("person.left", author_of_first), "after its author had left"),
    ],
)
def test_a_breach_is_named(sound: SpeakingRemains, damage: Damage, words: str) -> None:
    """Damage done to a sound run is found, in a sentence."""
    found = speaking_breaches(damage(sound))

    assert any(words in sentence for sentence in found), found


@pytest.mark.parametrize("kind", ["account", "everything"])
def test_a_halt_that_was_released_is_no_breach(sound: SpeakingRemains, kind: str) -> None:
    """What goes out after a release goes out rightly; so does what another halt is for."""
    name = "town" if kind == "account" else ""
    halts = halted(kind, name)(sound)
    released = before_begun("halt.released", lambda _: {"halt": kind}, name=name)

    first, *rest = released(halts).entries
    placed_first = replace(sound, entries=[rest[0], first, *rest[1:]])

    assert [] == speaking_breaches(placed_first)
    assert [] == speaking_breaches(halted("account", "another")(sound))
