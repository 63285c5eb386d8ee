"""Each alert has its runbook, as everybody on call expects it, and what it says to type works."""

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Final

import click
import pytest

from deploy.monitoring.alert import Alert
from deploy.monitoring.alerts import ALERTS
from services.cli import mercat
from services.cli_run import make_town
from services.runtime.system_clock import SystemClock
from services.settings import EnvironmentSettings
from tests.docs.documents import ROOT, prose_lines, table
from tests.mercat_process import Running, call, environment

RUNBOOKS: Final = ROOT / "docs" / "runbooks"
INDEX: Final = RUNBOOKS / "README.md"
SECTIONS: Final = ["Meaning", "Who is affected", "Check", "Act", "Escalate"]
LINES_MAX: Final = 60
COMMAND: Final = re.compile(r"`(mercat [^`]+)`")
PLACEHOLDER: Final = re.compile(r"\b[A-Z]{2,}\b")
KNOWN: Final = {"TEAM": "waste", "LOGIN": "gail", "NUMBER": "1", "FOLDER": "."}
"""What may stand for a placeholder in the sample town."""
NOT_TRIED: Final = {
    "mercat dead-letters retry --all": "nothing is set aside where nothing is wrong",
    'mercat policy rollback --number NUMBER --why "..."': "there are no other rules to go back to",
}
PAGES: Final = sorted(RUNBOOKS.glob("mercat-*.md"))


def commands() -> list[str]:
    """Return every command that a runbook says to type, once."""
    found = {
        command
        for page in PAGES
        for _, line in prose_lines(page)
        for command in COMMAND.findall(line)
    }
    return sorted(found)


def filled(command: str) -> str:
    """Return a command with what is known in the place of its placeholders."""
    return PLACEHOLDER.sub(lambda found: KNOWN.get(found[0], found[0]), command)


def parsed(words: Sequence[str]) -> None:
    """Read words as the command line would; raises click.UsageError where it would refuse them."""
    command: click.Command = mercat
    context = click.Context(mercat, info_name="mercat")
    rest = list(words)
    while isinstance(command, click.Group):
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command = found
        if not isinstance(command, click.Group):
            command.make_context(name, rest, parent=context)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of whoever is on call of a running sample town."""
    place = tmp_path_factory.mktemp("on-call")
    folder = place / "town"
    env = environment(place / "keys", MERCAT_HTTP_PORT="0", MERCAT_FOLDER=str(folder))
    make_town(folder, EnvironmentSettings(), SystemClock())
    with Running("--town", folder, env=env):
        yield env


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_has_a_page_with_every_section(alert: Alert) -> None:
    """In the same order each time, and short enough for three in the morning."""
    lines = (RUNBOOKS / f"{alert.slug}.md").read_text("utf-8").splitlines()
    titles = [line.removeprefix("## ") for line in lines if line.startswith("## ")]

    assert f"# {alert.name}" == lines[0]
    assert SECTIONS == titles
    assert LINES_MAX > len(lines)


def test_each_page_is_of_an_alert() -> None:
    """What nobody is sent to is out of date and not seen to be."""
    assert sorted(f"{alert.slug}.md" for alert in ALERTS) == [page.name for page in PAGES]


def test_the_index_lists_every_alert_as_it_is_declared() -> None:
    """By its name, how urgent it is and what it means, each once and in the same order."""
    rows = [
        row for title in ("Listening", "Speaking", "The machine") for row in table(INDEX, title)
    ]

    assert rows == [
        [f"[{alert.name}]({alert.slug}.md)", alert.severity, alert.meaning] for alert in ALERTS
    ]


@pytest.mark.parametrize("command", commands())
def test_a_command_on_a_page_is_one_that_there_is(
    monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """With every word and option that it takes; for what it asks, such as why, it may ask."""
    monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: "Because it is so")
    parsed(shlex.split(filled(command))[1:])


def test_a_command_that_there_is_not_is_found() -> None:
    """A verb, an option, or a word too few."""
    for words in (["dance"], ["doctor", "--loudly"], ["settle"]):
        with pytest.raises(click.UsageError):
            parsed(words)


@pytest.mark.parametrize(
    "command",
    [
        command
        for command in commands()
        if not PLACEHOLDER.search(filled(command)) and command not in NOT_TRIED
    ],
)
def test_a_command_on_a_page_works(town: dict[str, str], command: str) -> None:
    """On a running town in which nothing is wrong, as whoever has the machine."""
    ended = call(*shlex.split(filled(command))[1:], env=town)

    assert 0 == ended.code, ended.err
    assert ended.out


def test_what_is_not_tried_is_on_a_page() -> None:
    """And says why."""
    assert {*NOT_TRIED} <= {*commands()}
    assert all(len(why) > 20 for why in NOT_TRIED.values())
