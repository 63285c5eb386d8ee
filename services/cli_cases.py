"""A team's work at the command line: `mercat inbox`, `show`, `reroute`, and acts on cases."""

import getpass
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_args

import click

from schemas.case import ClosingOutcome
from services.cli_api import Api
from services.cli_options import (
    carry_out,
    folder_of,
    folder_option,
    json_option,
    write_json,
)
from services.cli_speaking import named, speaking_options, tell
from services.cli_store import store_of
from services.policy.configuration import answering
from services.runtime.effects import Key, Row
from services.runtime.errors import RejectError
from services.runtime.ports import Store
from services.settings import read_body

INBOX_CASES_MAX: Final = 200
CASES_SOUGHT_MAX: Final = 5_000
ACTS_MAX: Final = 100

_case = click.argument("case")
_reason = click.option("--reason", prompt="Why", help="Why, in a sentence.")
_by = click.option(
    "--by",
    "requested_by",
    help="Who says so, where nobody signs in; else the user at the terminal.",
)


@click.command()
@click.argument("team")
@click.option("--account", help="Only what this account of the body can answer.")
@folder_option
@json_option
def inbox(team: str, account: str | None, folder: Path | None, *, as_json: bool) -> None:
    """List TEAM's open cases, what is due first on top."""
    from services.route.listing import inbox_dicts, inbox_text
    from services.runtime.system_clock import SystemClock

    folder, environment = folder_of(folder)
    settings = read_body(folder, environment)
    accounts = answering(settings.accounts)
    if not settings.routing.knows_team(team):
        known = ", ".join(settings.routing.team_by_id)
        raise RejectError(f"there is no team {team!r}; the teams are {known}")
    if account is not None and account not in {each.id for each in settings.accounts}:
        known = ", ".join(each.id for each in settings.accounts) or "none"
        raise RejectError(f"there is no account {account!r}; the accounts are {known}")
    with store_of(folder, environment) as store:
        rows = store.select("inbox", (team, CASES_SOUGHT_MAX))
    if account is not None:
        rows = [row for row in rows if accounts.get(str(row["source"])) == account]
    rows = rows[:INBOX_CASES_MAX]
    now = SystemClock().now()
    if as_json:
        write_json(inbox_dicts(rows, now, accounts))
    else:
        click.echo(inbox_text(rows, now, settings.body.zone, accounts))


@click.command()
@click.argument("identifier")
@folder_option
@json_option
def show(identifier: str, folder: Path | None, *, as_json: bool) -> None:
    """Show a post or a case by its IDENTIFIER: what was said, who has it, and why."""
    from services.route.listing import show_dict, show_text

    folder, environment = folder_of(folder)
    settings = read_body(folder, environment)
    accounts = answering(settings.accounts)
    with store_of(folder, environment) as store:
        case, posts = _found(store, identifier)
        merged = store.select("merged_cases", (case["id"],)) if case else []
        acts = _acts_of(store, str(case["id"])) if case else []
    if as_json:
        write_json({**show_dict(case, posts, merged, accounts), "acts": acts})
        return
    click.echo(show_text(case, posts, settings.body.zone, merged, accounts))
    for act in acts:
        click.echo(f"\n{act['kind']} as {act['account']}, {act['state']}: mercat act {act['id']}")


@click.command()
@click.argument("identifier")
@click.argument("team")
@click.option("--reason", prompt="Why", help="Why, in a sentence; later routing learns from it.")
@click.option("--theme", help="A theme of that team.")
@_by
@speaking_options
def reroute(
    identifier: str, folder: Path | None, as_login: str | None, *, as_json: bool, **arguments: Any
) -> None:
    """Give a case, by its own IDENTIFIER or a post's, and its conversation to TEAM."""
    _carry_out("reroute", identifier, arguments, folder, as_login, as_json=as_json)


@click.command()
@_case
@click.option(
    "--outcome",
    type=click.Choice(get_args(ClosingOutcome)),
    prompt="What came of it",
    help="What came of it.",
)
@_reason
@_by
@speaking_options
def close(
    case: str, folder: Path | None, as_login: str | None, *, as_json: bool, **arguments: Any
) -> None:
    """Close CASE, by its own id or a post's: nobody waits for an answer any more."""
    _carry_out("close", case, arguments, folder, as_login, as_json=as_json)


@click.command()
@_case
@_reason
@_by
@speaking_options
def reopen(
    case: str, folder: Path | None, as_login: str | None, *, as_json: bool, **arguments: Any
) -> None:
    """Open CASE again; it has the deadline that it had."""
    _carry_out("reopen", case, arguments, folder, as_login, as_json=as_json)


@click.command()
@_case
@click.argument("into")
@_reason
@_by
@speaking_options
def merge(
    case: str, folder: Path | None, as_login: str | None, *, as_json: bool, **arguments: Any
) -> None:
    """Close CASE, to be answered with the case INTO."""
    _carry_out("merge", case, arguments, folder, as_login, as_json=as_json)


@click.command()
@_case
@click.argument("posts", nargs=-1, required=True)
@_reason
@_by
@speaking_options
def split(
    case: str, folder: Path | None, as_login: str | None, *, as_json: bool, **arguments: Any
) -> None:
    """Give POSTS of CASE a case of their own, with the same team."""
    _carry_out("split", case, arguments, folder, as_login, as_json=as_json)


def _found(store: Store, identifier: str) -> tuple[Row | None, list[Row]]:
    """Return the case of that id with its posts, else the post with its case, where it has one."""
    cases = store.select("case", (identifier,))
    posts = store.select("case_posts" if cases else "post", (identifier,))
    if not cases and not posts:
        raise RejectError(
            f"there is no post and no case {identifier}; `mercat inbox TEAM` lists cases"
        )
    if not cases and posts[0]["case_id"]:
        cases = store.select("case", (posts[0]["case_id"],))
    return cases[0] if cases else None, posts


def _acts_of(store: Store, case_id: str) -> list[dict[str, str]]:
    """Return what was drafted for a case: id, kind, account and how far it is."""
    rows = store.select("acts_of_case_after", (case_id, "", ACTS_MAX))
    sendings = store.fetch([Key("sendings", str(row["id"])) for row in rows])
    states = {key.id: row["state"] for key, row in sendings.items() if row is not None}
    return [
        {
            "id": str(row["id"]),
            "kind": str(row["kind"]),
            "account": str(row["account"]),
            "state": str(states.get(str(row["id"]), row["state"])),
        }
        for row in rows
    ]


def _carry_out(
    verb: str,
    identifier: str,
    arguments: Mapping[str, Any],
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Have a verb carried out by the API for who signs in, else for whoever has the machine."""
    folder, environment = folder_of(folder)
    wanted = named(**arguments)
    by = wanted.pop("requested_by", None)
    if as_login is None and environment.token is None:
        wanted["post" if verb == "reroute" else "case"] = identifier
        answer = carry_out(folder, verb, {**wanted, "requested_by": by or getpass.getuser()})
    elif by is not None:
        raise RejectError(
            "--by is for where nobody signs in; with --as or MERCAT_TOKEN it is known "
            "who says so, so leave it out"
        )
    else:
        wanted["why"] = wanted.pop("reason")
        with store_of(folder, environment) as store:
            case_id = _case_of(store, identifier)
        with Api(folder, environment, as_login) as api:
            answer = named(**api.ask("POST", f"/cases/{case_id}/{verb}", wanted).told)
    tell(answer, as_json=as_json)


def _case_of(store: Store, identifier: str) -> str:
    """Return the case of that id, or of the post of that id, which is what the API's paths name."""
    if store.select("case", (identifier,)):
        return identifier
    posts = store.select("post", (identifier,))
    if not posts or posts[0]["case_id"] is None:
        raise RejectError(f"there is no case {identifier}; `mercat inbox TEAM` lists cases")
    return str(posts[0]["case_id"])
