"""From an engine's answer to a verdict: whatever is not exactly as expected is a hold."""

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from schemas.verdict import REASONS_MAX, Decision, Need, Reason, Verdict
from services.policy.bundle import Bundle
from services.policy.fact_shape import FactShape

_KEYS: Final = frozenset({"revision", "checked", "reasons"})
_REASON_KEYS: Final = frozenset(Reason.model_fields)
_RANK: Final = {"deny": 0, "hold": 1, "advice": 2}
FAILURE_LENGTH_MAX: Final = 200


class AnswerInvalidError(Exception):
    """What an engine answered is not what a bundle can have said; its text says where."""


def read_answer(answer: object, bundle: Bundle, facts: FactShape) -> Verdict:
    """Return the verdict that an engine's answer on some facts comes to.

    A deny reason denies. A hold reason holds until its need is met by approvals of this very
    content; then it stays as advice, so that the record shows whose consent it took. An answer
    that is not an object, says more or less than it should, is of another revision, or did not run
    every rule of the bundle, is a hold with a `failure`.
    """
    try:
        reasons = _reasons(answer, bundle)
    except AnswerInvalidError as error:
        return failed(str(error), bundle.revision)
    settled = [_settled(reason, facts) for reason in reasons]
    settled.sort(key=lambda reason: (_RANK[reason.severity], reason.rule, reason.model_dump_json()))
    holds = [reason for reason in settled if reason.severity == "hold"]
    needs = dict.fromkeys(reason.need for reason in holds if reason.need is not None)
    decision: Decision = "allow"
    if holds:
        decision = "hold"
    if any(reason.severity == "deny" for reason in settled):
        decision = "deny"
    return Verdict(
        decision=decision,
        reasons=tuple(settled),
        needs=tuple(needs),
        revision=bundle.revision,
        checked=bundle.manifest,
    )


def failed(why: str, revision: str) -> Verdict:
    """Return the hold that follows where the rules gave no answer that could be relied on."""
    return Verdict(
        decision="hold",
        revision=revision,
        failure=(
            f"The rules could not be checked just now ({why[:FAILURE_LENGTH_MAX]}); "
            "nothing is sent until they can."
        ),
    )


def is_met(need: Need, facts: FactShape) -> bool:
    """Return whether enough different people with such a role have agreed to this very content.

    The author counts only where the body has one officer.
    """
    agreed = {
        approval.approver
        for approval in facts.approvals
        if approval.digest == facts.act.digest
        and approval.expires_at > facts.now
        and not set(need.roles).isdisjoint(approval.roles)
        and (facts.settings.one_officer or approval.approver != facts.actor.id)
    }
    return len(agreed) >= need.count


def _settled(reason: Reason, facts: FactShape) -> Reason:
    if reason.severity == "hold" and reason.need is not None and is_met(reason.need, facts):
        return reason.model_copy(update={"severity": "advice"})
    return reason


def _reasons(answer: object, bundle: Bundle) -> list[Reason]:
    if not isinstance(answer, Mapping):
        raise AnswerInvalidError("the answer is not an object")
    if answer.keys() != _KEYS:
        raise AnswerInvalidError("the answer has other parts than it should")
    # Types before values: 1 equals True, and a string is a sequence too.
    if type(answer["revision"]) is not str or answer["revision"] != bundle.revision:
        raise AnswerInvalidError("the answer is of another set of rules than is in force")
    checked = answer["checked"]
    if type(checked) is not list or not all(type(rule) is str for rule in checked):
        raise AnswerInvalidError("the answer does not list the rules that were run")
    if tuple(checked) != bundle.manifest:
        raise AnswerInvalidError("not every rule was run, or one that is not ours was")
    reasons = answer["reasons"]
    if type(reasons) is not list:
        raise AnswerInvalidError("the answer does not list reasons")
    if len(reasons) > REASONS_MAX:
        raise AnswerInvalidError(f"there are over {REASONS_MAX} reasons")
    return [_reason(reason, bundle) for reason in reasons]


def _reason(said: Any, bundle: Bundle) -> Reason:
    if type(said) is not dict or not said.keys() <= _REASON_KEYS:
        raise AnswerInvalidError("a reason has other parts than it should")
    if "need" in said and (
        type(said["need"]) is not dict or not said["need"].keys() <= Need.model_fields.keys()
    ):
        raise AnswerInvalidError("a reason has a need that is none")
    try:
        reason = Reason.model_validate_json(json.dumps(said), strict=True)
    except (ValidationError, TypeError, ValueError, RecursionError) as error:
        rule = said.get("rule")
        named = f" of {rule}" if rule in bundle.manifest else ""
        raise AnswerInvalidError(f"a reason{named} is not as it should be") from error
    if reason.rule not in bundle.manifest:
        raise AnswerInvalidError("a reason comes from a rule that is not ours")
    return reason
