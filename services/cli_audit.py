"""`mercat audit`: look at what is on the record, check it, and hand a part of it out."""

import sys
from pathlib import Path
from typing import Any, Final

import click

from services.cli_options import write_json
from services.cli_speaking import named, opened, speaking_options, why_option
from services.route.listing import plain
from services.runtime.errors import RejectError

ENTRIES_MAX: Final = 200
UNSOUND: Final = 1


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
@speaking_options
def verify(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Check every chain, and name the first entry that is not as it was written."""
    with opened(folder, as_login) as api:
        told = api.ask("GET", "/audit/verify").told
    write_json(told) if as_json else click.echo(told["sentence"])
    if not told["sound"]:
        sys.exit(UNSOUND)


@audit.command()
@click.option("--foi", is_flag=True, help="For a request for information: names are left out.")
@click.option("--case", "case_id", help="Of this case.")
@click.option("--person", "login", help="Of this person who works here, by their login.")
@click.option("--account", help="Of this account.")
@click.option("--author", help="All about this citizen, by their name at a --source.")
@click.option("--source", help="The source that the author is known at.")
@click.option("--since", help="From this day on, such as 2026-03-01.")
@click.option("--until", help="Up to this day.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to write; one that is there stays.",
)
@why_option
@speaking_options
def export(
    out: Path,
    folder: Path | None,
    as_login: str | None,
    *,
    foi: bool,
    as_json: bool,
    **wanted: str | None,
) -> None:
    """Write a package of the record, with proof and a verifier that needs Python alone."""
    if out.exists():
        raise RejectError(f"{out} is there already; name another file")
    body = {**named(**wanted), "redact": foi}
    with opened(folder, as_login) as api:
        content = api.ask("POST", "/audit/exports", body).content
    out.touch(mode=0o600)
    out.write_bytes(content)
    told = {"sentence": f"Written to {out}: unpack it and open its page.", "bytes": len(content)}
    write_json({**told, "file": str(out)}) if as_json else click.echo(told["sentence"])


def _entry_lines(entry: dict[str, Any]) -> list[str]:
    when = entry["at"][:19].replace("T", " ")
    gone = " (its words are gone)" if entry["payload_state"] == "gone" else ""
    return [f"{when}  {entry['id']}", f"    {plain(entry['sentence'])}{gone}"]
