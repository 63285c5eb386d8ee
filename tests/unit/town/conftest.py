"""The town's texts and one town, read and made once for all tests of this room."""

import pytest

from services.town.file_texts import read_stories, read_texts
from services.town.labelled_texts import LabelledText, StoryPost
from services.town.week import Town


@pytest.fixture(scope="session")
def texts() -> tuple[LabelledText, ...]:
    """Return every labelled text."""
    return read_texts()


@pytest.fixture(scope="session")
def stories() -> tuple[StoryPost, ...]:
    """Return every story post."""
    return read_stories()


@pytest.fixture(scope="session")
def town(texts: tuple[LabelledText, ...], stories: tuple[StoryPost, ...]) -> Town:
    """Return the town of seed 7."""
    return Town(texts, stories, 7)
