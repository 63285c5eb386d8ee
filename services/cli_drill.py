"""`mercat drill`: makes a fault on purpose in a demonstration that runs, to try an alert with."""

from pathlib import Path
from typing import Final

import click

from services.cli_options import (
    ask_running,
    folder_of,
    folder_option,
    json_option,
    write_json,
)
from services.runtime.drill import DRILLS, MINUTES_MAX, MINUTES_MIN, MINUTES_USUAL
from services.runtime.errors import FolderError, RejectError
from services.settings import BodySettings, read_body

LAST: Final = "end"
LIST: Final = "list"


@click.command()
@click.argument("what", type=click.Choice([*DRILLS, LAST, LIST]), default=LIST)
@click.option(
    "--minutes",
    type=click.IntRange(MINUTES_MIN, MINUTES_MAX),
    default=MINUTES_USUAL,
    show_default=True,
    help="It ends by itself after so many.",
)
@folder_option
@json_option
def drill(what: str, minutes: int, folder: Path | None, *, as_json: bool) -> None:
    """Make a fault on purpose in a demonstration that runs; `end` ends it, `list` says what is on.

    One at a time. It ends by itself, with `end`, and with the process.
    """
    folder, environment = folder_of(folder)
    settings = read_body(folder, environment)
    _require_demonstration(folder, settings)
    verb = {LAST: "drill-end", LIST: "drill-show"}.get(what, "drill-begin")
    arguments = {"name": what, "minutes": minutes} if verb == "drill-begin" else {}
    told = ask_running(folder, verb, arguments)
    if told is None:
        raise RejectError(
            f"no Mercat runs on {folder}, and a drill is of one that runs: start it with "
            f"`mercat run {folder}`"
        )
    if as_json:
        write_json(told)
        return
    click.echo(told["sentence"])
    if told["drill"] is not None:
        made = DRILLS[told["drill"]]
        click.echo(f"Turns on: {made.alert}, after {made.alert_seconds // 60} minutes or so.")
        click.echo(f"Read:     docs/runbooks/{made.runbook}.md")
        click.echo(f"Look:     {made.look}")
    if what == LIST:
        for each in DRILLS.values():
            click.echo(f"{each.name:<14} {each.does} {each.alert} turns on.")


def _require_demonstration(folder: Path, settings: BodySettings) -> None:
    from services.cli_store import in_postgres

    if settings.kind != "demonstration":
        raise FolderError(
            f"{folder} is a real body's folder, and a drill makes faults on purpose: run the "
            "sample town (`mercat run --town FOLDER`) and drill there"
        )
    if in_postgres(folder, settings):
        raise FolderError(
            f"{folder} has its data in PostgreSQL, where several processes work: a drill is of one "
            "that `mercat run` started on a folder of its own"
        )
