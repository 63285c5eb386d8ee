"""What several verbs share: the folder they work on, JSON output, the running process to ask."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from services.runtime.errors import FolderError, RejectError, RetryLaterError, StopError
from services.settings import CONTROL_NAME, EnvironmentSettings, read_environment
from services.store.file_keys import KeyFolder

if TYPE_CHECKING:
    from services.bootstrap import Embedded
    from services.bootstrap_foundation import Foundation
    from services.request_notes import Noting, Wish
    from services.runtime.actor import Actor
    from services.runtime.audit_entry import SealedEntry
    from services.settings import BodySettings

CONTROL_SECONDS_MAX: Final = 30.0

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The body's data folder; MERCAT_FOLDER says it for all commands.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON, for programs.")


def folder_of(given: Path | None) -> tuple[Path, EnvironmentSettings]:
    """Return the folder to work on, and the environment. FolderError where none is named."""
    environment = read_environment()
    folder = given or environment.folder
    if folder is None:
        raise FolderError("no folder is named; add --folder FOLDER or set MERCAT_FOLDER")
    return folder, environment


def keys_of(environment: EnvironmentSettings) -> KeyFolder:
    """Return the keys folder: `MERCAT_KEYS`, else one in the user's configuration folder."""
    return KeyFolder(environment.keys or Path(click.get_app_dir("mercat")) / "keys")


def write_json(value: object) -> None:
    """Write a value for programs: one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))


def carry_out(folder: Path, verb: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Have a changing verb carried out: by the running process, else here.

    Here means under the folder's lock, or in PostgreSQL, where route has to run for its turn.
    """
    answer = ask_running(folder, verb, arguments)
    return _carry_out_here(folder, verb, arguments) if answer is None else answer


def ask_running(folder: Path, verb: str, arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the running process's answer, or None where none runs any more.

    After a crash, another process may have the port: what it says is no answer of ours.
    """
    import httpx

    path = folder / CONTROL_NAME
    if not path.is_file():
        return None
    control = json.loads(path.read_text("utf-8"))
    try:
        response = httpx.post(
            control["url"],
            json={"verb": verb, "arguments": arguments},
            headers={"Authorization": f"Bearer {control['token']}"},
            timeout=CONTROL_SECONDS_MAX,
            trust_env=False,
        )
    except httpx.ConnectError:
        return None
    except httpx.HTTPError as error:
        raise RetryLaterError(f"the running Mercat did not answer: {error}") from error
    try:
        answer = response.json()
    except ValueError:
        return None
    if response.status_code == httpx.codes.UNAUTHORIZED or not isinstance(answer, dict):
        return None
    if response.status_code == httpx.codes.OK:
        return answer
    kinds = {422: RejectError, 503: RetryLaterError}
    raise kinds.get(response.status_code, StopError)(str(answer.get("detail", answer)))


def _carry_out_here(folder: Path, verb: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    from services.cli_store import in_postgres, scaled_of
    from services.settings import read_body

    environment = read_environment()
    settings = read_body(folder, environment)
    if in_postgres(folder, settings):
        with scaled_of(folder, settings, environment) as scaled:
            return _carried_out(scaled, environment, verb, arguments)
    with _embedded(folder, settings) as embedded:
        return _carried_out(embedded, environment, verb, arguments)


def _carried_out(
    foundation: "Foundation",
    environment: EnvironmentSettings,
    verb: str,
    arguments: Mapping[str, Any],
) -> Mapping[str, Any]:
    from services.commands import ListeningCommands
    from services.runtime.actor import OPERATOR

    notes = _noting(foundation, keys_of(environment))
    return ListeningCommands(foundation, notes).carry_out(verb, arguments, OPERATOR)


@contextmanager
def _embedded(folder: Path, settings: "BodySettings") -> "Iterator[Embedded]":
    from services.bootstrap import Embedded
    from services.runtime.system_clock import SystemClock

    # A process of its own would take longer to start than the verb takes.
    listening = settings.listening.model_copy(update={"classify_in_child": False})
    settings = settings.model_copy(update={"listening": listening})
    embedded = Embedded(folder, settings, SystemClock(), with_sources=False)
    embedded.start()
    try:
        yield embedded
    finally:
        embedded.stop()


def _noting(foundation: "Foundation", keys: KeyFolder) -> "Noting":
    """Return what notes a wish in the audit; only a wish needs the keys, other verbs do not."""

    def noted(wish: "Wish", actor: "Actor") -> "Sequence[SealedEntry]":
        from services.bootstrap_restored import take_in_restore
        from services.policy.system_sealer import SubjectSealer
        from services.request_notes import RequestNotes
        from services.runtime.clock import to_epoch_ms
        from services.store.file_installation import open_installation

        journal, clock = foundation.journal, foundation.clock
        now_ms = to_epoch_ms(clock.now())
        installation = open_installation(journal.store, journal, keys, now_ms)
        sealer = SubjectSealer(installation, journal.store, journal)
        take_in_restore(foundation, sealer)
        notes = RequestNotes(sealer, journal.store, clock, sealer.citizen_subject)
        return notes(wish, actor)

    return noted
