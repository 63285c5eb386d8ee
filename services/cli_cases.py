"""`mercat inbox`, `show` and `reroute`: a team's work at the command line."""

import getpass
from pathlib import Path
from typing import Final

import click

from services.cli_options import (
    carry_out,
    folder_of,
    folder_option,
    json_option,
    store_of,
    write_json,
)
from services.runtime.errors import RejectError
from services.settings import read_body

INBOX_CASES_MAX: Final = 200


@click.command()
@click.argument("team")
@folder_option
@json_option
def inbox(team: str, folder: Path | None, *, as_json: bool) -> None:
    """List TEAM's open cases, what is due first on top."""
    from services.route.listing import inbox_dicts, inbox_text
    from services.runtime.system_clock import SystemClock

    folder, environment = folder_of(folder)
    settings = read_body(folder, environment)
    if not settings.routing.knows_team(team):
        known = ", ".join(settings.routing.team_by_id)
        raise RejectError(f"there is no team {team!r}; the teams are {known}")
    rows = store_of(folder).select("inbox", (team, INBOX_CASES_MAX))
    now = SystemClock().now()
    if as_json:
        write_json(inbox_dicts(rows, now))
    else:
        click.echo(inbox_text(rows, now, settings.body.zone))


@click.command()
@click.argument("identifier")
@folder_option
@json_option
def show(identifier: str, folder: Path | None, *, as_json: bool) -> None:
    """Show a post or a case by its IDENTIFIER: what was said, who has it, and why."""
    from services.route.listing import show_dict, show_text

    folder, environment = folder_of(folder)
    settings = read_body(folder, environment)
    store = store_of(folder)
    cases = store.select("case", (identifier,))
    posts = store.select("case_posts" if cases else "post", (identifier,))
    if not cases and not posts:
        raise RejectError(
            f"there is no post and no case {identifier}; `mercat inbox TEAM` lists cases"
        )
    if not cases and posts[0]["case_id"]:
        cases = store.select("case", (posts[0]["case_id"],))
    case = cases[0] if cases else None
    if as_json:
        write_json(show_dict(case, posts))
    else:
        click.echo(show_text(case, posts, settings.body.zone))


@click.command()
@click.argument("identifier")
@click.argument("team")
@click.option("--reason", prompt="Why", help="Why, in a sentence; later routing learns from it.")
@click.option("--theme", help="A theme of that team.")
@click.option("--by", "requested_by", default=getpass.getuser, help="Who says so.")
@folder_option
@json_option
def reroute(
    identifier: str,
    team: str,
    reason: str,
    theme: str | None,
    requested_by: str,
    folder: Path | None,
    *,
    as_json: bool,
) -> None:
    """Give a case, by its own IDENTIFIER or a post's, and its conversation to TEAM."""
    folder, _ = folder_of(folder)
    arguments = {
        "post": identifier,
        "team": team,
        "reason": reason,
        "theme": theme,
        "requested_by": requested_by,
    }
    answer = carry_out(folder, "reroute", arguments)
    if as_json:
        write_json(answer)
    else:
        click.echo(answer["sentence"])
