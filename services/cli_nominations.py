"""`mercat takeover nominations`: have citizens name a curator, and draw one so that all can see."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from services.cli_options import write_json
from services.cli_speaking import named, note_option, opened, speaking_options, tell, why_option
from services.policy.fair_draw import commitment_of, drawn_order, list_digest_of
from services.runtime.errors import InputInvalidError, RejectError

FILE_BYTES_MAX: Final = 4 * 1024 * 1024
ROUNDS: Final = "/nominations/rounds"
round_argument = click.argument("round_id", metavar="ROUND")
nomination_argument = click.argument("nomination_id", metavar="NOMINATION")


@click.group()
def nominations() -> None:
    """Have citizens name somebody for a slot, and draw who is asked first."""


@nominations.command("open")
@click.argument("account")
@click.argument("title")
@click.option("--until", "closes", help="When it closes, in the body's zone.")
@click.option("--days", type=click.IntRange(1, 366), help="Or in so many days.")
@click.option("--takeover", "takeover_id", help="The planned slot it is for.")
@note_option
@speaking_options
def open_round(folder: Path | None, as_login: str | None, *, as_json: bool, **order: Any) -> None:
    """Open a round for ACCOUNT under a TITLE; the page /nominations takes names."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", ROUNDS, named(**order)).told
    tell(told, as_json=as_json)
    if not as_json:
        click.echo(f"The round's number is {told['round_id']}.")


@nominations.command("list")
@speaking_options
def list_rounds(folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """List rounds, the latest first."""
    with opened(folder, as_login) as api:
        items = api.ask("GET", ROUNDS).told["items"]
    if as_json:
        write_json(items)
        return
    if not items:
        click.echo("There are none.")
    for item in items:
        click.echo(f"{item['id']}  {item['state']:7}  {item['named']:4} named  {item['title']}")


@nominations.command()
@round_argument
@speaking_options
def show(round_id: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Show a round with all who are named in it; for governance officers."""
    with opened(folder, as_login) as api:
        told = api.ask("GET", f"{ROUNDS}/{round_id}").told
    write_json(told) if as_json else click.echo("\n".join(_lines(told)))


@nominations.command()
@round_argument
@click.option("--name", required=True, help="Who is named.")
@click.option("--contact", required=True, help="How they can be reached.")
@click.option("--words", help="What they would tell the town.")
@note_option
@speaking_options
def add(
    round_id: str, folder: Path | None, as_login: str | None, *, as_json: bool, **order: Any
) -> None:
    """Take in a nomination that came by telephone or on paper."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"{ROUNDS}/{round_id}/nominations", named(**order)).told
    tell(told, as_json=as_json)
    if not as_json:
        click.echo(f"Its number is {told['nomination_id']}. The receipt: {told['receipt']}")


@nominations.command()
@round_argument
@why_option
@speaking_options
def close(round_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Take no more names before the round's time."""
    _moved(round_id, "close", folder, as_login, order)


@nominations.command("take-back")
@click.argument("receipt")
@speaking_options
def take_back(receipt: str, folder: Path | None, as_login: str | None, *, as_json: bool) -> None:
    """Take a nomination back, by the RECEIPT that was given for it."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", "/nominations/taking-back", {"receipt": receipt}).told
    tell(told, as_json=as_json)


@nominations.command()
@nomination_argument
@click.option("--agreed", is_flag=True, help="They said themselves that they would.")
@note_option
@speaking_options
def choose(
    nomination_id: str, folder: Path | None, as_login: str | None, *, as_json: bool, **order: Any
) -> None:
    """Put somebody on the list."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/nominations/{nomination_id}/choice", named(**order)).told
    tell(told, as_json=as_json)


@nominations.command("set-aside")
@nomination_argument
@why_option
@speaking_options
def set_aside(
    nomination_id: str, folder: Path | None, as_login: str | None, *, as_json: bool, **order: Any
) -> None:
    """Leave somebody off the list, and say why."""
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"/nominations/{nomination_id}/setting-aside", order).told
    tell(told, as_json=as_json)


@nominations.command("fix-list")
@round_argument
@click.option(
    "--public",
    "public_source",
    required=True,
    help="Which value everybody will see after this, where and when: lottery numbers, say.",
)
@note_option
@speaking_options
def fix_list(round_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Fix the list of a round that has closed; nobody changes it from then on."""
    _moved(round_id, "list", folder, as_login, order)


@nominations.command()
@round_argument
@click.option("--value", "public_value", required=True, help="The value, as it was published.")
@note_option
@speaking_options
def draw(round_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Draw from a fixed list; never by who fixed it."""
    _moved(round_id, "draw", folder, as_login, order)


@nominations.command()
@round_argument
@click.argument("number", type=click.IntRange(min=1))
@click.argument("answer", type=click.Choice(("taken-up", "declined")))
@note_option
@speaking_options
def answer(round_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """Keep what the next one in the order drawn said."""
    _moved(round_id, "answers", folder, as_login, order)


@nominations.command()
@round_argument
@why_option
@speaking_options
def end(round_id: str, folder: Path | None, as_login: str | None, **order: Any) -> None:
    """End a round without anybody, and forget who was named."""
    _moved(round_id, "end", folder, as_login, order)


@nominations.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def check(file: Path) -> None:
    """Work draws out again from FILE, as /api/v1/nominations/public gives it; asks no Mercat."""
    content = file.read_bytes()[: FILE_BYTES_MAX + 1]
    if len(content) > FILE_BYTES_MAX:
        raise RejectError(f"{file} is over {FILE_BYTES_MAX:,} bytes; that is no list of draws")
    try:
        items = json.loads(content)["items"]
        found = [(str(item["title"]), _agrees(item)) for item in items if item["order"]]
    except (ValueError, KeyError, TypeError) as error:
        raise InputInvalidError(f"{file} is not what /api/v1/nominations/public gives") from error
    for title, agrees in found:
        click.echo(f"{title}: {'the draw is as it should be' if agrees else 'THE DRAW IS WRONG'}")
    if not found:
        click.echo("No draw is in it.")
    if not all(agrees for _, agrees in found):
        raise RejectError("a draw is not what its list, its secret and its value make it")


def _agrees(item: Mapping[str, Any]) -> bool:
    entries = [(int(each["number"]), str(each["receipt_digest"])) for each in item["list"]]
    digest, seed = list_digest_of(entries), str(item["seed"])
    order = drawn_order(len(entries), str(item["public_value"]), seed, digest)
    promised = commitment_of(seed) == item["seed_commitment"] and digest == item["list_digest"]
    return promised and order == list(item["order"])


def _moved(
    round_id: str, move: str, folder: Path | None, as_login: str | None, order: dict[str, Any]
) -> None:
    as_json = order.pop("as_json")
    with opened(folder, as_login) as api:
        told = api.ask("POST", f"{ROUNDS}/{round_id}/{move}", named(**order)).told
    tell(told, as_json=as_json)


def _lines(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"{told['title']}: {told['state']}, for {told['account']}"
    if told["order"]:
        yield f"drawn in this order: {', '.join(map(str, told['order']))}"
    for each in told["nominations"]:
        number = "" if each["number"] is None else f"number {each['number']}, "
        agreed = "" if each["agreed"] else ", not asked yet"
        said = "" if each["answer"] is None else f", {each['answer']}"
        who = each["name"] or "nobody is kept"
        yield f"  {each['id']}  {number}{each['state']}{agreed}{said}: {who}"
        if each["contact"]:
            yield f"      {each['contact']}"
        if each["words"]:
            yield f"      {each['words']}"
