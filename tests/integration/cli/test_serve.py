"""`mercat serve` says what is wrong, waits for what is away, and ends as it is told to."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.runtime.errors import StorageRefusedError
from tests.fakes import wait_until
from tests.folders import make_folder
from tests.mercat_process import call
from tests.service_process import Service


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A body's folder that never ran."""
    return make_folder(tmp_path / "body")


@pytest.fixture
def away(env: dict[str, str]) -> Iterator[dict[str, str]]:
    """An environment in which PostgreSQL is where nothing takes connections."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"postgresql://mercat@127.0.0.1:{held.getsockname()[1]}/mercat"
        yield {**env, "MERCAT_POSTGRES_ADDRESS": address, "MERCAT_SERVICE_PORT": "0"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_service_answers_while_it_waits(folder: Path, away: dict[str, str], number: int) -> None:
    """It lives, is not ready, says what it waits for, and ends cleanly when told to."""
    with Service("route", folder, env=away) as service:
        wait_until(lambda: "PostgreSQL" in service.ready().text)

        assert 503 == service.ready().status_code
        assert 200 == service.ask("/healthz").status_code
        ended = service.stop(number)

    assert 0 == ended.code
    assert ended.err.endswith("Stopped cleanly.\n")


def test_a_service_that_waited_in_vain_may_be_started_again(
    folder: Path, away: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends with the code that says so, and with what was away."""
    monkeypatch.setattr("services.bootstrap_services.WAIT_SECONDS_MAX", 0.0)

    ended = call("serve", "relay", folder, env=away)

    assert 75 == ended.code
    assert "PostgreSQL would not answer" in ended.err
    assert "Traceback" not in ended.err


def test_a_port_in_use_is_told_plainly(folder: Path, away: dict[str, str]) -> None:
    """A port that another program has is named, and what to do about it."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = str(held.getsockname()[1])
        ended = call("serve", "ingest", folder, env={**away, "MERCAT_SERVICE_PORT": port})

    assert 1 == ended.code
    assert f"cannot listen on 127.0.0.1:{port}" in ended.err
    assert "MERCAT_SERVICE_PORT" in ended.err


def test_only_classify_has_a_choice_of_runners(folder: Path, away: dict[str, str]) -> None:
    """The command line is refused, not one half of it ignored."""
    ended = call("serve", "route", folder, "--runner", "kafka", env=away)

    assert 2 == ended.code
    assert "classify" in ended.err


def test_a_service_that_is_none_is_refused(folder: Path, away: dict[str, str]) -> None:
    """The services there are stand in the message."""
    ended = call("serve", "listen", folder, env=away)

    assert 2 == ended.code
    assert "'ingest', 'classify', 'route', 'relay', 'policy', 'publish', 'console'" in ended.err


def test_a_folder_without_settings_is_told(tmp_path: Path, away: dict[str, str]) -> None:
    """Settings are what a service needs of a folder."""
    ended = call("serve", "route", tmp_path, env=away)

    assert 1 == ended.code
    assert "mercat.yaml" in ended.err


def test_an_extra_that_is_not_installed_is_named(
    folder: Path, away: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An embedded installation is told what to install, not shown a traceback."""

    def absent(name: str) -> object:
        raise ModuleNotFoundError(f"No module named {name!r}", name="psycopg")

    monkeypatch.setattr("services.bootstrap_scaled.import_module", absent)

    ended = call("serve", "route", folder, env=away)

    assert 1 == ended.code
    assert "psycopg is not installed; install mercat with its extra" in ended.err


def test_a_missing_secret_is_told_and_not_waited_for(folder: Path, away: dict[str, str]) -> None:
    """A password that the settings name and nobody keeps stops the start."""
    path = folder / "mercat.yaml"
    more = "scaled:\n  postgres: {password: postgres-password}\n"
    path.write_text(path.read_text("utf-8") + more, "utf-8")

    ended = call("serve", "route", folder, env=away)

    assert 1 == ended.code
    assert "no secret 'postgres-password'" in ended.err


def test_a_bug_ends_with_its_own_code(
    folder: Path, away: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part that broke ends the service, with what to report."""
    ended_with = KeyError("no such column")

    class Broken:
        """A service whose stage broke as soon as it began."""

        app = None

        def start(self) -> None:
            """Begin."""

        def stop(self) -> None:
            """End."""

        def crash(self) -> BaseException:
            """Return the bug."""
            return ended_with

    monkeypatch.setattr("services.bootstrap_services.build", lambda *_: Broken())

    ended = call("serve", "route", folder, env=away)

    assert 70 == ended.code
    assert "please report" in ended.err
    assert "no such column" in ended.err


def test_a_refusal_is_no_bug(
    folder: Path, away: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error of ours that ended a part is one plain sentence."""

    class Refused:
        """A service that a refusal ended."""

        app = None

        def start(self) -> None:
            """Begin."""

        def stop(self) -> None:
            """End."""

        def crash(self) -> BaseException:
            """Return the refusal."""
            return StorageRefusedError("the disk is full")

    monkeypatch.setattr("services.bootstrap_services.build", lambda *_: Refused())

    ended = call("serve", "route", folder, env=away)

    assert (75, True) == (ended.code, "the disk is full" in ended.err)
