"""`mercat halt`, `halts` and `release`: one person stops what goes out, two let it go again."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click

from services.cli_options import write_json
from services.cli_speaking import named, opened, speaking_options, tell, why_option
from services.reading.plain_text import plain
from services.runtime.counting import counted

KINDS: Final = ("account", "person", "theme", "rule", "everything")
NAMELESS: Final = "-"
kind_argument = click.argument("kind", type=click.Choice(KINDS))
name_argument = click.argument("name", required=False, default="")


@click.command()
@kind_argument
@name_argument
@click.option("--hours", type=float, help="After so many hours it ends by itself, 168 at most.")
@why_option
@speaking_options
def halt(
    kind: str,
    name: str,
    why: str,
    hours: float | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Stop what goes out: of an account, a person, a theme, under a rule, or everything."""
    _require_name(kind, name)
    with opened(folder, as_login) as api:
        order = named(kind=kind, name=name, why=why, hours=hours)
        told = api.ask("POST", "/halts", order).told
    tell(told, as_json=as_json)


@click.command()
@kind_argument
@name_argument
@why_option
@speaking_options
def release(
    kind: str,
    name: str,
    why: str,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Ask for a halt to end, or agree with somebody else who asked: it takes two people."""
    _require_name(kind, name)
    path = f"/halts/{kind}/{quote(name or NAMELESS)}/release"
    with opened(folder, as_login) as api:
        told = api.ask("POST", path, {"why": why}).told
    tell(told, as_json=as_json)


@click.command()
@speaking_options
def halts(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """List halts, those in force first."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", "/halts").told["items"]
    if as_json:
        write_json(items)
        return
    if not any(item["state"] == "halted" for item in items):
        click.echo("Nothing is halted.")
    for item in items:
        click.echo("\n".join(_halt_lines(item)))


def _require_name(kind: str, name: str) -> None:
    if (kind == "everything") == bool(name):
        wanted = "takes no NAME" if name else "needs a NAME"
        raise click.UsageError(f"{kind} {wanted}.")


def _halt_lines(item: dict[str, Any]) -> list[str]:
    what = plain(f"{item['kind']} {item['name']}".strip())
    by = plain(str(item["halted_by"] or "somebody"))
    lines = [f"{item['state']:<9} {what}, halted {_minute(item['halted_at'])}, by {by}"]
    if item["reason"]:
        lines.append(f"    why: {plain(item['reason'])}")
    if item["state"] == "halted" and item["expires_at"]:
        lines.append(f"    ends by itself {_minute(item['expires_at'])}")
    lines.append(f"    {_drain(item)}")
    if item["state"] == "released":
        who = plain(str(item["released_by"] or "somebody"))
        lines.append(f"    let go {_minute(item['released_at'])}, agreed by {who}")
    if item["state"] == "halted" and item["release_asked_by"]:
        lines.append(f"    {plain(item['release_asked_by'])} asks for release; one more must agree")
    return lines


def _drain(item: dict[str, Any]) -> str:
    if item["drained_at"] is None:
        return "what was on its way is not known to have ended yet"
    if not item["let_through"]:
        return "held at once: nothing was on its way"
    acts = counted(item["let_through"], "act")
    return f"held {item['drain_ms'] / 1_000:.1f} seconds after: {acts} on the way ended first"


def _minute(moment: str | None) -> str:
    return "?" if moment is None else f"{moment[:16].replace('T', ' ')} UTC"
