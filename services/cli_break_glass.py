"""`mercat break-glass`: leave to speak in an emergency, by two people, over in hours."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from services.cli_options import write_json
from services.cli_speaking import named, opened, speaking_options, tell, why_option
from services.reading.plain_text import plain

glass_argument = click.argument("glass_id", metavar="GLASS")


@click.group("break-glass")
def break_glass() -> None:
    """Give leave to speak in an emergency, by two people, for hours; practise it."""


@break_glass.command()
@click.argument("account")
@click.argument("login")
@click.option("--kind", "kinds", multiple=True, help="A kind of act; else statement, reply.")
@click.option("--hours", type=float, help="For how long, 4 at most; else 1.")
@click.option("--drill", is_flag=True, help="Practise it: everything but the leave.")
@why_option
@speaking_options
def ask(folder: Path | None, as_login: str | None, *, as_json: bool, **order: Any) -> None:
    """Ask that LOGIN may speak as ACCOUNT for a while; a second person agrees."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/break-glass", named(**order)).told
    tell(told, as_json=as_json)
    if not as_json:
        click.echo(f"Its number is {told['glass_id']}.")


@break_glass.command()
@glass_argument
@why_option
@speaking_options
def agree(glass_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Agree to it, as another person than the one who asked: from now on it holds."""
    _moved(glass_id, "agree", folder, as_login, order)


@break_glass.command()
@glass_argument
@why_option
@speaking_options
def end(glass_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """End it before its time, or take back what nobody agreed to."""
    _moved(glass_id, "end", folder, as_login, order)


@break_glass.command()
@glass_argument
@why_option
@speaking_options
def review(glass_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Say, as somebody who took no part, whether it was right and what was learnt."""
    _moved(glass_id, "review", folder, as_login, order)


@break_glass.command("list")
@speaking_options
def list_glasses(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """List what was asked for, what waits to be looked at, and when it was last practised."""
    with opened(folder, as_login) as api:
        told = api.ask("GET", "/break-glass").told
    if as_json:
        write_json(told)
        return
    click.echo(f"Last practised: {_minute(told['last_drill_at'])}.")
    for item in told["items"]:
        click.echo("\n".join(_lines(item)))


def _moved(
    glass_id: str, move: str, folder: Path | None, as_login: str | None, order: dict[str, Any]
) -> None:
    as_json = order.pop("as_json")
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/break-glass/{glass_id}/{move}", named(**order)).told
    tell(told, as_json=as_json)


def _lines(item: Mapping[str, Any]) -> Iterator[str]:
    drill = "a drill, " if item["drill"] else ""
    yield f"{item['id']}  {drill}{item['state']}: {item['login']} as {item['account']}"
    yield f"    asked {_minute(item['asked_at'])} by {item['asked_by']}: {plain(item['reason'])}"
    if item["agreed_by"]:
        until = _minute(item["ends_at"])
        yield f"    agreed by {item['agreed_by']}, until {until}"
    if item["reviewed_by"]:
        yield f"    looked at by {item['reviewed_by']}: {plain(item['review'])}"
    elif item["overdue"]:
        yield f"    OVERDUE: somebody was to look at it by {_minute(item['review_by'])}"
    elif item["review_by"]:
        yield f"    somebody is to look at it by {_minute(item['review_by'])}"


def _minute(moment: str | None) -> str:
    return "never" if moment is None else f"{moment[:16].replace('T', ' ')} UTC"
