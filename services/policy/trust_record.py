"""Reads where somebody stands on the ladder of trust: from what is kept, and what they sent since.

Whoever is under no grant of the ladder, and was not put on it by name, is asked nothing more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from services.policy.act import Act
from services.policy.authority_data import AuthorityData
from services.policy.grants import is_live, origin_of
from services.policy.trust import Trust, acts_counted_max, standing_at, trust_key
from services.runtime.audit_entry import BODY_SUBJECT
from services.runtime.clock import DAY_MS, from_epoch_ms, to_epoch_ms
from services.runtime.effects import Row
from services.runtime.ports import Store

COACHED: Final = "A coach reads everything before it goes out."


def trust_of(
    store: Store,
    person_id: str,
    account: str,
    grants: Sequence[Row],
    row: Row | None,
    now_ms: int,
    data: AuthorityData,
) -> Trust | None:
    """Return where a person stands for an account, or None where the ladder is not for them.

    `grants` are theirs for the account, `row` what is kept of their trust. In a takeover what was
    done before it began does not count.
    """
    ladder = data.trust
    live = [each for each in grants if is_live(each, now_ms)]
    on_ladder = [each for each in live if origin_of(each) in ladder.origins]
    is_coached = any(each.get("coach_id") for each in live)
    if row is None and not on_ladder and not is_coached:
        return None
    began = min((_began_ms(each) for each in on_ladder), default=0)
    changed = 0 if row is None else cast("int", row["changed_at_ms"])
    since_ms = max(began, changed, now_ms - ladder.days * DAY_MS)
    counted = (person_id, account, since_ms, acts_counted_max(ladder))
    (found,) = cast("Sequence[Mapping[str, Any]]", store.select("clean_acts_of", counted))
    standing = standing_at(row, found["clean_acts"], ladder, person_id, account)
    return replace(standing, level="every", reason=COACHED) if is_coached else standing


def trust_read(
    store: Store, person_id: str, account: str, now_ms: int, data: AuthorityData
) -> Trust | None:
    """Return where a person stands for an account, all that it takes read here."""
    grants = store.select("grants_now_for", (person_id, account, now_ms, now_ms))
    key = trust_key(person_id, account)
    return trust_of(store, person_id, account, grants, store.fetch([key])[key], now_ms, data)


def standings(store: Store, person_id: str, now_ms: int, data: AuthorityData) -> Sequence[Trust]:
    """Return where a person stands for each account that they have or had a part in."""
    rows = [
        *store.select("grants_of_person", (person_id,)),
        *store.select("trust_levels_of_person", (person_id,)),
    ]
    accounts = sorted({str(row["account"]) for row in rows})
    found = [trust_read(store, person_id, each, now_ms, data) for each in accounts]
    return [each for each in found if each is not None]


def with_firsts(store: Store, trust: Trust, act: Act, placed_ms: int, data: AuthorityData) -> Trust:
    """Return trust with what is first about an act, where the level asks for that.

    An act counts as before it once it was let go. `placed_ms` is when the act was asked for.
    """
    if trust.level != "first":
        return trust
    day_ms = _midnight_ms(placed_ms, data.duty_officer.hours.time_zone)
    since_ms = placed_ms - data.trust.days * DAY_MS
    asked = (day_ms, act.subject, act.author_id, act.account, since_ms, placed_ms, act.id)
    (found,) = cast("Sequence[Mapping[str, Any]]", store.select("let_go_before", asked))
    to_somebody = act.subject != BODY_SUBJECT
    return replace(
        trust,
        first_of_day=not found["of_day"],
        first_to_person=to_somebody and not found["to_person"],
    )


def _began_ms(grant: Row) -> int:
    return cast("int", grant["starts_at_ms"]) if origin_of(grant) == "takeover" else 0


def _midnight_ms(at_ms: int, zone: str) -> int:
    there = from_epoch_ms(at_ms).astimezone(ZoneInfo(zone))
    return to_epoch_ms(there.replace(hour=0, minute=0, second=0, microsecond=0, fold=0))
