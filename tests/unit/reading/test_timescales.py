"""Finding by when something is said to happen."""

import pytest

from services.reading.shadow import Shadow
from services.reading.timescales import Timescale, timescales_in


def only(text: str) -> Timescale:
    """Return the one timescale of a text."""
    (timescale,) = timescales_in(Shadow(text))
    return timescale


@pytest.mark.parametrize(
    ("working_days", "text"),
    [
        (5, "We reply within 5 working days."),
        (5, "within five (5) working days"),
        (10, "Please allow up to ten business days"),
        (5, "It takes 3-5 working days"),
        (20, "no later than 20 working days"),
        (21, "within twenty-one working days"),
        (10, "o fewn 10 diwrnod gwaith"),
        (5, "o fewn pum niwrnod gwaith"),
        (10, "If you have not heard within 10 working days, ring."),
    ],
)
def test_working_days_are_counted(working_days: int, text: str) -> None:
    """Figures and words, English and Welsh, say how many."""
    assert working_days == only(text).working_days


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (14, "in the next 14 days"),
        (7, "within a week"),
        (14, "in two weeks' time"),
        (14, "within a fortnight"),
        (30, "within one month"),
        (7, "within the week"),
        (28, "in under 28 days"),
        (5, "o fewn 5 diwrnod"),
        (7, "ymhen wythnos"),
    ],
)
def test_weeks_and_months_are_counted_in_days(days: int, text: str) -> None:
    """A month counts for thirty days."""
    assert days == only(text).days


@pytest.mark.parametrize(
    ("hours", "text"),
    [(24, "within 24 hours"), (48, "o fewn 48 awr"), (1, "within the hour"), (2, "in 90 minutes")],
)
def test_hours_are_counted_and_minutes_rounded_up(hours: int, text: str) -> None:
    """Less than an hour is one."""
    assert hours == only(text).hours


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("by friday", "Someone will call by Friday."),
        ("by 3 december", "We reply by 3 December at the latest"),
        ("by the 3rd of december", "done by the 3rd of December"),
        ("before friday, 4 december", "before Friday, 4 December"),
        ("by 03/12/2026", "mended by 03/12/2026"),
        ("by 2026-12-03", "mended by 2026-12-03"),
        ("by 5pm on friday", "by 5pm on Friday"),
        ("by the end of the week", "by the end of the week"),
        ("by close of play", "by close of play"),
        ("by tomorrow", "by tomorrow"),
        ("tomorrow", "A crew goes out tomorrow"),
        ("today", "We will call you today"),
        ("on monday", "She'll be there on Monday"),
        ("next week", "Work begins next week"),
        ("at 7 tomorrow", "The van will come at 7 tomorrow"),
        ("at 9pm", "They'll be round at 9pm"),
        ("this afternoon", "Someone will ring you this afternoon"),
        ("on the 18th", "I'll post the outcome on the 18th"),
        ("by the 14th", "It is done by the 14th"),
        ("tuesday morning", "We will be there Tuesday morning"),
        ("for 8am", "The tree surgeons will be booked for 8am"),
        ("in march", "We expect to open in March"),
        ("the same day", "We will publish it the same day"),
        ("that evening", "We'll post here that evening"),
        ("the same morning", "We'll post the changes the same morning"),
        ("this friday", "The supervisor walks the round this Friday"),
        ("before 10", "The joiner boards the window up before 10."),
        ("by 3.40", "We'll write when it is off, or by 3.40 whatever happens."),
        ("erbyn dydd gwener", "Byddwn yn ateb erbyn dydd Gwener"),
        ("erbyn 3 rhagfyr", "erbyn 3 Rhagfyr"),
        ("yfory", "Byddwn yno yfory"),
        ("heddiw", "Byddwn yno heddiw"),
    ],
)
def test_a_day_or_date_has_no_amount(said: str, text: str) -> None:
    """What takes a calendar to count is given as it is said."""
    timescale = only(text)

    assert said == timescale.text
    assert (None, None, None) == timescale[3:]


@pytest.mark.parametrize(
    "text",
    [
        "By the way, it is free.",
        "Prices rose by 2.5% and by 1/3 of that",
        "The bins were emptied this morning.",
        "Thank you for contacting us today, we will look into it.",
        "Collections are on Mondays.",
        "The crew came on Tuesday.",
        "The pool is closed for 3 weeks.",
        "It was reported 3 days ago.",
        "The road has been shut in the last 14 days",
        "We are open 9am to 5pm, Monday to Friday.",
        "Put your bin out by 7am.",
        "It was opened at 10.42.",
        "Built in March 1871",
        "Please apply by 3 December.",
        "We did not reply within 10 working days, and we are sorry.",
        "The road was closed today. We will mend it.",
        "Damage caused by sun and by bus",
        "The queue grew by 10 people.",
        "We remember that morning well.",
        "within 3 miles of the depot",
        "Shortly, soon, as soon as possible, in due course",
        "Mae'r llyfrgell ar agor rhwng 9 a 5.",
    ],
)
def test_other_times_are_no_timescales(text: str) -> None:
    """The past, opening hours, shares, and what residents are asked to do bind nobody."""
    assert [] == timescales_in(Shadow(text))


def test_timescales_stand_in_order_and_apart() -> None:
    """Each stretch of a text gives one timescale at most."""
    text = "We will call by 5pm today, and mend it within 3 days."

    first, second = timescales_in(Shadow(text))

    assert "by 5pm today" == text[first.start : first.end]
    assert "within 3 days" == text[second.start : second.end]
