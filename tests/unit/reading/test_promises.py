"""Finding promises made by habit, and telling those that say by when."""

import pytest

from services.reading.promises import DEFAULT_PHRASES, PROMISE_PHRASES, promises_in
from services.reading.shadow import Shadow
from services.reading.timescales import timescales_in
from services.reading.words import PhraseIndex


def timed(text: str, phrases: PhraseIndex = DEFAULT_PHRASES) -> list[bool]:
    """Return for each promise of a text whether it has a timescale."""
    shadow = Shadow(text)
    return [
        promise.has_timescale for promise in promises_in(shadow, timescales_in(shadow), phrases)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "We will look into this.",
        "We'll look into this for you.",
        "We’ll get back to you in due course.",
        "We have got your message and someone will get back to you shortly.",
        "We take this very seriously.",
        "Thank you for contacting us today, we will look into this.",
        "I have passed your comments on to the team.",
        "Your report has been forwarded to the roads team.",
        "We are looking into it.",
        "This will be looked into.",
        "We'll let you know.",
        "We are sorry. The team is working on it.",
        "Sorry about that! We will pass this on.",
        "Please put your bin out by 7am. We will look into why it was missed.",
        "The hole was reported 3 days ago and will be fixed.",
        "WE WILL LOOK\nINTO THIS",
        "We will lo\u200bok into this",
        "Byddwn yn edrych i mewn i hyn.",
        "Bydd rhywun mewn cysylltiad â chi.",
        "Rydym yn cymryd hyn o ddifrif.",
    ],
)
def test_a_promise_without_a_timescale_is_found(text: str) -> None:
    """However it is put, a habit's promise says nothing of when."""
    found = timed(text.replace("\n", " "))

    assert found
    assert not any(found)


@pytest.mark.parametrize(
    "text",
    [
        "We will look into this within 5 working days.",
        "We will look into this. You will hear from us within five working days.",
        "We aim to reply within 10 working days. We will be in touch.",
        "By Friday someone will be in touch.",
        "We will get back to you by 3 December.",
        "We'll be in touch tomorrow.",
        "We will contact you before the end of the week.",
        "Bydd rhywun mewn cysylltiad â chi o fewn 5 diwrnod.",
        "Byddwn yn edrych i mewn i hyn erbyn dydd Gwener.",
    ],
)
def test_a_promise_with_a_timescale_is_told_apart(text: str) -> None:
    """A timescale in its sentence or beside it makes a promise one that can be kept."""
    found = timed(text)

    assert found
    assert all(found)


@pytest.mark.parametrize(
    "text",
    [
        "The bins on Cross Street were emptied this morning.",
        "We looked into this and found that the cable had been cut.",
        "You can report it at council.example/report.",
        "We cannot look into this because the road is private.",
        "Please get in touch if it happens again.",
        "Please call 999 as soon as possible if you smell gas.",
        "If you pass this on to neighbours, thank you.",
        "Thank you for letting us know.",
        "This is to let you know that the road is closed.",
        "A child was seriously injured.",
        "Find out what goes in your bin.",
        "The committee will consider the application.",
        "The crew repaired the pothole on Tuesday.",
        "Mae'r llyfrgell ar agor rhwng 9 a 5.",
    ],
)
def test_an_answer_is_no_promise(text: str) -> None:
    """What was done, what cannot be, and what others may do is not promised."""
    assert [] == timed(text)


def test_each_promise_has_its_own_place_and_timescale() -> None:
    """Far from the timescale, a second promise is without one."""
    text = "We’ll look into this by Friday. Thank you. Really. We will be in touch."
    shadow = Shadow(text)

    first, second = promises_in(shadow, timescales_in(shadow), DEFAULT_PHRASES)

    assert ("look into", True) == (text[first.start : first.end], first.has_timescale)
    assert ("be in touch.", False) == (text[second.start : second.end], second.has_timescale)


def test_a_bodys_own_phrases_take_the_place_of_ours() -> None:
    """Phrases are data; with its own list a body finds its own habits."""
    own = PhraseIndex(("rest assured", "on the radar"))

    assert [False] == timed("Rest assured, it is being done.", own)
    assert [] == timed("We will look into this.", own)


def test_no_phrase_stands_twice_in_the_list() -> None:
    """Each phrase can be found and is told once."""
    assert len(PROMISE_PHRASES) == len({phrase.words for phrase in DEFAULT_PHRASES.phrases})
