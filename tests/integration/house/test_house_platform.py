"""The house platform's adapter in a process that is told of its faults through a file."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.act import ActContent, ActMedia
from services.house.sqlite_house import House, open_house
from services.house.sqlite_house_reading import DEEDS_COUNT_MAX
from services.house.threads import HouseAct
from services.publish import reading_back, restored, timeline
from services.publish.house_platform import FAULTS_VARIABLE, HousePlatform
from services.runtime.clock import ManualClock
from services.runtime.errors import PlatformUnavailableError, StorageRefusedError
from services.runtime.platform import Performed, PlatformRequest, Refused, Unclear
from tests.conftest import START

PICTURE = ActMedia(sha256="0" * 64, alt="A bin")


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """An empty platform."""
    made = open_house(tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def token(house: House) -> str:
    """The council's token."""
    return house.enrol("council", "The Council")


def statement(key: str, account: str = "town") -> PlatformRequest:
    """Return a request to say something with a picture."""
    content = ActContent(kind="statement", account=account, text="Good day.", media=(PICTURE,))
    return PlatformRequest(account=account, content=content, key=key)


def test_a_running_process_reads_its_faults_anew_when_the_file_changes(
    house: House, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each order is carried out once; the same file read again begins nothing anew."""
    orders = tmp_path / "faults.json"
    monkeypatch.setenv(FAULTS_VARIABLE, str(orders))
    platform = HousePlatform(house, {"town": "council"})
    said = []
    for plan in (None, ["time-out-after"], ["refuse"]):
        if plan is not None:
            orders.write_text(json.dumps({"plan": plan}), "utf-8")
        said += [platform.perform(statement(f"{plan}{number}"), token, 5.0) for number in (1, 2)]

    assert [Performed, Performed, Unclear, Performed, Refused, Performed] == [
        type(reply) for reply in said
    ]


def test_pictures_and_links_are_carried(house: House, token: str) -> None:
    """What was approved is what stands there, and a body's own address leads to it."""
    platform = HousePlatform(house, {"town": "council"}, address="https://mercat.example/")

    reply = platform.perform(statement("k1"), token, 5.0)

    assert isinstance(reply, Performed)
    post = house.post(reply.remote_id)
    assert post is not None
    assert ((PICTURE,), "k1") == (post.media, post.key)
    assert f"https://mercat.example/house/threads/{post.id}#post-{post.id}" == reply.link


def test_an_account_that_is_not_of_the_house_is_refused(house: House, token: str) -> None:
    """A slip in the settings is told, and nothing is said in another name."""
    platform = HousePlatform(house, {"town": "council"})

    assert isinstance(platform.perform(statement("k1", "port"), token, 5.0), Refused)
    assert [] == list(house.latest(5))


def test_a_disk_that_refuses_leaves_it_unclear(
    house: House, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a commit that failed was kept is for reading back to say, once the disk is well."""

    def refuses(*_: object) -> None:
        raise StorageRefusedError("the disk is full")

    platform = HousePlatform(house, {"town": "council"})
    monkeypatch.setattr(house, "carry_out", refuses)
    monkeypatch.setattr(house, "own_acts", refuses)

    assert isinstance(platform.perform(statement("k1"), token, 5.0), Unclear)
    with pytest.raises(PlatformUnavailableError, match="the disk is full"):
        platform.own_acts("town", token, START - timedelta(days=1), 10)


def test_an_edit_behind_our_back_is_listed(house: House, token: str) -> None:
    """Whoever speaks with the body's token outside Mercat can be found out."""
    platform = HousePlatform(house, {"town": "council"})
    reply = platform.perform(statement("k1"), token, 5.0)
    assert isinstance(reply, Performed)
    house.carry_out("council", HouseAct("edit", "Bad day.", target=reply.remote_id), token)

    acts = platform.own_acts("town", token, START - timedelta(days=1), 10)

    assert [("edit", "Bad day.", None), ("statement", "Good day.", "k1")] == [
        (act.kind, act.text, act.key) for act in acts
    ]


def test_as_much_is_listed_as_anybody_asks_for() -> None:
    """A list cut off unasked would be taken for whole, and what it lacks for unsent."""
    asked_for = (reading_back.READ_BACK_LIMIT, restored.READ_BACK_LIMIT, timeline.LISTED_MAX)

    assert max(asked_for) <= DEEDS_COUNT_MAX
