"""Places at which a fault test may act: nothing happens without an order, and all are real."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import services
from services.runtime.failpoints import (
    FAILPOINTS,
    forget_orders,
    order_at_failpoints,
    reach,
)

CONSUMERS = ("ingest", "classify", "route")
SENDING_POINTS = ("begin", "outcome", "settle")


@pytest.fixture(autouse=True)
def _no_order_left() -> Iterator[None]:
    yield
    forget_orders()


def test_nothing_happens_without_an_order() -> None:
    """The program runs past a place."""
    reach("log.commit.before")


def test_an_order_hears_of_every_place_until_it_is_forgotten() -> None:
    """A test says what is to happen, and takes it back."""
    heard: list[str] = []
    order_at_failpoints(heard.append)
    reach("log.commit.before")
    reach("log.commit.after")
    forget_orders()
    reach("log.commit.before")

    assert ["log.commit.before", "log.commit.after"] == heard


def test_every_place_listed_stands_in_the_program_and_no_other() -> None:
    """A place that was renamed in one spot only would never be tested again."""
    reached: set[str] = set()
    for path in Path(services.__path__[0]).rglob("*.py"):
        reached |= set(re.findall(r'reach\(f?"([^"]+)"\)', path.read_text(encoding="utf-8")))
    names = {
        re.sub(r"\{.*\}", filled, name)
        for name in reached
        for filled in (SENDING_POINTS if name.startswith("sending.") else CONSUMERS)
    }

    assert {*FAILPOINTS} == names
