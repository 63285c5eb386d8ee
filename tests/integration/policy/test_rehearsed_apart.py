"""A rehearsal in a process apart, on a real body's folder, and a proposal with what came of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.bootstrap_rehearsal import RehearsedApart
from services.policy.file_rule_set import read_rule_set
from services.policy.rule_set import rule_set_of_files
from services.runtime.errors import InputInvalidError
from services.runtime.system_clock import SystemClock
from services.store.file_keys import KeyFolder
from tests.speaking_town import SpeakingTown, make_speaking_folder

EMOJI = "content/emoji/emoji.rego"
FLOWERS = "New beds in the Kirkgate: come and see them on Friday 🌷🌷🌷🌷"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[SpeakingTown]:
    """A town where two acts were decided on, while it runs."""
    made = SpeakingTown(make_speaking_folder(tmp_path), SystemClock())
    made.set_up()
    for text in (FLOWERS, "The lamp in Mill Lane is mended on Friday."):
        made.do("answer", "ann", kind="statement", account="town", text=text)
    yield made
    made.stop()


def changed() -> dict[str, str]:
    """Return rules by which emoji are refused."""
    files = dict(read_rule_set().files)
    return {**files, EMOJI: files[EMOJI].replace('"severity": "hold"', '"severity": "deny"')}


def rehearsed(town: SpeakingTown) -> RehearsedApart:
    """Return what rehearses on a town's records."""
    return RehearsedApart(town.folder, KeyFolder(town.folder.parent / "keys"))


def test_what_came_of_it_is_bound_to_a_proposal(town: SpeakingTown) -> None:
    """The same document as the command line writes: of these rules, on those in force."""
    files, told = changed(), list[tuple[int, int]]()
    before = datetime.now(UTC)

    document: Any = rehearsed(town)(files, "1d", lambda done, whole: told.append((done, whole)))
    order: dict[str, Any] = {"title": "No emoji", "why": "Screen readers", "files": files}
    proposed = town.do("propose-rules", "gail", rehearsal=document, **order)

    assert rule_set_of_files(files).bundle.revision == document["after"]
    assert town.speaking.bundle.revision == document["before"]
    assert "denied" in " ".join(document["summary"])
    assert datetime.fromisoformat(document["until"]) >= before.replace(microsecond=0)
    assert proposed["digest"]


def test_what_cannot_be_rehearsed_says_why(town: SpeakingTown) -> None:
    """In the words of the process that could not."""
    with pytest.raises(InputInvalidError, match="is no time; write 30d"):
        rehearsed(town)(changed(), "soon", lambda _done, _whole: None)


def test_ending_it_where_nothing_runs_does_nothing(town: SpeakingTown) -> None:
    """Nor does ending it twice."""
    apart = rehearsed(town)

    apart.end()
    apart.end()
