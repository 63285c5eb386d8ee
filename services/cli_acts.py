"""`mercat acts`, `act`, `approve`, `withdraw` and `settle`: what was asked for, and who agrees."""

from pathlib import Path
from typing import Final, get_args

import click

from services.cli_act_text import act_text, acts_text
from services.cli_options import write_json
from services.cli_speaking import (
    named,
    opened,
    speaking_options,
    tell,
    version_option,
    why_option,
)
from services.policy.act import ActState
from services.runtime.errors import VersionConflictError

DIGEST_CHARACTERS_MIN: Final = 12
ACTS_MAX: Final = 200


@click.command()
@click.option(
    "--state", type=click.Choice(get_args(ActState)), help="Only those; `held` waits for consent."
)
@click.option("--case", "case_id", help="Only those for a case.")
@speaking_options
def acts(
    state: str | None,
    case_id: str | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """List acts: their state, who wrote them, and the digest of those that wait for consent."""
    query = {"state": state, "case_id": case_id, "limit": ACTS_MAX}
    with opened(folder, as_login) as api:
        page = api.ask("GET", "/acts", query=query).told
    if as_json:
        write_json(page["items"])
        return
    click.echo(acts_text(page["items"]))
    if page["next"]:
        click.echo(f"Only the first {ACTS_MAX} are shown; name a --state or a --case.")


@click.command()
@click.argument("act_id", metavar="ACT")
@speaking_options
def act(act_id: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Show ACT: its words, what the rules say, who agreed, and its link once it is sent."""
    with opened(folder, as_login) as api:
        told = api.ask("GET", f"/acts/{act_id}").told
        write_json(told) if as_json else click.echo(act_text(told, api.reading))


@click.command()
@click.argument("act_id", metavar="ACT")
@click.option(
    "--digest", required=True, help="What you agree to, as the act shows it: 12 characters or all."
)
@click.option("--why", default="", help="A note that is kept with your consent.")
@speaking_options
def approve(
    act_id: str,
    digest: str,
    why: str,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Agree to exactly what ACT says under this digest; then it is on its way."""
    with opened(folder, as_login) as api:
        found = api.ask("GET", f"/acts/{act_id}").told
        if len(digest) < DIGEST_CHARACTERS_MIN or not found["digest"].startswith(digest.lower()):
            raise VersionConflictError(
                f"{digest!r} is not the digest of what this act says now; "
                f"read it with `mercat act {act_id}`, then approve that"
            )
        body = {"digest": found["digest"], "why": why}
        api.ask("POST", f"/acts/{act_id}/approve", body, version=found["version"])
        told = api.ask("GET", f"/acts/{act_id}").told
        if as_json:
            write_json(told)
            return
        click.echo(act_text(told, api.reading))
        if told["state"] == "approved" and api.waits_for_run:
            click.echo("No Mercat runs on this folder: it goes out when one does.")


@click.command()
@click.argument("act_id", metavar="ACT")
@why_option
@version_option
@speaking_options
def withdraw(
    act_id: str,
    why: str,
    version: int | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Take ACT back before it is on its way."""
    with opened(folder, as_login) as api:
        version = version or api.ask("GET", f"/acts/{act_id}").told["version"]
        told = api.ask("POST", f"/acts/{act_id}/withdraw", {"why": why}, version=version).told
    tell(told, as_json=as_json)


@click.command()
@click.argument("act_id", metavar="ACT")
@click.option(
    "--outcome",
    type=click.Choice(["sent", "not-sent"]),
    required=True,
    help="What you saw on the platform.",
)
@click.option("--remote-id", help="The id that it has there; needed where it was sent.")
@click.option("--link", help="Where it can be read.")
@why_option
@version_option
@speaking_options
def settle(
    act_id: str,
    version: int | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
    **found_out: str | None,
) -> None:
    """Say whether ACT reached its platform, where nothing but a person can tell."""
    body = named(**found_out)
    with opened(folder, as_login) as api:
        version = version or api.ask("GET", f"/acts/{act_id}").told["version"]
        told = api.ask("POST", f"/acts/{act_id}/settle", body, version=version).told
    tell(told, as_json=as_json)
