"""`mercat init`: a folder that is right from its first line, or none."""

from pathlib import Path

import pytest

from services.settings import EnvironmentSettings, read_body, read_rules
from tests.mercat_process import call

GIVEN = (
    "--name",
    'The "Royal" Burgh: Council',
    "--zone",
    "Europe/London",
    "--person-name",
    "Ann Example",
    "--person-address",
    "ann@example.org",
)


def test_a_new_folder_is_ready_to_run(tmp_path: Path, env: dict[str, str]) -> None:
    """What was given stands in settings that are right, in a folder for its owner alone."""
    folder = tmp_path / "deep" / "body"

    ended = call(
        *("init", folder, *GIVEN, "--language", "cy", "--language", "en"),
        *("--team", "waste=Waste", "--team", "contact=Contact: all else"),
        env=env,
    )

    settings = read_body(folder, EnvironmentSettings())
    assert (0, "") == (ended.code, ended.err)
    assert f"mercat run {folder}" in ended.out
    assert settings.body.name == 'The "Royal" Burgh: Council'
    assert settings.body.languages == ("cy", "en")
    assert [team.name for team in settings.routing.teams] == ["Waste", "Contact: all else"]
    assert [person.address for person in settings.people] == ["ann@example.org"]
    assert read_rules(folder, settings).rules == ()
    assert folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "options", "handle"),
    [
        ('The "Royal" Burgh: Council', (), "the_royal_burgh_council"),
        ("Comhairle Baile Átha", (), "comhairle_baile_atha"),
        ("Міська рада", (), "council"),
        ("Mercatburgh", ("--handle", "Merc.Burgh"), "Merc.Burgh"),
    ],
)
def test_a_new_body_has_somewhere_to_speak(
    tmp_path: Path, env: dict[str, str], name: str, options: tuple[str, ...], handle: str
) -> None:
    """An account on the platform that Mercat serves, and the source that it answers."""
    call("init", tmp_path / "body", "--name", name, *GIVEN[2:], *options, env=env)

    settings = read_body(tmp_path / "body", EnvironmentSettings())
    (account,) = settings.accounts
    assert (name, handle, "house") == (account.name, account.handle, account.platform)
    assert [("house", account.source)] == [(each.kind, each.name) for each in settings.sources]
    assert not settings.house.open


def test_a_handle_that_cannot_be_is_named(tmp_path: Path, env: dict[str, str]) -> None:
    """With its place in the file, and nothing is left."""
    ended = call("init", tmp_path / "body", *GIVEN, "--handle", "our council", env=env)

    assert ended.code == 1
    assert "accounts.0.handle" in ended.err or "accounts" in ended.err
    assert not (tmp_path / "body").exists()


def test_a_body_without_teams_has_a_contact_centre(tmp_path: Path, env: dict[str, str]) -> None:
    """There is always somebody to get a post."""
    call("init", tmp_path / "body", *GIVEN, env=env)

    settings = read_body(tmp_path / "body", EnvironmentSettings())
    assert [team.id for team in settings.routing.teams] == ["contact"]


def test_a_wrong_zone_is_named_with_its_line_and_nothing_is_left(
    tmp_path: Path, env: dict[str, str]
) -> None:
    """A slip in an answer is told as if it stood in the file, and no half folder stays."""
    folder = tmp_path / "body"

    ended = call("init", folder, *GIVEN[:2], "--zone", "Europe/Lundon", *GIVEN[4:], env=env)

    assert ended.code == 1
    assert f"{folder}/mercat.yaml line 6: body.zone: 'Europe/Lundon' is not a zone" in ended.err
    assert not folder.exists()


@pytest.mark.parametrize("team", ["waste", "waste=", "=Waste", "Waste Team=Waste"])
def test_a_team_that_is_none_is_refused(tmp_path: Path, env: dict[str, str], team: str) -> None:
    """A team has an id and a name, and the id is one that commands can name."""
    ended = call("init", tmp_path / "body", *GIVEN, "--team", team, env=env)

    assert ended.code == 1
    assert not (tmp_path / "body").exists()


def test_a_folder_that_holds_something_is_refused(tmp_path: Path, env: dict[str, str]) -> None:
    """Nothing that is there already is touched."""
    kept = tmp_path / "mercat.yaml"
    kept.write_text("mine", "utf-8")

    ended = call("init", tmp_path, *GIVEN, env=env)

    assert ended.code == 1
    assert f"{tmp_path} is not empty" in ended.err
    assert kept.read_text("utf-8") == "mine"


def test_it_asks_for_what_was_not_given(tmp_path: Path, env: dict[str, str]) -> None:
    """Without an answer to be had, it ends and makes nothing."""
    ended = call("init", tmp_path / "body", *GIVEN[:4], env=env)

    assert ended.code == 1
    assert "Your name" in ended.out
    assert not (tmp_path / "body").exists()
