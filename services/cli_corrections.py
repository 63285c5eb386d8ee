"""`mercat correct`: put right what went out wrong, under the same rules as everything."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from services.cli_options import write_json
from services.cli_speaking import (
    named,
    opened,
    speaking_options,
    tell,
    text_options,
    text_wanted,
    why_option,
)

PARTS: Final = ("removal", "note", "apology")
WHOM: Final = (
    "whoever-it-was-about",
    "whoever-it-answered",
    "team",
    "data-protection-officer",
    "press",
    "other",
)
correction_argument = click.argument("correction_id", metavar="CORRECTION")


@click.group()
def correct() -> None:
    """Put right what went out: delete it or keep it with a note, and say sorry."""


@correct.command("open")
@click.argument("act_id", metavar="ACT")
@click.option("--mistake", prompt="What is wrong", help="What is wrong, in a sentence or two.")
@click.option("--personal-data", is_flag=True, help="It told something about a person.")
@speaking_options
def open_correction(
    folder: Path | None, as_login: str | None, *, as_json: bool, **order: Any
) -> None:
    """Say what is wrong with ACT, which went out."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/corrections", named(**order)).told
    tell(told, as_json=as_json)
    if not as_json:
        click.echo(f"Its number is {told['correction_id']}.")


@correct.command("list")
@click.option("--state", type=click.Choice(("open", "closed")), default="open", show_default=True)
@speaking_options
def list_corrections(
    state: str, folder: Path | None, as_login: str | None, *, as_json: bool
) -> None:
    """List corrections, the latest first."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", "/corrections", query={"state": state}).told["items"]
    if as_json:
        write_json(items)
        return
    if not items:
        click.echo("There are none.")
    for item in items:
        click.echo(f"{item['id']}  {item['account']}  {item['mistake']}")


@correct.command()
@correction_argument
@speaking_options
def show(correction_id: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Show a correction: its acts, who was told, and what is left to do."""
    with opened(folder, as_login) as api:
        told = api.ask("GET", f"/corrections/{correction_id}").told
    write_json(told) if as_json else click.echo("\n".join(_lines(told)))


@correct.command()
@correction_argument
@click.argument("choice", type=click.Choice(("keep", "delete")))
@why_option
@speaking_options
def choose(correction_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Decide whether it stays with a note under it, or is deleted."""
    _moved(correction_id, "choice", folder, as_login, order)


@correct.command()
@correction_argument
@click.argument("part", type=click.Choice(PARTS))
@text_options
@speaking_options
def draft(  # noqa: PLR0913 - one for each option of the verb
    correction_id: str,
    part: str,
    text: str | None,
    file: Path | None,
    language: str | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Draft the removal, the note or the apology; `mercat propose` asks for it to go out."""
    with opened(folder, as_login) as api:
        words = "" if part == "removal" else text_wanted(text, file)
        order = named(part=part, text=words, language=language)
        told = api.ask("POST", f"/corrections/{correction_id}/drafts", order).told
    tell(told, as_json=as_json)
    if not as_json:
        click.echo(f"Ask for it to go out: mercat propose {told['id']}")


@correct.command("no-apology")
@correction_argument
@why_option
@speaking_options
def no_apology(correction_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Say why no apology is due."""
    _moved(correction_id, "no-apology", folder, as_login, order)


@correct.command("tell")
@correction_argument
@click.argument("whom", type=click.Choice(WHOM))
@click.option("--by", "by_way_of", required=True, help="By which way: a letter, a call.")
@speaking_options
def tell_of(correction_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Keep who was told of it, and by which way."""
    _moved(correction_id, "notices", folder, as_login, order)


@correct.command()
@correction_argument
@why_option
@speaking_options
def close(correction_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Close a correction of which nothing is left to do; say what was learnt."""
    _moved(correction_id, "close", folder, as_login, order)


def _moved(
    correction_id: str,
    move: str,
    folder: Path | None,
    as_login: str | None,
    order: dict[str, Any],
) -> None:
    as_json = order.pop("as_json")
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/corrections/{correction_id}/{move}", named(**order)).told
    tell(told, as_json=as_json)


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"{told['mistake']}"
    yield f"act {told['act_id']} of {told['account']}, found by {told['found_by']}"
    if told["choice"]:
        yield f"{told['choice']}: {told['choice_reason']} ({told['chosen_by']})"
    for act in told["acts"]:
        yield f"  {act['part']}: {act['act_id']}, {act['sending'] or act['state']}"
    if told["no_apology"]:
        yield f"  no apology is due: {told['no_apology']}"
    for notice in told["notices"]:
        yield f"  told: {notice['whom']}, by {notice['by_way_of']} ({notice['told_by']})"
    for each in told["left"]:
        yield f"  still to do: {each}"
    if told["apology_suggested"] and told["left"]:
        yield f"An apology may begin: {told['apology_suggested']}"
