"""A month's figures in words: how a share or a time is written, what stands out, and the method."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from services.monthly.calls import FOLLOWS_DAYS
from services.monthly.intervals import ENOUGH
from services.runtime.counting import counted

TOO_FEW: Final = f"fewer than {ENOUGH}"
NOT_TOLD: Final = "cannot be told"
MINUTES_AN_HOUR: Final = 60
HOURS_TWO_DAYS: Final = 48
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def month_said(month: str) -> str:
    """Return a month as people say it: October 2026."""
    year, _, number = month.partition("-")
    return f"{_MONTHS[int(number) - 1]} {year}"


def share_said(share: Mapping[str, Any] | None) -> str:
    """Return a share with its interval: `83 % (76 to 88 %)`; in words where there is none."""
    if share is None:
        return NOT_TOLD
    if share["share"] is None:
        return f"{TOO_FEW}: {share['hits']:,} of {share['of']:,}"
    return f"{percent(share['share'])} % ({percent(share['low'])} to {percent(share['high'])} %)"


def percent(share: float) -> str:
    """Return a share in hundredths, with a place behind the point where it is near an end."""
    value = share * 100
    places = 1 if 0 < value < 1 or 99 < value < 100 else 0  # noqa: PLR2004 - near nothing and all
    return f"{value:.{places}f}"


def time_said(time: Mapping[str, Any], unit: str) -> str:
    """Return a typical time with its interval; `unit` is hours or minutes."""
    if time["median"] is None:
        return f"{TOO_FEW}: {time['count']:,}"
    interval = f"{span_said(time['low'], unit)} to {span_said(time['high'], unit)}"
    return f"{span_said(time['median'], unit)} ({interval})"


def span_said(amount: float | None, unit: str) -> str:
    """Return a length of time in its largest fitting unit; a dash for None."""
    if amount is None:
        return "–"
    if unit == "minutes" and amount >= 2 * MINUTES_AN_HOUR:
        amount, unit = amount / MINUTES_AN_HOUR, "hours"
    if unit == "hours" and amount >= HOURS_TWO_DAYS:
        return f"{amount / 24:,.1f} d"
    return f"{amount:.1f} {'h' if unit == 'hours' else 'min'}"


def summary(figures: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a month came to, in a few sentences."""
    volumes, answers, rules = figures["volumes"], figures["answers"], figures["rules"]
    promised = answers["within_promise"]
    came = f"People wrote or rang {counted(volumes['posts'], 'time')}"
    began = f"{counted(answers['cases'], 'case')} began"
    if answers["cases"] > volumes["posts"]:
        # A case begins with a post, so what is more began with posts that are not here.
        yield (
            f"{came}, as far as is known here; {began}, some of them with posts from before "
            "Mercat, erased, or deleted by age."
        )
    else:
        yield f"{came}; {began}."
    if promised["share"] is not None:
        yield f"Within what was promised: {share_said(promised)} of {promised['of']:,} cases."
    else:
        yield (
            f"{counted(promised['of'], 'case')} came to a deadline or an answer: too few to say "
            "what share was in time."
        )
    yield (
        f"{counted(figures['speaking']['replies_sent'], 'reply', 'replies')} went out. Of "
        f"{counted(rules['proposed'], 'act')} asked for, the rules held {rules['held']:,} for a "
        f"colleague and refused {rules['denied']:,}."
    )
    yield from _solved(figures["calls"])
    yield from _cost(figures["cost"])
    takeovers = figures["takeovers"]
    if takeovers["slots"]:
        yield (
            f"In {counted(takeovers['slots'], 'takeover')}, {counted(takeovers['sent'], 'act')} "
            f"went out and people wrote back {counted(takeovers['posts_back'], 'time')}."
        )


def _solved(calls: Mapping[str, Any]) -> Iterator[str]:
    share = calls["without_a_call"]
    if not calls["can_be_told"]:
        yield "What share was solved without a call cannot be told: no log of calls was read."
    elif share["share"] is None:
        yield (
            "Too few answers were closed to say what share was solved without a call: "
            f"{share['of']:,}."
        )
    else:
        yield (
            f"Solved without a call: {share_said(share)} at most, of {share['of']:,} answered in "
            "public and closed."
        )


def _cost(cost: Mapping[str, Any]) -> Iterator[str]:
    low, middle, high = (cost["levels"][each] for each in ("low", "middle", "high"))
    if middle["cost_per_answer"] is None:
        if cost["replies"]:
            yield (
                f"The replies took about {middle['hours']:,.1f} hours of people's time "
                f"({low['hours']:,.1f} to {high['hours']:,.1f})."
            )
        return
    call = ""
    if cost["call_cost"]:
        call = f", against {money(cost['call_cost'], cost)} for a call"
    yield (
        f"An answer cost about {money(middle['cost_per_answer'], cost)} "
        f"({money(low['cost_per_answer'], cost)} to {money(high['cost_per_answer'], cost)}){call}."
    )


def money(amount: float | None, cost: Mapping[str, Any]) -> str:
    """Return an amount in the body's currency; a dash for None."""
    return "–" if amount is None else f"{cost['currency']} {amount:,.2f}".strip()


def method(figures: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield for each part of a report what is counted and how sure it is, as title and text."""
    made_at = datetime.fromisoformat(figures["made_at"])
    yield (
        "The month",
        f"From {figures['since']} to before {figures['until']}, the body's own time. Figures are "
        f"as they stood on {made_at:%Y-%m-%d at %H:%M} UTC"
        + ("." if figures["is_over"] else "; the month is not over yet.")
        + " What was erased, or deleted by age, before then is not in them.",
    )
    yield (
        "How sure",
        "The brackets behind a share are Wilson's 95 % interval, those behind a typical time the "
        "95 % interval of the median by rank. Both say how far chance alone might move a figure of "
        "so many cases; neither says anything of causes, nor of what was never written down. With "
        f"fewer than {ENOUGH} cases there is no share and no typical time: counts stand alone.",
    )
    yield (
        "What came in",
        "A post counts on the day on which it was said, and with the team that has it now. How it "
        "feels is the classifier's reading, which errs; unread are posts that were removed since.",
    )
    yield (
        "Answers and promises",
        "A case belongs to the month of its first post. Its answer is the first reply that went "
        "out, else its being closed as answered or as resolved elsewhere. In time is up to its "
        "deadline. The share is of all that were answered or whose deadline is over, so that what "
        "nobody answered counts against it. What needs no answer and what is not due yet is left "
        "out, and so is a case merged into another: it is answered with that one.",
    )
    yield (
        "Solved without a call",
        f"Of cases that began in writing, had a reply in public and were closed as answered: those "
        f"about which nobody rang within {FOLLOWS_DAYS} days of the reply. A call is an item of a "
        "contact log that stands in the case, or in one that people merged into it. A call that "
        "nobody matched is not seen: the share is one at most. Answers whose "
        f"{FOLLOWS_DAYS} days are not over are left out. Without a contact log it cannot be told: "
        "add a source with kind: contact-log to mercat.yaml, and merge what is about one thing.",
    )
    yield (
        "What the rules did",
        "An act counts once under each heading and once under each rule of it, however often it is "
        "judged, in the month of the verdict. Held waits for a colleague; overridden means that "
        "one agreed; refused never goes out. How long consent took is from asking to each consent.",
    )
    yield (
        "Takeovers",
        "Slots that ended in the month and in which somebody might speak. Reach is what people "
        "wrote in the conversations of the slot after what was said in it. How many read it, or "
        "follow the account, is not known here.",
    )
    yield (
        "Cost",
        "Replies that went out, times minutes for one, times what an hour costs, and the cost of "
        "running Mercat where it is given. The minutes are "
        + ("an assumption of this report" if figures["cost"]["is_assumed"] else "given by the body")
        + ": low, middle and high are the range, and no interval of chance. The time from a draft "
        "to asking that it go out is measured, and is less than an answer takes. No saving is "
        "claimed: whether an answer took the place of a call is not known.",
    )
    yield (
        "Who is in it",
        "Nobody: no text, no name of a member of the public or of staff, and nothing of one "
        "person's work. Small counts are shown as they are, since they name nobody; before you "
        "publish the page, think of whom a small count in a small team might point to.",
    )
