"""`mercat people`: who works with Mercat, in what roles, with what leave, and how they sign in."""

from pathlib import Path
from typing import Any, Final, get_args

import click

from schemas.verdict import Role
from services.cli_options import folder_of, keys_of, write_json
from services.cli_rotas import certify
from services.cli_speaking import (
    named,
    note_option,
    opened,
    speaking_options,
    tell,
    why_option,
)
from services.cli_trust import complaint, set_trust, trust
from services.policy.grant_hours import times_of
from services.policy.orders import Answers
from services.reading.plain_text import plain

QUOTA: Final = click.IntRange(min=1, max=2_000)
DAYS: Final = click.FloatRange(min=0, max=366, min_open=True)
roles_option = click.option(
    "--role", "roles", type=click.Choice(get_args(Role)), multiple=True, help="A role; repeat it."
)
teams_option = click.option(
    "--team", "teams", multiple=True, help="A team they write for; repeat it; none is every team."
)


def read_hours(
    context: click.Context, option: click.Parameter, value: tuple[str, ...]
) -> tuple[dict[str, Any], ...]:
    """Return weekly times as the API takes them. Raises BadParameter where one cannot be read."""
    del context, option
    try:
        return tuple(times_of(each).model_dump(mode="json") for each in value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.group()
def people() -> None:
    """Look after who works with Mercat; as governance, or as whoever has the machine."""


@people.command("list")
@speaking_options
def list_people(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """List everybody with roles, teams, grants and the ids of their tokens."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", "/people").told["items"]
    if as_json:
        write_json(items)
        return
    if not items:
        click.echo("Nobody yet: `mercat people add LOGIN` adds somebody.")
    for person in items:
        click.echo("\n".join(_person_lines(person)))


@people.command()
@click.argument("login")
@click.option("--name", required=True, help="Their name, as people say it.")
@click.option("--address", required=True, help="An e-mail address to reach them by.")
@roles_option
@teams_option
@note_option
@speaking_options
def add(
    login: str,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
    **more: Any,
) -> None:
    """Add somebody under LOGIN, which stays theirs for ever."""
    if not more["roles"]:
        raise click.UsageError("Name at least one --role.")
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/people", {"login": login, **named(**more)}).told
    tell(told, as_json=as_json)


@people.command()
@click.argument("login")
@roles_option
@teams_option
@click.option("--no-teams", is_flag=True, help="They write for every team from now on.")
@why_option
@speaking_options
def change(
    login: str,
    why: str,
    folder: Path | None,
    as_login: str | None,
    *,
    no_teams: bool,
    as_json: bool,
    **more: Any,
) -> None:
    """Give LOGIN other roles or teams; what is not named stays."""
    body = {"why": why, **named(**more), **({"teams": []} if no_teams else {})}
    with opened(folder, as_login) as api:
        version = api.ask("GET", f"/people/{login}").told["version"]
        told = api.ask("PATCH", f"/people/{login}", body, version=version).told
    tell(told, as_json=as_json)


@people.command()
@click.argument("login")
@why_option
@speaking_options
def leave(
    login: str, why: str, folder: Path | None, as_login: str | None, *, as_json: bool
) -> None:
    """End the work of LOGIN here, with all tokens and grants; the record stays."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/people/{login}/leave", {"why": why}).told
    tell(told, as_json=as_json)


@people.command()
@click.argument("login")
@click.option("--label", default="token", show_default=True, help="What it is for.")
@click.option("--days", type=DAYS, default=90.0, show_default=True, help="How long it is good.")
@click.option("--save", is_flag=True, help="Keep it on this machine, for `--as LOGIN`.")
@note_option
@speaking_options
def token(
    login: str,
    folder: Path | None,
    as_login: str | None,
    *,
    save: bool,
    as_json: bool,
    **more: Any,
) -> None:
    """Give LOGIN a personal token: it is shown this once."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/people/{login}/tokens", named(**more)).told
    if save:
        _keep(folder, login, told["token"])
        told |= {"token": None, "sentence": f"The token is kept here: add --as {login}."}
    tell(told, as_json=as_json)
    if not as_json:
        if told["token"]:
            click.echo(told["token"])
        click.echo(f"It is good until {told['expires_at'][:10]}; its id is {told['token_id']}.")


@people.command()
@click.argument("token_id", metavar="TOKEN")
@why_option
@speaking_options
def revoke(
    token_id: str, why: str, folder: Path | None, as_login: str | None, *, as_json: bool
) -> None:
    """End a token by its id, as `list` shows it."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/tokens/{token_id}/revoke", {"why": why}).told
    tell(told, as_json=as_json)


@people.command()
@click.argument("login")
@click.argument("account")
@click.option("--kind", "kinds", multiple=True, help="A kind of act; repeat it; else replies.")
@click.option("--theme", "themes", multiple=True, help="Only this theme; repeat it.")
@click.option(
    "--hours",
    multiple=True,
    callback=read_hours,
    help="Only at these times, such as `mon-fri 09:00-17:00`; repeat it.",
)
@click.option("--zone", help="Whose clock tells the hours; else that of the offices.")
@click.option("--language", "languages", multiple=True, help="Only in this language; repeat it.")
@click.option(
    "--answers", type=click.Choice(get_args(Answers)), help="Whom it lets answer; else anyone."
)
@click.option("--an-hour", "quota_hour", type=QUOTA, help="So many acts an hour at most.")
@click.option("--a-day", "quota_day", type=QUOTA, help="So many acts a day at most.")
@click.option("--initials", help="How they sign, such as `AB`.")
@click.option("--origin", type=click.Choice(["standing", "rota"]), help="How it came about.")
@click.option("--days", type=DAYS, default=90.0, show_default=True, help="How long it holds.")
@why_option
@speaking_options
def grant(
    login: str,
    account: str,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
    **more: Any,
) -> None:
    """Give LOGIN leave to do some kinds of act as ACCOUNT, for a time."""
    body = {"login": login, "account": account, **named(**more)}
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/grants", body).told
    tell(told, as_json=as_json)


@people.command("end-grant")
@click.argument("grant_id", metavar="GRANT")
@why_option
@speaking_options
def end_grant(
    grant_id: str, why: str, folder: Path | None, as_login: str | None, *, as_json: bool
) -> None:
    """End a grant by its id, as `list` shows it; nothing goes out under it from then on."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/grants/{grant_id}/end", {"why": why}).told
    tell(told, as_json=as_json)


def _keep(folder: Path | None, login: str, given: str) -> None:
    from services.store.file_tokens import SavedTokens

    folder, environment = folder_of(folder)
    SavedTokens(keys_of(environment), folder).save(login, given)


def _person_lines(person: dict[str, Any]) -> list[str]:
    roles = ", ".join(person["roles"]) or "no role"
    state = "" if person["state"] == "active" else f", {person['state']}"
    teams = f"; writes for {', '.join(person['teams'])}" if person["teams"] else ""
    lines = [f"{person['login']:<16} {plain(person['name'])}{state}: {roles}{teams}"]
    for each in person["grants"]:
        what = f"{', '.join(each['kinds'])} as {each['account']}"
        themes = f" on {', '.join(each['themes'])}" if each["themes"] else ""
        lines.append(f"    grant {each['id']}  {what}{themes}, until {_day(each['ends_at'])}")
        lines += [f"        {limit}" for limit in _limits(each)]
    for each in person["tokens"]:
        label = plain(each["label"])
        lines.append(f"    token {each['id']}  {label}, until {_day(each['expires_at'])}")
    return lines


def _limits(grant: dict[str, Any]) -> list[str]:
    """Return what a grant is limited to beside kinds and themes, a line each."""
    hours = grant.get("hours") or {"weekly": []}
    lines = [
        f"{', '.join(each['days'])} {each['since']} to {each['until']} ({hours['zone']})"
        for each in hours["weekly"]
    ]
    lines += [f"in {', '.join(grant['languages'])}"] if grant.get("languages") else []
    lines += [f"answers {grant['answers']}"] if grant.get("answers") else []
    for name, words in (("quota_hour", "an hour"), ("quota_day", "a day")):
        lines += [f"{grant[name]} {words} at most"] if grant.get(name) else []
    lines += [f"signs as {plain(grant['initials'])}"] if grant.get("initials") else []
    until = grant.get("certify_by")
    lines += [f"ends unless certified by {_day(until)}"] if until else []
    return lines


def _day(moment: str | None) -> str:
    return "for ever" if moment is None else moment[:10]


for _command in (trust, set_trust, complaint, certify):
    people.add_command(_command)
