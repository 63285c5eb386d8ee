"""Timescales that a text gives: `within 5 working days`, `by Friday`, `o fewn 10 diwrnod`."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from services.reading.shadow import Shadow

DAYS_IN_WEEK: Final = 7
DAYS_IN_MONTH: Final = 30
TEXT_LENGTH_MAX: Final = 60
_AMOUNT_MAX: Final = 100_000


class Timescale(NamedTuple):
    """A time by which something is to happen, and where the text says so.

    At most one of the amounts is set; none is for a day or date, which takes a calendar to count.
    """

    start: int
    end: int
    text: str
    working_days: int | None = None
    days: int | None = None
    hours: int | None = None


_COUNTED: Final = (
    *("un|one|a|an|next", "dau|two|dwy|ddau|ddwy", "tri|three|tair|dri|dair"),
    *("pedwar|four|pedair|bedwar|bedair", "pump|five|pum|bum|bump", "chwech|six|chwe"),
    *("saith|seven", "wyth|eight", "naw|nine", "deg|ten|deng|ddeg|ddeng", "eleven"),
    *("deuddeg|twelve|ddeuddeg", "thirteen", "fourteen", "pymtheg|fifteen|bymtheg", "sixteen"),
    *("seventeen", "eighteen", "nineteen", "ugain|twenty"),
)
_NUMBERS: Final = {
    word: number for number, words in enumerate(_COUNTED, 1) for word in words.split("|")
} | {"couple": 2, "thirty": 30, "forty": 40, "sixty": 60, "ninety": 90}
_NUMBER: Final = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_COUNT: Final = (
    rf"(?P<count>\d{{1,5}}|twenty[ -](?:one|four|eight)|(?:{_NUMBER}))(?: ?\(\d{{1,3}}\))?"
)
_UP_TO: Final = rf"(?:(?:\d{{1,3}} ?(?:-|to|or|neu|i) ?)|(?:{_NUMBER}) (?:to|or|neu|i) )?"
_UNIT: Final = (
    r"(?P<working>working|business|week) ?-?days?|(?P<days>(?:calendar )?days?)|(?P<weeks>weeks?)"
    r"|(?P<fortnights>fortnights?)|(?P<months>(?:calendar )?months?)|(?P<hours>hours?|hrs?)"
    r"|(?P<minutes>minutes?|mins?)"
)
_ENGLISH_AMOUNT: Final = rf"{_UP_TO}{_COUNT}[ -]?(?:of )?(?:more )?(?:{_UNIT})\b(?:'? time\b)?"
_UNIT_OF_ONE: Final = r"(?P<one_hour>hour)|(?P<one_day>day)|(?P<one_week>week)|(?P<one_month>month)"
_ENGLISH: Final = re.compile(
    # The letter that comes is looked at first: most words begin with none of these.
    r"\b(?=[aimntuw])(?<!\bfor )(?:within|inside|in under|in less than|in no more than"
    r"|no later than|not later than|in|takes?|taking|allow|up to|a maximum of|maximum of|at most"
    r"|max)\b"
    r"(?: (?:up to|about|around|approximately|at most|the next|the|a|next|another|a maximum of"
    rf"|no more than|under|us|only)\b){{0,3}} {_ENGLISH_AMOUNT}"
    rf"|\bwithin the (?:{_UNIT_OF_ONE})\b"
)
_LEADING: Final = re.compile(
    rf"\b{_UP_TO}{_COUNT} ?-?(?:{_UNIT})"
    r" (?:from (?:now|today|receipt)|of receipt|turnaround)\b"
)
_WELSH_DAYS: Final = r"d?diwrnod|niwrnod|(?:o )?d?diwrnodau|d?dydd"
_WELSH: Final = re.compile(
    rf"\b(?:o fewn|cyn pen|ymhen) (?:(?:y|yr|tua|hyd at) ){{0,3}}(?:{_COUNT} )?"
    rf"(?:(?P<working>(?:{_WELSH_DAYS}) gwaith)|(?P<days>{_WELSH_DAYS})"
    r"|(?P<weeks>h?wythnos(?:au)?)|(?P<months>mis(?:oedd)?|fis)|(?P<hours>h?awr|oriau)"
    r"|(?P<minutes>munud(?:au)?)|(?P<fortnights>pythefnos))\b"
)
_PAST: Final = re.compile(r"(?:\b(?:not|failed|unable|missed|instead of)\b|n't\b)[^.,;!?]{0,40}$")
_IF: Final = re.compile(r"\b(?:if|unless)\b[^.;!?]*$")
# What people are asked to do has its own times: put your bin out by 7am.
_ASKED: Final = re.compile(
    r"\b(?:please|you (?:must|need|can|could|should|have to)"
    r"|(?:put|leave|place) (?:your|it|them|bins?)|rhowch|gallwch)\b"
    r"(?! (?:allow|bear|wait|give us|caniat))[^.;!?]*$"
)
_PAST_AFTER: Final = re.compile(r" (?:ago|earlier|yn ôl)\b")

_DAY: Final = (
    r"(?:mon|tues?|wed|thu(?:rs)?|fri)(?:day)?|(?:wednes|satur|sun)day"
    r"|(?:dydd |nos |ddydd )?(?:llun|mawrth|mercher|iau|wener|gwener|sadwrn|sul)"
)
_MONTH: Final = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|ionawr|chwefror|fawrth|mawrth|ebrill|mai|fai"
    r"|mehefin|fehefin|gorffennaf|orffennaf|awst|medi|fedi|hydref|tachwedd|dachwedd|rhagfyr|ragfyr)"
)
_DATE: Final = (
    rf"(?:the )?\d{{1,2}}(?:st|nd|rd|th|af|fed|il|ydd|eg|ain)? ?(?:o |of )?{_MONTH}(?:,? \d{{4}})?"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?"
    r"|(?!1/[2-9]\b|2/[35]\b|3/[45]\b)\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d{1,2}\.\d{1,2}\.\d{2,4}"
    r"|\d{4}-\d\d-\d\d"
)
_CLOCK: Final = (
    r"\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|o'clock|noon|yb|yh|y bore|yp)|\d\d:\d\d|noon|midday|midnight"
)
_SPAN: Final = r"(?:day|week|weekend|month|year|morning|afternoon|evening|working day|shift|play)"
_POINT: Final = (
    rf"(?:(?:the )?(?:end|close|start|beginning|middle) of (?:(?:the |this |next )?(?:working )?"
    rf"{_SPAN}|{_MONTH}|{_DAY}|today|tomorrow|business|play)(?: (?:on )?(?:{_DAY}|tomorrow|today))?"
    rf"|(?:next|this|the following) (?:{_DAY}|{_SPAN})|the weekend|eod|cob|cop"
    rf"|(?:early |late |mid[- ]?)?{_MONTH}\b"
    r"|(?:the )?\d{1,2}(?:st|nd|rd|th)|lunch(?: ?time)?|tea ?time|the morning|christmas|easter"
    r"|new year|dusk"
    rf"|(?:{_CLOCK})(?: (?:on |today|tomorrow|tonight)?(?:{_DAY})?)?|{_DAY}|tomorrow|today|tonight"
    r"|yfory|heddiw|heno|diwedd (?:y|yr|mis) ?\w+"
    r"|\d{1,2}(?:[.:]\d\d)?(?=[,;!?)]|\.(?:\s|$)|$| (?:and|or|but|at the latest|whatever)\b))"
)
_BY: Final = re.compile(
    rf"\b(?:by|before|no later than|not later than|on or before|erbyn|cyn)\b:? "
    rf"(?:at the latest |the latest |around |about )?(?:(?:{_DAY}),? (?:the )?)?"
    rf"(?:{_DATE}|{_POINT})\b"
)
# A bare day tells when something will be done only after a word that looks ahead.
_AHEAD: Final = re.compile(
    r"\b(?:will|shall|going to|aim(?:ing)? to|hop(?:e|ing) to|plan(?:ning)? to|expect\w*|due|should"
    r"|scheduled|intend to|bydd\w*|fydd\w*|byddwn|gobeithio|bwriadu)\b|'ll\b"
)
_BARE: Final = re.compile(
    rf"\b(?=[a-z])(?:(?P<sure>tomorrow|yfory|later today"
    rf"|later this (?:week|month|morning|afternoon|evening)"
    rf"|next (?:week|month|{_DAY})|first thing (?:tomorrow|on {_DAY})|this {_DAY}"
    r"|yn ddiweddarach heddiw|yr wythnos nesaf|y mis nesaf)\b"
    rf"|(?P<bare>today|tonight|heddiw|heno|this (?:week|month|morning|afternoon|evening|weekend)"
    rf"|(?:on|ar|this|from|for|starting|until|till) (?:{_DAY}|{_DATE})|yr wythnos hon"
    rf"|(?:at|from|for|around|about|between|after) (?:{_CLOCK}|\d{{1,2}}(?:[:.]\d\d)?)"
    rf"(?: (?:today|tonight|tomorrow|on {_DAY}))?"
    rf"|on the \d{{1,2}}(?:st|nd|rd|th)|(?:{_DAY}) (?:morning|afternoon|evening|night)"
    rf"|(?:in|during) (?:the )?(?:week (?:of|beginning|commencing)|{_MONTH})"
    rf"|w/c|week commencing|over the weekend|(?:the )?(?:same|next working|following|next) day"
    r"|(?:that|the same) (?:very )?(?:day|morning|afternoon|evening|night|week))\b)"
)
_CLAUSE_END: Final = re.compile(r"[.!?;\n](?=\s|$)|\n")
_AHEAD_LENGTH: Final = 90
_UNIT_SAID: Final = re.compile(r"days?\b|week|month|hour|hrs?\b|min(?:ute)?s?\b|fortnight")
_MAYBE: Final = re.compile(
    r"\b(?:within|in(?:side)?|at|same|that|following|w/c|commencing|over|after|around|about|between|for"
    r"|during|starting|until|till|by|before|later|today|tomorrow|tonight|next|this|on|from|up to"
    r"|takes?|morning|afternoon|evening|night"
    r"|taking|allow|max\w*|at most|o fewn|ymhen|erbyn|cyn|yfory|heddiw|heno|wythnos|ar|receipt"
    r"|turnaround|yn|y mis)\b"
)


def timescales_in(shadow: Shadow) -> list[Timescale]:
    """Return the timescales of a text, in order, places counted in the shadow."""
    text = shadow.text
    if not _MAYBE.search(text):
        return []
    found = [
        *(amount for pattern in _patterns(text) for amount in _amounts(text, pattern)),
        *(_point(match) for match in _BY.finditer(text) if not _is_not_ours(text, match)),
        *_bare_days(text),
    ]
    found.sort(key=lambda timescale: (timescale.start, -timescale.end))
    kept: list[Timescale] = []
    for timescale in found:
        if not kept or timescale.start >= kept[-1].end:
            kept.append(timescale)
    return kept


def _patterns(text: str) -> Iterator[re.Pattern[str]]:
    """Yield the patterns of amounts that a text might fit, by the words each cannot do without."""
    if _UNIT_SAID.search(text):
        yield _ENGLISH
        if "receipt" in text or "from " in text or "turnaround" in text:
            yield _LEADING
    if "o fewn" in text or "cyn pen" in text or "ymhen" in text:
        yield _WELSH


def _amounts(text: str, pattern: re.Pattern[str]) -> Iterator[Timescale]:
    for match in pattern.finditer(text):
        if _is_not_ours(text, match) or _PAST_AFTER.match(text, match.end()):
            continue
        groups = match.groupdict()
        count = min(_number(groups["count"] or "one"), _AMOUNT_MAX)
        point = _point(match)
        if groups["working"]:
            yield point._replace(working_days=count)
        elif groups["hours"] or groups["minutes"] or groups.get("one_hour"):
            hours = -(-count // 60) if groups["minutes"] else count
            yield point._replace(hours=hours)
        else:
            each = _days_each(groups)
            yield point._replace(days=count * each)


def _days_each(groups: dict[str, str | None]) -> int:
    if groups["weeks"] or groups.get("one_week"):
        return DAYS_IN_WEEK
    if groups["fortnights"]:
        return 2 * DAYS_IN_WEEK
    return DAYS_IN_MONTH if groups["months"] or groups.get("one_month") else 1


def _bare_days(text: str) -> Iterator[Timescale]:
    for match in _BARE.finditer(text):
        said = text[max(0, match.start() - _AHEAD_LENGTH) : match.start()]
        ends = [end.end() for end in _CLAUSE_END.finditer(said)]
        said = said[ends[-1] :] if ends else said
        if match["sure"] or _AHEAD.search(said):
            yield _point(match)


def _is_not_ours(text: str, match: re.Match[str]) -> bool:
    said = text[max(0, match.start() - _AHEAD_LENGTH) : match.start()]
    if _ASKED.search(said):
        return "allow" not in match[0]
    return _PAST.search(said) is not None and _IF.search(said) is None


def _point(match: re.Match[str]) -> Timescale:
    return Timescale(match.start(), match.end(), match[0][:TEXT_LENGTH_MAX])


def _number(word: str) -> int:
    if word.isdigit():
        return int(word)
    first, _, second = word.replace("-", " ").partition(" ")
    return _NUMBERS.get(first, 1) + (_NUMBERS.get(second, 0) if second else 0)
