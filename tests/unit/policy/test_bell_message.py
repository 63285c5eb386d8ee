"""What leaves of bells: one, or many in a summary that is no longer than anybody reads."""

from dataclasses import replace

import pytest

from services.policy.bell import BODY_LENGTH_MAX, SUBJECT_LENGTH_MAX, Occasion, rung
from services.policy.bell_message import SUMMARY_LINES_MAX, single_message, summary_message
from services.policy.bell_reading import ways_told
from services.runtime.effects import Row, Value
from tests.unit.policy.test_bell_wishes import NIGHT, USUAL

BASE = "https://mercat.council.example"


def test_a_message_has_the_id_of_its_bell() -> None:
    """So that it is known for the same at every try."""
    message = single_message(USUAL, "dora", "dora@town.example")

    assert (USUAL.id, "dora", (USUAL.body,)) == (message.id, message.login, message.lines)


def test_a_summary_tells_how_many_and_the_first_of_them() -> None:
    """Whatever stands for several counts as so many; the rest stands in the inbox."""
    bells = [replace(USUAL, id=f"b{number}", times=2) for number in range(60)]
    message = summary_message("s1", bells, "dora", "dora@town.example", BASE)

    assert ("s1", "Summary: 120 bells") == (message.id, message.subject)
    assert SUMMARY_LINES_MAX + 1 == len(message.lines)
    assert message.lines[-1].startswith("10 more stand in your inbox")
    assert f"{BASE}/api/v1/bells" == message.link


def test_a_summary_of_one_says_so() -> None:
    """Without an address there is no link."""
    message = summary_message("s1", [USUAL], "dora", "dora@town.example", None)

    assert ("Summary: 1 bell", "") == (message.subject, message.link)


@pytest.mark.parametrize(
    ("address", "about", "link"),
    [
        (BASE, "acts/a1", f"{BASE}/api/v1/acts/a1"),
        (None, "acts/a1", ""),
        (BASE, "", ""),
    ],
)
def test_a_bell_is_bounded_and_links_where_there_is_something_to_link_to(
    address: str | None, about: str, link: str
) -> None:
    """However long a title somebody gave a slot."""
    occasion = Occasion(
        kind="act.void",
        which="e1",
        to=frozenset({"dora-id"}),
        urgency="usual",
        subject="s" * 9_999,
        body="b" * 9_999,
        about=about,
    )
    bell = rung(occasion, "dora-id", NIGHT, address)

    assert (SUBJECT_LENGTH_MAX, BODY_LENGTH_MAX) == (len(bell.subject), len(bell.body))
    assert link == bell.link


def test_the_same_occasion_gives_the_same_bell_and_another_person_another() -> None:
    """That is what a crash, a replay and a second process meet."""
    occasion = Occasion(
        kind="act.void", which="e1", to=frozenset(), urgency="usual", subject="s", body="b"
    )
    ids = [rung(occasion, who, at, None).id for who, at in (("a", 1), ("a", 2), ("b", 1))]

    assert ids[0] == ids[1]
    assert ids[0] != ids[2]


class Counts:
    """A store that knows how many bells wait and failed."""

    def __init__(self, **counts: int) -> None:
        self._counts = counts

    def select(self, query: str, parameters: object) -> list[Row]:
        """Return them, by mail."""
        assert "bell_ringings_counts" == query
        del parameters
        found: list[dict[str, Value]] = [
            {"channel": "mail", "state": state, "ringings": count}
            for state, count in self._counts.items()
        ]
        return list(found)


@pytest.mark.parametrize(
    ("counts", "working", "said"),
    [
        ({}, True, "every bell went out"),
        ({"waiting": 1}, False, "1 bell waits for another try;"),
        ({"waiting": 2, "failed": 1}, False, "2 bells wait for another try and 1 bell failed"),
        ({"failed": 3}, False, "3 bells failed within a day;"),
    ],
)
def test_a_way_tells_what_waits_and_what_failed(
    counts: dict[str, int], said: str, *, working: bool
) -> None:
    """In words that name what to look at; another way is well meanwhile."""
    store: object = Counts(**counts)
    mail, desk = ways_told(store, ("mail", "webhook:desk"), NIGHT)  # type: ignore[arg-type] # all that it asks of a store

    assert working == mail.working
    assert mail.sentence.startswith(said)
    assert desk.working
