"""Reads reports on slots: whole for whoever spoke and who answered for it, and what is published.

The public is told of a takeover that was or will be, never of one that is still being asked about;
what came of it only once somebody published that. A small count of what was stopped is told as
fewer than five, as on the page of the rules.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol, cast

from services.policy.people import person_key
from services.policy.register import public_name_key
from services.policy.rota import shift_key
from services.policy.rota_scene import officer_of_shift
from services.policy.rules_in_public import FEWER_THAN, masked
from services.policy.slot_report import SENT, report_key, slot_of_takeover
from services.policy.takeover import Takeover, takeover_key, takeover_of
from services.runtime.clock import DAY_MS, to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError, RetryLaterError
from services.runtime.ports import Store

PUBLISHED_MAX: Final = 500
SLOTS_MAX: Final = 1_000
AHEAD_DAYS: Final = 366
BACK_DAYS: Final = 366 * 10
SAID_KINDS: Final = ("statement", "reply", "repost")
COMING: Final = ("ready",)
NOW: Final = ("live", "paused")
TEXT_LENGTH_MAX: Final = 500


class PublicRules(Protocol):
    """Tells of the rules in force as the public reads them."""

    def told(self) -> Mapping[str, Any]:
        """Return the rules by group. Raises RetryLaterError where there are none."""
        ...


class SlotReportReading:
    """Reads the reports of one store; any number of threads may ask."""

    def __init__(
        self,
        store: Store,
        rules: PublicRules,
        account_names: Mapping[str, str],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._rules = rules
        self._account_names = account_names
        self._now = now

    def one(self, slot_id: str) -> Mapping[str, Any]:
        """Return a report whole, its person and officer by id too. Raises NotFoundError."""
        row = self._row(report_key(slot_id))
        if row is None:
            raise NotFoundError(
                f"There is no report on {slot_id}: it is made once the slot has ended and all that "
                "was said in it is on its platform."
            )
        takeover = self._takeover(slot_id) if row["kind"] == "takeover" else None
        numbers = self._numbers(row)
        return {
            "id": slot_id,
            "kind": row["kind"],
            "account": row["account"],
            "title": None if takeover is None else takeover.title,
            "person_id": row["person_id"],
            "person": self._login(str(row["person_id"])),
            "duty_officer": self._login(self._officer_id(slot_id, takeover)),
            "starts_at_ms": row["starts_at_ms"],
            "ends_at_ms": row["ends_at_ms"],
            "made_at_ms": row["made_at_ms"],
            "is_final": row["state"] == "final",
            "published_at_ms": row["published_at_ms"],
            **numbers,
            "thanks": self._thanks(numbers["thanks"]),
        }

    def in_public(self) -> Sequence[Mapping[str, Any]]:
        """Return the takeovers that were, are or will be, the latest first."""
        now_ms = to_epoch_ms(self._now())
        since_ms, until_ms = now_ms - BACK_DAYS * DAY_MS, now_ms + AHEAD_DAYS * DAY_MS
        rows = self._store.select("takeovers_between", (since_ms, until_ms, SLOTS_MAX))
        published = self._store.select("slot_reports_published", (PUBLISHED_MAX,))
        known = {str(row["id"]) for row in published}
        takeovers = [takeover_of(str(row["id"]), row) for row in rows]
        told = [self._listed(each, known) for each in takeovers if _when(each) is not None]
        return sorted(told, key=lambda each: (each["starts_at_ms"], each["id"]), reverse=True)

    def published(self, takeover_id: str) -> Mapping[str, Any]:
        """Return a report as it is published. Raises NotFoundError where it is not."""
        row = self._row(report_key(takeover_id))
        if row is None or row["published_at_ms"] is None or row["kind"] != "takeover":
            raise NotFoundError("There is no report on that takeover on this page.")
        takeover = self._takeover(takeover_id)
        numbers = self._numbers(row)
        acts = self._store.select("slot_acts", slot_of_takeover(takeover).asked())
        return {
            **self._listed(takeover, {takeover_id}),
            "said": [
                {"kind": act["kind"], "link": act["link"], "sent_at_ms": act["sent_at_ms"]}
                for act in acts
                if act["sending_state"] in SENT and act["kind"] in SAID_KINDS and act["link"]
            ],
            "sent": numbers["sent"],
            "held": masked(numbers["held"]["acts"]),
            "denied": masked(numbers["denied"]["acts"]),
            "answers": numbers["answers"]["posts"],
            "fewer_than": FEWER_THAN,
            "thanks": row["thanks"],
            "published_at_ms": row["published_at_ms"],
        }

    def _listed(self, takeover: Takeover, published: set[str]) -> Mapping[str, Any]:
        return {
            "id": takeover.id,
            "account": takeover.account,
            "account_name": self._account_names.get(takeover.account, takeover.account),
            "title": takeover.title,
            "who": self._shown_name(takeover.id) or "a guest of the town",
            "when": _when(takeover),
            "starts_at_ms": takeover.starts_at_ms,
            "ends_at_ms": takeover.ends_at_ms,
            "has_report": takeover.id in published,
        }

    def _numbers(self, row: Row) -> dict[str, Any]:
        """Return the numbers of a report, each rule with what the public reads of it."""
        numbers: dict[str, Any] = json.loads(str(row["numbers"]))
        rules = self._public_rules()
        for name in ("held", "denied"):
            by_rule = numbers[name]["by_rule"]
            numbers[name] = {
                "acts": numbers[name]["acts"],
                "by_rule": [
                    {"rule": rule, "acts": count, **rules.get(rule, _unknown(rule))}
                    for rule, count in by_rule.items()
                ],
            }
        return numbers

    def _public_rules(self) -> Mapping[str, Mapping[str, str]]:
        try:
            groups = self._rules.told()["groups"]
        except RetryLaterError:
            # The numbers are of use without the words.
            return {}
        return {
            rule["id"]: {"title": rule["title"], "stops": rule["stops"]}
            for group in groups
            for rule in group["rules"]
        }

    def _thanks(self, post_ids: Sequence[str]) -> list[Mapping[str, Any]]:
        """Return posts of thanks while they are kept: what was removed since is not told."""
        rows = self._store.fetch([Key("posts", each) for each in post_ids])
        return [
            {"text": str(row["text"])[:TEXT_LENGTH_MAX], "link": row["link"]}
            for row in rows.values()
            if row is not None and row["state"] == "live" and row["text"]
        ]

    def _shown_name(self, takeover_id: str) -> str | None:
        row = self._row(public_name_key(takeover_id))
        return None if row is None else cast("str | None", row["name"])

    def _login(self, person_id: str | None) -> str | None:
        if person_id is None:
            return None
        row = self._row(person_key(person_id))
        return None if row is None else str(row["login"])

    def _officer_id(self, slot_id: str, takeover: Takeover | None) -> str | None:
        if takeover is not None:
            return takeover.duty_officer_id
        shift = self._row(shift_key(slot_id))
        return None if shift is None else officer_of_shift(self._store, shift)

    def _takeover(self, takeover_id: str) -> Takeover:
        row = self._row(takeover_key(takeover_id))
        assert row is not None, "a report on a takeover has its takeover"
        return takeover_of(takeover_id, row)

    def _row(self, key: Key) -> Row | None:
        return self._store.fetch([key])[key]


def _when(takeover: Takeover) -> str | None:
    """Return when a takeover is, for the public; None where it is none of theirs."""
    if takeover.state in COMING:
        return "coming"
    if takeover.state in NOW:
        return "now"
    return "past" if takeover.live_at_ms is not None else None


def _unknown(rule: str) -> Mapping[str, str]:
    name = rule.rpartition("/")[2].replace("_", " ").capitalize()
    return {"title": name, "stops": ""}
