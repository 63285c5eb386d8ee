"""`mercat migrate`: a body's folder moved into PostgreSQL, for when one machine is not enough."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs, urlsplit

import click
from pydantic import ValidationError

from services.cli_options import folder_of, json_option, keys_of, write_json
from services.runtime.clock import Clock
from services.runtime.counting import counted
from services.runtime.errors import FolderError, SettingsError
from services.runtime.scaled_settings import PostgresSettings
from services.settings import SETTINGS_NAME, BodySettings, read_body

if TYPE_CHECKING:
    from services.bootstrap_move_sides import Moved

SHOWN_AFTER_SECONDS: Final = 2.0


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--to", help="The database, as postgresql://USER@HOST:PORT/NAME, without password.")
@click.option(
    "--schema", "schema_alone", is_flag=True, help="Move nothing; bring the database's schema up."
)
@json_option
def migrate(folder: Path | None, to: str | None, *, schema_alone: bool, as_json: bool) -> None:
    """Move FOLDER into a PostgreSQL database, and compare every row.

    The database must be new. One that was broken off goes on where it was. On a folder that was
    moved already, bring the database up to this version of Mercat.
    """
    from services.bootstrap_scaled import imported, postgres_address
    from services.runtime.system_clock import SystemClock

    folder, environment = folder_of(folder)
    if not (folder / SETTINGS_NAME).is_file():
        raise FolderError(
            f"{folder} is not a Mercat folder: it has no {SETTINGS_NAME}; "
            f"make one with `mercat init {folder}`"
        )
    settings = read_body(folder, environment)
    named = settings.scaled.postgres.address
    settings = _sent_to(settings, to or named)
    imported("services.store.postgres_pool")
    from services.bootstrap_move import Move, bring_up, move, summary

    clock, keys = SystemClock(), keys_of(environment)
    address = settings.scaled.postgres.address
    whole_address = postgres_address(settings, environment, keys)
    if schema_alone:
        _tell_schema(bring_up(whole_address, clock), address, as_json=as_json)
        return
    bar = _Bar(clock)
    try:
        moved = move(
            Move(
                folder,
                settings,
                keys,
                clock,
                address=whole_address,
                to=address,
            ),
            bar.show,
        )
    finally:
        bar.end()
    if as_json:
        write_json({"folder": str(folder), "to": address, **summary(moved)})
        return
    _tell(moved, folder, address)
    if address != named:
        click.echo(f"Set scaled.postgres.address to {address} in {folder / SETTINGS_NAME}.")


def _sent_to(settings: BodySettings, to: str) -> BodySettings:
    """Return the settings with another database. SettingsError where that cannot be one."""
    parts = urlsplit(to)
    if parts.password or "password" in parse_qs(parts.query):
        raise SettingsError(
            "--to holds a password, which everybody on this machine can read there; leave it out "
            "and set MERCAT_POSTGRES_PASSWORD, or scaled.postgres.password in the settings"
        )
    before = settings.scaled.postgres.model_dump()
    try:
        postgres = PostgresSettings.model_validate({**before, "address": to})
    except ValidationError as error:
        raise SettingsError(
            f"--to {to!r} is no database: write it like postgresql://mercat@db.example:5432/mercat"
        ) from error
    scaled = settings.scaled.model_copy(update={"postgres": postgres})
    return settings.model_copy(update={"scaled": scaled})


def _tell_schema(applied: Sequence[str], address: str, *, as_json: bool) -> None:
    if as_json:
        write_json({"to": address, "migrations": applied})
        return
    click.echo(f"Migrations of {address}: {', '.join(applied) or 'none was pending'}.")


def _tell(moved: "Moved", folder: Path, address: str) -> None:
    if moved.before:
        click.echo(f"{folder} was moved before.")
        _tell_schema(moved.applied, address, as_json=False)
        return
    for table, count in moved.tables.items():
        if count:
            click.echo(f"{count:>12,}  {table}")
    for topic, count in moved.events.items():
        click.echo(f"{count:>12,}  events of {topic} to be handled")
    click.echo("Every row was compared, and is the same on both sides.")
    if moved.changed_texts:
        click.echo(
            f"{counted(moved.changed_texts, 'row')} held a null character, which PostgreSQL "
            "cannot keep: it stands as \u2400 there now."
        )
    assert moved.report is not None
    if moved.report.sound:
        entries = counted(moved.report.entries, "entry", "entries")
        click.echo(f"The audit verifies there: {entries}.")
    else:
        for fault in moved.report.faults:
            click.echo(f"The audit has the fault that it has in the folder: {fault.sentence}")
    click.echo(f"Moved {folder} to {address}. From now on work with `mercat serve`.")


class _Bar:
    """Shows how far each step is, once all of it has taken longer than a moment."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_seconds = clock.elapsed_seconds()
        self._what = ""
        self._bar: Any = None

    def show(self, what: str, done: int, whole: int) -> None:
        """Take in how far a step is."""
        if self._clock.elapsed_seconds() - self._began_seconds < SHOWN_AFTER_SECONDS:
            return
        if what != self._what:
            self.end()
            self._what = what
            self._bar = click.progressbar(length=whole, label=what, file=sys.stderr)
        if self._bar is not None:
            self._bar.update(max(0, done - self._bar.pos))

    def end(self) -> None:
        """Leave the line to what comes next."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None
