"""Each alert has its runbook, as everybody on call expects it, and what it says to type works."""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import pytest

from deploy.monitoring.alert import Alert
from deploy.monitoring.alerts import ALERTS
from services.cli_run import make_town
from services.runtime.system_clock import SystemClock
from services.settings import EnvironmentSettings
from tests.docs.documents import ROOT, prose_lines, table
from tests.docs.troubled_body import ListeningBody, SpeakingBody
from tests.mercat_process import Running, call, environment

RUNBOOKS: Final = ROOT / "docs" / "runbooks"
INDEX: Final = RUNBOOKS / "README.md"
TRAINING: Final = ROOT / "tests" / "fixtures" / "training"
SECTIONS: Final = ["Meaning", "Who is affected", "Check", "Act", "Escalate"]
LINES_MAX: Final = 60
COMMAND: Final = re.compile(r"`(mercat [^`]+)`")
PLACEHOLDER: Final = re.compile(r"\b[A-Z]{2,}\b")
KNOWN: Final = {"TEAM": "waste", "LOGIN": "gail"}
"""What may stand for a placeholder in the sample town."""
SPEAKING: Final[Mapping[str, tuple[str, Callable[[SpeakingBody], dict[str, str]]]]] = {
    "mercat act ACT": ("bob", lambda body: {"ACT": body.held[0]}),
    "mercat withdraw ACT": ("ann", lambda body: {"ACT": body.held[1]}),
    'mercat settle ACT --outcome sent --remote-id ID --why "I saw it"': (
        "bob",
        lambda body: {"ACT": body.in_doubt[0], "ID": "4711"},
    ),
    'mercat settle ACT --outcome not-sent --why "I looked twice"': (
        "bob",
        lambda body: {"ACT": body.in_doubt[1]},
    ),
    "mercat incidents show INCIDENT": ("dee", lambda body: {"INCIDENT": body.incidents[0]}),
    'mercat incidents close INCIDENT hijacked --why "..."': (
        "dee",
        lambda body: {"INCIDENT": body.incidents[0]},
    ),
    'mercat incidents close INCIDENT ours-after-all --why "..."': (
        "dee",
        lambda body: {"INCIDENT": body.incidents[1]},
    ),
    "mercat release account NAME": ("dee", lambda _: {"NAME": "town"}),
    'mercat break-glass review GLASS --why "..."': ("gail", lambda body: {"GLASS": body.glass}),
    "mercat policy activate CHANGE": ("gail", lambda body: {"CHANGE": body.change}),
    'mercat policy rollback --number NUMBER --why "..."': ("gail", lambda _: {"NUMBER": "1"}),
    "mercat policy test WORK": ("gail", lambda body: {"WORK": body.work}),
}
"""What cures a body in which people spoke: by whom, and of what."""
LISTENING: Final[Mapping[str, Callable[[ListeningBody], dict[str, str]]]] = {
    "mercat merge CASE INTO": lambda body: {"CASE": body.cases[1], "INTO": body.cases[0]},
    "mercat reroute POST TEAM": lambda body: {"POST": body.posts[0], "TEAM": "lighting"},
    "mercat close CASE --outcome resolved-elsewhere": lambda body: {"CASE": body.cases[2]},
    "mercat dead-letters retry ID": lambda body: {"ID": body.letters[0]},
    'mercat dead-letters put-away ID --why "..."': lambda body: {"ID": body.letters[1]},
    "mercat dead-letters retry --all": lambda _: {},
    "mercat model train --data FOLDER --out FILE": lambda body: {
        "FOLDER": str(TRAINING),
        "FILE": str(body.place / "own.model"),
    },
}
"""What cures a body that listens: of what."""
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


def filled(command: str, known: Mapping[str, str] = KNOWN) -> str:
    """Return a command with what is known in the place of its placeholders."""
    return PLACEHOLDER.sub(lambda found: known.get(found[0], found[0]), command)


def in_quiet() -> list[str]:
    """Return the commands that ask for nothing but what every town has."""
    return [
        command
        for command in commands()
        if not PLACEHOLDER.search(filled(command)) and command not in LISTENING
    ]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of whoever is on call of a running sample town."""
    place = tmp_path_factory.mktemp("on-call")
    folder = place / "town"
    env = environment(place / "keys", MERCAT_HTTP_PORT="0", MERCAT_FOLDER=str(folder))
    make_town(folder, EnvironmentSettings(), SystemClock())
    with Running("--town", folder, env=env):
        yield env


@pytest.fixture(scope="module")
def speaking(tmp_path_factory: pytest.TempPathFactory) -> SpeakingBody:
    """A body in which much that was said went wrong."""
    return SpeakingBody(tmp_path_factory.mktemp("speaking"))


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> ListeningBody:
    """A body in which some of what was heard was set aside."""
    return ListeningBody(tmp_path_factory.mktemp("listening"))


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


@pytest.mark.parametrize("command", in_quiet())
def test_a_command_on_a_page_works(town: dict[str, str], command: str) -> None:
    """On a running town in which nothing is wrong, as whoever has the machine."""
    ended = call(*shlex.split(filled(command))[1:], env=town)

    assert 0 == ended.code, ended.err
    assert ended.out


@pytest.mark.parametrize("command", SPEAKING)
def test_a_command_of_speaking_cures_what_went_wrong(speaking: SpeakingBody, command: str) -> None:
    """With an id that is listed there in each placeholder, as whoever may."""
    login, known = SPEAKING[command]
    words = shlex.split(filled(command, known(speaking)))[1:]

    ended = speaking.ask(login, *words)

    assert 0 == ended.code, ended.err
    assert ended.out


@pytest.mark.parametrize("command", LISTENING)
def test_a_command_of_listening_cures_what_went_wrong(
    listening: ListeningBody, command: str
) -> None:
    """With an id that is listed there in each placeholder, as whoever has the machine."""
    words = shlex.split(filled(command, LISTENING[command](listening)))[1:]

    ended = listening.ask(*words)

    assert 0 == ended.code, ended.err
    assert ended.out


def test_every_command_on_a_page_is_tried() -> None:
    """Where nothing is wrong, or where it is just what is needed; and none that is on no page."""
    tried = [*in_quiet(), *SPEAKING, *LISTENING]

    assert commands() == sorted(tried)
