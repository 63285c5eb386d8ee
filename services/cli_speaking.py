"""What the verbs of speaking share: their options, where a text comes from, what they print."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from services.cli_api import Api, as_option
from services.cli_options import folder_of, folder_option, json_option, write_json
from services.runtime.errors import RejectError

Command = TypeVar("Command", bound=Callable[..., Any])

STANDARD_INPUT: Final = "-"
TEXT_BYTES_MAX: Final = 65_536

why_option = click.option("--why", prompt="Why", help="Why, in a sentence; it is kept.")
note_option = click.option("--why", help="A note that is kept with it on the record.")
version_option = click.option(
    "--version", type=click.IntRange(min=1), help="The version you read; else the latest."
)


def speaking_options(command: Command) -> Command:
    """Add the options that every verb of speaking has."""
    return as_option(folder_option(json_option(command)))


def text_options(command: Command) -> Command:
    """Add the options that say a text."""
    text = click.option("--text", help="The words; `-` reads them from standard input.")
    file = click.option(
        "--file",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="A file with the words, in UTF-8.",
    )
    language = click.option("--language", help="Their language, two letters; else the post's.")
    return text(file(language(command)))


def text_given(text: str | None, file: Path | None) -> str | None:
    """Return the words that options name, or None where they name none.

    Raises RejectError where they name two, or a file that is no text.
    """
    if text is not None and file is not None:
        raise RejectError("the words are given twice; name --text or --file, not both")
    try:
        if file is not None:
            text = file.read_bytes()[: TEXT_BYTES_MAX + 1].decode("utf-8")
        elif text == STANDARD_INPUT:
            text = sys.stdin.read(TEXT_BYTES_MAX + 1)
    except UnicodeDecodeError as error:
        raise RejectError(f"{file or 'standard input'} is no text in UTF-8") from error
    return None if text is None else text.removesuffix("\n")


def text_wanted(text: str | None, file: Path | None, before: str = "") -> str:
    """Return the words that options name, else those written in an editor now."""
    said = text_given(text, file)
    if said is None and sys.stdin.isatty():
        said = click.edit(before, require_save=True)
    if said is None:
        raise RejectError("no words are given; add --text, --text - or --file")
    return said.removesuffix("\n")


def opened(folder: Path | None, as_login: str | None) -> Api:
    """Return the API of the folder to work on."""
    folder, environment = folder_of(folder)
    return Api(folder, environment, as_login)


def named(**values: object) -> dict[str, Any]:
    """Return what was named on the command line, without what was not."""
    return {name: value for name, value in values.items() if value not in (None, ())}


def tell(answer: Mapping[str, Any], *, as_json: bool) -> None:
    """Print an answer: its sentence, or all of it for programs."""
    write_json(answer) if as_json else click.echo(answer["sentence"])
