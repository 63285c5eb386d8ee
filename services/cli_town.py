"""`mercat town`: fills the sample town with something to look at."""

import sys
from pathlib import Path

import click

from services.cli_options import folder_of, keys_of
from services.runtime.errors import FolderError
from services.settings import SETTINGS_NAME, read_body

DAYS_MAX = 120


@click.group()
def town() -> None:
    """Fill the sample town with what its council would have said."""


@town.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--days", type=click.IntRange(1, DAYS_MAX), default=30, show_default=True)
@click.option("--seed", default=7, show_default=True, help="Same seed, same words.")
def speak(folder: Path, *, days: int, seed: int) -> None:
    """Make the sample town in FOLDER, a new one, and have its people speak for the last DAYS days.

    Everything is proposed, judged, agreed to and sent as on any day, so that there is something to
    rehearse rules on. Then run it with `mercat run --town FOLDER`.
    """
    from services.bootstrap_month import Month
    from services.cli_run import make_town
    from services.log_lines import write_log_lines
    from services.runtime.system_clock import SystemClock

    folder, environment = folder_of(folder)
    write_log_lines("error", environment.log_format)
    clock = SystemClock()
    if (folder / SETTINGS_NAME).exists():
        raise FolderError(f"{folder} is a Mercat folder already; name a new one")
    make_town(folder, environment, clock)
    settings = read_body(folder, environment)
    with click.progressbar(length=1, label="Speaking", file=sys.stderr) as bar:

        def show(done: int, whole: int) -> None:
            bar.length = whole
            bar.update(done - bar.pos)

        drafts = Month(folder, settings, keys_of(environment), clock.now(), days).speak(seed, show)
    click.echo(f"{drafts:,} drafts were written in {folder}. Run it: mercat run --town {folder}")
