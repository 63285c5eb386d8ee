"""`mercat reply`, `draft`, `edit`, `propose` and `advise`: from words to what the rules say."""

import sys
from pathlib import Path
from typing import Any, Final, get_args

import click

from schemas.act import ACT_KINDS_WITH_TEXT, ActKind
from services.cli_act_text import act_text, trust_lines, verdict_text
from services.cli_api import Api
from services.cli_options import write_json
from services.cli_speaking import (
    named,
    note_option,
    opened,
    speaking_options,
    text_options,
    text_wanted,
    version_option,
)
from services.runtime.errors import RejectError

REFUSED: Final = 1
LATEST: Final = "It answers the latest post of the case; --post names another of them.\n"
account_option = click.option("--account", help="As which account; else the one of its source.")
kind_option = click.option(
    "--kind", type=click.Choice(get_args(ActKind)), default="reply", show_default=True
)
case_option = click.option("--case", "case_id", help="The case it answers.")
post_option = click.option("--post", "post_id", help="The post it answers or acts on.")


@click.command()
@click.argument("case_id", metavar="CASE")
@text_options
@click.option("--post", "post_id", help="The post of the case that it answers; else the latest.")
@account_option
@note_option
@speaking_options
def reply(
    case_id: str,
    text: str | None,
    file: Path | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
    **more: str | None,
) -> None:
    """Answer CASE: the words are judged, and go out, wait for somebody, or come back."""
    body = {"text": text_wanted(text, file), **named(**more)}
    with opened(folder, as_login) as api:
        act = api.ask("POST", f"/cases/{case_id}/answer", body).told
        if not as_json and more["post_id"] is None:
            click.echo(LATEST)
        tell_act(act, api, as_json=as_json)


@click.command()
@text_options
@kind_option
@case_option
@post_option
@click.option("--target", help="The platform's own id of what is acted on.")
@account_option
@note_option
@speaking_options
def draft(
    text: str | None,
    file: Path | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
    **more: str | None,
) -> None:
    """Keep a draft, and show what the rules would say."""
    said = text_wanted(text, file) if more["kind"] in ACT_KINDS_WITH_TEXT else ""
    with opened(folder, as_login) as api:
        act = api.ask("POST", "/acts", {"text": said, **named(**more)}).told
        tell_act(act, api, as_json=as_json)


@click.command()
@click.argument("act_id", metavar="ACT")
@text_options
@click.option(
    "--version", type=click.IntRange(min=1), help="The version you read; needed with the words."
)
@note_option
@speaking_options
def edit(
    act_id: str,
    text: str | None,
    file: Path | None,
    version: int | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
    **more: str | None,
) -> None:
    """Write ACT anew: without words an editor opens on those it has.

    What somebody else changed since you read it is never written over.
    """
    if (text is not None or file is not None) and version is None:
        raise RejectError(f"name the --version you read; `mercat act {act_id}` shows it")
    with opened(folder, as_login) as api:
        before = api.ask("GET", f"/acts/{act_id}").told
        said = text_wanted(text, file, before["text"])
        body = {"text": said, "media": before["media"], **named(**more)}
        after = api.ask("PUT", f"/acts/{act_id}", body, version=version or before["version"]).told
        tell_act(after, api, as_json=as_json)


@click.command()
@click.argument("act_id", metavar="ACT")
@version_option
@note_option
@speaking_options
def propose(
    act_id: str,
    version: int | None,
    why: str | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Ask for ACT to be carried out: the rules allow it, hold it for people, or refuse it."""
    with opened(folder, as_login) as api:
        version = version or api.ask("GET", f"/acts/{act_id}").told["version"]
        act = api.ask("POST", f"/acts/{act_id}/propose", named(why=why), version=version).told
        tell_act(act, api, as_json=as_json)


@click.command()
@text_options
@kind_option
@case_option
@post_option
@account_option
@speaking_options
def advise(
    text: str | None,
    file: Path | None,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
    **more: str | None,
) -> None:
    """Show what the rules say of some words; nothing is kept."""
    body = {"text": text_wanted(text, file), **named(**more)}
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/advice", body).told
    if as_json:
        write_json(told)
    else:
        click.echo("\n".join([verdict_text(told["verdict"], told["sentence"]), *trust_lines(told)]))
    if told["verdict"]["decision"] == "deny":
        sys.exit(REFUSED)


def tell_act(act: Any, api: Api, *, as_json: bool) -> None:
    """Print an act as it stands now, and end with 1 where the rules refused it."""
    if as_json:
        write_json(act)
    else:
        click.echo(act_text(act, api.reading))
    if act["state"] == "denied":
        sys.exit(REFUSED)
