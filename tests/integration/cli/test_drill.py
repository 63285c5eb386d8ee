"""`mercat drill`: refused where it has no place, and ended by its time, whatever happens."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.bootstrap_drills import ORIGIN, Drilling
from services.cli_options import ask_running
from services.runtime.actor import OPERATOR, PROGRAM, Actor
from services.runtime.audit_entry import HOUSE_CHAIN
from services.runtime.clock import ManualClock
from services.runtime.drill import DEAD_LETTERS, DRILLS, LETTERS_COUNT
from services.runtime.effects import Row
from services.runtime.errors import RejectError
from services.settings import SETTINGS_NAME
from tests.folders import make_folder
from tests.mercat_process import Running, call
from tests.speaking_town import SpeakingTown, make_speaking_folder


class OtherCommands:
    """The verbs that are no drill's."""

    def carry_out(self, verb: str, arguments: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
        """Say what was asked."""
        return {"sentence": f"{verb} {dict(arguments)} by {actor.login}"}


@pytest.fixture
def town(tmp_path: Path, clock: ManualClock) -> Iterator[SpeakingTown]:
    """A demonstration with an open door."""
    folder = make_speaking_folder(tmp_path)
    settings = folder / SETTINGS_NAME
    text = settings.read_text("utf-8").replace("kind: body", "kind: demonstration")
    settings.write_text(text, "utf-8")
    town = SpeakingTown(folder, clock)
    town.embedded.door.start()
    yield town
    town.embedded.door.stop()
    town.stop()


@pytest.fixture
def drilling(town: SpeakingTown) -> Drilling:
    """Its drills, whose watch looks when it is told to."""
    return Drilling(town.embedded, town.speaking, OtherCommands())


def letters(town: SpeakingTown) -> list[Row]:
    """Return the dead letters of drills."""
    rows = town.store.select("dead_letters", ("waiting", 500))
    return [row for row in rows if row["origin"] == ORIGIN]


def recorded(town: SpeakingTown) -> list[tuple[str, str]]:
    """Return what is on record of drills: of which kind, and by whom."""
    rows = town.store.select("audit_chain_after", (HOUSE_CHAIN, 0, 500))
    entries = [(str(row["kind"]), str(row["actor_id"])) for row in rows]
    return [entry for entry in entries if entry[0].startswith("drill.")]


def begin(drilling: Drilling, name: str, minutes: int = 5) -> Mapping[str, Any]:
    """Begin a drill."""
    return drilling.carry_out("drill-begin", {"name": name, "minutes": minutes}, OPERATOR)


def test_a_real_body_has_no_drills(tmp_path: Path, env: dict[str, str]) -> None:
    """The command says so and what to do, and the running process refuses it, too."""
    folder = make_folder(tmp_path / "body")
    with Running(folder, env=env):
        ended = call("drill", "disk", "--folder", folder, env=env)
        with pytest.raises(RejectError, match="a real body's Mercat"):
            ask_running(folder, "drill-begin", {"name": "disk"})

    assert 1 == ended.code
    assert "is a real body's folder" in ended.err
    assert "mercat run --town FOLDER" in ended.err


def test_a_drill_is_of_a_mercat_that_runs(tmp_path: Path, env: dict[str, str]) -> None:
    """Where none does, nothing is opened for it, and the command says what to start."""
    folder = make_folder(tmp_path / "body")
    settings = folder / SETTINGS_NAME
    text = settings.read_text("utf-8").replace("kind: body", "kind: demonstration")
    settings.write_text(text, "utf-8")

    ended = call("drill", "disk", "--folder", folder, env=env)

    assert (1, True) == (ended.code, f"mercat run {folder}" in ended.err)
    assert not (folder / "mercat.sqlite").exists()


def test_other_verbs_are_handed_on(drilling: Drilling) -> None:
    """Drills stand before the commands of listening and take nothing from them."""
    told = drilling.carry_out("retry", {"letters": ["a"]}, OPERATOR)

    assert "retry {'letters': ['a']} by operator" == told["sentence"]


def test_dead_letters_of_a_drill_go_with_it(town: SpeakingTown, drilling: Drilling) -> None:
    """They are there while it is on, and others are left alone."""
    begun = begin(drilling, DEAD_LETTERS)
    during = len(letters(town))
    ended = drilling.carry_out("drill-end", {}, OPERATOR)

    assert (DEAD_LETTERS, 300) == (begun["drill"], begun["seconds_left"])
    assert (LETTERS_COUNT, 0) == (during, len(letters(town)))
    assert DRILLS[DEAD_LETTERS].alert in ended["sentence"]


def test_a_drill_is_ended_once_its_time_is_over(
    town: SpeakingTown, drilling: Drilling, clock: ManualClock
) -> None:
    """By the program, with all that it left, and not before."""
    begin(drilling, DEAD_LETTERS, minutes=1)
    drilling._turn()
    before = len(letters(town)), len(drilling.statuses())
    clock.advance(60)
    drilling._turn()

    assert (LETTERS_COUNT, 1) == before
    assert [] == letters(town)
    assert () == drilling.statuses()
    assert [("drill.begun", OPERATOR.person_id), ("drill.ended", PROGRAM.person_id)] == recorded(
        town
    )


def test_a_drill_ends_with_the_process(town: SpeakingTown, drilling: Drilling) -> None:
    """Whoever stops Mercat has nothing to remember."""
    drilling.start()
    begin(drilling, DEAD_LETTERS)
    drilling.stop()

    assert ([], None) == (letters(town), drilling.crashed_with)
    assert None is town.embedded.drills.begun


def test_what_a_dead_process_left_goes_at_the_next_start(
    town: SpeakingTown, drilling: Drilling
) -> None:
    """The letters of a drill that nobody could end are taken away."""
    begin(drilling, DEAD_LETTERS)
    town.embedded.drills.end()
    after = Drilling(town.embedded, town.speaking, OtherCommands())
    after.start()
    after.stop()

    assert [] == letters(town)


def test_no_drill_is_told_and_ended_as_none(drilling: Drilling) -> None:
    """Asking for it is no fault."""
    for verb in ("drill-show", "drill-end"):
        assert {"sentence": "No drill is on.", "drill": None} == drilling.carry_out(
            verb, {}, OPERATOR
        )


@pytest.mark.parametrize(
    "arguments", [{}, {"name": "flood"}, {"name": "disk", "minutes": 31}, {"name": "disk", "x": 1}]
)
def test_an_order_that_is_none_begins_nothing(
    town: SpeakingTown, drilling: Drilling, arguments: Mapping[str, Any]
) -> None:
    """It is refused in words, and nothing is on record."""
    with pytest.raises(RejectError):
        drilling.carry_out("drill-begin", arguments, OPERATOR)

    assert ([], None) == (recorded(town), town.embedded.drills.begun)
