"""`mercat doctor`: looks at everything a running Mercat stands on, and says what is wrong."""

import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

import click

from services.cli_options import folder_of, folder_option, json_option, write_json
from services.cli_store import in_postgres
from services.runtime.counting import counted
from services.runtime.errors import MercatError
from services.settings import (
    CONTROL_NAME,
    DATABASE_NAME,
    BodySettings,
    EnvironmentSettings,
    read_body,
    read_rules,
)

DISK_FREE_BYTES_MIN: Final = 1 << 30
ASK_SECONDS_MAX: Final = 5.0
MARKS: Final = {"ok": "ok     ", "warning": "WARNING", "fault": "FAULT  "}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: how it is, and what to do where it is not well."""

    name: str
    state: Literal["ok", "warning", "fault"]
    sentence: str


@click.command()
@folder_option
@json_option
def doctor(folder: Path | None, *, as_json: bool) -> None:
    """Look at everything and say what is wrong; ends with 1 where there is a fault."""
    folder, environment = folder_of(folder)
    checks = list(_checks(folder, environment))
    if as_json:
        write_json([asdict(check) for check in checks])
    else:
        for check in checks:
            click.echo(f"{MARKS[check.state]}  {check.name}: {check.sentence}")
    if any(check.state == "fault" for check in checks):
        sys.exit(1)


def _checks(folder: Path, environment: EnvironmentSettings) -> Iterator[Check]:
    yield _python()
    yield _sqlite()
    settings: BodySettings | None = None
    try:
        settings = read_body(folder, environment)
        rules = read_rules(folder, settings)
    except MercatError as error:
        yield Check("settings", "fault", str(error))
    else:
        teams = counted(len(settings.routing.teams), "team")
        has = f"{settings.body.name}: {teams}, {counted(len(rules.rules), 'rule')}"
        yield Check("settings", "ok", has)
    yield _disk(folder)
    yield _model(folder)
    if settings is not None and in_postgres(folder, settings):
        yield from _scaled(folder, environment, settings)
        return
    database = list(_database(folder))
    yield from database
    if settings is not None and all(check.state != "fault" for check in database):
        yield from _speaking(folder, environment, settings)
    yield from _running(folder)


def _scaled(
    folder: Path, environment: EnvironmentSettings, settings: BodySettings
) -> Iterator[Check]:
    from services.cli_doctor_scaled import scaled_lines

    for line in scaled_lines(folder, environment, settings):
        yield Check(*line)
    if (folder / CONTROL_NAME).is_file():
        yield from _running(folder)
    else:
        yield Check("process", "ok", "no console answers commands by this folder")


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("python", "ok", version)


def _sqlite() -> Check:
    import apsw

    from services.store.sqlite_connection import SQLITE_VERSION_SAFE

    version = apsw.sqlite_lib_version()
    if tuple(map(int, version.split("."))) >= SQLITE_VERSION_SAFE:
        return Check("sqlite", "ok", version)
    return Check("sqlite", "warning", f"{version} has a known fault; install a newer apsw")


def _disk(folder: Path) -> Check:
    if not folder.is_dir():
        return Check("disk", "fault", f"{folder} is not there; make it with `mercat init`")
    free = shutil.disk_usage(folder).free
    sentence = f"{free / (1 << 30):.1f} GiB free"
    if free < DISK_FREE_BYTES_MIN:
        return Check("disk", "warning", f"{sentence}; make room, or Mercat will refuse posts")
    return Check("disk", "ok", sentence)


def _model(folder: Path) -> Check:
    from services.bootstrap_listening import MODEL_NAME
    from services.classify.file_model import default_model, load_model

    own = folder / MODEL_NAME
    try:
        model = load_model(own) if own.is_file() else default_model()
    except MercatError as error:
        return Check("model", "fault", str(error))
    whose = "the body's own" if own.is_file() else "the one that comes with Mercat"
    return Check("model", "ok", f"{whose}, {model.digest[:12]}")


def _database(folder: Path) -> Iterator[Check]:
    from services.cli_doctor_speaking import letters_line
    from services.store.migrations import VERSION
    from services.store.sqlite_connection import open_reader, quick_check
    from services.store.sqlite_schema import schema_version
    from services.store.sqlite_store import SqliteReaders, SqliteStore

    path = folder / DATABASE_NAME
    if not path.is_file():
        yield Check("database", "ok", "none yet; it comes with the first `mercat run`")
        return
    reader = open_reader(path)
    try:
        fault = quick_check(reader)
        version = schema_version(reader) if fault == "ok" else 0
    finally:
        reader.close()
    if fault != "ok":
        yield Check("database", "fault", f"damaged ({fault}); restore it from a backup")
        return
    if version > VERSION:
        yield Check("database", "fault", f"schema {version} is newer than this program's")
        return
    size = path.stat().st_size / (1 << 20)
    yield Check("database", "ok", f"sound, schema {version}, {size:.1f} MiB")
    store = SqliteStore(SqliteReaders(path))
    yield Check(*letters_line(len(store.select("dead_letters", ("waiting", 500)))))


def _speaking(
    folder: Path, environment: EnvironmentSettings, settings: BodySettings
) -> Iterator[Check]:
    from services.cli_doctor_speaking import speaking_lines
    from services.runtime.clock import to_epoch_ms
    from services.runtime.system_clock import SystemClock

    now_ms = to_epoch_ms(SystemClock().now())
    try:
        for line in speaking_lines(folder, environment, settings, now_ms):
            yield Check(*line)
    except MercatError as error:
        yield Check("speaking", "fault", f"cannot be looked at ({error})")


def _running(folder: Path) -> Iterator[Check]:
    import httpx

    control = folder / CONTROL_NAME
    if not control.is_file():
        yield Check("process", "ok", "not running")
        return
    address = json.loads(control.read_text("utf-8"))["url"].removesuffix("/control")
    try:
        answer = httpx.get(f"{address}/readyz", timeout=ASK_SECONDS_MAX, trust_env=False)
        parts = answer.json()["parts"]
    except httpx.HTTPError as error:
        yield Check("process", "fault", f"does not answer at {address} ({error}); start it again")
        return
    except (ValueError, KeyError, TypeError):
        sentence = f"what answers at {address} is another program; start Mercat again"
        yield Check("process", "fault", sentence)
        return
    for part in parts:
        state: Literal["ok", "warning", "fault"] = "ok"
        if not part["working"]:
            state = "fault" if part["needed"] else "warning"
        yield Check(f"{part['kind']} {part['name']}", state, part["sentence"])
