"""`mercat audit`: look at what is on the record, check it, and hand a part of it out."""

import sys
from pathlib import Path
from typing import Any, Final

import click

from services.cli_options import folder_of, write_json
from services.cli_packages import out_option, save_package
from services.cli_speaking import named, opened, speaking_options, why_option
from services.reading.plain_text import plain

ENTRIES_MAX: Final = 200
UNSOUND: Final = 1
VERIFY_SECONDS_MAX: Final = 600.0


@click.group()
def audit() -> None:
    """Look at the record of all that was decided; as auditor, governance, or the operator."""


@audit.command("show")
@click.option("--case", "case_id", help="Of this case.")
@click.option("--act", "act_id", help="Of this act.")
@click.option("--chain", help="Of this chain: `house`, or `account:ID`.")
@speaking_options
def show_entries(
    folder: Path | None, as_login: str | None, *, as_json: bool, **wanted: str | None
) -> None:
    """List entries in their order: when, what, and who did it."""
    with opened(folder, as_login) as api:
        page = api.ask("GET", "/audit/entries", query={**wanted, "limit": ENTRIES_MAX}).told
    if as_json:
        write_json(page["items"])
        return
    if not page["items"]:
        click.echo("Nothing is on record of that.")
    for entry in page["items"]:
        click.echo("\n".join(_entry_lines(entry)))
    if page["next"]:
        click.echo(f"Only the first {ENTRIES_MAX} are shown; name a --case, an --act or a --chain.")


@audit.command()
@click.option(
    "--exported",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file of checkpoints as somebody else kept it; else the one that settings name.",
)
@speaking_options
def verify(
    exported: Path | None, folder: Path | None, as_login: str | None, *, as_json: bool
) -> None:
    """Check every chain, and name the first entry that is not as it was written.

    It reads the files, whether Mercat runs or not; with --as, Mercat is asked.
    """
    if as_login is None or exported is not None:
        from services.cli_audit_files import verified_files

        place, environment = folder_of(folder)
        told = verified_files(place, environment, exported)
    else:
        with opened(folder, as_login) as api:
            told = api.ask("GET", "/audit/verify", seconds_max=VERIFY_SECONDS_MAX).told
    write_json(told) if as_json else click.echo(told["sentence"])
    if not told["sound"]:
        sys.exit(UNSOUND)


@audit.command()
@click.option("--foi", is_flag=True, help="For a request under freedom of information: --redact.")
@click.option("--case", "case_id", help="Of this case.")
@click.option("--person", "login", help="What this person did who works here, by their login.")
@click.option("--account", help="Of this account.")
@click.option("--since", help="From this day on, such as 2026-03-01.")
@click.option("--until", help="Up to and with this day.")
@click.option(
    "--redact/--no-redact",
    default=None,
    help="Leave out personal data of third parties, and list what and why; as usual with --foi.",
)
@out_option
@why_option
@speaking_options
def export(
    out: Path,
    folder: Path | None,
    as_login: str | None,
    *,
    foi: bool,
    redact: bool | None,
    as_json: bool,
    **wanted: str | None,
) -> None:
    """Write a package of the record, with proof and a verifier that needs Python alone."""
    body = {**named(**wanted), "redact": foi if redact is None else redact}
    with opened(folder, as_login) as api:
        told = save_package(api, body, out)
    write_json(told) if as_json else click.echo(told["sentence"])


def _entry_lines(entry: dict[str, Any]) -> list[str]:
    when = entry["at"][:19].replace("T", " ")
    gone = " (its words are gone)" if entry["payload_state"] == "gone" else ""
    return [f"{when}  {entry['id']}", f"    {plain(entry['sentence'])}{gone}"]
