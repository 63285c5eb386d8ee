"""`mercat judge`: a file of drafts in, a decision on each out, by the content rules alone."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from services.house.sqlite_house import House
from services.policy.judging import LINE_BYTES_MAX, PLATFORMS
from services.publish.house_platform import HousePlatform
from services.runtime.clock import ManualClock
from tests.folders import make_folder
from tests.mercat_process import Ended, call, environment, run

TOWN_LINE: Final = "Ring 01632 960100."
A_DRAFT: Final[dict[str, Any]] = {
    "kind": "reply",
    "author": "staff",
    "platform": "mastodon",
    "parent": "When are the bins emptied?",
    "text": "On Tuesday, from seven.",
    "media": [],
}


def drafts(path: Path, *changes: dict[str, Any] | bytes) -> Path:
    """Write a file of drafts, numbered from 0, each with something changed or as given."""
    lines = [
        change
        if isinstance(change, bytes)
        else json.dumps({"id": f"d{number}", **A_DRAFT, **change}).encode()
        for number, change in enumerate(changes)
    ]
    path.write_bytes(b"\n".join(lines))
    return path


def judged(ended: Ended) -> dict[str, str]:
    """Return the decision on each draft, in the order in which they were written."""
    answers = [json.loads(line) for line in ended.out.splitlines()]
    return {answer["id"]: answer["decision"] for answer in answers}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a file of drafts is to be."""
    return tmp_path / "drafts.jsonl"


def test_each_draft_is_decided_on_in_order(file: Path, env: dict[str, str]) -> None:
    """Sound, promising and telling drafts come out as what they are, with the reasons."""
    texts = (
        "On Tuesday, from seven.",
        "We will look into it.",
        "Ring him on 07700 900123.",
        f"{TOWN_LINE}",
    )

    ended = call("judge", drafts(file, *[{"text": text} for text in texts]), env=env)

    assert 0 == ended.code, ended.err
    assert ["d0", "d1", "d2", "d3"] == list(judged(ended))
    assert ["allow", "hold", "deny", "allow"] == list(judged(ended).values())
    reason = json.loads(ended.out.splitlines()[2])["reasons"][0]
    assert ("content/personal_data", "deny") == (reason["rule"], reason["severity"])
    assert reason["cure"]
    assert "" == ended.err


def test_a_bad_line_is_told_and_its_neighbours_go_on(file: Path, env: dict[str, str]) -> None:
    """Line, key and cure are on standard error, and nothing of them on standard output."""
    drafts(file, {}, b"{", {"platform": "pigeon"}, b"", {"text": "Tomorrow at nine."})

    ended = call("judge", file, env=env)

    assert 1 == ended.code
    assert {"d0": "allow", "d4": "allow"} == judged(ended)
    told = ended.err.splitlines()
    assert told[0].startswith("mercat: line 2: it is not JSON; write {")
    assert told[1].startswith("mercat: line 3: platform: input should be")
    assert 2 == len(told)


def test_a_text_of_a_million_characters_is_denied(file: Path, env: dict[str, str]) -> None:
    """What nobody can read to its end never goes out, whatever it is made of."""
    fillings = ("a", "\u202e", "\U0001f600", '{"a":', "07700 900123 ")
    drafts(file, *[{"text": filling * (1_000_000 // len(filling))} for filling in fillings])

    ended = call("judge", file, env=env)

    assert (0, "") == (ended.code, ended.err)
    assert ["deny"] * len(fillings) == list(judged(ended).values())


def test_a_line_beyond_the_bound_is_told_and_the_next_is_judged(
    file: Path, env: dict[str, str]
) -> None:
    """However long a line is, no more of it is taken in than the bound."""
    drafts(file, b"x" * (2 * LINE_BYTES_MAX + 5), {})

    ended = call("judge", file, env=env)

    assert (1, {"d1": "allow"}) == (ended.code, judged(ended))
    assert "line 1: it is over 16,000,000 bytes" in ended.err


def test_a_bodys_folder_brings_its_own_contacts(
    file: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    """The town's line is somebody's number to a body whose line it is not."""
    folder = make_folder(tmp_path / "body")
    drafts(file, {"text": TOWN_LINE})

    in_town = call("judge", file, env=env)
    elsewhere = call("judge", file, "--folder", folder, env=env)

    assert {"d0": "allow"} == judged(in_town)
    assert {"d0": "deny"} == judged(elsewhere)


def test_drafts_come_by_a_pipe_too(tmp_path: Path) -> None:
    """The command is a program among others: what it is given on standard input is judged."""
    ended = run("judge", "-", env=environment(tmp_path / "keys"))

    assert (0, "", "") == (ended.code, ended.out, ended.err)


def test_the_house_platform_counts_as_it_says_itself(tmp_path: Path, clock: ManualClock) -> None:
    """A draft for the house is measured by what the house takes."""
    facts = HousePlatform(House(tmp_path / "house.sqlite", clock), {}).facts

    expected = PLATFORMS["house"]
    assert (facts.length_kind, facts.length_max) == (expected.length_kind, expected.length_max)
