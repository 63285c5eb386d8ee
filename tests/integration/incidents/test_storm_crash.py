"""What no incident may become: a sender that dies in a storm of acts, taken for a thief.

A detector that cries wolf is switched off, and then nobody sees the thief. So a queue is sent while
the process dies at any step, the platform answers late or not at all, its clock differs from ours
and posts are taken back; each look in between finds nothing, unless a stranger is at work there.
"""

import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from schemas.act import ACT_KINDS
from services.bootstrap_timelines import timeline_turns_of
from services.house.faults import Fault, HouseFaults
from services.house.threads import HouseAct, HouseActKind
from services.publish.house_platform import HousePlatform
from services.publish.hushed_platform import HushedPlatform
from services.runtime.clock import ManualClock
from services.runtime.effects import Row
from services.runtime.errors import RejectError
from services.runtime.failpoints import SPEAKING_FAILPOINTS, forget_orders, order_at_failpoints
from services.store.file_backup import restore_backup, write_backup
from tests.simulation.seeds import seed_of_run
from tests.simulation.speaking_day import CrashError
from tests.speaking_town import SpeakingTown, case_id, make_speaking_folder

START: Final = datetime.fromisoformat("2026-03-02T09:00:00+00:00")
ACTS: Final = 24
STEPS: Final = 70
STEPS_MAX: Final = 700
"""So many at most, where little was sent and the stranger still waits."""
STEPS_TO_CRASH_MAX: Final = 30
BEFORE_THE_THIEF: Final = 4
CALM_TURNS: Final = 90
SHOWN_SECONDS: Final = 31
TROUBLES: Final[Sequence[Fault]] = ("time-out-before", "time-out-after", "failure-after", "busy")
FAR_MS: Final = 2**52
pytestmark = pytest.mark.long
STOLEN: Final = "Free coins for everybody who writes to me now."


class SkewedClock:
    """The platform's clock: so many seconds ahead of ours."""

    def __init__(self, clock: ManualClock, ahead_seconds: float) -> None:
        self._clock = clock
        self._ahead = timedelta(seconds=ahead_seconds)

    def now(self) -> datetime:
        """Return the moment that the platform takes it to be."""
        return self._clock.now() + self._ahead

    def elapsed_seconds(self) -> float:
        """Return seconds as they pass."""
        return self._clock.elapsed_seconds()


class Storm:
    """A town with a queue, where a process dies again and again while the queue is sent."""

    def __init__(
        self, data: Path, clock: ManualClock, seed: int, *, keys: bool, ahead_seconds: float = 0
    ) -> None:
        self.random, self.clock = Random(seed), clock
        self.faults = HouseFaults(takes_keys=keys, wait_seconds=20.0)
        self.town = SpeakingTown(data, clock)
        self.crashes = self.taken_back = 0
        self._steps_left: int | None = None
        self._open = True
        assert self.town.embedded.house is not None, "this town has its platform"
        self.house = self.town.embedded.house
        self.house._clock = SkewedClock(clock, ahead_seconds)
        self._take_up()

    def prepare(self) -> None:
        """Have people there, the account read back once, and a queue that is about to go out."""
        self.town.set_up()
        order: dict[str, Any] = {"account": "town", "kinds": ACT_KINDS, "days": 300}
        self.town.do("give-grant", "gail", login="dee", why="their work", **order)
        self.detector.turn()
        for number in range(ACTS):
            text = f"Bin {number} is emptied on Friday."
            place: dict[str, Any] = {"kind": "statement", "account": "town"}
            if number < len(_CASES):
                place = {"case_id": _CASES[number]}
            self._approved(self.town.do("answer", "dee", text=text, **place))

    def blow(self, *, stolen: HouseActKind | None = None) -> None:
        """Live through it, with a look after every step; a stranger acts once something is out."""
        order_at_failpoints(self._reached)
        try:
            for step in range(STEPS_MAX):
                if step >= STEPS and stolen is None:
                    break
                self.clock.advance(self.random.choice((0.05, 0.5, 2.0, 20.0)))
                if stolen is not None and len(self.sent()) >= BEFORE_THE_THIEF:
                    self.steal(stolen)
                    stolen = None
                self._survived()
                self.detector.turn()
        finally:
            forget_orders()

    def calm(self) -> None:
        """Let all trouble end, and the senders find out what they can."""
        self.faults.plan.clear()
        for _ in range(CALM_TURNS):
            self.clock.advance(2)
            for sender in self.town.speaking.senders:
                sender.turn()
            self.detector.turn()

    def end(self) -> None:
        """End cleanly, once however often this is asked."""
        if self._open:
            self.town.stop()
        self._open = False

    def steal(self, kind: HouseActKind = "statement") -> None:
        """Do something as the town with its own credential, past Mercat."""
        target = None if kind == "statement" else self.random.choice(self.sent())
        text = "" if kind == "delete" else STOLEN
        act = HouseAct(kind, text=text, target=target, language="en")
        self.house.carry_out("town", act, self.town.speaking.credential("town"))

    def sent(self) -> list[str]:
        """Return the platform's ids of the posts that are known to be out, and were not deleted."""
        posts = [post for post, author in self.house.latest(1_000) if author.handle == "town"]
        known = (
            self.town.store.select("sendings_by_remote_id", ("town", post.id)) for post in posts
        )
        return [post.id for post, rows in zip(posts, known, strict=True) if rows]

    def incidents(self) -> Sequence[Row]:
        """Return the incidents that are open."""
        return self.town.store.select("incidents_in_state", ("open", 10))

    def shown(self) -> int:
        """Return how much the platform shows of the town."""
        since = self.clock.now() - timedelta(days=30)
        return len(self.town.speaking.platforms["town"].own_acts("town", "", since, 1_000))

    def _survived(self) -> None:
        if not self.faults.plan and self.random.random() < 0.2:
            self.faults.order(self.random.choice(TROUBLES))
        if self._steps_left is None:
            self._steps_left = self.random.randint(1, STEPS_TO_CRASH_MAX)
        try:
            if self.random.random() < 0.1:
                self._take_back()
            for sender in self.town.speaking.senders:
                sender.turn()
        except CrashError:
            self.crashes += 1
            self._take_up()

    def _take_back(self) -> None:
        """Have something deleted that was sent."""
        target = self.random.choice(self.sent() or [None])
        if target is not None:
            try:
                act = self.town.do("answer", "dee", kind="delete", account="town", target=target)
                self._approved(act)
            except RejectError:
                # It is deleted already, or about to be.
                return
            self.taken_back += 1

    def _approved(self, act: dict[str, Any]) -> None:
        for login in ("bob", "gail"):
            if act["state"] == "held":
                act = self.town.do("approve", login, act_id=act["id"], digest=act["digest"])
        assert act["state"] == "approved", act["sentence"]

    def _take_up(self) -> None:
        """Go on as a process that has just been started: nothing is left but the rows."""
        self.town.begin_again()
        self.detector = timeline_turns_of(self.town.speaking)
        for platform in self.town.speaking.platforms.values():
            assert isinstance(platform, HushedPlatform), "no platform is spoken to bare"
            assert isinstance(platform._platform, HousePlatform), "this town has one platform"
            platform._platform._faults = self.faults

    def _reached(self, place: str) -> None:
        if self._steps_left is None or place not in SPEAKING_FAILPOINTS:
            return
        self._steps_left -= 1
        if self._steps_left == 0:
            self._steps_left = None
            raise CrashError(place)


_CASES: Final = tuple(case_id(number) for number in range(12))
KEYS = pytest.mark.parametrize("keys", [True, False], ids=["keys", "no-keys"])


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """The seed of this test's chance."""
    return seed_of_run(request)


@pytest.fixture
def storms() -> Iterator[list[Storm]]:
    """The storms of a test, each ended with it."""
    made: list[Storm] = []
    yield made
    for storm in made:
        storm.end()


def storm_in(storms: list[Storm], place: Path, seed: int, **ways: Any) -> Storm:
    """Return a storm that is about to begin."""
    storm = Storm(make_speaking_folder(place), ManualClock(START), seed, **ways)
    storms.append(storm)
    storm.prepare()
    return storm


@pytest.mark.parametrize(
    ("ahead_seconds", "keys"), [(0, True), (-240, False), (0, False), (240, False)]
)
def test_no_death_in_a_storm_is_taken_for_a_thief(
    storms: list[Storm], tmp_path: Path, seed: int, ahead_seconds: int, *, keys: bool
) -> None:
    """Each of many posts has its sending, whenever the process died and whatever the clocks say."""
    storm = storm_in(storms, tmp_path, seed, keys=keys, ahead_seconds=ahead_seconds)

    storm.blow()
    storm.calm()

    assert [] == storm.incidents()
    assert storm.shown() > ACTS // 2
    assert storm.crashes


@pytest.mark.parametrize(
    ("stolen", "keys"), [("statement", True), ("edit", False), ("delete", False)]
)
def test_a_thief_in_the_middle_of_a_storm_is_the_one_thing_found(
    storms: list[Storm], tmp_path: Path, seed: int, stolen: HouseActKind, *, keys: bool
) -> None:
    """What was posted, changed or deleted past us; and nothing of the queue is begun after it."""
    storm = storm_in(storms, tmp_path, seed, keys=keys)

    storm.blow(stolen=stolen)
    storm.calm()

    (incident,) = storm.incidents()
    (evidence,) = storm.town.store.select("incident_evidence_of", (incident["id"], 10))
    opened_ms = incident["opened_at_ms"]
    begun = storm.town.store.select("sendings_begun_between", ("town", opened_ms, FAR_MS, 100))
    assert (1, stolen) == (incident["acts"], evidence["kind"])
    assert [] == [row for row in begun if row["begun_at_ms"] != opened_ms]
    assert list(storm.town.waiting())


@KEYS
def test_a_restore_after_a_storm_sets_nothing_off(
    storms: list[Storm], tmp_path: Path, seed: int, *, keys: bool
) -> None:
    """What was sent since the backup has no sending here any more; it is compared first."""
    (tmp_path / "first").mkdir()
    before = storm_in(storms, tmp_path / "first", seed, keys=keys)
    backup, data = tmp_path / "monday.tar", tmp_path / "again" / "data"
    made_at = before.clock.now().isoformat()
    write_backup(before.town.folder, "mercat.sqlite", backup, made_at, lambda _share: None)
    before.blow()
    before.calm()
    before.end()
    restore_backup(backup, data, before.clock.now())
    shutil.copytree(before.town.folder.parent / "keys", data.parent / "keys")
    shutil.copy(before.town.folder / "house.sqlite", data / "house.sqlite")
    before.clock.advance(SHOWN_SECONDS)

    after = Storm(data, before.clock, seed, keys=keys)
    storms.append(after)
    shown, looks = after.shown(), []
    for _ in range(3):
        after.calm()
        looks.append(after.incidents())
    after.steal()
    after.calm()

    assert shown > ACTS // 2
    assert [[], [], []] == looks
    assert 1 == len(after.incidents())
