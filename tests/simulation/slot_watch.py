"""Looks, after every step of a town with takeovers, whether a promise was broken since the last.

It reads what was written since and holds it against what came before: a look costs as much as the
step did. Everything is checked once more, from the files alone, when the town has ended.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.policy.takeover import SPEAKING
from services.publish.records import BEGUN
from services.runtime.effects import Key
from services.store.chain import GENESIS, entry_hash
from tests.handover_town import HandoverTown

CHAINS: Final = ("house", "account:town")
ENTRIES_MAX: Final = 100_000
ENDING: Final = frozenset({"sign-off", "run-out", "stop", "no-show"})


class SlotWatch:
    """Watches one account: what began, under which grant, how often, and how it was written."""

    def __init__(self, town: HandoverTown) -> None:
        self.town = town
        self.looks = 0
        self._places: dict[str, tuple[int, bytes]] = {}
        self._barred: set[str] = set()
        self._halts: set[tuple[str, str]] = set()
        self._sent: set[str] = set()

    def look(self) -> None:
        """Raise AssertionError with every promise that was broken since the last look."""
        self.looks += 1
        breaches = [*self._written(), *self._one_voice()]
        assert not breaches, breaches

    def _written(self) -> Iterator[str]:
        for chain in CHAINS:
            sequence, previous = self._places.get(chain, (0, GENESIS))
            rows = self.town.town.store.select("audit_chain_after", (chain, sequence, ENTRIES_MAX))
            for row in rows:
                entry: Mapping[str, Any] = row
                sequence += 1
                body = entry["body"]
                hashed = entry_hash(chain, sequence, previous, body)
                if (entry["sequence"], entry["previous_hash"]) != (sequence, previous):
                    yield f"I5: {chain} {entry['sequence']} does not follow {sequence - 1}"
                if hashed != entry["hash"]:
                    yield f"I5: {chain} {sequence} is not what its hash says"
                previous = hashed
                yield from self._told(json.loads(body), entry)
            self._places[chain] = (sequence, previous)

    def _told(self, said: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[str]:
        """Yield what an entry tells that must not have happened."""
        kind, facts, act = entry["kind"], said["facts"], entry["act_id"]
        if kind.startswith("takeover.") and facts["grant"]:
            move = kind.removeprefix("takeover.")
            if move in ENDING or move == "pause":
                self._barred.add(facts["grant"])
            elif move == "resume":
                self._barred.discard(facts["grant"])
        elif kind == "grant.ended":
            self._barred.add(facts["grant"])
        elif kind == BEGUN:
            yield from self._begun(act, facts["grant_id"], entry["at_ms"])
        elif kind == "sending.sent":
            if act in self._sent:
                yield f"I4: act {act} was sent twice"
            self._sent.add(act)

    def _begun(self, act_id: str, grant_id: str, at_ms: int) -> Iterator[str]:
        store = self.town.town.store
        keys = [Key("grants", grant_id), Key("sendings", act_id)]
        rows: Mapping[Key, Any] = store.fetch(keys)
        grant, sending = rows[keys[0]], rows[keys[1]]
        if grant_id in self._barred:
            yield f"I8: act {act_id} was begun under a grant that no longer held"
        if grant is None or not grant["starts_at_ms"] <= at_ms < grant["ends_at_ms"]:
            yield f"I8: act {act_id} was begun outside its grant"
        elif grant["origin"] == "rota" and grant["state"] != "live":
            yield f"I8: act {act_id} was begun in a shift that was called off"
        key = Key("verdicts", sending["verdict_id"])
        verdict: Mapping[str, Any] | None = store.fetch([key])[key]
        if verdict is None or verdict["decision"] != "allow":
            yield f"I3: act {act_id} was begun without leave of the rules"
        elif (verdict["digest"], verdict["grant_id"]) != (sending["digest"], grant_id):
            yield f"I3: act {act_id} was begun by another act's verdict"
        elif not verdict["approvers"]:
            yield f"I3: act {act_id} was begun with nobody's consent"

    def _one_voice(self) -> Iterator[str]:
        """Yield each slot whose leave is not as it says, or that is one too many."""
        now_ms = self.town.now_ms
        slots = self.town.town.store.select("takeovers_held", ("town",))
        opened, speaking = False, []
        for row in slots:
            slot: Mapping[str, Any] = row
            key = Key("grants", str(slot["grant_id"]))
            grant: Mapping[str, Any] | None = self.town.town.store.fetch([key])[key]
            if grant is None:
                continue
            in_window = grant["starts_at_ms"] <= now_ms < grant["ends_at_ms"]
            in_force = in_window and grant["state"] == "live"
            on = slot["state"] in ("ready", "live") and in_window and not opened
            ended_by_hand = grant["state"] == "ended"
            if in_force != (on and not ended_by_hand):
                yield f"I8: {slot['title']} is {slot['state']}, its grant {grant['state']}"
            speaking += [slot["title"]] if in_force else []
            opened = opened or slot["state"] in (*SPEAKING, "ended")
        if len(speaking) > 1:
            yield f"I8: {' and '.join(speaking)} speak at once"
