"""How long it takes until leave that was taken back holds, behind a long line of approved acts."""

import threading
import time
from typing import Any, Final

from bench.embedded_speakers import Speakers, running_speakers
from bench.embedded_town import town_folder
from bench.errors import MeasurementError
from bench.figures import Figure
from bench.plan import Sizes
from bench.progress import Say
from services.runtime.effects import Key, Row
from services.runtime.ports import Commit
from services.town.people import ACCOUNT

FRONT: Final = 100
"""So many acts at the head of the line are real, proposed and approved; they go out meanwhile."""
QUEUED_QUICK: Final = 1_000
QUEUED: Final = 10_000
BATCH_ROWS: Final = 500
STEP_SECONDS: Final = 0.01
AIM_SECONDS: Final = 1.0
AFTER_SECONDS: Final = 2.0


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return the seconds from one word to the end of the last act that still went out."""
    queued = QUEUED_QUICK if sizes.mode == "quick" else QUEUED
    with town_folder() as folder, running_speakers(folder) as speakers:
        say(f"{queued:,} approved acts wait")
        seconds, after = _revoked(speakers, queued)
    if after:
        raise MeasurementError(f"{after} acts went out after leave was taken back")
    return (
        Figure(
            "revocation_to_effect",
            "s",
            f"from the order that ends a grant to the end of the last act under it, {queued:,} "
            "acts waiting; none went out after",
            value=seconds,
            aim=AIM_SECONDS,
            better="lower",
        ),
    )


def _revoked(speakers: Speakers, queued: int) -> tuple[float, int]:
    desk = speakers.speaking.desk
    halt = {"kind": "account", "name": ACCOUNT, "why": "measured"}
    desk.carry_out("halt", halt, speakers.person("gail"))
    front = [speakers.propose(target, number) for number, target in enumerate(speakers.said(FRONT))]
    for act_id in front:
        speakers.approve(act_id)
    _lengthen(speakers, front[-1], queued - FRONT)
    before = speakers.sent_count()
    for login in ("gail", "dee"):
        desk.carry_out("release", halt, speakers.person(login))
    while speakers.sent_count() == before:
        time.sleep(STEP_SECONDS)
    grants = speakers.store.select("grants_of_person", (speakers.person("ann").person_id,))
    begun = time.perf_counter()
    for grant in grants:
        order = {"grant_id": str(grant["id"]), "why": "measured"}
        desk.carry_out("end-grant", order, speakers.person("gail"))
    committed = time.perf_counter()
    last, seen = committed, speakers.sent_count()
    pause = threading.Event()
    while time.perf_counter() < committed + AFTER_SECONDS:
        now = speakers.sent_count()
        if now != seen:
            last, seen = time.perf_counter(), now
        pause.wait(STEP_SECONDS)
    pause.wait(AFTER_SECONDS)
    return last - begun, speakers.sent_count() - seen


def _lengthen(speakers: Speakers, act_id: str, count: int) -> None:
    """Put so many more acts like one behind it, each with the consents that it has."""
    store, journal = speakers.store, speakers.embedded.journal
    key = Key("acts", act_id)
    act: Any = store.fetch([key])[key]
    consents: list[dict[str, Any]] = [
        dict(each) for each in store.select("approvals_of_act", (act_id,))
    ]
    for begin in range(0, count, BATCH_ROWS):
        writes: dict[Key, Row | None] = {}
        for number in range(begin, min(begin + BATCH_ROWS, count)):
            other = f"{number:08x}{act_id[8:]}"
            later = {"approved_at_ms": act["approved_at_ms"] + number + 1}
            writes[Key("acts", other)] = {**act, **later}
            for each in consents:
                row = {name: value for name, value in each.items() if name != "id"}
                writes[Key("approvals", f"{other}:{each['id']}"[:64])] = {**row, "act_id": other}
        journal.commit(Commit(writes=writes)).result()
