"""Takes a person's word on a sending of which neither a key nor the platform's list could tell."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from schemas.verdict import Role
from services.publish.ledger import NOTHING_ELSE, Ledger
from services.publish.sending import Outcome, Sending, settled_by_person
from services.runtime.actor import Actor
from services.runtime.clock import Clock, to_epoch_ms
from services.runtime.errors import (
    NotAllowedError,
    NotFoundError,
    RejectError,
    StaleStateError,
    VersionConflictError,
)
from services.runtime.gate import SendingGate
from services.runtime.ports import Commit

MAY_SETTLE: Final[frozenset[Role]] = frozenset({"approver", "governance", "duty-officer"})
OUTCOMES: Final[tuple[Outcome, ...]] = ("sent", "not-sent")
WHY_LENGTH_MAX: Final = 500
REMOTE_ID_LENGTH_MAX: Final = 512
LINK_LENGTH_MAX: Final = 2_048


class Settlement:
    """Settles sendings on a person's word, and notes whose word it was.

    What was sent is told to others like any act; what was not is held for approval afresh.
    `settled` is told the sending once it is on disk.
    """

    def __init__(
        self,
        *,
        gate: SendingGate,
        ledger: Ledger,
        clock: Clock,
        settled: Callable[[Sending], None],
    ) -> None:
        self._gate = gate
        self._ledger = ledger
        self._clock = clock
        self._settled = settled

    def __call__(
        self, act_id: str, arguments: Mapping[str, Any], actor: Actor
    ) -> Mapping[str, Any]:
        """Settle by `outcome`, `remote_id`, `link` and `why`; return `sentence` and the state.

        Raises NotAllowedError, NotFoundError, RejectError where the sending does not wait for a
        person, and VersionConflictError where somebody settled it meanwhile.
        """
        outcome = arguments.get("outcome")
        if outcome not in OUTCOMES:
            raise RejectError("Say `sent` or `not-sent`: that is all there is to settle.")
        return self.settle(
            act_id,
            outcome,
            actor,
            remote_id=_bounded(arguments, "remote_id", REMOTE_ID_LENGTH_MAX),
            link=_bounded(arguments, "link", LINK_LENGTH_MAX),
            why=_bounded(arguments, "why", WHY_LENGTH_MAX) or "",
        )

    def settle(
        self,
        act_id: str,
        outcome: Outcome,
        actor: Actor,
        *,
        remote_id: str | None = None,
        link: str | None = None,
        why: str = "",
    ) -> Mapping[str, Any]:
        """Settle one sending, as `__call__` does."""
        if not actor.roles & MAY_SETTLE:
            raise NotAllowedError(
                "Settling takes the role approver, governance or duty-officer; ask one of them."
            )
        if not why.strip():
            raise RejectError("Say how you know: look at the account on the platform first.")
        sending = self._waiting(act_id)
        if outcome == "not-sent":
            remote_id = link = None
        elif remote_id is None:
            raise RejectError("Give the id that it has on the platform: it stands in its link.")
        elif self._ledger.is_taken(sending, remote_id):
            raise RejectError(f"{remote_id} is another act of this account.")
        now = self._clock.now()
        now_ms = to_epoch_ms(now)
        after = settled_by_person(
            sending, outcome, remote_id=remote_id, link=link, actor=actor, now=now
        )
        try:
            self._ledger.record(
                sending,
                after,
                "settle",
                now_ms,
                performed_at_ms=now_ms if outcome == "sent" else None,
                also=NOTHING_ELSE if outcome == "sent" else self._held(act_id),
                actor=actor,
                payload={"why": why},
            )
        except StaleStateError as error:
            raise VersionConflictError("It changed while you settled it; look again.") from error
        self._settled(after)
        return {"sentence": _SENTENCES[outcome], "state": after.state, "act_id": act_id}

    def _held(self, act_id: str) -> Commit:
        return self._gate.hold_back(
            act_id, "It was begun, but somebody found that it was not sent; approve it again."
        )

    def _waiting(self, act_id: str) -> Sending:
        sending = self._ledger.find(act_id)
        if sending is None:
            raise NotFoundError(f"There is no sending of act {act_id}.")
        if sending.awaits_person:
            return sending
        if sending.state in ("unknown", "sending"):
            raise RejectError("Mercat is still finding out by itself; look again in a while.")
        raise RejectError(f"Its sending is {sending.state}: there is nothing to settle.")


_SENTENCES: Final[Mapping[Outcome, str]] = {
    "sent": "Settled: it was sent.",
    "not-sent": "Settled: it was not sent. It is held, and goes out once it is approved again.",
}


def _bounded(arguments: Mapping[str, Any], name: str, length_max: int) -> str | None:
    value = arguments.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > length_max:
        raise RejectError(f"`{name}` is text of at most {length_max} characters.")
    return value
