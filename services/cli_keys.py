"""`mercat keys`: the master keys, for whoever has the machine."""

from pathlib import Path
from typing import Final

import click

from services.cli_options import write_json
from services.cli_speaking import opened, speaking_options, tell, why_option

LONG_SECONDS_MAX: Final = 600.0


@click.group()
def keys() -> None:
    """Look after the master keys that everything sealed stands under; no key is ever shown."""


@keys.command("list")
@speaking_options
def list_keys(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """List the master keys by id: which is in use, and how much each still opens."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", "/keys").told["items"]
    if as_json:
        write_json(items)
        return
    for item in items:
        use = "in use" if item["in_use"] else "older "
        click.echo(f"{item['id']:<24} {use}  opens {item['wraps']:,} data keys")


@keys.command()
@click.option("--retire", is_flag=True, help="Destroy older keys: older backups open no more.")
@why_option
@speaking_options
def rotate(
    why: str, folder: Path | None, as_login: str | None, *, retire: bool, as_json: bool
) -> None:
    """Put a new master key to use; one broken off is finished first."""
    body = {"why": why, "retire": retire}
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/keys/rotate", body, seconds_max=LONG_SECONDS_MAX).told
    tell(told, as_json=as_json)
