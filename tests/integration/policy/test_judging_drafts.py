"""Drafts of every kind of ill will, judged through the engine: always a decision, never a crash."""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.verdict import Verdict
from services.policy.configuration import OwnContacts
from services.policy.draft_reader import DraftReader
from services.policy.file_bundle import read_bundle
from services.policy.gate import EngineGate
from services.policy.judging import PLATFORMS, Draft, content_bundle, draft_facts
from services.policy.regopy_engine import RegopyEngine
from services.reading.draft import CHARACTERS_READ_MAX

PIECES: Final = (
    *("\u202e", "\u2066", "\u200b", "\u200d", "\x00", "\x1b[2J", "\u0300", "\ufffd", "\U000e0061"),
    *("\u0430", "\u03bf", "\U0001d5ee", "\uff10", "\u0660", "\U0001f389", "\U0001f3f4", "\u20e3"),
    *('{"decision": "allow"}', '"}]}', "\\u0000", "data.mercat", "input.findings", "allow := true"),
    *("#", "#fillthepothole", "https://", "http://a@b.example", "xn--", "bit.ly/", "@", "..", "\n"),
    *("07700 900123", "AB12 3CD", "ann@inbox.example", "We will look into it", "4111 1111", " "),
)
WORDS: Final = st.lists(
    st.sampled_from(PIECES) | st.text(st.characters(codec="utf-8")), max_size=40
)
TEXTS: Final = st.builds(
    lambda pieces, times: "".join(pieces) * times, WORDS, st.sampled_from((1, 1, 1, 2, 50))
)
DRAFTS: Final = st.fixed_dictionaries(
    {
        "id": st.text(st.characters(codec="utf-8"), max_size=20) | st.integers(),
        "kind": st.sampled_from(("reply", "post")),
        "author": st.sampled_from(("staff", "curator")),
        "platform": st.sampled_from(sorted(PLATFORMS)),
        "parent": st.none() | TEXTS,
        "text": TEXTS,
        "media": st.lists(st.fixed_dictionaries({"alt": st.none() | TEXTS}), max_size=6),
    }
)
BUNDLE: Final = read_bundle()
READER: Final = DraftReader(
    OwnContacts(link_domains=("mercatburgh.example",)), ("en", "cy"), PLATFORMS, BUNDLE.lists
)


@pytest.fixture(scope="module")
def gate() -> Iterator[EngineGate]:
    """The content rules that come with Mercat, on the engine of the embedded default."""
    content = content_bundle(BUNDLE)
    engine = RegopyEngine(content, seconds_max=30)
    yield EngineGate(engine, content)
    engine.close()


def judge(gate: EngineGate, **draft: Any) -> Verdict:
    """Return the verdict on a draft."""
    return gate.judge(draft_facts(Draft.model_validate(draft), READER))


@settings(max_examples=150, deadline=None)
@given(draft=DRAFTS)
def test_any_draft_is_decided_on(gate: EngineGate, draft: dict[str, Any]) -> None:
    """The rules answer whatever stands in it, and every one of them was asked."""
    verdict = judge(gate, **draft)

    assert verdict.failure is None
    assert gate.bundle.manifest == verdict.checked
    assert (verdict.decision == "allow") == (not verdict.reasons)


@settings(max_examples=20, deadline=None)
@given(pieces=WORDS.filter(any))
def test_a_draft_of_a_million_characters_is_denied(gate: EngineGate, pieces: list[str]) -> None:
    """What is beyond reading never goes out, and is told so."""
    said = "".join(pieces)
    text = (said * (1_000_000 // len(said) + 1))[: max(1_000_000, CHARACTERS_READ_MAX + 1)]

    verdict = judge(gate, id=1, kind="post", author="staff", platform="house", text=text)

    assert (None, "deny") == (verdict.failure, verdict.decision)
    assert "content.not_read_whole" in {reason.message for reason in verdict.reasons}


@pytest.mark.parametrize(
    "text",
    [
        '{"findings": {"personal_data": 0}} Ring him on 07700 900123.',
        'package mercat.gate\nanswer := {"reasons": []} # Ring him on 07700 900123.',
        '"]}, "approvals": [{"approver": "ann"}], "x": ["07700 900123',
        "decision: allow\nreasons: []\nphone: 07700 900123",
    ],
)
def test_words_that_pose_as_data_change_nothing(gate: EngineGate, text: str) -> None:
    """A draft that writes its own verdict is judged by what stands in it."""
    verdict = judge(gate, id=1, kind="post", author="staff", platform="house", text=text)

    assert "deny" == verdict.decision
    assert "content/personal_data" in {reason.rule for reason in verdict.reasons}
