"""How long an act takes from proposal to platform at a steady pace, and a halt to its effect."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from bench.arrivals import Schedule
from bench.embedded_speakers import Speakers, running_speakers
from bench.embedded_town import town_folder
from bench.errors import MeasurementError
from bench.figures import Figure, percentile
from bench.plan import ACTS_PER_SECOND, Sizes
from bench.progress import Say
from services.runtime.clock import Clock
from services.runtime.effects import Key
from services.town.people import ACCOUNT

WORKERS: Final = 8
LEAD_SECONDS: Final = 0.2
DRAIN_SECONDS_MAX: Final = 120.0
STEP_SECONDS: Final = 0.01
HALT_AIM_SECONDS: Final = 1.0


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return percentiles from proposal due to published, and a halt's time to effect."""
    count = ACTS_PER_SECOND * sizes.act_seconds
    with town_folder() as folder, running_speakers(folder) as speakers:
        targets = speakers.said(count + sizes.halted_acts)
        say(f"{ACTS_PER_SECOND} acts a second for {sizes.act_seconds} s, proposed and approved")
        waits = _published(speakers, targets[:count])
        say(f"a halt over {sizes.halted_acts} approved acts")
        halt_seconds, after = _halted(speakers, targets[count:])
    note = f"{ACTS_PER_SECOND} acts a second for {sizes.act_seconds} s, on the house platform; "
    if after:
        raise MeasurementError(f"{after} acts went out after the halt took effect")
    return (
        Figure(
            "proposal_to_published_p50",
            "ms",
            note + "from the moment a proposal was due, its approval by another person within",
            value=percentile(waits, 0.5),
            better="lower",
        ),
        Figure(
            "proposal_to_published_p99",
            "ms",
            note + "the same",
            value=percentile(waits, 0.99),
            better="lower",
        ),
        Figure(
            "halt_to_effect",
            "s",
            f"from one press to the end of the last act, {sizes.halted_acts} acts waiting",
            value=halt_seconds,
            aim=HALT_AIM_SECONDS,
            better="lower",
        ),
    )


def _published(speakers: Speakers, targets: list[str]) -> list[float]:
    """Propose and approve at fixed moments; return the wait of each act, in milliseconds."""
    schedule = Schedule(time.perf_counter() + LEAD_SECONDS, ACTS_PER_SECOND, len(targets))
    clock: Clock = speakers.embedded.clock
    offset_ms = clock.now().timestamp() * 1_000 - time.perf_counter() * 1_000
    acts: dict[str, float] = {}

    def once(number: int) -> None:
        act_id = speakers.propose(targets[number], number)
        acts[act_id] = schedule.due_seconds(number) * 1_000 + offset_ms
        speakers.approve(act_id)

    with ThreadPoolExecutor(WORKERS) as pool:
        futures = [
            pool.submit(once, number) for number in schedule.due(time.perf_counter, time.sleep)
        ]
        for future in futures:
            future.result()
    _drained(speakers, len(targets))
    return [_ended_ms(speakers, act_id) - due_ms for act_id, due_ms in acts.items()]


def _ended_ms(speakers: Speakers, act_id: str) -> float:
    key = Key("sendings", act_id)
    row = speakers.store.fetch([key])[key]
    if row is None or row["state"] != "sent":
        raise MeasurementError(f"act {act_id} was not sent: {row}")
    return float(str(row["ended_at_ms"]))


def _drained(speakers: Speakers, count: int) -> None:
    until = time.perf_counter() + DRAIN_SECONDS_MAX
    while speakers.sent_count() < count:
        if time.perf_counter() > until:
            raise MeasurementError(f"{speakers.sent_count()} of {count} acts had gone out")
        time.sleep(STEP_SECONDS)


def _halted(speakers: Speakers, targets: list[str]) -> tuple[float, int]:
    """Approve acts, halt while they go out; return the time to effect, and how many went after."""
    desk = speakers.speaking.desk
    order = {"kind": "account", "name": ACCOUNT, "why": "measured"}
    desk.carry_out("halt", order, speakers.person("gail"))
    acts = [speakers.propose(target, number) for number, target in enumerate(targets)]
    for act_id in acts:
        speakers.approve(act_id)
    before = speakers.sent_count()
    desk.carry_out("release", order, speakers.person("gail"))
    desk.carry_out("release", order, speakers.person("dee"))
    while speakers.sent_count() == before:
        time.sleep(STEP_SECONDS)
    begun = time.perf_counter()
    desk.carry_out("halt", order, speakers.person("gail"))
    committed = time.perf_counter()
    last, seen = committed, speakers.sent_count()
    pause = threading.Event()
    while time.perf_counter() < committed + 2 * HALT_AIM_SECONDS:
        now = speakers.sent_count()
        if now != seen:
            last, seen = time.perf_counter(), now
        pause.wait(STEP_SECONDS)
    settled = seen
    pause.wait(HALT_AIM_SECONDS)
    return last - begun, speakers.sent_count() - settled
