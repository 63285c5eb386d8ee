"""`mercat rota`: who speaks as an account by turns: planned, swapped, and shown with its gaps."""

from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, get_args

import click

from services.cli_options import write_json
from services.cli_rota_calendar import calendar, import_calendar
from services.cli_speaking import named, note_option, opened, speaking_options, tell, why_option
from services.policy.grant_hours import times_of
from services.policy.orders import Answers
from services.policy.rota_times import DAYS_MAX, shift_times
from services.reading.plain_text import plain
from services.runtime.clock import from_epoch_ms
from services.runtime.errors import RejectError

QUOTA: Final = click.IntRange(min=1, max=2_000)
rota_argument = click.argument("rota_id", metavar="ROTA")
shift_argument = click.argument("shift_id", metavar="SHIFT")
swap_argument = click.argument("swap_id", metavar="SWAP")


@click.group()
def rota() -> None:
    """Have people speak as an account by turns."""


rota.add_command(calendar)
rota.add_command(import_calendar)


@rota.command()
@click.argument("account")
@click.argument("title")
@click.option("--from", "starts", required=True, help="When it begins, in its zone.")
@click.option("--until", "ends", required=True, help="When it ends, in its zone.")
@click.option("--zone", help="Whose clock tells its times; else the body's.")
@click.option("--kind", "kinds", multiple=True, help="A kind of act; repeat it.")
@click.option("--theme", "themes", multiple=True, help="Only this theme; repeat it.")
@click.option("--language", "languages", multiple=True, help="Only in this language; repeat it.")
@click.option("--answers", type=click.Choice(get_args(Answers)), help="Whom.")
@click.option("--initials", is_flag=True, help="Everybody signs with their initials.")
@click.option("--rest", "rest_minutes", type=click.IntRange(0, 2_880), help="Rest, in minutes.")
@click.option("--an-hour", "quota_hour", type=QUOTA, help="So many acts an hour at most, each.")
@click.option("--a-day", "quota_day", type=QUOTA, help="So many acts a day at most, each.")
@click.option("--deputy", help="Who steps in, and may plan.")
@click.option("--coach", help="Who reads every draft before it goes out.")
@why_option
@speaking_options
def make(
    folder: Path | None, as_login: str | None, *, as_json: bool, initials: bool, **order: Any
) -> None:
    """Make a rota for ACCOUNT under a TITLE; as governance."""
    body = {**named(**order), "initials": initials}
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/rotas", body).told
    tell(told, as_json=as_json)
    if not as_json:
        click.echo(f"Its number is {told['rota_id']}.")


@rota.command("list")
@speaking_options
def list_rotas(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """List rotas, those that are open first."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", "/rotas").told["items"]
    if as_json:
        write_json(items)
        return
    if not items:
        click.echo("There are none.")
    for item in items:
        until = item["ends_at"][:10]
        click.echo(f"{item['id']}  {item['state']:5}  until {until}  {plain(item['title'])}")


@rota.command()
@rota_argument
@click.option("--since", help="From when; else from now.")
@click.option("--until", help="Until when; else for four weeks.")
@speaking_options
def show(
    rota_id: str, folder: Path | None, as_login: str | None, *, as_json: bool, **times: Any
) -> None:
    """Show a rota: its shifts, and what is wrong with them."""
    asked = "&".join(f"{name}={value}" for name, value in named(**times).items())
    with opened(folder, as_login) as api:
        told = api.ask("GET", f"/rotas/{rota_id}{'?' if asked else ''}{asked}").told
    write_json(told) if as_json else click.echo("\n".join(_lines(told)))


@rota.command()
@rota_argument
@click.argument("login")
@click.option("--hours", required=True, help="When, such as `mon-fri 22:00-06:00`.")
@click.option("--from", "first", required=True, help="The first day, such as 2027-03-22.")
@click.option("--days", type=click.IntRange(1, DAYS_MAX), default=7, show_default=True)
@click.option("--initials", help="How they sign, where not as their name says.")
@note_option
@speaking_options
def plan(
    rota_id: str,
    login: str,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
    **order: Any,
) -> None:
    """Plan shifts of LOGIN in ROTA, at weekly times on the wall."""
    with opened(folder, as_login) as api:
        zone = str(api.ask("GET", f"/rotas/{rota_id}").told["zone"])
        shifts = _shifts(login, zone, **{name: order[name] for name in ("hours", "first", "days")})
        signed = named(initials=order["initials"])
        body = {"shifts": [each | signed for each in shifts], **named(why=order["why"])}
        told = api.ask("POST", f"/rotas/{rota_id}/shifts", body).told
    tell(told, as_json=as_json)


@rota.command()
@rota_argument
@click.option("--title", help="What it is called from now on.")
@click.option("--rest", "rest_minutes", type=click.IntRange(0, 2_880), help="Rest, in minutes.")
@click.option("--deputy", help="Who steps in, and may plan.")
@why_option
@speaking_options
def change(rota_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Change what is said of ROTA; what its shifts may do stays."""
    _asked(f"/rotas/{rota_id}/change", folder, as_login, order)


@rota.command()
@rota_argument
@why_option
@speaking_options
def end(rota_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """End ROTA with all its shifts."""
    _asked(f"/rotas/{rota_id}/end", folder, as_login, order)


@rota.command("call-off")
@shift_argument
@why_option
@speaking_options
def call_off(shift_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Take SHIFT back; it shows as a gap."""
    _asked(f"/shifts/{shift_id}/call-off", folder, as_login, order)


@rota.command()
@shift_argument
@why_option
@speaking_options
def deputy(shift_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Put the rota's deputy into SHIFT, or what is left of it."""
    _asked(f"/shifts/{shift_id}/deputy", folder, as_login, order)


@rota.command()
@speaking_options
def coached(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """List what those whom you coach have drafted or asked for."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", "/rotas/coached").told["items"]
    if as_json:
        write_json(items)
        return
    if not items:
        click.echo("There is nothing to read.")
    for item in items:
        click.echo(f"{item['id']}  {item['state']:5}  {plain(item['text'])}")


@rota.group()
def swap() -> None:
    """Give a shift to somebody who says yes to it."""


@swap.command()
@shift_argument
@click.argument("login")
@click.option("--for", "other_shift_id", help="The shift of theirs that you take for it.")
@note_option
@speaking_options
def ask(shift_id: str, login: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Offer your SHIFT to LOGIN."""
    _asked("/swaps", folder, as_login, {**order, "shift_id": shift_id, "login": login})


@swap.command()
@swap_argument
@speaking_options
def accept(swap_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Say yes to SWAP."""
    _asked(f"/swaps/{swap_id}/accept", folder, as_login, order)


@swap.command()
@swap_argument
@speaking_options
def decline(swap_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Say no to SWAP."""
    _asked(f"/swaps/{swap_id}/decline", folder, as_login, order)


@swap.command()
@swap_argument
@speaking_options
def withdraw(swap_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Take back SWAP, which you asked for."""
    _asked(f"/swaps/{swap_id}/withdraw", folder, as_login, order)


@swap.command()
@swap_argument
@why_option
@speaking_options
def allow(swap_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Let SWAP be done although somebody has too little rest; as an officer."""
    _asked(f"/swaps/{swap_id}/allow", folder, as_login, order)


@swap.command("list")
@speaking_options
def list_swaps(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """List the open swaps that you have a part in."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", "/swaps").told["items"]
    if as_json:
        write_json(items)
        return
    if not items:
        click.echo("There are none.")
    for each in items:
        click.echo(f"{each['id']}  {each['state']}  {each['from_login']} to {each['to_login']}")


@click.command()
@click.argument("grant_id", metavar="GRANT")
@click.option("--days", type=click.IntRange(1, 366), default=180, show_default=True)
@why_option
@speaking_options
def certify(grant_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Say that a standing grant is still needed, for so many days; else it ends when due."""
    _asked(f"/grants/{grant_id}/certify", folder, as_login, order)


def _asked(path: str, folder: Path | None, as_login: str | None, order: dict[str, Any]) -> None:
    as_json = bool(order.pop("as_json"))
    with opened(folder, as_login) as api:
        told = api.ask("POST", path, named(**order)).told
    tell(told, as_json=as_json)


def _shifts(login: str, zone: str, *, hours: str, first: str, days: int) -> list[dict[str, Any]]:
    """Return shifts as the API takes them. Raises RejectError where times cannot be read."""
    try:
        slots = list(shift_times(times_of(hours), date.fromisoformat(first), days, zone))
    except ValueError as error:
        raise RejectError(f"{error}; the first day is written such as 2027-03-22") from error
    if not slots:
        raise RejectError("None of those days is among the days of the week that are named.")
    return [
        {"login": login, "starts": _iso(each.starts_at_ms), "ends": _iso(each.ends_at_ms)}
        for each in slots
    ]


def _iso(at_ms: int) -> str:
    return from_epoch_ms(at_ms).isoformat()


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [f"{plain(told['title'])} ({told['account']}, {told['zone']}, {told['state']})"]
    for each in told["shifts"]:
        begin, end = (_short(each[name]) for name in ("starts_at", "ends_at"))
        lines.append(f"  {each['id']}  {begin} to {end} UTC  {each['login']}")
    lines += [f"  ! {each['sentence']}" for each in told["findings"]]
    return lines if told["shifts"] or told["findings"] else [*lines, "  Nothing is planned."]


def _short(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%a %d %b %H:%M}"
