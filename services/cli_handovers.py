"""`mercat takeover handover`: what a takeover left on an account, and what is to stay of it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from services.cli_options import write_json
from services.cli_speaking import named, note_option, opened, speaking_options, tell, why_option
from services.policy.handover_orders import ITEMS_AT_ONCE_MAX
from services.runtime.account_state import LIST_KINDS

takeover_argument = click.argument("takeover_id", metavar="TAKEOVER")


@click.group()
def handover() -> None:
    """Hand an account on as somebody decided, whatever was done to it in a slot."""


@handover.command()
@takeover_argument
@click.option(
    "--after", type=click.IntRange(min=0), default=0, show_default=True, help="Behind which place."
)
@click.option("--limit", type=click.IntRange(1, 500), default=100, show_default=True)
@speaking_options
def show(
    takeover_id: str,
    after: int,
    limit: int,
    folder: Path | None,
    as_login: str | None,
    *,
    as_json: bool,
) -> None:
    """Show what changed, what was decided of it, and what is left to do."""
    with opened(folder, as_login) as api:
        query = {"after": str(after), "limit": str(limit)}
        told = api.ask("GET", f"/takeovers/{takeover_id}/handover", query=query).told
    if as_json:
        write_json(told)
        return
    click.echo("\n".join(_lines(told)))


@handover.command()
@takeover_argument
@click.argument("decision", type=click.Choice(("keep", "revert")))
@click.option(
    "--change",
    "items",
    multiple=True,
    help=f"The id of a change; repeat it, {ITEMS_AT_ONCE_MAX} at most. Else all undecided.",
)
@click.option(
    "--kind", type=click.Choice(("profile", *LIST_KINDS)), help="All undecided of one kind."
)
@why_option
@speaking_options
def decide(takeover_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Keep changes, or have them reverted in your own name."""
    _ask("decide", takeover_id, folder, as_login, order)


@handover.command()
@takeover_argument
@click.option("--digest", required=True, help="The digest of what is to be reverted, as shown.")
@note_option
@speaking_options
def agree(takeover_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Agree, as a second person, to all that is to be reverted."""
    _ask("agree", takeover_id, folder, as_login, order)


@handover.command()
@takeover_argument
@why_option
@speaking_options
def override(takeover_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Let a handover go undecided; it takes two people."""
    _ask("override", takeover_id, folder, as_login, order)


def _ask(
    verb: str, takeover_id: str, folder: Path | None, as_login: str | None, order: dict[str, Any]
) -> None:
    as_json = bool(order.pop("as_json"))
    path = f"/takeovers/{takeover_id}/handover/{verb}"
    with opened(folder, as_login) as api:
        told = api.ask("POST", path, named(**order)).told
    tell(told, as_json=as_json)
    digest = told.get("digest")
    if verb == "decide" and order["decision"] == "revert" and not as_json:
        click.echo(
            f"Somebody else agrees to it: mercat takeover handover agree {takeover_id} "
            f"--digest {digest}"
        )


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    for item in told["items"]:
        yield _line(item)
    if told.get("next") is not None:
        yield f"There are more: add --after {told['next']}."
    if told["is_settled"]:
        yield "Nothing is left to do."
    yield from told["left"]
    if told.get("trouble"):
        yield told["trouble"]
    if told.get("digest"):
        yield f"What is to be reverted has the digest {told['digest']}."


def _line(item: Mapping[str, Any]) -> str:
    what = item["target"] or f"{item['before']!r} -> {item['after']!r}"
    decided = item.get("decision") or "undecided"
    if item.get("decided_by"):
        decided += f" by {item['decided_by']}"
    state = item.get("sending_state") or item.get("act_state")
    became = f", {state}: {item['said']}" if state and item.get("said") else f", {state}"
    line = f"{item['id']}  {item['change']} {item['kind']}  {what}  ({decided}"
    return f"{line}{became if state else ''})"
