"""What the facts about grants take for one act: read from the store, held against every limit."""

import json
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from bench.figures import Figure, percentile
from bench.plan import Sizes
from bench.progress import Say
from schemas.act import ActContent
from services.policy.act import Act, new_act
from services.policy.authority_data import AuthorityData
from services.policy.file_bundle import read_bundle
from services.policy.grants import Asked, grant_fact
from services.policy.situation import leave_of, no_theme
from services.policy.trust import trust_key
from services.runtime.clock import DAY_MS, HOUR_MS
from services.runtime.effects import Key, Row
from services.runtime.ports import Commit, Store
from services.runtime.system_clock import SystemClock
from services.store.sqlite_journal import SqliteJournal

AIM_MS: Final = 0.2
ACTS: Final = 2_000
"""So many acts of the author lie in the last three months."""
OTHERS: Final = 5
QUESTIONS: Final = 2_000
ROUND: Final = 20
"""So many questions are timed together: the clock of a process is coarse."""
NOW_MS: Final = 1_772_442_000_000
ALWAYS: Final = [
    {"days": ["monday", "tuesday"], "since": "22:00", "until": "06:00"},
    {"days": ["monday", "tuesday"], "since": "06:00", "until": "22:00"},
]
LIMITS: Final[dict[str, Any]] = {
    "origin": "rota",
    "themes": "bins trees",
    "languages": "en gd",
    "hours": json.dumps({"zone": "Europe/London", "weekly": ALWAYS}),
    "answers": "anyone",
    "quota_hour": 30,
    "quota_day": 200,
}


def measure(sizes: Sizes, say: Say) -> tuple[Figure, ...]:
    """Return what one act takes of a processor, under grants with no limits and with all."""
    del sizes
    authority = read_bundle().authority
    found = []
    for name, limits in (("plain", {}), ("limited", LIMITS)):
        say(f"{QUESTIONS} acts under {name} grants")
        with tempfile.TemporaryDirectory(prefix="mercat-bench-") as place:
            journal = SqliteJournal(Path(place) / "mercat.db", SystemClock(), synchronous="OFF")
            try:
                _fill(journal, limits)
                costs = _costs_ms(journal.store, authority)
            finally:
                journal.close()
        found.append(
            Figure(
                f"grant_facts_{name}",
                "ms",
                f"grants, quota, trust of one act under {name} grants, processor time, the median "
                f"of rounds; {ACTS} acts of the author lie in the last three months",
                value=percentile(costs, 0.5),
                aim=AIM_MS,
                better="lower",
            )
        )
    return tuple(found)


def an_act(number: int) -> Act:
    """Return a reply about bins that is just being proposed."""
    content = ActContent(kind="reply", account="town", text="On Friday.", target="n1")
    origin = {"id": f"asked-{number}", "author_id": "ines-id", "subject": f"citizen:{number % 50}"}
    return new_act(content, **origin, drafted_at_ms=NOW_MS, case_id="case-1", post_id="post-1")


def asked_of(store: Store, act: Act, authority: AuthorityData) -> Any:
    """Return the facts about an act's grant and trust, all that they take read from the store."""
    key = trust_key(act.author_id, act.account)
    kept = store.fetch([key])[key]
    case: Row = {"theme": "bins", "team": "waste"}
    leave = leave_of(store, act, case, kept, NOW_MS, authority, no_theme)
    pace = leave.own_pace
    asked = Asked(
        kind=act.kind,
        theme="bins",
        language="en",
        last_hour=pace.last_hour,
        last_day=pace.last_day,
    )
    fact = grant_fact(leave.grants, asked, NOW_MS)
    return fact, None if leave.trust is None else leave.trust.fact(act.digest)


def _costs_ms(store: Store, authority: AuthorityData) -> list[float]:
    acts = [an_act(number) for number in range(QUESTIONS)]
    costs = []
    for begin in range(0, QUESTIONS, ROUND):
        begun = time.process_time()
        for act in acts[begin : begin + ROUND]:
            asked_of(store, act, authority)
        costs.append((time.process_time() - begun) * 1_000 / ROUND)
    return costs


def _fill(journal: SqliteJournal, limits: dict[str, Any]) -> None:
    """Keep grants of several people, and what one of them did."""
    writes: dict[Key, Row | None] = {}
    for number in range(OTHERS):
        person = "ines-id" if number < 2 else f"person-{number}"
        writes[Key("grants", f"grant-{number}")] = {
            "person_id": person,
            "account": "town",
            "kinds": "reply statement",
            "themes": "",
            "state": "live",
            "starts_at_ms": NOW_MS - DAY_MS,
            "ends_at_ms": NOW_MS + DAY_MS,
            "version": 1,
            **limits,
        }
    for number in range(ACTS):
        at_ms = NOW_MS - HOUR_MS - number * (80 * DAY_MS // ACTS)
        said: Row = an_act(number).changed(state="sending", proposed_at_ms=at_ms).row()
        writes[Key("acts", f"said-{number}")] = said
        sent: Row = {"account": "town", "state": "sent", "remote_id": f"r{number}", "version": 1}
        writes[Key("sendings", f"said-{number}")] = sent
    # On the level at which most is asked.
    if limits:
        writes[trust_key("ines-id", "town")] = {
            "person_id": "ines-id",
            "account": "town",
            "level": "first",
            "reason": "As agreed.",
            "changed_by": "greta-id",
            "clean_acts": 0,
            "changed_at_ms": NOW_MS - HOUR_MS,
            "version": 1,
        }
    journal.commit(Commit(writes=writes)).result()
