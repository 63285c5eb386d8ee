"""The verbs that read, on a moved folder: what they tell, and what they say where they cannot."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from services.settings import MOVED_NAME
from tests.integration.move.moved_town import MovedTown
from tests.integration.move.mover import Mover
from tests.postgres_server import fresh_database
from tests.speaking_town import case_id, post_id

READING: Final[Mapping[str, tuple[str, ...]]] = {
    "inbox": ("inbox", "contact"),
    "show a case": ("show", case_id(0)),
    "show a post": ("show", post_id(1)),
    "acts": ("acts",),
    "acts of a case": ("acts", "--case", case_id(0)),
    "act": ("act", "ACT"),
    "halts": ("halts",),
    "dead-letters list": ("dead-letters", "list"),
    "audit show": ("audit", "show"),
    "audit verify": ("audit", "verify"),
    "people list": ("people", "list"),
    "records holds": ("records", "holds"),
    "records retention": ("records", "retention", "--dry-run"),
    "keys list": ("keys", "list"),
    "objections list": ("objections", "list"),
}
Told = dict[str, tuple[list[str], Any]]


@pytest.fixture(scope="module")
def before() -> Told:
    """What each verb is asked with, and told before the move."""
    return {}


@pytest.fixture(scope="module")
def town(
    lived_in: Path, tmp_path_factory: pytest.TempPathFactory, postgres_server: str, before: Told
) -> MovedTown:
    """The town, moved; nothing here changes it."""

    def ask_everything(town: MovedTown) -> None:
        act = str(town.told("acts")[0]["id"])
        for verb, words in READING.items():
            asked = [act if word == "ACT" else word for word in words]
            before[verb] = (asked, town.told(*asked))

    place = tmp_path_factory.mktemp("moved") / "town"
    return MovedTown.moved(lived_in, place, fresh_database(postgres_server), ask_everything)


@pytest.mark.parametrize("verb", READING)
def test_a_reading_verb_tells_the_same_as_before_the_move(
    town: MovedTown, before: Told, verb: str
) -> None:
    """Programs that read what Mercat tells do not notice that the data lie elsewhere."""
    asked, told = before[verb]

    assert told == town.told(*asked)
    assert told


@pytest.mark.parametrize("verb", READING)
def test_where_postgresql_is_away_a_reading_verb_says_what_to_do(
    town: MovedTown, before: Told, verb: str
) -> None:
    """One sentence names the folder, the database and the cure; the same may succeed later."""
    ended = town.away(*before[verb][0])

    assert (75, "") == (ended.code, ended.out)
    (line,) = ended.err.splitlines()
    assert f"the data of {town.folder} are in PostgreSQL" in line
    assert "see that it runs, or say in scaled.postgres.address or MERCAT_POSTGRES_ADDRESS" in line


@pytest.mark.parametrize("verb", ["inbox", "halts", "audit verify"])
@pytest.mark.parametrize("package", ["psycopg", "psycopg_pool"])
def test_without_the_extra_it_is_named(
    town: MovedTown, before: Told, verb: str, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installation that cannot speak to PostgreSQL is told what to install."""

    def absent(name: str) -> None:
        raise ModuleNotFoundError(f"no {name}", name=f"{package}.errors")

    monkeypatch.setattr("services.bootstrap_scaled.import_module", absent)

    ended = town.call(*before[verb][0])

    assert 1 == ended.code
    assert f"the package {package} is not installed" in ended.err


def test_settings_that_name_no_database_are_told_which_it_is(town: MovedTown) -> None:
    """Who moved a folder and has not set the address yet is told what to set."""
    path = town.folder / "mercat.yaml"
    said = path.read_text("utf-8")
    path.write_text(said.partition("scaled:")[0], "utf-8")
    try:
        ended = [town.call(*words) for words in (READING["inbox"], READING["halts"])]
    finally:
        path.write_text(said, "utf-8")

    for each in ended:
        assert 1 == each.code
        assert f"moved to {town.mover.address}, and the settings name no database" in each.err


@pytest.mark.parametrize("verb", ["inbox", "halts"])
def test_another_bodys_database_is_not_read(
    town: MovedTown, fresh: Mover, before: Told, verb: str
) -> None:
    """A wrong address never shows one council's people another council's cases."""
    fresh.moved()

    ended = town.call(*before[verb][0], MERCAT_POSTGRES_ADDRESS=fresh.address)

    assert 1 == ended.code
    assert f"the database at {fresh.address} holds another body" in ended.err
    assert f"{town.folder / MOVED_NAME} says that its data were moved" in ended.err


def test_a_body_that_began_in_postgresql_needs_no_mark(fresh: Mover, tmp_path: Path) -> None:
    """Where the folder holds settings alone and they name a database, that is what is read."""
    ended = fresh.call("migrate", fresh.folder, "--schema", "--to", fresh.address)
    assert ended.code == 0, ended
    town = MovedTown(Mover(tmp_path, fresh.address))

    told = [
        town.call(*words, "--json", MERCAT_POSTGRES_ADDRESS=fresh.address)
        for words in (READING["inbox"], READING["people list"])
    ]

    assert [(0, "[]\n"), (0, "[]\n")] == [(each.code, each.out) for each in told]
    assert not (town.folder / "mercat.sqlite").exists()
