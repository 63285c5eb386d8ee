"""The gate as a port: what everybody who speaks asks, and what they may rely on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from schemas.act import ActContent
from schemas.verdict import Verdict
from services.runtime.ports import Commit

FACTS_BYTES_MAX: Final = 8_192
"""The facts of one question, as JSON, are refused above this: nothing is judged in part."""

Phase = Literal["advice", "proposal", "sending"]
Facts = Mapping[str, Any]
"""What policy is asked about: a JSON object (docs/policy.md explains each key)."""


class Engine(Protocol):
    """A policy engine with one bundle loaded: OPA, or regopy in a child process.

    It answers what the bundle's `data.mercat.gate.answer` gives for these facts, decoded from
    JSON, whatever that is: checking the answer is the gate's. Raises EngineUnavailableError where
    the engine is absent, late, or failed, builtin errors included.
    """

    @property
    def revision(self) -> str:
        """The revision of the bundle that was loaded; the engine's own answer must name it."""
        ...

    def evaluate(self, facts: Facts) -> object:
        """Return the engine's answer, unchecked."""
        ...

    def close(self) -> None:
        """Let the engine go."""
        ...


class Gate(Protocol):
    """Gives verdicts, and fails closed.

    `judge` never raises for an engine that is absent, late, wrong or incomplete: it answers a hold
    whose `failure` says so, that no approval lifts. An `allow` names the active revision and every
    rule of its manifest. It may be asked from several threads at once. Asking changes nothing.
    """

    def judge(self, facts: Facts) -> Verdict:
        """Return the verdict on these facts."""
        ...


@dataclass(frozen=True, slots=True)
class Clearance:
    """The gate's word on one act that is about to be sent.

    `commit` is for publish to carry out in the transaction that starts the sending (`cleared`) or
    in one of its own (not cleared: the act is held, denied or void). Its guards hold only while
    the account is at the version that was judged; a commit that fails with StaleStateError was
    overtaken, and the gate is to be asked afresh. `judged` is false where no verdict could be had:
    the act keeps its place, and nothing of its account goes before it.
    """

    cleared: bool
    act_id: str
    account: str
    content: ActContent
    digest: str
    verdict_id: str
    grant_id: str
    revision: str
    approvers: Sequence[str]
    commit: Commit
    sentence: str
    case_id: str | None = None
    judged: bool = True


class SendingGate(Protocol):
    """What publish asks before anything reaches a platform: DESIGN's gate for the sending."""

    def due(self, account: str, limit: int) -> Sequence[str]:
        """Return the acts of an account that were approved and not begun, in order of approval."""
        ...

    def clear(self, act_id: str) -> Clearance:
        """Judge an approved act as it stands at this moment; asks the engine, writes nothing."""
        ...

    def content_of(self, act_id: str) -> ActContent:
        """Return exactly what an act that was begun would say: to know it when read back."""
        ...

    def hold_back(self, act_id: str, sentence: str) -> Commit:
        """Return the commit that holds an act for a person, with a sentence that says why."""
        ...


class RestoredActs(Protocol):
    """What publish asks about acts that came back with a backup, before anything is sent."""

    def content_of(self, act_id: str) -> ActContent:
        """Return exactly what an act would say: to know it among what the platform shows."""
        ...

    def hold_back(self, act_id: str, sentence: str) -> Commit:
        """Return the commit that holds an act for a person, with a sentence that says why."""
        ...

    def found_sent(self, act_id: str, sentence: str) -> Commit:
        """Return the commit that takes an act out of work: its platform shows that it was sent."""
        ...
