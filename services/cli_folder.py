"""`mercat init`, `backup` and `restore`: a body's folder from its first day on."""

import sys
from pathlib import Path
from typing import Any

import click

from services.cli_options import folder_of, folder_option, json_option, write_json
from services.runtime.errors import FolderError
from services.settings import (
    DATABASE_NAME,
    RULES_NAME,
    SETTINGS_NAME,
    EnvironmentSettings,
    read_body,
    read_rules,
)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", prompt="Name of the public body")
@click.option("--zone", prompt="Time zone", default="Europe/London", show_default=True)
@click.option(
    "--language", "languages", multiple=True, help="A language it answers in (en, cy …); repeat."
)
@click.option("--country", default="GB", show_default=True, help="For bank holidays: GB, IE …")
@click.option("--subdivision", default=None, help="For bank holidays: SCT, WLS …")
@click.option("--team", "teams", multiple=True, help="A team as id=Name; repeat.")
@click.option(
    "--handle", default=None, help="Its handle on the platform Mercat serves; made from the name."
)
@click.option("--person-name", prompt="Your name")
@click.option("--person-address", prompt="Your e-mail address")
def init(folder: Path, **answers: Any) -> None:
    """Make an empty folder for a real body: settings, rules, and its first person."""
    from services.folder_texts import rules_text, settings_text
    from services.policy.file_takeover_terms import TERMS_NAME
    from services.town.file_texts import read_settings

    if folder.exists() and any(folder.iterdir()):
        raise FolderError(f"{folder} is not empty; name a new folder, so that nothing mixes")
    settings_lines = settings_text(answers)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / SETTINGS_NAME).write_text(settings_lines, encoding="utf-8")
    (folder / RULES_NAME).write_text(rules_text(), encoding="utf-8")
    (folder / TERMS_NAME).write_text(read_settings(TERMS_NAME), encoding="utf-8")
    try:
        _, environment = folder_of(folder)
        settings = read_body(folder, environment)
        read_rules(folder, settings)
    except BaseException:
        (folder / SETTINGS_NAME).unlink()
        (folder / RULES_NAME).unlink()
        (folder / TERMS_NAME).unlink()
        folder.rmdir()
        raise
    click.echo(f"Made {folder}. Add your sources to {folder / SETTINGS_NAME}, then start it with:")
    click.echo(f"    mercat run {folder}")


@click.command()
@click.argument("destination", type=click.Path(path_type=Path, dir_okay=False))
@folder_option
@json_option
def backup(destination: Path, folder: Path | None, *, as_json: bool) -> None:
    """Copy a body's folder into the new file DESTINATION, while Mercat runs or not."""
    from services.runtime.system_clock import SystemClock
    from services.store.file_backup import write_backup

    folder, environment = folder_of(folder)
    _refuse_in_postgres(folder, environment)
    with click.progressbar(length=1_000, label="Copying", file=sys.stderr) as bar:

        def step(share: float) -> None:
            bar.update(int(share * 1_000) - bar.pos)

        made_at = SystemClock().now().isoformat()
        manifest = write_backup(folder, DATABASE_NAME, destination, made_at, step)
    if as_json:
        write_json(manifest)
        return
    click.echo(f"Wrote {destination} ({destination.stat().st_size:,} bytes).")
    click.echo("Keys are not in it: back up your keys folder (MERCAT_KEYS) apart from it.")


def _refuse_in_postgres(folder: Path, environment: EnvironmentSettings) -> None:
    """Raise FolderError where the data are not in the folder, and say what to back up instead."""
    from services.cli_store import in_postgres, lies_here, place_named
    from services.house.sqlite_house import HOUSE_NAME

    if lies_here(folder) or not (folder / SETTINGS_NAME).is_file():
        return
    settings = read_body(folder, environment)
    if not in_postgres(folder, settings):
        return
    house = f", and the house platform's file {folder / HOUSE_NAME}" if settings.has_house else ""
    raise FolderError(
        f"the data of {folder} are in PostgreSQL, at {place_named(folder, settings)}: back that "
        "database up with pg_dump or continuous archiving, and copy this folder with its settings "
        f"and rules, the keys folder (MERCAT_KEYS) apart from both{house}. docs/scaling.md says "
        "how, under Backups"
    )


@click.command()
@click.argument("source", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def restore(source: Path, folder: Path) -> None:
    """Bring the backup SOURCE back into FOLDER, which must be empty or not there."""
    from services.cli_restored import unsent_lines
    from services.house.sqlite_house import HOUSE_NAME
    from services.runtime.system_clock import SystemClock
    from services.store.file_backup import restore_backup
    from services.store.file_moved import refuse_moved

    refuse_moved(folder)
    manifest = restore_backup(source, folder, SystemClock().now())
    folder.chmod(0o700)
    click.echo(f"Restored what was backed up at {manifest['made_at']} into {folder}.")
    click.echo("Keys were not in the backup: put them back into your keys folder (MERCAT_KEYS).")
    if HOUSE_NAME in manifest["sha256"]:
        click.echo(
            "The house platform (/house) is as it was then: what was posted there since is gone."
        )
    for line in unsent_lines(folder):
        click.echo(line)
