"""Commands on a folder without data beside an OPA: they speak in PostgreSQL without a console."""

import json
from typing import Any

from tests.mercat_process import call, environment
from tests.scaled_town import NO_KAFKA, ScaledTown
from tests.speaking_town import post_id


def told(town: ScaledTown, *arguments: str) -> Any:
    """Return what a command tells programs, given on the town's folder beside its OPA."""
    given = town.order.environment
    env = environment(
        town.order.keys.folder,
        MERCAT_POSTGRES_ADDRESS=str(given.postgres_address),
        MERCAT_OPA_PORT=str(given.opa_port),
        MERCAT_KAFKA_SERVERS=NO_KAFKA,
    )
    ended = call(*arguments, "--folder", town.folder, "--json", env=env)
    assert ended.code == 0, ended
    return json.loads(ended.out)


def test_words_are_written_judged_and_agreed_to(town: ScaledTown) -> None:
    """The rules are asked of the OPA beside the command, and publish finds what was approved."""
    for login in ("ann", "bob"):
        told(town, "people", "token", login, "--save")
    text = ("--text", "The library is open on Friday.")
    act = told(town, "draft", "--kind", "statement", "--account", "library", *text, "--as", "ann")
    held = told(town, "propose", act["id"], "--as", "ann")

    agreed = told(town, "approve", act["id"], "--digest", held["digest"][:12], "--as", "bob")

    assert ("held", "approved") == (held["state"], agreed["state"])
    row = town.row("acts", act["id"])
    assert row is not None
    assert "approved" == row["state"]
    assert not (town.folder / "mercat.sqlite").exists()


def test_what_is_said_is_judged_before_it_is_kept(town: ScaledTown) -> None:
    """Advice comes from the rules in force, with nothing kept of it."""
    told(town, "people", "token", "ann", "--save")

    advice = told(town, "advise", "--post", post_id(1), "--text", "Thank you.", "--as", "ann")

    assert None is advice["verdict"]["failure"]
    assert advice["verdict"]["checked"]
    assert [] == told(town, "acts")
