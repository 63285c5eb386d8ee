"""`mercat bells`: read what one was told, say how one wishes to be told, and try it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from services.cli_options import write_json
from services.cli_speaking import named, opened, speaking_options, tell
from services.policy.bell import GROUPS
from services.reading.plain_text import plain

NOTHING = "none"


@click.group()
def bells() -> None:
    """Read what you were told, and say how you wish to be told."""


@bells.command("list")
@click.option("--unread", is_flag=True, help="Only what is not read yet.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
@speaking_options
def list_bells(
    limit: int, folder: Path | None, as_login: str | None, *, unread: bool, as_json: bool
) -> None:
    """List what you were told, the newest first."""
    query = {"limit": str(limit), **({"unread": "true"} if unread else {})}
    with opened(folder, as_login) as api:
        items = api.ask("GET", "/bells", query=query).told["items"]
    if as_json:
        write_json(items)
        return
    if not items:
        click.echo("Nothing is new." if unread else "You were told nothing yet.")
    for item in items:
        click.echo("\n".join(_lines(item)))


@bells.command()
@click.argument("bell_ids", metavar="[BELL]...", nargs=-1)
@click.option("--all", "whole", is_flag=True, help="All so far.")
@speaking_options
def read(
    bell_ids: tuple[str, ...],
    folder: Path | None,
    as_login: str | None,
    *,
    whole: bool,
    as_json: bool,
) -> None:
    """Say that you have read bells: those named, or all so far."""
    body: dict[str, Any] = {"all": True} if whole else {"bell_ids": list(bell_ids)}
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/bells/read", body).told
    tell(told, as_json=as_json)


@bells.command()
@click.option(
    "--by",
    "channels",
    multiple=True,
    type=click.Choice(("mail", "webhook", NOTHING)),
    help="A way to be told; repeat it for both, `none` for the inbox alone.",
)
@click.option("--quiet", nargs=2, metavar="FROM UNTIL", help="Quiet hours, such as 22:00 07:00.")
@click.option("--summary-at", help="When the daily summary comes, such as 08:00.")
@click.option("--zone", help="The zone whose clock these times are by; else the body's.")
@click.option(
    "--mute",
    "muted",
    multiple=True,
    type=click.Choice((*GROUPS, NOTHING)),
    help="What you are not sent; repeat it, `none` takes it back. The inbox keeps it.",
)
@speaking_options
def wish(folder: Path | None, as_login: str | None, *, as_json: bool, **wished: Any) -> None:
    """Say how you wish to be told; without an option, show it."""
    body = named(summary_at=wished["summary_at"], zone=wished["zone"])
    if wished["quiet"]:
        body |= dict(zip(("quiet_from", "quiet_until"), wished["quiet"], strict=True))
    for name in ("channels", "muted"):
        if wished[name]:
            body[name] = [word for word in wished[name] if word != NOTHING]
    with opened(folder, as_login) as api:
        if body:
            tell(api.ask("POST", "/bells/wishes", body).told, as_json=as_json)
            return
        told = api.ask("GET", "/bells/wishes").told
    write_json(told) if as_json else click.echo("\n".join(_wishes(told)))


@bells.command()
@speaking_options
def test(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Have one bell rung to yourself, by every way you wish."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/bells/test", {}).told
    tell(told, as_json=as_json)


def _lines(item: Mapping[str, Any]) -> Iterator[str]:
    unread = " " if item.get("read_at") else "*"
    times = f" (so many: {item['times']})" if item["times"] > 1 else ""
    yield f"{unread} {item['rung_at']}  {plain(item['subject'])}{times}"
    yield f"    {plain(item['body'])}"


def _wishes(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"Told by: {' and '.join(told['channels']) or 'the inbox alone'}"
    quiet = f"{told['quiet_from']} to {told['quiet_until']}" if told["quiet_from"] else "none"
    yield f"Quiet hours: {quiet}"
    yield f"Daily summary at: {told['summary_at']} ({told['zone']})"
    yield f"Not sent: {', '.join(told['muted']) or 'nothing is left out'}"
