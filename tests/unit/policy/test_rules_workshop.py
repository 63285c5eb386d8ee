"""Trying rules by the API: one rehearsal at a time, kept for an hour, each one's own."""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

import pytest

from services.policy.file_rule_set import read_rule_set
from services.policy.rule_report import RuleReport
from services.policy.rules_workshop import BROKEN, KEPT_MAX, KEPT_SECONDS, RulesWorkshop
from services.runtime.errors import InputInvalidError, NotFoundError, RejectError, RetryLaterError
from tests.fakes import wait_until

IN_FORCE: Final = read_rule_set()
FILES: Final = dict(IN_FORCE.files)
DOCUMENT: Final[Mapping[str, Any]] = {"format": "mercat-rehearsal-1", "summary": ["None."]}
Show = Callable[[int, int], None]


class FakeLooks:
    """Finds every set of rules sound."""

    def report(self, files: Mapping[str, str], what: Literal["check", "test"]) -> RuleReport:
        """Return a report that counts the files."""
        return RuleReport(len(files), len(what), 0, ())


class FakeRehearses:
    """Is half done until it is let go on; then ends as it is told to."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.fails: Exception | None = None
        self.ended = 0

    def __call__(self, files: Mapping[str, str], since: str, show: Show) -> Mapping[str, Any]:
        """Return the document, or fail."""
        show(1, 2)
        assert self.go.wait(10)
        if self.fails is not None:
            raise self.fails
        return {**DOCUMENT, "since": since, "files": len(files)}

    def end(self) -> None:
        """Let it end."""
        self.ended += 1
        self.go.set()


class Stand:
    """A workshop on fakes, and its clock."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.rehearses = FakeRehearses()
        self._ids = iter(range(1_000))
        self.workshop = RulesWorkshop(
            FakeLooks(),
            self.rehearses,
            lambda: IN_FORCE,
            lambda: f"id-{next(self._ids)}",
            lambda: self.seconds,
        )

    def begin(self, who: str = "gil") -> str:
        """Begin a rehearsal; return its id."""
        return str(self.workshop.begin(FILES, "30d", who)["id"])

    def ended(self, rehearsal_id: str, who: str = "gil") -> Mapping[str, Any]:
        """Let a rehearsal end; return what is told of it."""
        self.rehearses.go.set()
        wait_until(lambda: self.workshop.rehearsal(rehearsal_id, who)["state"] != "running")
        self.workshop._running.join()  # type: ignore[union-attr]
        self.rehearses.go.clear()
        return self.workshop.rehearsal(rehearsal_id, who)


@pytest.fixture
def stand() -> Iterator[Stand]:
    """A workshop in which nothing was begun."""
    made = Stand()
    yield made
    made.workshop.close()


def test_a_rehearsal_tells_how_far_it_is_and_what_came_of_it(stand: Stand) -> None:
    """What it ends with is what a proposal takes."""
    begun = stand.begin()
    wait_until(lambda: stand.workshop.rehearsal(begun, "gil")["done"] == 1)
    half = stand.workshop.rehearsal(begun, "gil")
    done = stand.ended(begun)

    assert ("running", 2, {}) == (half["state"], half["whole"], half["rehearsal"])
    assert ("done", "30d", len(FILES)) == (
        done["state"],
        done["rehearsal"]["since"],
        done["rehearsal"]["files"],
    )
    assert "rehearsed: None." in done["lines"]


def test_one_rehearsal_is_under_way_at_a_time(stand: Stand) -> None:
    """Whoever comes second is told to wait; after the first has ended theirs begins."""
    begun = stand.begin()
    with pytest.raises(RetryLaterError, match="ask again when that has ended"):
        stand.begin("gus")
    stand.ended(begun)

    assert stand.begin("gus")


def test_a_rehearsal_is_its_officers_own(stand: Stand) -> None:
    """Samples in it are words of people: they are shown to who asked for them."""
    begun = stand.begin()

    with pytest.raises(NotFoundError, match="no rehearsal of yours"):
        stand.workshop.rehearsal(begun, "gus")


def test_a_rehearsal_is_forgotten_after_an_hour(stand: Stand) -> None:
    """With the words in it; whoever asks is told to begin it anew."""
    begun = stand.begin()
    stand.ended(begun)
    stand.seconds = KEPT_SECONDS + 1

    with pytest.raises(NotFoundError, match="Begin it anew"):
        stand.workshop.rehearsal(begun, "gil")


def test_no_more_than_so_many_are_kept(stand: Stand) -> None:
    """The oldest goes first, and the one that runs never."""
    begun = [stand.begin()]
    for _ in range(KEPT_MAX):
        stand.ended(begun[-1])
        begun.append(stand.begin())

    with pytest.raises(NotFoundError):
        stand.workshop.rehearsal(begun[0], "gil")
    assert "running" == stand.workshop.rehearsal(begun[-1], "gil")["state"]
    assert "done" == stand.workshop.rehearsal(begun[1], "gil")["state"]


def test_a_rehearsal_that_cannot_be_done_says_why(stand: Stand) -> None:
    """In the words of what refused it."""
    stand.rehearses.fails = InputInvalidError("There are too many.")

    told = stand.ended(stand.begin())

    assert ("failed", "There are too many.", {}) == (
        told["state"],
        told["sentence"],
        told["rehearsal"],
    )


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_ends_a_rehearsal_and_nothing_else(stand: Stand) -> None:
    """Whoever asks is told that the fault is not theirs."""
    stand.rehearses.fails = ZeroDivisionError()

    told = stand.ended(stand.begin())

    assert ("failed", BROKEN) == (told["state"], told["sentence"])


def test_files_that_are_no_rules_are_refused_at_once(stand: Stand) -> None:
    """Before anything is begun, or compared."""
    for asked in (
        lambda: stand.workshop.begin({"data/nothing.yaml": "x: 1"}, "30d", "gil"),
        lambda: stand.workshop.difference({"data/nothing.yaml": "x: 1"}),
        lambda: stand.workshop.template("emoji"),
    ):
        with pytest.raises(RejectError):
            asked()


def test_rules_are_compared_with_those_in_force(stand: Stand) -> None:
    """To the last comment."""
    emoji = "content/emoji/emoji.rego"
    changed = {**FILES, emoji: FILES[emoji].replace('"hold"', '"deny"')}

    assert ["content/emoji"] == stand.workshop.difference(changed)["changed"]
    assert [] == stand.workshop.difference(FILES)["changed"]


def test_a_new_rule_comes_with_tests_of_both_kinds(stand: Stand) -> None:
    """And rules are looked at, whole or by their tests alone."""
    made = stand.workshop.template("content/our_bins")

    assert {"content/our_bins/our_bins.rego", "content/our_bins/our_bins_test.rego"} == set(made)
    assert {"sound": True, "rules": 1, "tests": 5, "objections": 0, "faults": []} == (
        stand.workshop.report({"a": "b"}, "check")
    )


def test_closing_ends_what_is_under_way(stand: Stand) -> None:
    """No process outlives the one that began it."""
    stand.begin()

    stand.workshop.close()

    assert 1 == stand.rehearses.ended
