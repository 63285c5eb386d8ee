"""The verbs that change something, on a moved folder: by the console, else in PostgreSQL itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from services import bootstrap_scaled
from services.settings import CONTROL_NAME
from tests.fakes import wait_until
from tests.integration.move.moved_town import MovedTown
from tests.postgres_server import fresh_database
from tests.service_process import Service
from tests.speaking_town import case_id, post_id


@pytest.fixture(scope="module")
def town(
    lived_in: Path, tmp_path_factory: pytest.TempPathFactory, postgres_server: str
) -> MovedTown:
    """The town, moved with a draft of Ann's; each test here changes what is its own."""

    def have_a_draft(town: MovedTown) -> None:
        town.told("people", "token", "ann", "--save")
        town.told("draft", "--post", post_id(1), "--text", "Thank you.", "--as", "ann")

    place = tmp_path_factory.mktemp("changing") / "town"
    return MovedTown.moved(lived_in, place, fresh_database(postgres_server), have_a_draft)


def relayed(town: MovedTown, topic: str) -> list[dict[str, Any]]:
    """Return the events that wait to be brought to a topic."""
    return [json.loads(value) for each, _, value in town.mover.relayed() if each == topic]


def test_who_objects_is_noted_where_the_services_look(town: MovedTown) -> None:
    """No console has to run for it: the list is a table, and every ingest reads it."""
    told = town.told("objections", "add", "@new@social.example")

    assert told["objection"] in town.mover.there()["objections"]
    assert told["objection"] not in town.mover.here()["objections"]


def test_what_goes_out_is_halted_without_opa_and_without_kafka(town: MovedTown) -> None:
    """A brake works whatever else is away: the senders find the halt in the rows they lock."""
    told = town.told("halt", "account", "library", "--why", "An angry crowd.")

    halts = [each for each in town.told("halts") if each["name"] == "library"]
    assert ["halted"] == [each["state"] for each in halts]
    assert "library" in told["sentence"]


def test_an_order_for_route_waits_for_its_turn(
    town: MovedTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on record and on its way to Kafka; where no route runs, the command says so."""
    monkeypatch.setattr(bootstrap_scaled, "TURN_SECONDS_MAX", 0.0)
    case = str(town.told("inbox", "contact")[0]["id"])

    ended = town.call("close", case, "--outcome", "not-ours", "--reason", "It is not ours.")

    assert 75 == ended.code
    assert "on record and waits its turn" in ended.err
    (asked,) = relayed(town, "posts.classified.v1")
    assert case == asked["data"]["case_id"]


@pytest.mark.parametrize(
    "words",
    [
        ("draft", "--post", post_id(1), "--text", "Thank you.", "--why", "Asked for."),
        ("reply", case_id(1), "--text", "Thank you.", "--why", "Asked for."),
        ("advise", "--post", post_id(1), "--text", "Thank you."),
        ("edit", "ACT", "--version", "1", "--text", "Thank you.", "--why", "Asked for."),
        ("propose", "ACT", "--why", "Asked for."),
        ("approve", "ACT", "--digest", "DIGEST", "--why", "Asked for."),
    ],
    ids=lambda words: words[0],
)
def test_words_are_not_judged_where_the_rules_cannot_be_asked(
    town: MovedTown, words: tuple[str, ...]
) -> None:
    """Nothing is kept as held for want of OPA: the command says what to start, and where."""
    acts = town.told("acts")
    names = {"ACT": acts[0]["id"], "DIGEST": acts[0]["digest"]}

    ended = town.call(*(names.get(word, word) for word in words))

    assert (75, "") == (ended.code, ended.out)
    assert f"start `mercat serve console {town.folder}`" in ended.err
    assert "OPA does not answer" in ended.err
    assert acts == town.told("acts")


def test_an_act_is_taken_back_without_the_rules(town: MovedTown) -> None:
    """What only stops something needs nobody to judge it."""
    (act,) = town.told("acts", "--state", "draft")

    town.told("withdraw", act["id"], "--why", "It is settled.", "--as", "ann")

    assert "withdrawn" == town.told("act", act["id"])["state"]


@pytest.mark.parametrize(
    "words",
    [
        ("objections", "add", "@ann@social.example"),
        ("halt", "everything", "--why", "An angry crowd."),
        ("reopen", case_id(1), "--reason", "It is ours."),
    ],
    ids=lambda words: words[0],
)
def test_where_postgresql_is_away_nothing_is_done(town: MovedTown, words: tuple[str, ...]) -> None:
    """The same command may succeed later, and says what to do until then."""
    ended = town.away(*words)

    assert 75 == ended.code
    assert "are in PostgreSQL" in ended.err
    assert "which cannot be used now: see that it runs" in ended.err


def test_a_console_on_the_folder_is_asked(town: MovedTown) -> None:
    """Who gives the command needs no way to PostgreSQL where a console answers for the folder."""
    with Service("console", town.folder, env=town.env) as console:
        wait_until((town.folder / CONTROL_NAME).exists)
        ended = [
            town.away("objections", "add", "@another@social.example", "--json"),
            town.away("halt", "theme", "missed-bins", "--why", "A storm.", "--json"),
            town.away("halts", "--json"),
        ]
        assert console.running

    assert [0, 0, 0] == [each.code for each in ended], ended
    assert json.loads(ended[0].out)["objection"] in town.mover.there()["objections"]
    assert "missed-bins" in {each["name"] for each in json.loads(ended[2].out)}


def test_a_backup_is_refused_and_says_what_to_back_up(town: MovedTown, tmp_path: Path) -> None:
    """A copy of the folder would look like a backup and hold what was before the move."""
    ended = town.call("backup", tmp_path / "copy.tar")

    assert 1 == ended.code
    for wanted in (town.mover.address, "pg_dump", "MERCAT_KEYS", "house.sqlite", "Backups"):
        assert wanted in ended.err
    assert not (tmp_path / "copy.tar").exists()
