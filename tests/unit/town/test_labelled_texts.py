"""The corpus: legal labels, every team covered, and nobody real in it."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import get_args

import pytest

from schemas.classification import Intent, Sentiment, Urgency
from services.runtime.errors import InputInvalidError
from services.town import echoes, phrases
from services.town.file_texts import read_settings
from services.town.labelled_texts import LabelledText, StoryPost, parse_stories, parse_texts

TEAMS = {
    "waste", "roads", "lighting", "parking", "drainage", "housing", "environmental-health", "parks",
    "libraries-leisure", "schools", "social-care", "tax-benefits", "planning", "transport",
    "elections-registration", "contact", "none",
}  # fmt: skip
PHONES_INVENTED = re.compile(
    r"(?:01632960|07700900)\d{3}"  # ranges kept free for fiction
    r"|0300555?01\d{2}|030005501\d{2}"  # the town's own lines
)
MAIL_DOMAINS = {"example.com", "example.org", "mercatburgh.example"}
DIGIT_RUN = re.compile(r"\+?\d(?:[ ().\-–]{0,2}\d){7,}")
ADDRESS = re.compile(r"(?<![\w.])(@?)[\w.+-]+@((?:[\w-]+\.)+[\w-]+)")
HOST = re.compile(
    r"\b(?:[a-z0-9-]+\.)+(?:example|com|org|net|uk|co|scot|wales|cymru|info|io|ly|tv|me|eu|app|dev"
    r"|gov|biz|shop|online|site|xyz|pl|ro|de|fr|es|pt|lt|ua|pk|cn)\b",
    re.IGNORECASE,
)
NATIONAL_INSURANCE = re.compile(r"\b([A-Z]{2}) ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b")


def everything_written(
    texts: tuple[LabelledText, ...], stories: tuple[StoryPost, ...]
) -> Iterator[str]:
    """Yield all words of the town: texts, edits, fragments, settings, the log of calls."""
    yield from (text.text for text in texts)
    for post in stories:
        yield post.text
        yield post.edited_text or ""
    for module in (echoes, phrases):
        for name, value in vars(module).items():
            if name.isupper() or name.lstrip("_").isupper():
                yield json.dumps(value, ensure_ascii=False, default=str)
    for name in ("mercat.yaml", "rules.yaml", "contact-log.csv"):
        yield from read_settings(name).split("\n")


def faults_in(text: str) -> list[str]:
    """Return what in a text could be somebody's real number, address or site."""
    found = []
    for run in DIGIT_RUN.findall(text):
        digits = re.sub(r"[^\d+]", "", run)
        may_be_phone = digits[0] in "0+" or len(digits) >= 10
        if may_be_phone and not PHONES_INVENTED.fullmatch(digits):
            found.append(run)
    for handle, domain in ADDRESS.findall(text):
        invented = domain.endswith(".example") if handle else domain in MAIL_DOMAINS
        if not invented:
            found.append(domain)
    found += [
        host
        for host in HOST.findall(text)
        if not host.endswith(".example") and host not in MAIL_DOMAINS
    ]
    found += [
        prefix
        for prefix in NATIONAL_INSURANCE.findall(text)
        # No number was ever given out under QQ.
        if prefix != "QQ"
    ]
    return found


def test_there_are_at_least_600_texts_and_no_text_twice(texts: tuple[LabelledText, ...]) -> None:
    """The town is written by hand, each text once."""
    assert len(texts) >= 600
    assert [text for text, count in Counter(t.text for t in texts).items() if count > 1] == []


def test_the_teams_are_those_of_the_town(texts: tuple[LabelledText, ...]) -> None:
    """A slip in a team's name would make a team of its own."""
    assert {text.team for text in texts} == TEAMS


@pytest.mark.parametrize("team", sorted(TEAMS))
def test_every_team_has_all_intents_sentiments_and_three_urgencies(
    texts: tuple[LabelledText, ...], team: str
) -> None:
    """What a team never hears, its classifier never learns."""
    mine = [text for text in texts if text.team == team]

    assert set(get_args(Intent)) == {text.intent for text in mine}
    assert set(get_args(Sentiment)) == {text.sentiment for text in mine}
    assert len({text.urgency for text in mine}) >= 3


def test_all_urgencies_and_several_languages_are_there(texts: tuple[LabelledText, ...]) -> None:
    """Welsh is the second language of the town, and others are read."""
    languages = Counter(text.language for text in texts)

    assert set(get_args(Urgency)) == {text.urgency for text in texts}
    assert [language for language, _ in languages.most_common(2)] == ["en", "cy"]
    assert len(languages) >= 10


def test_nothing_in_the_town_could_be_somebody_real(
    texts: tuple[LabelledText, ...], stories: tuple[StoryPost, ...]
) -> None:
    """Numbers, addresses and sites come from the ranges kept for fiction, in every text."""
    assert [
        (fault, text) for text in everything_written(texts, stories) for fault in faults_in(text)
    ] == []


@pytest.mark.parametrize(
    "text",
    [
        "ring 0131 496 0000",
        "07911 123456",
        "+44 7911 123456",
        "m@gmail.com",
        "go to bins.co.uk now",
        "AB 12 34 56 C",
        "@me@mastodon.online",
    ],
)
def test_the_scan_sees_what_could_be_real(text: str) -> None:
    """A scan that finds nothing anywhere would prove nothing."""
    assert faults_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "01632 960114",
        "07700 900 218",
        "0300 555 0142",
        "03000 550142",
        "a.b@example.com",
        "@mercatburgh@social.mercatburgh.example",
        "quidfast.example",
        "account 7004418-22, born 3/2/1951",
        "QQ 12 34 56 C",
    ],
)
def test_the_scan_lets_the_invented_through(text: str) -> None:
    """Ranges and domains kept for fiction are what the town is made of."""
    assert faults_in(text) == []


def test_each_story_is_there_and_in_the_order_of_its_telling(
    stories: tuple[StoryPost, ...],
) -> None:
    """The week's six stories, each sorted by when its posts are said."""
    offsets: defaultdict[str, list[int]] = defaultdict(list)
    for post in stories:
        offsets[post.story].append(post.offset_minutes)

    assert {"storm", "rumour", "grievance", "thread", "spam", "personal-data"} == set(offsets)
    assert all(sorted(told) == told for told in offsets.values())


def test_answers_come_after_what_they_answer(stories: tuple[StoryPost, ...]) -> None:
    """A parent is of the same story and was said before."""
    by_ref = {post.ref: post for post in stories}

    assert len(by_ref) == len(stories)
    for post in stories:
        if post.parent is not None:
            parent = by_ref[post.parent]
            assert (parent.story, True) == (
                post.story,
                parent.offset_minutes < post.offset_minutes,
            )


def test_a_line_that_is_no_labelled_text_is_named_with_its_fault() -> None:
    """Whoever adds a text learns the file, the line and the field."""
    line = (
        '{"text": "hello", "language": "en", "team": "waste",'
        ' "sentiment": "cross", "intent": "other", "urgency": "low"}'
    )

    with pytest.raises(InputInvalidError, match=r"waste\.jsonl line 2: sentiment"):
        parse_texts(["", line], "waste.jsonl")


def test_an_answer_to_a_post_that_is_not_there_is_refused() -> None:
    """A thread without its beginning is a slip of the pen."""
    line = json.dumps(
        {
            "text": "same here", "language": "en", "team": "waste", "sentiment": "negative",
            "intent": "complaint", "urgency": "normal", "story": "grievance", "ref": "grievance-02",
            "parent": "grievance-01", "offset_minutes": 3,
        }
    )  # fmt: skip

    with pytest.raises(InputInvalidError, match="grievance-02 answers grievance-01"):
        parse_stories([line], "stories.jsonl")
