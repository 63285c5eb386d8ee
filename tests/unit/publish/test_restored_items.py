"""Which deeds are the acts of a restored account: by key, by looks, or not to be told."""

from datetime import timedelta
from typing import Any, Final

import pytest

from schemas.act import ActContent
from services.publish.restored_items import (
    Item,
    Match,
    matched,
    sending_asked,
    sending_found,
    sending_not_found,
)
from services.publish.sending import Sending
from services.publish.steps import SKEW_MS
from services.runtime.clock import from_epoch_ms
from services.runtime.platform import OwnAct

MADE_MS: Final = 1_772_442_000_000
LATER: Final = from_epoch_ms(MADE_MS) + timedelta(minutes=1)


def content(text: str = "On Friday.") -> ActContent:
    """Return a reply."""
    return ActContent(kind="reply", account="town", text=text, language="en", target="n1")


def begun(act_id: str, **values: Any) -> Sending:
    """Return a sending that was begun a minute before the backup."""
    given: dict[str, Any] = {
        "act_id": act_id,
        "account": "town",
        "kind": "reply",
        "state": "sending",
        "request_key": f"key {act_id}",
        "digest": "d" * 64,
        "verdict_id": "v",
        "grant_id": "g",
        "revision": "r",
        "approvers": ("bob",),
        "case_id": "c",
        "attempt": 1,
        "begun_at_ms": MADE_MS - 60_000,
        "version": 3,
    }
    return Sending(**{**given, **values})


def item(act_id: str = "a1", text: str = "On Friday.", sending: Sending | None = None) -> Item:
    """Return an act that the backup takes for unsent."""
    row = {
        "digest": "d" * 64,
        "verdict_id": None,
        "revision": None,
        "case_id": "c",
        "state": "approved",
    }
    return Item(act_id, row, content(text), f"key {act_id}", sending)


def deed(remote_id: str = "r1", text: str = "On Friday.", **values: Any) -> OwnAct:
    """Return something that the account did after the backup."""
    given: dict[str, Any] = {"kind": "reply", "text": text, "target": "n1", "at": LATER}
    return OwnAct(remote_id=remote_id, **{**given, **values})


def told(items: list[Item], deeds: list[OwnAct]) -> list[tuple[list[str], bool]]:
    """Return, for each act, the ids of what can be it, and whether that is sure."""
    return [
        ([each.remote_id for each in found], sure)
        for _, found, sure in matched(items, deeds, MADE_MS)
    ]


def test_a_key_tells_whatever_the_words_are() -> None:
    """A platform may have changed them; its key is the act's own."""
    assert [(["r1"], True)] == told([item()], [deed(text="On Fri.", key="key a1")])


def test_another_key_is_another_act() -> None:
    """However alike it looks."""
    assert [([], False)] == told([item()], [deed(key="key a9")])


def test_looks_tell_where_there_is_no_key() -> None:
    """Kind, place and words are the same, and nothing else is."""
    other = deed("r2", "Something else.")

    assert [(["r1"], True)] == told([item()], [deed(), other])


@pytest.mark.parametrize(
    ("items", "deeds"),
    [([item("a1"), item("a2")], [deed()]), ([item("a1")], [deed("r1"), deed("r2")])],
    ids=["two acts", "two deeds"],
)
def test_what_could_be_either_is_not_sure(items: list[Item], deeds: list[OwnAct]) -> None:
    """A person looks at what looks the same twice."""
    assert all(found and not sure for found, sure in told(items, deeds))


@pytest.mark.parametrize(("early_ms", "found"), [(SKEW_MS, True), (SKEW_MS + 1, False)])
def test_what_was_done_before_the_backup_is_no_unsent_act(early_ms: int, *, found: bool) -> None:
    """Give or take what clocks differ by."""
    early = deed(at=from_epoch_ms(MADE_MS - early_ms))

    assert found == told([item()], [early])[0][1]


def test_what_was_begun_before_the_backup_may_be_that_old() -> None:
    """It is looked for from its beginning on."""
    old = begun("a1", begun_at_ms=MADE_MS - 3_600_000)
    done = deed(at=from_epoch_ms(MADE_MS - 3_600_000))

    assert [(["r1"], True)] == told([item(sending=old)], [done])


def test_a_find_without_a_sending_makes_one_that_names_who_told() -> None:
    """Its leave is not known any more, and nothing is made up."""
    found = sending_found(item(), "town", deed(link="https://house.example/r1"))

    assert ("reconciled", "r1", "reading-back", "") == (
        found.state,
        found.remote_id,
        found.settled_by,
        found.grant_id,
    )


def test_what_was_begun_ends_in_one_of_three_ways() -> None:
    """Found, not there, or a person's to tell; a version on in each."""
    halfway = item(sending=begun("a1", not_before_ms=1))

    found = sending_found(halfway, "town", deed())
    gone = sending_not_found(halfway, MADE_MS)
    asked = sending_asked(halfway, MADE_MS, MADE_MS, "Look there.")

    assert [4, 4, 4] == [each.version for each in (found, gone, asked)]
    assert gone.may_begin_again
    assert asked.awaits_person
    assert MADE_MS - 60_000 == asked.doubt_since_ms
    assert isinstance(next(matched([halfway], [], MADE_MS)), Match)
