"""`mercat records`: legal holds, erasures, retention, and what is kept about somebody."""

from pathlib import Path
from typing import Any, Final

import click

from services.cli_options import write_json
from services.cli_packages import out_option, save_package
from services.cli_speaking import named, opened, speaking_options, tell, why_option
from services.reading.plain_text import plain, wrapped
from services.runtime.errors import RejectError

HOLD_KINDS: Final = ("case", "account", "author", "person", "everything")
LONG_SECONDS_MAX: Final = 600.0
DAY: Final = click.DateTime(formats=["%Y-%m-%d"])
source_option = click.option("--source", help="The source that knows the author.")
author_option = click.option("--author", help="A member of the public, by their name at --source.")
person_option = click.option(
    "--person", "login", metavar="LOGIN", help="Somebody who works here, or did."
)


@click.group()
def records() -> None:
    """Keep the records: as governance; whoever is auditor may look."""


@records.command()
@click.argument("kind", type=click.Choice(HOLD_KINDS))
@click.argument("name", required=False, default="")
@source_option
@click.option("--review", type=DAY, required=True, help="The day to look at it again: 2027-03-01.")
@why_option
@speaking_options
def hold(
    kind: str,
    name: str,
    review: Any,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
    **more: Any,
) -> None:
    """Keep what KIND NAME holds, whatever retention and erasure say, until the hold is lifted."""
    body = {"kind": kind, "name": name, "review_on": review.date().isoformat(), **named(**more)}
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/records/holds", body).told
    tell(told, as_json=as_json)
    if not as_json:
        click.echo(f"Its id is {told['id']}.")


@records.command()
@click.argument("hold_id", metavar="HOLD")
@why_option
@speaking_options
def lift(
    hold_id: str, why: str, folder: Path | None, as_login: str | None, *, as_json: bool
) -> None:
    """End HOLD, by its id as `mercat records holds` shows it."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/records/holds/{hold_id}/lift", {"why": why}).told
    tell(told, as_json=as_json)


@records.command()
@speaking_options
def holds(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """List legal holds: on what, whose, why, and when somebody looks again."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", "/records/holds").told["items"]
    if as_json:
        write_json(items)
        return
    if not items:
        click.echo("Nothing is held.")
    for item in items:
        what = plain(f"{item['kind']} {item['name']}".strip())
        due = ", which has come" if item["due"] else ""
        click.echo(f"{item['id']}  {what}, by {plain(item['owner'])}")
        click.echo(f"    to be looked at on {item['review_on']}{due}: {plain(item['reason'])}")


@records.command()
@source_option
@author_option
@person_option
@click.option("--yes", is_flag=True, help="Do not ask again.")
@click.option("--why", prompt="Why", help="Why, in a sentence that names nobody; it is kept.")
@speaking_options
def erase(
    why: str,
    folder: Path | None,
    as_login: str | None,
    *,
    yes: bool,
    as_json: bool,
    **somebody: str | None,
) -> None:
    """Erase somebody: show what goes and ask; it takes a second person's same command."""
    who = named(**somebody)
    with opened(folder, as_login) as api:
        found = api.ask("POST", "/records/erasures/preview", who).told
        if not as_json:
            click.echo("\n".join(_preview_lines(found)))
        if found["held"]:
            raise RejectError(found["held"])
        if not yes:
            click.confirm("Erase? It cannot be undone", abort=True)
        body = {**who, "why": why}
        told = api.ask("POST", "/records/erasures", body, seconds_max=LONG_SECONDS_MAX).told
    tell(told, as_json=as_json)


@records.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted today.")
@click.option("--why", default="It is past its time.", show_default=True, help="It is kept.")
@speaking_options
def retention(
    why: str, folder: Path | None, as_login: str | None, *, dry_run: bool, as_json: bool
) -> None:
    """Delete what is past its time and on no legal hold, class by class."""
    with opened(folder, as_login) as api:
        if dry_run:
            told = api.ask("GET", "/records/retention", seconds_max=LONG_SECONDS_MAX).told
        else:
            body = {"why": why}
            told = api.ask("POST", "/records/retention", body, seconds_max=LONG_SECONDS_MAX).told
    if as_json:
        write_json(told)
        return
    click.echo(f"{'CLASS':<22} {'KEPT FOR':>12} {'WOULD GO' if dry_run else 'GONE':>10} HELD")
    for each in told["classes"]:
        days = f"{each['days']:,} days"
        click.echo(f"{each['name']:<22} {days:>12} {each['going']:>10,} {each['held']:,}")
    click.echo("Nothing was deleted." if dry_run else told["sentence"])


@records.command("subject-access")
@source_option
@author_option
@person_option
@out_option
@click.option("--why", default="Asked for by the person.", show_default=True, help="It is kept.")
@speaking_options
def subject_access(
    out: Path,
    why: str,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
    **somebody: str | None,
) -> None:
    """Write all that is kept about somebody, for them: what they said, and what was recorded."""
    who = named(**somebody)
    if who.keys() not in ({"source", "author"}, {"login"}):
        raise click.UsageError("Name --source and --author, or --person.")
    body = {"about_login": who["login"]} if "login" in who else who
    with opened(folder, as_login) as api:
        told = save_package(api, {**body, "why": why}, out)
    write_json(told) if as_json else click.echo(told["sentence"])


def _preview_lines(found: dict[str, Any]) -> list[str]:
    lines = [
        f"In the audit they are {found['subject']}. What goes:",
        f"  posts of theirs, here and in the log: {found['posts']:,}",
        f"  drafts and answers to them, their words but not that there were any: {found['acts']:,}",
        f"  entries of the audit, their words and the key that opens them: {found['payloads']:,}",
        "What stays:",
    ]
    for sentence in found["stays"]:
        lines += wrapped(sentence, "  ")
    if found["asked_by"]:
        lines.append(f"{plain(found['asked_by'])} asked for it on {found['asked_at'][:10]}.")
    elif found["takes_two"]:
        lines.append("It takes two people: this asks for it, and somebody else agrees.")
    return lines
