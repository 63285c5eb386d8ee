"""One order under the key its sender gave it: given again, it gets the first answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from schemas.envelope import digest_id
from services.policy.decided import Decided
from services.policy.orders import Order
from services.runtime.actor import Actor
from services.runtime.effects import Key, Row
from services.runtime.errors import RejectError
from services.runtime.ports import Guard, StateReader

REPLY_BYTES_MAX: Final = 65_536


@dataclass(frozen=True, slots=True)
class Repeat:
    """Where the answer to one order of one person stands, and what the order was."""

    key: Key
    person_id: str
    body_digest: str

    @classmethod
    def of(cls, verb: str, order: Order, actor: Actor, key: str) -> "Repeat":
        """Return the place of an order under a key; each person's keys are their own."""
        place = Key("command_keys", digest_id("command", actor.person_id, key))
        return cls(place, actor.person_id, digest_id(verb, order.model_dump_json()))

    def answer(self, store: StateReader) -> Mapping[str, Any] | None:
        """Return the first answer, or None where there is none yet.

        Raises RejectError where the key was used for another order.
        """
        row = store.fetch([self.key])[self.key]
        if row is None:
            return None
        if row["body_digest"] != self.body_digest:
            raise RejectError(
                "This idempotency key was used for another order; give each order its own."
            )
        answer: Mapping[str, Any] = json.loads(str(row["reply"]))
        return answer

    def kept(self, decided: Decided, now_ms: int) -> Decided:
        """Return a decision that keeps its answer too, once: another of this key is overtaken."""
        row: Row = {
            "person_id": self.person_id,
            "body_digest": self.body_digest,
            "reply": reply_text(decided.reply),
            "at_ms": now_ms,
            "version": 1,
        }
        return replace(
            decided,
            writes={**decided.writes, self.key: row},
            guards=[*decided.guards, Guard(self.key, None)],
        )


def reply_text(reply: Mapping[str, Any]) -> str:
    """Return an answer as it is kept, in JSON: without its secret, and never too long.

    One that is too long is kept without its lists and objects (a verdict's reasons, pictures): what
    is left is bounded by the fields an order has.
    """
    kept = dict(reply)
    if "token" in kept:
        # A secret is shown once: a repeat learns that it was, and no more.
        kept |= {"token": None, "sentence": "The token was shown when it was issued."}
    text = json.dumps(kept, ensure_ascii=False)
    if len(text.encode()) <= REPLY_BYTES_MAX:
        return text
    plain = {name: _emptied(value) for name, value in kept.items()}
    return json.dumps(plain, ensure_ascii=False)


def _emptied(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return []
    return None if isinstance(value, Mapping) else value
