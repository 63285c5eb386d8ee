"""Writes invented posts to a file: `python -m services.town.file_generate --out FILE`."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final, cast

import click

from services.town.file_texts import read_stories, read_texts
from services.town.rates import DURATION_DAYS_MAX, STEADY, USUAL
from services.town.rows import row_line
from services.town.week import Town

POSTS_MAX: Final = 100_000_000
_COMPRESSION: Final = 6


@contextmanager
def lines_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing, gzip where its name ends in .gz; same lines, same bytes."""
    with path.open("wb") as plain:
        if path.suffix != ".gz":
            yield plain
            return
        # No name and no time in the header: they would make equal files differ.
        packed = gzip.GzipFile("", "wb", _COMPRESSION, plain, mtime=0)
        with packed:
            yield cast("BinaryIO", packed)


@click.command(help=__doc__)
@click.option("--seed", default=7, show_default=True, help="Same seed, same bytes.")
@click.option("--posts", type=click.IntRange(1, POSTS_MAX), default=100_000, show_default=True)
@click.option("--days", type=click.IntRange(1, DURATION_DAYS_MAX - 1), default=7, show_default=True)
@click.option(
    "--start",
    type=click.DateTime(["%Y-%m-%d"]),
    default="2026-03-02",
    show_default=True,
    help="The first day, from midnight UTC.",
)
@click.option("--stories/--no-stories", default=False, help="Storms and rumours, beside --posts.")
@click.option("--steady/--by-hour", default=False, help="As many at night as in the evening.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def main(
    *, seed: int, posts: int, days: int, start: datetime, stories: bool, steady: bool, out: Path
) -> None:
    """Write the rows, showing how far it is."""
    town = Town(read_texts(), read_stories() if stories else (), seed)
    profile = STEADY if steady else USUAL
    rows = town.posts(start.replace(tzinfo=UTC), timedelta(days=days), posts, profile)
    with (
        lines_file(out) as file,
        click.progressbar(length=posts, label=f"Posts to {out.name}") as bar,
    ):
        for number, row in enumerate(rows, start=1):
            file.write(row_line(row))
            if number % 1_000 == 0:
                bar.update(1_000)
        bar.update(posts % 1_000)


if __name__ == "__main__":
    main()
