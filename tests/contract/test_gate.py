"""What the gate promises, on regopy and on a real OPA server: one suite, the same verdicts."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.bundle import Bundle
from services.policy.file_bundle import read_bundle
from services.policy.file_opa_bundle import write_opa_bundle
from services.policy.gate import EngineGate
from services.policy.opa_engine import OpaEngine
from services.policy.regopy_engine import RegopyEngine
from services.runtime.errors import EngineUnavailableError
from services.runtime.gate import Engine
from tests.gate_facts import NOW, OTHER_DIGEST, approval, facts
from tests.opa_server import OpaServer

SECONDS_MAX = 30.0
NASTY = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\/\n\t\x00{}`$%é🦆'), max_size=12
)


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    """The rules that come with Mercat."""
    return read_bundle()


@pytest.fixture(scope="module")
def regopy_engine(bundle: Bundle) -> Iterator[Engine]:
    """The engine of the embedded default."""
    engine = RegopyEngine(bundle, seconds_max=SECONDS_MAX)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def opa_engine(
    bundle: Bundle, opa_program: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """The engine of the scaled set-up, with a server that holds the bundle."""
    folder = tmp_path_factory.mktemp("opa") / "bundle"
    write_opa_bundle(folder, bundle)
    with OpaServer(opa_program, folder) as server:
        engine = OpaEngine("127.0.0.1", server.port, bundle, seconds_max=SECONDS_MAX)
        yield engine
        engine.close()


@pytest.fixture(params=["regopy", "opa"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine with the rules loaded."""
    chosen: Engine = request.getfixturevalue(f"{request.param}_engine")
    return chosen


@pytest.fixture
def gate(engine: Engine, bundle: Bundle) -> EngineGate:
    """The gate over each engine."""
    return EngineGate(engine, bundle)


GRANT: dict[str, Any] = {
    "id": "g1",
    "live": True,
    "in_scope": True,
    "out_of": [],
    "origin": "standing",
    "ends_at": None,
}
PROMISE = {"findings__promises_without_timescale": 1}
VERDICTS: dict[str, tuple[dict[str, Any], str, set[str]]] = {
    "agreed by another": ({}, "allow", set()),
    "under a grant without end": ({"actor__grant": GRANT}, "allow", set()),
    "by a duty officer": ({"approvals": [approval("alder", "duty-officer")]}, "allow", set()),
    "without four eyes": (
        {"settings__four_eyes": False, "approvals": []},
        "allow",
        set(),
    ),
    "to nobody": ({"conversation__parent": "none"}, "allow", set()),
    "at the limit": ({"findings__length": 500}, "allow", set()),
    "one officer agrees with themselves": (
        {"settings__one_officer": True, "approvals": [approval("rowan", "approver")]},
        "allow",
        set(),
    ),
    "a promise an approver has agreed to": (PROMISE, "allow", set()),
    "agreed by nobody": ({"approvals": []}, "hold", {"authority/four_eyes"}),
    "agreed to other words": (
        {"approvals": [approval(digest=OTHER_DIGEST)]},
        "hold",
        {"authority/four_eyes"},
    ),
    "agreed for too short a time": (
        {"approvals": [approval(expires_at=NOW)]},
        "hold",
        {"authority/four_eyes"},
    ),
    "agreed by somebody without the role": (
        {"approvals": [approval("alder", "team-member")]},
        "hold",
        {"authority/four_eyes"},
    ),
    "one officer has not agreed": (
        {"settings__one_officer": True, "approvals": []},
        "hold",
        {"authority/four_eyes"},
    ),
    "a promise nobody has agreed to": (
        PROMISE | {"approvals": [approval("alder", "governance")]},
        "hold",
        {"content/promise_without_timescale"},
    ),
    "under a halt": (
        {"account__halts": [{"kind": "everything", "name": ""}]},
        "hold",
        {"authority/halted_account"},
    ),
    "halted by its mode": ({"account__mode": "halted"}, "hold", {"authority/halted_account"}),
    "agreed by its author": (
        {"approvals": [approval("rowan"), approval()]},
        "deny",
        {"authority/four_eyes"},
    ),
    "by somebody who has left": ({"actor__active": False}, "deny", {"authority/live_grant"}),
    "without a grant": ({"actor__grant": None}, "deny", {"authority/live_grant"}),
    "under an ended grant": (
        {"actor__grant": GRANT | {"live": False}},
        "deny",
        {"authority/live_grant"},
    ),
    "at the end of its grant": (
        {"actor__grant": GRANT | {"ends_at": NOW}},
        "deny",
        {"authority/live_grant"},
    ),
    "out of scope": (
        {"actor__grant": GRANT | {"in_scope": False}},
        "deny",
        {"authority/live_grant"},
    ),
    "to a post that is gone": (
        {"conversation__parent": "gone"},
        "deny",
        {"authority/parent_state"},
    ),
    "to a post that was changed": (
        {"conversation__parent": "changed"},
        "deny",
        {"authority/parent_state"},
    ),
    "with a telephone number": (
        {"findings__personal_data": 1, "findings__personal_data_kinds": {"phone": 1}},
        "deny",
        {"content/personal_data"},
    ),
    "not read to its end": ({"findings__is_cut": True}, "deny", {"content/personal_data"}),
    "too long": (
        {"findings__length": 501, "findings__is_too_long": True},
        "deny",
        {"content/length"},
    ),
    "too long, out of scope and halted": (
        {
            "findings__length": 501,
            "actor__grant": GRANT | {"in_scope": False},
            "account__mode": "halted",
        },
        "deny",
        {"content/length", "authority/live_grant", "authority/halted_account"},
    ),
}


@pytest.mark.parametrize("case", VERDICTS)
def test_a_verdict_names_the_rules_that_object(gate: EngineGate, case: str) -> None:
    """Both engines come to the verdict of the table, for the reasons of the table."""
    changes, decision, rules = VERDICTS[case]

    verdict = gate.judge(facts(**changes))

    assert (decision, None) == (verdict.decision, verdict.failure)
    objecting = {reason.rule for reason in verdict.reasons if reason.severity != "advice"}
    assert rules == objecting


def test_an_allow_names_the_revision_and_every_rule(gate: EngineGate, bundle: Bundle) -> None:
    """What may go can be traced to exactly the rules that let it."""
    verdict = gate.judge(facts())

    assert ("allow", bundle.revision) == (verdict.decision, verdict.revision)
    assert bundle.manifest == verdict.checked


def test_a_hold_says_whose_consent_it_takes(gate: EngineGate) -> None:
    """The need carries the roles and the number of people that the body's data say."""
    verdict = gate.judge(facts(approvals=[]))

    (need,) = verdict.needs
    assert ({"approver", "duty-officer", "governance"}, 1) == (set(need.roles), need.count)


def test_a_refusal_says_why_and_what_to_do(gate: EngineGate) -> None:
    """A reason has a plain sentence, a cure and what it rests on, and does not repeat the datum."""
    found = {"findings__personal_data": 1, "findings__personal_data_kinds": {"phone": 1}}
    text = "Ring 01632 960123."

    verdict = gate.judge(facts(**found, act__text=text))

    (reason,) = [reason for reason in verdict.reasons if reason.severity == "deny"]
    assert "a telephone number" in reason.sentence
    assert reason.cure
    assert reason.citation
    assert "960" not in verdict.model_dump_json()


def test_a_text_that_looks_like_rego_is_only_a_text(gate: EngineGate) -> None:
    """Whatever is written in a draft, it is data to the rules."""
    text = '"}, "approvals": [], "x": {"a": `\\"\n# }'
    name = 'town"} \\ é 🦆'

    verdict = gate.judge(
        facts(act__text=text, account__halts=[{"kind": "theme", "name": name}], approvals=[])
    )

    halted = [one for one in verdict.reasons if one.rule == "authority/halted_account"]
    assert [name] == [reason.parameters["name"] for reason in halted]
    assert name in halted[0].sentence


def test_asking_twice_gives_the_same_verdict(gate: EngineGate) -> None:
    """Nothing of one question remains for the next."""
    refused = gate.judge(facts(actor__active=False))
    first = gate.judge(facts())

    assert first == gate.judge(facts())
    assert refused == gate.judge(facts(actor__active=False))


def test_several_threads_each_get_their_own_answer(gate: EngineGate) -> None:
    """Answers are not mixed up between those who ask at once."""
    halts = [[{"kind": "theme", "name": f"theme {number}"}] for number in range(24)]

    with ThreadPoolExecutor(8) as pool:
        verdicts = list(pool.map(lambda each: gate.judge(facts(account__halts=each)), halts))

    names = [
        [one.parameters["name"] for one in verdict.reasons if "name" in one.parameters]
        for verdict in verdicts
    ]
    assert [[halt[0]["name"]] for halt in halts] == names


@given(
    text=NASTY,
    name=NASTY,
    person=NASTY.filter(bool),
    halts=st.lists(st.sampled_from(["account", "theme", "everything"]), max_size=2),
    kinds=st.dictionaries(
        st.sampled_from(["phone", "email"]) | NASTY, st.integers(0, 3), max_size=30
    ),
    length=st.integers(0, 2_000),
    parent=st.sampled_from(["live", "changed", "gone", "none"]),
    share=st.floats(0, 1),
)
def test_both_engines_give_equal_answers(
    regopy_engine: Engine, opa_engine: Engine, bundle: Bundle, **drawn: Any
) -> None:
    """Not only the verdict, but the whole answer is equal, whatever the strings and numbers."""
    asked = facts(
        act__text=drawn["text"],
        act__account=drawn["name"],
        actor__id=drawn["person"],
        actor__grant=None,
        account__halts=[{"kind": kind, "name": drawn["name"]} for kind in drawn["halts"]],
        findings__personal_data=5,
        findings__personal_data_kinds=drawn["kinds"],
        findings__length=drawn["length"],
        findings__language_probability=drawn["share"],
        conversation__parent=drawn["parent"],
    )

    assert _ordered(regopy_engine.evaluate(asked)) == _ordered(opa_engine.evaluate(asked))
    verdicts = [EngineGate(engine, bundle).judge(asked) for engine in (regopy_engine, opa_engine)]
    assert verdicts[0] == verdicts[1]
    assert verdicts[0].failure is None


def test_an_engine_refuses_what_no_rule_can_be_asked(engine: Engine) -> None:
    """Facts that are no facts come to no answer that would pass for one."""
    try:
        answer = engine.evaluate({})
    except EngineUnavailableError:
        return

    assert isinstance(answer, dict)
    assert answer["reasons"]


def _ordered(answer: object) -> object:
    """Return an answer with its reasons in one order: they come from sets."""
    assert isinstance(answer, dict)
    reasons = sorted(answer["reasons"], key=lambda reason: json.dumps(reason, sort_keys=True))
    return {**answer, "reasons": reasons}
