"""What people want done with cases is on record: who, signed in how, and why, in one commit."""

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest

from services.bootstrap import Embedded
from services.commands import ListeningCommands
from services.policy.audit_entries import StoredEntry, entries_found
from services.policy.audit_sentences import told
from services.request_notes import RequestNotes
from services.runtime.actor import OPERATOR, Actor
from services.runtime.errors import RejectError
from services.runtime.ports import Commit, Record
from services.runtime.system_clock import SystemClock
from services.settings import read_body, read_environment
from tests.desk_fakes import OpenSealer
from tests.mercat_process import Ended, Running, call

KIM: Final = Actor("a" * 32, "kim", frozenset({"team-member"}), "token", credential_id="t1")
WHY: Final = "Told at the counter"
AUTHOR: Final = "citizen:rows:@bob@social.example"
WISH: Final = {"reason": WHY, "requested_by": "kim"}


class Office:
    """A Mercat at work without its sources, whose audit can be read; it keeps every commit."""

    def __init__(self, folder: Path, watch: pytest.MonkeyPatch) -> None:
        settings = read_body(folder, read_environment())
        self.embedded = Embedded(folder, settings, SystemClock(), with_sources=False)
        self.sealer = OpenSealer()
        self.commits: list[Commit] = []
        journal = self.embedded.journal
        self.store, self._commit = journal.store, journal.commit
        watch.setattr(journal, "commit", self._kept)
        notes = RequestNotes(self.sealer, self.store, self.embedded.clock, self.subject_of)
        self.commands = ListeningCommands(self.embedded, notes)
        (case,) = self.store.select("inbox", ("lighting", 1))
        self.case, self.post = str(case["id"]), str(case["first_post_id"])

    @staticmethod
    def subject_of(source: str, author: str) -> str:
        """Return the name for an author of a source."""
        return f"citizen:{source}:{author}"

    def entries(self) -> list[StoredEntry]:
        """Return what the audit has of the case."""
        return list(entries_found(self.store, "audit_of_case", self.case))

    def _kept(self, commit: Commit) -> "Future[Sequence[Record]]":
        self.commits.append(commit)
        return self._commit(commit)


@pytest.fixture
def office(ran: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A Mercat on a folder that ran."""
    made = Office(ran, monkeypatch)
    made.embedded.start()
    yield made
    made.embedded.stop()


def test_a_wish_and_its_note_are_in_one_commit(office: Office) -> None:
    """No crash can leave one without the other, and both say how its maker had signed in."""
    answer = office.commands.carry_out(
        "close", {"case": office.post, "outcome": "answered", **WISH}, KIM
    )

    (commit,) = [commit for commit in office.commits if commit.entries]
    (append,), (entry,) = commit.appends, office.entries()
    assert answer["event"] == json.loads(append.value)["id"]
    assert "token" == json.loads(append.value)["data"]["signed_in_by"]
    assert ("case.close-requested", KIM.person_id) == (entry.kind, entry.actor_id)
    assert {"request": answer["event"], "team": "lighting", "outcome": "answered"} == entry.said[
        "facts"
    ]
    assert ("token", "t1") == tuple(
        entry.said["actor"][name] for name in ("signed_in_by", "credential_id")
    )
    assert {"why": WHY} == json.loads(entry.ciphertext or b"")
    assert AUTHOR == entry.subject


def test_a_reroute_is_noted_with_the_case_that_its_post_is_in(office: Office) -> None:
    """A case that moves with its conversation is found by what was done with it, too."""
    office.commands.carry_out("reroute", {"post": office.post, "team": "waste", **WISH}, KIM)

    (entry,) = office.entries()
    facts = entry.said["facts"]
    assert ("case.reroute-requested", "lighting", "waste", False) == (
        entry.kind,
        *(facts[name] for name in ("team", "team_wanted", "alone")),
    )


def test_a_merge_is_on_record_of_both_cases(office: Office) -> None:
    """Whoever asks for either finds it, in one commit and under one request."""
    (case,) = office.store.select("inbox", ("waste", 1))
    other = str(case["id"])

    answer = office.commands.carry_out("merge", {"case": other, "into": office.case, **WISH}, KIM)

    (commit,) = [commit for commit in office.commits if commit.entries]
    (entry,) = office.entries()
    assert [("case.merge-requested", other), ("case.take-in-requested", office.case)] == [
        (each.kind, each.case_id) for each in commit.entries
    ]
    assert AUTHOR == entry.subject
    assert {"request": answer["event"], "team": "lighting", "merged_case_id": other} == (
        entry.said["facts"]
    )
    assert f"kim asked for case {other} to be answered with this one." == told(
        entry.kind, entry.said, "kim"
    )


def test_what_is_refused_at_once_is_not_noted(office: Office) -> None:
    """There is no request on the log that an entry could tell of."""
    with pytest.raises(RejectError, match="open already"):
        office.commands.carry_out("reopen", {"case": office.case, **WISH}, KIM)

    assert [] == office.entries()


def test_a_wish_about_somebody_erased_is_noted_without_its_reason(office: Office) -> None:
    """The case is closed all the same, and the chain says that words were withheld."""
    office.sealer.erased.add(AUTHOR)

    office.commands.carry_out(
        "close", {"case": office.case, "outcome": "not-ours", **WISH}, OPERATOR
    )

    (entry,) = office.entries()
    assert ("withheld", None) == (entry.said["payload"], entry.ciphertext or None)
    assert "not-ours" == entry.said["facts"]["outcome"]


def test_where_nobody_speaks_nothing_is_noted(office: Office) -> None:
    """Cases are worked on there as ever."""
    alone = ListeningCommands(office.embedded)

    alone.carry_out("close", {"case": office.case, "outcome": "answered", **WISH}, OPERATOR)

    assert [] == office.entries()


Verb = Callable[..., Ended]


@pytest.fixture(params=["alone", "beside a running process"])
def verb(request: pytest.FixtureRequest, ran: Path, env: dict[str, str]) -> Iterator[Verb]:
    """Calls a verb on a folder where kim works, whose token is kept on this machine."""

    def called(*arguments: str | Path, **values: str) -> Ended:
        return call(*arguments, "--folder", ran, env={**env, **values})

    with ExitStack() as ends:
        if request.param != "alone":
            ends.enter_context(Running(ran, env=env))
        named = ("--name", "Kim", "--address", "kim@council.example", "--role", "team-member")
        for ended in (
            called("people", "add", "kim", *named),
            called("people", "token", "kim", "--save"),
        ):
            assert ended.code == 0, ended.err
        yield called


def test_a_case_worked_on_by_two_shows_both_in_its_package(verb: Verb, tmp_path: Path) -> None:
    """One signs in and one types a name; a reader sees who it was, what came of it, and why."""
    (case,) = json.loads(verb("inbox", "waste", "--json").out)
    others = ("--reason", "It was not so", "--by", "otto", "--json")
    closing = ("--outcome", "answered", "--reason", WHY, "--as", "kim", "--json")

    closed = verb("close", case["first_post_id"], *closing)
    reopened = verb("reopen", case["id"], *others)
    moved = verb("reroute", case["id"], "lighting", "--reason", WHY, "--as", "kim", "--json")
    out = tmp_path / "package"
    export = ("audit", "export", "--foi", "--case", case["id"], "--out", out)
    package = verb(*export, "--why", "A request")

    assert [0, 0, 0, 0] == [each.code for each in (closed, reopened, moved, package)], (
        closed.err + reopened.err + moved.err + package.err
    )
    assert {"sentence", "event", "case"} == set(json.loads(closed.out))
    assert set(json.loads(closed.out)) == set(json.loads(reopened.out))
    page = (out / "index.html").read_text("utf-8")
    pieces = (
        "kim asked for the case to be closed: it was answered.",
        f"Reason given: {WHY}",
        "whoever runs the machine asked for the closed case to be opened again.",
        "Reason given: It was not so",
        "In the name of: otto",
        "kim asked for the case to go from team waste to lighting.",
    )
    places = [page.find(piece) for piece in pieces]
    assert -1 not in places
    assert sorted(places) == places


def test_who_signs_in_is_who_says_so(verb: Verb) -> None:
    """A name beside a token is refused, whichever way the token came, and nothing is done."""
    (case,) = json.loads(verb("inbox", "waste", "--json").out)
    closing = ("close", case["id"], "--outcome", "answered", "--reason", WHY, "--by", "otto")

    both = verb(*closing, "--as", "kim")
    other = verb(*closing, MERCAT_TOKEN="somebody's")
    wrong = verb(*closing[:-2], MERCAT_TOKEN="somebody's")
    nowhere = verb("close", "0" * 32, *closing[2:-2], "--as", "kim")

    assert [1, 1, 1, 1] == [each.code for each in (both, other, wrong, nowhere)]
    assert "leave it out" in both.err
    assert "leave it out" in other.err
    assert "there is no case 0000" in nowhere.err
    assert [case] == json.loads(verb("inbox", "waste", "--json").out)
