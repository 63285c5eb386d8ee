"""Bells over a desk's own database: what is collected, and a ringer that keeps what it gets."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from services.policy.bell import Bell, bell_of
from services.policy.bell_collecting import BellCollecting, Collecting
from services.policy.bell_configuration import BellSettings
from services.policy.bell_delivery import BellDelivery
from services.runtime.clock import ManualClock
from services.runtime.effects import Key
from services.runtime.ports import Commit, Journal
from services.runtime.ringer import BellMessage, RingerReply, Rung
from tests.desk_rig import STAFF, DeskRig, desk_rig

ZONE: Final = "Europe/London"
BASE: Final = "https://mercat.council.example"
LATEST: Final = 1 << 52


class FakeRinger:
    """Takes every message unless it was told another answer; keeps what it was given, in order."""

    def __init__(self, channel: str = "mail") -> None:
        self.channel = channel
        self.given: list[BellMessage] = []
        self.taken: list[BellMessage] = []
        self.reply: RingerReply = Rung()

    def ring(self, message: BellMessage) -> RingerReply:
        """Keep a message."""
        self.given.append(message)
        if isinstance(self.reply, Rung):
            self.taken.append(message)
        return self.reply

    def to(self, login: str) -> list[str]:
        """Return the subjects of what somebody was sent."""
        return [each.subject for each in self.taken if each.login == login]


class BellRig:
    """A town's desk, the collecting and the delivery of its bells, all that rang before told."""

    def __init__(self, rig: DeskRig, *, begun: bool = True, **settings: Any) -> None:
        self.rig, self.clock = rig, rig.clock
        self.settings = BellSettings(address=BASE, **settings)
        self.mail = FakeRinger()
        self.collecting = self.collecting_over(rig.journal)
        self.delivery = self.delivery_by(self.mail)
        if begun:
            self.collect()
            self.drop()

    def collecting_over(self, journal: Journal) -> BellCollecting:
        """Return the collecting of another process on the same database, by its journal."""
        channels = ("mail", "webhook:desk")
        parts = Collecting(journal, self.rig.store, self.clock, self.settings, channels, ZONE)
        return BellCollecting(parts)

    def delivery_by(self, ringer: FakeRinger) -> BellDelivery:
        """Return the delivery by a ringer."""
        return BellDelivery(ringer, self.rig.journal, self.rig.store, self.clock, BASE)

    def collect(self) -> int:
        """Collect all that there is, looking at what runs out as well."""
        self.clock.advance(60)
        rung = 0
        while True:
            found = self.collecting.turn()
            rung += found
            if not found:
                return rung

    def drop(self) -> None:
        """Forget every bell so far, as if it had been long ago."""
        for login in STAFF:
            for bell in self.bells(login):
                self.rig.journal.commit(_gone(bell)).result()

    def deliver(self) -> None:
        """Deliver until nothing more is due."""
        while self.delivery.turn():
            pass

    def bells(self, login: str) -> Sequence[Bell]:
        """Return somebody's inbox, the newest first."""
        person_id = self.rig.actor(login).person_id
        rows = self.rig.rows("bells_of", person_id, LATEST, LATEST, "", 1_000)
        return [bell_of(row) for row in rows]

    def kinds(self, login: str) -> list[str]:
        """Return what somebody was told of, in order of the alphabet."""
        return sorted(bell.kind for bell in self.bells(login))

    def who_heard(self, kind: str) -> set[str]:
        """Return the logins of everybody who was told of something."""
        return {login for login in STAFF if kind in self.kinds(login)}


def _gone(bell: Bell) -> Commit:
    channels = ("mail", "webhook:desk")
    ways = {Key("bell_ringings", f"{bell.id}:{channel}"): None for channel in channels}
    return Commit(writes={bell.key: None, **ways})


@contextmanager
def bell_rig(path: Path, clock: ManualClock, **settings: Any) -> Iterator[BellRig]:
    """Yield bells over a new database."""
    with desk_rig(path, clock) as rig:
        yield BellRig(rig, **settings)
