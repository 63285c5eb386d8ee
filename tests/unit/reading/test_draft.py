"""Reading whole drafts, and the facts that policy gets of them."""

import json
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reading.draft import CHARACTERS_READ_MAX, MEDIA_READ_MAX, read_draft
from services.reading.findings import FACTS_BYTES_MAX, LISTED_MAX
from services.reading.lengths import BLUESKY_LENGTH
from services.reading.personal_data import OwnDetails
from tests.unit.reading.draft_reading import read

DRAFT = (
    "Thank you. Ring 07700 900123 or write to jo@example.org. We will look into this within 5 "
    "working days. More on https://council.example/bins and bit.ly/x."
)
PIECES = (
    *("07700 900123 ", "jo@example.org ", "EH1 2AB ", "4111 1111 1111 1111 ", "AB12 CDE "),
    *("we will look into this. ", "within 5 working days ", "by friday ", "bit.ly/x "),
    *("https://münchen.example/ ", "12 Harbour Row ", "oh seven seven double oh ", "\u200b"),
    *("\ud800", "\U0001f468\u200d\U0001f469", "GB82 WEST 1234 5698 7654 32 ", "\n", "क्षि"),
)


def facts_of(text: str, *alts: str | None) -> dict[str, Any]:
    """Return a draft's facts as they come out of JSON."""
    facts: dict[str, Any] = json.loads(json.dumps(read(text, *alts).as_facts()))
    return facts


def test_a_draft_is_read_whole() -> None:
    """Personal data, promise, timescale, links, length and language come from one reading."""
    findings = read(DRAFT)

    assert ["phone", "email"] == [datum.kind for datum in findings.personal_data]
    assert [True] == [promise.has_timescale for promise in findings.promises]
    assert [5] == [timescale.working_days for timescale in findings.timescales]
    assert [True, False] == [link.is_own for link in findings.links]
    assert "en" == findings.language.code
    assert len(DRAFT) - len("https://council.example/bins") + 23 == findings.length.counted
    assert not findings.is_cut


def test_facts_say_what_was_found_without_saying_it() -> None:
    """Policy gets counts, places and masks, never the datum."""
    facts = facts_of(DRAFT)

    assert {"phone": 1, "email": 1} == facts["personal_data_kinds"]
    assert 0 == facts["promises_without_timescale"]
    assert 1 == facts["links_elsewhere"]
    assert "07700 ******" == facts["found"]["personal_data"][0]["excerpt"]
    assert {"bit.ly", "council.example"} == {link["host"] for link in facts["found"]["links"]}
    assert not facts["truncated"]
    assert "900123" not in json.dumps(facts)
    assert "jo@" not in json.dumps(facts)


def test_an_ordinary_draft_has_nothing_against_it() -> None:
    """A plain answer with the body's own details comes through clean."""
    facts = facts_of(
        "A crew emptied all 14 bins on Cross Street on Tuesday. Check your day at "
        "https://council.example/bins or call 0300 123 4567. Reference FS24/123456789."
    )

    quiet = ("personal_data", "promises", "timescales", "links_elsewhere", "length_over_by")
    assert [0] * len(quiet) == [facts[name] for name in quiet]


def test_descriptions_of_media_are_read_too() -> None:
    """A number in a picture's description is as public as one in the text."""
    findings = read("Fine.", None, "A card with 07700 900123", "  ")

    (datum,) = findings.personal_data
    assert "media.1.alt" == datum.where
    assert (3, 2) == (findings.media, findings.media_without_alt)


def test_media_do_not_lengthen_the_text() -> None:
    """Platforms count descriptions by themselves."""
    assert 5 == read("Fine.", "A long description of a picture").length.counted


@pytest.mark.parametrize(("is_cut", "length"), [(False, 20_000), (True, 20_001)])
def test_a_text_too_long_to_read_says_so(*, is_cut: bool, length: int) -> None:
    """What stands beyond was not read, and is counted as too long all the same."""
    findings = read("a" * length)

    assert CHARACTERS_READ_MAX == 20_000
    assert is_cut == findings.is_cut
    assert length == findings.length.counted
    assert is_cut == findings.as_facts()["truncated"]


def test_a_long_description_or_too_many_of_them_say_so() -> None:
    """Descriptions have the same bound, and so has their number."""
    assert read("Fine.", "a" * (CHARACTERS_READ_MAX + 1)).is_cut
    assert read("Fine.", *["a"] * (MEDIA_READ_MAX + 1)).is_cut
    assert not read("Fine.", *["a"] * MEDIA_READ_MAX).is_cut


def test_many_findings_are_all_counted_and_some_listed() -> None:
    """Facts stay small; that some are left out is said."""
    facts = facts_of("EH1 2AB, jo@example.org and bit.ly/x, we will look into this. " * 40)

    listed = facts["found"]["personal_data"]
    assert 80 == facts["personal_data"]
    assert 40 == facts["promises_without_timescale"]
    assert facts["truncated"]
    assert 0 < len(listed) <= 2 * LISTED_MAX
    assert facts["found"]["promises"]
    assert facts["found"]["links"]


def test_a_long_number_in_a_host_is_masked() -> None:
    """A link must not carry into the facts what the text may not say."""
    assert "07700900123" not in json.dumps(facts_of("https://07700900123.example/"))


def test_no_language_of_the_body_is_no_fault() -> None:
    """A draft is read even where settings name no language."""
    findings = read_draft("ok", [], own=OwnDetails(), lengths=BLUESKY_LENGTH, languages=())

    assert "en" == findings.language.code


def assert_bounded(text: str, *alts: str | None) -> None:
    """Check what holds of the findings of any draft."""
    findings = read(text, *alts)
    facts = json.dumps(findings.as_facts())

    assert len(facts) < 3 * 1_024
    assert len(facts) <= FACTS_BYTES_MAX
    for finding in (*findings.personal_data, *findings.links, *findings.promises):
        assert "text" != finding.where or 0 <= finding.start < finding.end <= len(text)
    for datum in findings.personal_data:
        digits = re.sub(r"\D", "", datum.excerpt_masked)
        assert len(digits) <= 5
    facts.encode()


@given(st.text(st.characters()), st.lists(st.none() | st.text(st.characters()), max_size=3))
def test_any_draft_can_be_read(text: str, alts: list[str | None]) -> None:
    """Whatever a draft holds, findings come back, and bounded facts."""
    assert_bounded(text, *alts)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12), st.integers(1, 200))
def test_any_heap_of_findings_stays_bounded(pieces: list[str], times: int) -> None:
    """However many findings stand in a row, the facts stay small and masked."""
    assert_bounded(("".join(pieces) * times)[:CHARACTERS_READ_MAX])


@pytest.mark.parametrize(
    "unit",
    [
        *("a", "0", "0 ", "1/", "1-", "|", "a@", "a.b", "a dot ", "one ", "07700 900123 "),
        *("\u0301", "\u200d", "gb82 ", "01-02-03 ", "\ud800", "\ufdfa", "12 Ab ", "+"),
        *("http://a", "if ", "in "),
    ],
)
def test_twenty_thousand_characters_of_anything_are_read(unit: str) -> None:
    """No text makes a pattern run away."""
    assert_bounded((unit * CHARACTERS_READ_MAX)[:CHARACTERS_READ_MAX])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We will look into this within 5 working days.", 7),
        ("We will look into this within 10 working days.", 14),
        ("We will look into this within 2 days.", 2),
        ("We will look into this within 48 hours.", 2),
        ("We will look into this within 4 hours.", 1),
        ("We will look into this within 2 days, and report within 4 weeks.", 2),
        ("We will look into this by Friday.", None),
        ("We will look into this.", None),
        ("You can appeal within 28 days.", None),
        ("It was emptied today.", None),
    ],
)
def test_the_shortest_time_promised_is_told_in_days(text: str, expected: int | None) -> None:
    """A begun day counts, working days are days of a week, and no promise is no time."""
    assert expected == facts_of(text)["timescale_days_min"]
