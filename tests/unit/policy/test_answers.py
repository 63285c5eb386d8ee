"""From answers to verdicts: only exactly what the rules can have said is believed."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.verdict import Need, Verdict
from services.policy.answers import is_met, read_answer
from services.policy.bundle import Bundle
from services.policy.fact_shape import checked_facts
from tests.gate_facts import NOW, OTHER_DIGEST, approval, facts

BUNDLE = Bundle("r" * 64, ("authority/halt", "content/length"), {}, {})
NEED = {"roles": ["approver"], "count": 1}
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["allow", "advice", "authority/halt", "content/length"]),
    lambda within: st.lists(within, max_size=3) | st.dictionaries(st.text(max_size=6), within),
    max_leaves=6,
)


def reason(severity: str = "hold", **values: Any) -> dict[str, Any]:
    """Return a reason as a rule gives it."""
    given: dict[str, Any] = {
        "rule": "content/length",
        "severity": severity,
        "message": "content.too_long",
        "sentence": "It is too long.",
    }
    return given | values


def answer(*reasons: object, **changes: Any) -> dict[str, Any]:
    """Return a whole answer with some reasons, and some parts changed."""
    whole = {"revision": BUNDLE.revision, "checked": list(BUNDLE.manifest)}
    return {**whole, "reasons": list(reasons), **changes}


def read(said: object, **changes: Any) -> Verdict:
    """Return the verdict an answer comes to on facts that are as told."""
    return read_answer(said, BUNDLE, checked_facts(facts(**changes))[1])


def test_no_reason_is_an_allow() -> None:
    """An answer that is whole and objects to nothing lets the act go."""
    verdict = read(answer())

    assert ("allow", None, ()) == (verdict.decision, verdict.failure, verdict.reasons)
    assert (BUNDLE.revision, BUNDLE.manifest) == (verdict.revision, verdict.checked)


def test_advice_does_not_hold() -> None:
    """Advice is said and stands in nobody's way."""
    verdict = read(answer(reason("advice")))

    assert ("allow", ["advice"]) == (verdict.decision, [one.severity for one in verdict.reasons])


def test_a_deny_outweighs_everything() -> None:
    """One reason to refuse refuses, and stands first."""
    verdict = read(answer(reason("advice"), reason("hold", need=NEED), reason("deny")))

    assert ("deny", "deny") == (verdict.decision, verdict.reasons[0].severity)


def test_a_hold_without_a_need_is_lifted_by_nobody() -> None:
    """Where a rule names nobody whose consent would do, no approval helps."""
    verdict = read(answer(reason("hold")), approvals=[approval()])

    assert ("hold", (), None) == (verdict.decision, verdict.needs, verdict.failure)


def test_a_hold_is_lifted_by_consent_and_stays_on_record() -> None:
    """A met hold stays as advice with its need, so that the record shows whose consent it took."""
    verdict = read(answer(reason("hold", need=NEED)), approvals=[approval()])

    assert ("allow", ()) == (verdict.decision, verdict.needs)
    assert [("advice", 1)] == [
        (one.severity, one.need.count) for one in verdict.reasons if one.need
    ]


def test_only_unmet_needs_are_asked_for_and_each_once() -> None:
    """Who is asked is who is still wanted."""
    governance = {"roles": ["governance"], "count": 1}
    said = answer(
        reason("hold", need=NEED),
        reason("hold", need=governance),
        reason("hold", need=governance, message="content.other"),
    )

    verdict = read(said, approvals=[approval()])

    assert ("hold", (Need(roles=("governance",)),)) == (verdict.decision, verdict.needs)


@pytest.mark.parametrize(
    ("approvals", "count", "one_officer", "met"),
    [
        ([approval()], 1, False, True),
        ([approval("alder", "approver", "governance")], 1, False, True),
        ([approval("alder"), approval("birch")], 2, False, True),
        ([approval("rowan")], 1, True, True),
        ([], 1, False, False),
        ([approval("alder", "team-member")], 1, False, False),
        ([approval("rowan")], 1, False, False),
        ([approval("rowan"), approval("alder")], 2, False, False),
        ([approval("alder"), approval("alder")], 2, False, False),
        ([approval(digest=OTHER_DIGEST)], 1, False, False),
        ([approval(expires_at=NOW)], 1, False, False),
        ([approval("rowan", "team-member")], 1, True, False),
    ],
)
def test_a_need_is_met_by_enough_other_people_with_the_role(
    approvals: list[Any], count: int, *, one_officer: bool, met: bool
) -> None:
    """Consent counts where it is of this content, in time, of the role, and another person's."""
    told = facts(approvals=approvals, settings__one_officer=one_officer)

    assert met == is_met(Need(roles=("approver",), count=count), checked_facts(told)[1])


@pytest.mark.parametrize(
    "said",
    [
        None,
        True,
        "allow",
        [],
        {},
        {"decision": "allow"},
        answer(decision="allow"),
        answer(revision="q" * 64),
        answer(revision=None),
        answer(checked=None),
        answer(checked=[]),
        answer(checked=["authority/halt"]),
        answer(checked=["content/length", "authority/halt"]),
        answer(checked=["authority/halt", "authority/halt", "content/length"]),
        answer(checked=["authority/halt", "content/length", "content/more"]),
        answer(checked={"authority/halt": 1, "content/length": 1}),
        answer(checked="authority/halt"),
        answer(reasons=None),
        answer(reasons={}),
        answer(reasons="none"),
        answer("no"),
        answer(None),
        answer({}),
        answer(reason("allow")),
        answer(reason(rule="content/other")),
        answer(reason(rule=7)),
        answer(reason(sentence="")),
        answer(reason(sentence="x" * 401)),
        answer(reason(message="Not An Id")),
        answer(reason(extra=1)),
        answer(reason(need={})),
        answer(reason(need={"roles": [], "count": 1})),
        answer(reason(need={"roles": ["mayor"], "count": 1})),
        answer(reason(need={"roles": ["approver"], "count": 0})),
        answer(reason(need={"roles": ["approver"], "count": True})),
        answer(reason(need={"roles": ["approver"], "count": 1, "extra": 1})),
        answer(reason(need=None)),
        answer(reason(parameters={"x": None})),
        answer(reason(parameters={"x": float("nan")})),
        answer(*[reason("advice")] * 65),
    ],
)
def test_anything_else_is_a_hold_that_says_so(said: object) -> None:
    """No answer, half an answer or too much of one: nothing goes, and the sentence says why."""
    verdict = read(said)

    assert "hold" == verdict.decision
    assert verdict.failure is not None
    assert verdict.failure.endswith("); nothing is sent until they can.")
    assert not verdict.reasons
    assert not verdict.needs


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to a value and to everything in it."""
    yield above
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    if isinstance(value, dict | list):
        for key, within in inside:
            yield from places(within, (*above, key))


@st.composite
def broken_answers(draw: st.DrawFn) -> object:
    """Draw an answer that lets an act go, with something in it replaced, added or taken away."""
    box = {"whole": answer()}
    *above, last = draw(st.sampled_from([path for path in places(box) if path]))
    holder: Any = box
    for step in above:
        holder = holder[step]
    match draw(st.sampled_from(["replace", "add", "take", "twice"])):
        case "replace":
            holder[last] = draw(JUNK)
        case "add" if isinstance(holder[last], list):
            holder[last].insert(draw(st.integers(0, len(holder[last]))), draw(JUNK))
        case "add" if isinstance(holder[last], dict):
            holder[last][draw(st.text(max_size=8))] = draw(JUNK)
        case "twice" if isinstance(holder, list):
            holder.append(holder[last])
        case "take" if above:
            del holder[last]
        case _:
            holder[last] = draw(JUNK)
    return box["whole"]


@given(broken_answers())
def test_no_change_of_an_allow_is_an_allow(said: object) -> None:
    """Whatever is replaced, added, doubled or taken away, only the answer itself lets an act go."""
    if said == answer():
        return

    verdict = read(copy.deepcopy(said))

    assert "allow" != verdict.decision


@given(JUNK, st.sampled_from(["deny", "hold"]))
def test_junk_in_a_reason_never_makes_it_milder(junk: Any, severity: str) -> None:
    """An objection stays one, or the whole answer is not believed."""
    for key in reason(severity, need=NEED, parameters={}):
        if (key, junk) == ("severity", "advice"):
            continue
        said = answer(reason(severity, need=NEED, parameters={}) | {key: junk})

        assert "allow" != read(said, approvals=[]).decision
