"""The town's threads on its house platform: people who ask each other, and the council, something.

Nothing in them is the council's: its answers are given through Mercat, or they are not there.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.envelope import digest_id
from services.house.names import handle_of_name
from services.house.sqlite_house import House
from services.house.threads import NAME_LENGTH_MAX, TEXT_LENGTH_MAX, HouseAct
from services.runtime.clock import ManualClock
from services.runtime.errors import InputInvalidError

ID_LENGTH: Final = 16
MINUTES_AGO_MAX: Final = 2 * 24 * 60


class ThreadPost(BaseModel):
    """A post of a thread: `parent` is the `id` of the post it answers, written before it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^t[0-9]{2}-[0-9]$")]
    parent: str | None
    minutes_ago: Annotated[int, Field(gt=0, le=MINUTES_AGO_MAX)]
    name: Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_LENGTH_MAX)]


def parse_threads(lines: Iterable[str], place: str) -> tuple[ThreadPost, ...]:
    """Return the posts of a JSON Lines file, oldest first; `place` is its name in errors.

    Raises InputInvalidError where a line is no post, or a post answers none that is older.
    """
    posts = sorted(_posts(lines, place), key=lambda post: (-post.minutes_ago, post.id))
    known: set[str] = set()
    for post in posts:
        if post.parent is not None and post.parent not in known:
            raise InputInvalidError(
                f"{place}: {post.id} answers {post.parent}, which is no older post; correct it"
            )
        known.add(post.id)
    return tuple(posts)


def settle_threads(path: Path, posts: Sequence[ThreadPost], now: datetime) -> None:
    """Make the house platform's file with these posts on it, the last just before `now`."""
    clock = ManualClock(now - timedelta(minutes=MINUTES_AGO_MAX))
    ids = {post.id: digest_id("town", post.id)[:ID_LENGTH] for post in posts}
    house = House(path, clock, new_id=iter(ids.values()).__next__)
    try:
        for post in posts:
            moment = now - timedelta(minutes=post.minutes_ago)
            clock.advance((moment - clock.now()).total_seconds())
            handle = handle_of_name(post.name)
            house.welcome(handle, post.name)
            act = HouseAct(
                kind="reply" if post.parent else "statement",
                text=post.text,
                language=post.language,
                target=ids[post.parent] if post.parent else None,
            )
            house.carry_out(handle, act)
    finally:
        house.close()


def _posts(lines: Iterable[str], place: str) -> Iterator[ThreadPost]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield ThreadPost.model_validate_json(line)
        except ValidationError as error:
            detail = error.errors(include_url=False)[0]
            field = ".".join(str(part) for part in detail["loc"]) or "the line"
            raise InputInvalidError(
                f"{place} line {number}: {field}: {detail['msg']}; correct the line."
            ) from error
