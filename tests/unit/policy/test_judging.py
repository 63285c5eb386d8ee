"""Drafts judged by their words: which lines are drafts, and what is asked and answered of one."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.verdict import Reason, Verdict
from services.policy.bundle import GATE, bundle_of
from services.policy.configuration import OwnContacts
from services.policy.draft_reader import DraftReader
from services.policy.fact_shape import checked_facts
from services.policy.judging import (
    ALT_TOLD_BYTES_MAX,
    EXAMPLE,
    PLATFORMS,
    answer_line,
    content_bundle,
    draft_facts,
    read_draft_line,
)
from services.reading.lists import WordLists
from services.runtime.errors import InputInvalidError

READER = DraftReader(OwnContacts(), ("en",), PLATFORMS, WordLists())
WORDS: dict[str, Any] = {
    "id": "d1",
    "kind": "reply",
    "author": "staff",
    "platform": "mastodon",
    "parent": "When are the bins emptied?",
    "text": "On Tuesday, from seven.",
    "media": [],
}
ANY_TEXT = st.text(st.characters(), max_size=300)


def line(**changes: Any) -> bytes:
    """Return a draft as a line, with something changed."""
    return json.dumps(WORDS | changes).encode()


def facts(**changes: Any) -> dict[str, Any]:
    """Return what the gate is asked about a draft with something changed."""
    return dict(draft_facts(read_draft_line(line(**changes)), READER))


def test_the_line_that_errors_show_is_a_draft() -> None:
    """Whoever copies the example gets an answer."""
    draft = read_draft_line(EXAMPLE.encode())

    assert ("1", "mastodon", None, "...") == (draft.id, draft.platform, draft.parent, draft.text)


def test_more_than_a_draft_needs_is_passed_over() -> None:
    """A file of drafts may carry notes of its own."""
    assert "d1" == read_draft_line(line(family="clean", note=["anything"])).id


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"{", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "not a JSON object"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (line(platform="pigeon"), "platform: input should be 'mastodon', 'bluesky' or 'house'"),
        (line(kind="repost"), "kind: input should be"),
        (line(text=None), "text: input should be a valid string"),
        (line(media=[{"alt": 7}]), "media.0.alt: input should be a valid string"),
        (b'{"id": NaN}', "not JSON"),
        (b'{"text": "x"}', "id: field required"),
    ],
)
def test_a_line_that_is_no_draft_is_told_with_its_key_and_the_cure(said: bytes, told: str) -> None:
    """The sentence says what is wrong, and how a line is to be written."""
    with pytest.raises(InputInvalidError) as caught:
        read_draft_line(said)

    sentence = str(caught.value)
    assert told in sentence
    assert "; write {" in sentence or "save the file" in sentence


def test_half_a_character_is_read_as_one_that_is_missing() -> None:
    """JSON can write what no platform takes, and such a draft is judged all the same."""
    draft = read_draft_line(line(text="\ud800 \U0001f600"))

    assert "\ufffd \U0001f600" == draft.text


@given(ANY_TEXT, st.lists(st.none() | ANY_TEXT, max_size=6), st.none() | ANY_TEXT)
def test_the_facts_of_any_draft_have_the_shape_that_rules_need(
    text: str, alts: list[str | None], parent: str | None
) -> None:
    """Whatever stands in a draft, the gate can be asked about it."""
    media = [{"alt": alt} for alt in alts]

    plain, shape = checked_facts(facts(text=text, media=media, parent=parent))

    assert () == shape.approvals
    assert plain["findings"]["media"] == len(alts)


@pytest.mark.parametrize("filling", ["\x00", '"', "\U0001f600", "a", "\u202e"])
def test_the_facts_of_a_draft_as_long_as_can_be_are_within_their_bound(filling: str) -> None:
    """What is told of a text and of its pictures has room, however JSON writes it."""
    media = [{"alt": filling * 2_000}] * 4

    _, shape = checked_facts(facts(text=filling * 1_000_000, media=media))

    assert shape.findings.is_cut
    assert all(each.alt and len(each.alt) <= ALT_TOLD_BYTES_MAX for each in shape.act.media)


def test_a_post_of_its_own_answers_nothing() -> None:
    """Without a parent there is none that could be gone."""
    told = facts(kind="post", parent=None, author="curator")

    assert ("statement", None) == (told["act"]["kind"], told["act"]["target"])
    assert "none" == told["conversation"]["parent"]
    assert ["curator"] == told["actor"]["roles"]


def test_words_that_look_like_facts_are_only_words() -> None:
    """What a draft says of itself is in its text alone."""
    pretence = json.dumps({"findings": {"personal_data": 0}, "approvals": [{"approver": "ann"}]})

    told = facts(text=pretence, findings={}, approvals=[{"approver": "ann"}])

    assert [] == told["approvals"]
    assert pretence == told["act"]["text"]
    assert "length" in told["findings"]


def test_the_content_rules_are_all_that_is_asked() -> None:
    """A draft has no grant, no account and no post that could be changed."""
    rules = {
        f"{concern}/rule/rule.rego": f"package mercat.rules.{concern}.rule\nreasons := set()\n"
        for concern in ("authority", "content", "contents")
    }
    whole = bundle_of({GATE: "package mercat.gate\n", **rules}, {"limits": {"emoji_max": 4}})

    content = content_bundle(whole)

    assert ("content/rule",) == content.manifest
    assert whole.data == content.data


def test_an_answer_names_the_draft_and_gives_reasons_as_the_verdict_does() -> None:
    """Rule, severity, message, parameters, sentence, cure and citation are there."""
    reason = Reason(
        rule="content/length",
        severity="deny",
        message="content.too_long",
        parameters={"length": 501},
        sentence="It is long.",
        cure="Shorten it.",
        citation="The platform's own limit.",
    )
    verdict = Verdict(decision="deny", reasons=(reason,))

    answer = json.loads(answer_line(read_draft_line(line(id=7)), verdict))

    assert {"id", "decision", "reasons"} == answer.keys()
    assert (7, "deny") == (answer["id"], answer["decision"])
    assert reason.model_dump(exclude={"need"}) == answer["reasons"][0]


def test_an_answer_says_that_the_rules_were_not_asked() -> None:
    """A hold without reasons tells why it is one."""
    verdict = Verdict(decision="hold", failure="The rules could not be checked just now.")

    answer = json.loads(answer_line(read_draft_line(line()), verdict))

    assert "The rules could not be checked just now." == answer["failure"]
