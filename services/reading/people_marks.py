"""Works out what stands in a text and in no list: names, ages, numbers, secrets, ways to reach."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from services.reading.lexicon import Places
from services.reading.person_names import capitals_in, names_in, titled_in
from services.reading.word_row import WordRow

CHILD_AGE_MAX: Final = 17
YEAR_DIGITS: Final = 4
PAST_STEM_MIN: Final = 2

_CONTACT: Final = re.compile(
    r"https?://\S+|\S+@\S+|(?:[\w-]+\.)+(?:example|uk|gov|org|com|scot|wales|cymru)\b"
    r"|(?<!\w)(?:\+\d{2}|0)\d[\d ()]{6,}\d|(?<!\w)(?:101|105|111|159|999)\b"
)
_HOST: Final = re.compile(
    r"(?<![\d.])(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2,3}(?![\d.]*\d)"
    r"|(?<![\w-])(?:[a-z0-9]+-)*[a-z0-9]*(?:srv|svr|sql|db|prd|prod|dc|nas|vpn|ldap|scada)-?\d{1,3}(?![\w-])"
    r"|(?<!\w)\\\\[\w.$-]+|(?<![\w.-])(?:[\w-]+\.)+(?:local|internal|intranet|lan|corp)(?!\w)"
)
# What no host is without; far sooner looked for than a host, which may begin at every letter.
_HOST_SIGN: Final = re.compile(
    r"(?:10|127|168|172\.\d\d)\.\d|\\\\|\.(?:local|internal|intranet|lan|corp)"
    r"|(?:srv|svr|sql|db|prd|prod|dc|nas|vpn|ldap|scada)-?\d"
)
_VALUE: Final = re.compile(r"[^\s,;:\"'()]*[^\s,;:\"'().!?]")
_CODE_DIGITS: Final = re.compile(
    r"\d{3,8}#?|\d{1,2}(?:-\d{1,2}){2,3}|[A-Za-z]\d{3,}|\d{3,}[A-Za-z]"
)
_SIGN_INSIDE: Final = re.compile(r"[A-Za-z0-9][!$%&*#_+=^~][A-Za-z0-9!$%&*#_+=^~]")
# Prices, times, days, measures and postcodes are figures, and no codes.
_PLAIN_FIGURE: Final = re.compile(
    r"[£$€#@].*|.*@.*|\d+(?:[.:,]\d+)*(?:am|pm|st|nd|rd|th|%|m|km|kg|cm|mm|mph|p|h|g|l|s)?"
    r"(?<!\d{3})|[A-Z]{1,2}\d{1,2}[A-Z]?|\d[A-Z]{2}|\d+(?:am|pm|st|nd|rd|th|s|mph|p)"
)


def _any_words(row: WordRow, places: Mapping[str, Places]) -> Places:
    del places
    return {at: (at + 1,) for at in range(len(row.words))}


def _capital_words(row: WordRow, places: Mapping[str, Places]) -> Places:
    """Return where a capitalised word stands inside a sentence that may be somebody's name."""
    words_of_places = places.get("place_word", {})
    no_names = {*words_of_places, *places.get("no_name", {})}
    found: Places = {}
    for at in range(1, len(row.words)):
        is_inside = row.sentences[at] == row.sentences[at - 1] and row.words[at][0].isalpha()
        if (
            is_inside
            and row.capital[at]
            and at not in no_names
            and (row.closes(at + 1) or at + 1 not in words_of_places)
        ):
            found[at] = (at + 1,)
    return found


def _numbers(row: WordRow, places: Mapping[str, Places]) -> Places:
    del places
    return {at: (at + 1,) for at, word in enumerate(row.words) if word.isdigit()}


def _ages(row: WordRow, places: Mapping[str, Places]) -> Places:
    """Return where a number stands that may be a child's age; `age_word` are those in words."""
    found = dict(places.get("age_word", {}))
    for at, word in enumerate(row.words):
        if word.isdecimal() and len(word) <= len(str(CHILD_AGE_MAX)) and int(word) <= CHILD_AGE_MAX:
            found[at] = (at + 1,)
    return found


def _years(row: WordRow, places: Mapping[str, Places]) -> Places:
    """Return where a year of an earlier century stands: history, not news of a neighbour."""
    del places
    return {
        at: (at + 1,)
        for at, word in enumerate(row.words)
        if len(word.removesuffix("s")) == YEAR_DIGITS
        and word[0] == "1"
        and word.removesuffix("s").isdecimal()
    }


def _past_verbs(row: WordRow, places: Mapping[str, Places]) -> Places:
    del places
    return {
        at: (at + 1,) for at, word in enumerate(row.words) if word[PAST_STEM_MIN:].endswith("ed")
    }


def _contacts(row: WordRow, places: Mapping[str, Places]) -> Places:
    del places
    return _at(row, _CONTACT.finditer(row.shadow.latin))


def _hosts(row: WordRow, places: Mapping[str, Places]) -> Places:
    """Return where an inner address or the name of a machine stands, as MBPRD-SQL02."""
    del places
    latin, text = row.shadow.latin, row.shadow.cased
    if not _HOST_SIGN.search(latin):
        return {}
    return _at(row, (host for host in _HOST.finditer(latin) if _is_host(text, host)))


def _is_host(cased: str, host: re.Match[str]) -> bool:
    written = cased[host.start() : host.end()]
    return not written[0].isalpha() or written.isupper() or "." in written


def _secret_values(row: WordRow, places: Mapping[str, Places]) -> Places:
    """Return where something stands that only a code or password looks like."""
    reached = {at for start, ends in _contacts(row, places).items() for at in range(start, ends[0])}
    found = (each for each in _VALUE.finditer(row.shadow.cased) if _is_secret_value(each[0]))
    return {start: ends for start, ends in _at(row, found).items() if start not in reached}


def _is_secret_value(text: str) -> bool:
    if _PLAIN_FIGURE.fullmatch(text):
        return False
    if _CODE_DIGITS.fullmatch(text):
        return True
    has_digit = any(map(str.isdigit, text))
    has_letter = any(map(str.isalpha, text))
    is_mixed = text[1:] != text[1:].lower() and text[1:] != text[1:].upper()
    is_long = len(text) > YEAR_DIGITS
    return is_long and ((has_digit and has_letter) or is_mixed or bool(_SIGN_INSIDE.search(text)))


def _at(row: WordRow, found: Iterator[re.Match[str]]) -> Places:
    """Return places in the row for stretches of its shadow."""
    places: Places = {}
    at = 0
    for each in found:
        while at < len(row.words) and row.starts[at] < each.start():
            at += 1
        end = at
        while end < len(row.words) and row.starts[end] < each.end():
            end += 1
        if end > at:
            places[at] = (end,)
    return places


WORKED_OUT_BY: Final[dict[str, Callable[[WordRow, Mapping[str, Places]], Places]]] = {
    "age": _ages,
    "any_word": _any_words,
    "capital": _capital_words,
    "capitals": capitals_in,
    "contact": _contacts,
    "host": _hosts,
    "name": names_in,
    "number": _numbers,
    "past_verb": _past_verbs,
    "secret_value": _secret_values,
    "titled": titled_in,
    "year": _years,
}
