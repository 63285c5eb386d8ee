"""`mercat dead-letters` and `mercat objections`: what was set aside, and who is not to be read."""

from datetime import datetime
from pathlib import Path
from typing import Final

import click

from services.cli_options import (
    carry_out,
    folder_of,
    folder_option,
    json_option,
    write_json,
)
from services.cli_store import store_of
from services.runtime.clock import from_epoch_ms
from services.runtime.effects import Row, Value
from services.runtime.errors import RejectError
from services.runtime.trace_context import trace_of_value

ROWS_MAX: Final = 500
TOPIC_ORIGINS_SKIP: Final = "source:"


@click.group("dead-letters")
def dead_letters() -> None:
    """See and retry what could not be handled."""


@dead_letters.command("list")
@click.option("--state", type=click.Choice(["waiting", "retried", "put-away"]), default="waiting")
@folder_option
@json_option
def list_letters(state: str, folder: Path | None, *, as_json: bool) -> None:
    """List dead letters, oldest first: where each stood, its cause, and what would cure it."""
    folder, environment = folder_of(folder)
    with store_of(folder, environment) as store:
        rows = [_traced(row) for row in store.select("dead_letters", (state, ROWS_MAX))]
    if as_json:
        write_json([{**row, "written_at": _moment(row["written_at_ms"])} for row in rows])
        return
    if not rows:
        click.echo("No dead letters: everything that came in was handled.")
    for row in rows:
        click.echo(
            f"{row['id']!s}  {_moment(row['written_at_ms']):%Y-%m-%d %H:%M:%S}  {row['stage']!s}"
        )
        click.echo(f"    from   {row['origin']!s}, {row['place']!s} ({row['size_bytes']!s} bytes)")
        click.echo(f"    cause  {row['cause']!s}: {row['detail']!s}")
        if row["trace_id"] is not None:
            click.echo(f"    trace  {row['trace_id']!s}")
    if len(rows) == ROWS_MAX:
        click.echo(f"Only the oldest {ROWS_MAX} are shown.")


@dead_letters.command("retry")
@click.argument("letters", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that wait and stood on a topic.")
@folder_option
@json_option
def retry_letters(
    letters: tuple[str, ...], folder: Path | None, *, every: bool, as_json: bool
) -> None:
    """Put dead letters back at the end of their topics, to be handled again."""
    folder, environment = folder_of(folder)
    if every:
        with store_of(folder, environment) as store:
            rows = store.select("dead_letters", ("waiting", ROWS_MAX))
        letters = tuple(
            str(row["id"]) for row in rows if not str(row["origin"]).startswith(TOPIC_ORIGINS_SKIP)
        )
    if not letters:
        raise RejectError("no dead letter to retry is named, or none waits; see `list`")
    answer = carry_out(folder, "retry", {"letters": letters})
    write_json(answer) if as_json else click.echo(answer["sentence"])


@dead_letters.command("put-away")
@click.argument("letters", nargs=-1, required=True)
@click.option("--why", required=True, help="Why nobody needs to look at them any more.")
@folder_option
@json_option
def put_letters_away(
    letters: tuple[str, ...], why: str, folder: Path | None, *, as_json: bool
) -> None:
    """Take dead letters off the list of what waits, once their cause is mended elsewhere.

    What never became a post cannot be retried: it is read anew where it comes from.
    """
    folder, _ = folder_of(folder)
    answer = carry_out(folder, "put-away", {"letters": letters, "why": why})
    write_json(answer) if as_json else click.echo(answer["sentence"])


@click.group()
def objections() -> None:
    """Keep the list of people who object to being read: their posts are not taken in."""


@objections.command("add")
@click.argument("author")
@click.option("--source", help="At this source only; else at all.")
@click.option("--reason", default="", help="A note for whoever looks later.")
@folder_option
@json_option
def add_objection(
    author: str, source: str | None, reason: str, folder: Path | None, *, as_json: bool
) -> None:
    """Note that AUTHOR (a handle or name as posts carry it) objects to being read."""
    folder, _ = folder_of(folder)
    arguments = {"author": author, "source": source, "reason": reason}
    answer = carry_out(folder, "object", arguments)
    write_json(answer) if as_json else click.echo(answer["sentence"])


@objections.command("withdraw")
@click.argument("author")
@click.option("--source", help="The source it was noted for, if it was for one.")
@folder_option
@json_option
def withdraw_objection(
    author: str, source: str | None, folder: Path | None, *, as_json: bool
) -> None:
    """Take AUTHOR off the list."""
    folder, _ = folder_of(folder)
    answer = carry_out(folder, "withdraw-objection", {"author": author, "source": source})
    write_json(answer) if as_json else click.echo(answer["sentence"])


@objections.command("list")
@folder_option
@json_option
def list_objections(folder: Path | None, *, as_json: bool) -> None:
    """List objections: names are kept as digests only, so add and withdraw ask for the name."""
    folder, environment = folder_of(folder)
    with store_of(folder, environment) as store:
        rows = store.select("objections", (ROWS_MAX,))
    if as_json:
        write_json(rows)
        return
    if not rows:
        click.echo("Nobody has objected.")
    for row in rows:
        where = row["source"] or "all sources"
        when = _moment(row["added_at_ms"])
        click.echo(f"{row['id']!s}  {when:%Y-%m-%d}  {where!s}  {row['reason'] or ''!s}")


def _traced(row: Row) -> Row:
    """Return a dead letter with its trace in place of the beginning of what was set aside."""
    head = row["head"]
    trace_id = trace_of_value(head) if isinstance(head, bytes) else None
    return {**{name: row[name] for name in row if name != "head"}, "trace_id": trace_id}


def _moment(epoch_ms: Value) -> datetime:
    assert isinstance(epoch_ms, int)
    return from_epoch_ms(epoch_ms)
