"""Reads the texts and settings that come with the program."""

from importlib.resources import files
from typing import Final

from services.town.house_threads import ThreadPost, parse_threads
from services.town.labelled_texts import LabelledText, StoryPost, parse_stories, parse_texts

_PACKAGE: Final = "services.town"
_STORIES: Final = "stories.jsonl"
_THREADS: Final = "threads.jsonl"


def read_texts() -> tuple[LabelledText, ...]:
    """Return every labelled text of every team, in the order of the files' names."""
    folder = files(_PACKAGE) / "texts"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".jsonl"))
    texts: list[LabelledText] = []
    for name in names:
        if name != _STORIES:
            texts += parse_texts((folder / name).read_text("utf-8").split("\n"), name)
    return tuple(texts)


def read_stories() -> tuple[StoryPost, ...]:
    """Return the posts of all stories, each story in the order of its telling."""
    content = (files(_PACKAGE) / "texts" / _STORIES).read_text("utf-8")
    return parse_stories(content.split("\n"), _STORIES)


def read_threads() -> tuple[ThreadPost, ...]:
    """Return the posts that stand on the town's house platform from the beginning, oldest first."""
    content = (files(_PACKAGE) / "threads" / _THREADS).read_text("utf-8")
    return parse_threads(content.split("\n"), _THREADS)


def read_settings(name: str) -> str:
    """Return one of the town's settings files as it was written: `mercat.yaml`, say."""
    return (files(_PACKAGE) / "settings" / name).read_text("utf-8")
