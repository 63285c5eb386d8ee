"""E-mail addresses in a shadow, disguised ones too: `name at example dot org`, `name [at] ...`."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from services.reading.datum import Datum, before, word_set
from services.reading.links import ascii_host, is_own

_LABEL: Final = r"[^\W_][\w-]{0,62}"
_ENDING: Final = r"(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,40})(?![\w@])"
_PLAIN: Final = re.compile(
    rf"(?<![\w.@+-])([\w][\w.%+'-]{{0,63}})@((?:{_LABEL}\.){{1,8}}{_ENDING})"
)
_OPEN, _CLOSE = r"[\[({<*_]{1,2}", r"[\])}>*_]{1,2}"
_AT: Final = rf"(?:\s?{_OPEN}\s?(?:at|@)\s?{_CLOSE}\s?|[\s-]at[\s-]|\s?@\s?)"
_DOT: Final = rf"(?:\s?{_OPEN}\s?(?:dot|\.)\s?{_CLOSE}\s?|[\s-]dot[\s-]|\s\.\s|\.)"
_WORD: Final = r"[^\W_][\w+%'-]{0,40}"
_SPELT: Final = re.compile(
    rf"(?<![\w.@+-])({_WORD}(?:(?:{_DOT}|\s(?:underscore|dash|hyphen|plus)\s){_WORD}){{0,4}})"
    rf"({_AT})([^\W_][\w-]{{0,62}}(?:{_DOT}[^\W_][\w-]{{0,62}}){{0,4}}{_DOT}{_ENDING})"
)
_MAYBE_SPELT: Final = re.compile(
    rf"{_OPEN}\s?(?:at|@|dot)\s?{_CLOSE}|[\s-]dot[\s-]|\sat\s[\w-]+\.\w|\s@|@\s|@[\w-]+\s\.\s"
)
_MAIL: Final = re.compile(
    r"\b(?:e-?mail\w*|mail|ebost\w*|write to|contact|reach|address is)\b"
    r"(?:\W{1,3}\w{1,12}){0,4}\W{0,3}$"
)
_MAIL_AFTER: Final = re.compile(r" (?:is|yw) (?:\w{2,5} )?(?:e-?mail|ebost)")
_AFTER_LENGTH: Final = 24
_SPACED_DOT: Final = re.compile(r"\s\.\s")
_USUAL_ENDINGS: Final = word_set(
    "com org net uk eu ie info scot wales cymru gov edu de fr es pl example test"
)
_BRACKETED: Final = re.compile(rf"{_OPEN}|@")
_DOT_SAID: Final = re.compile(r"\bdot\b")
# Words that stand before `at` in ordinary sentences: what follows is a web address.
_NO_NAMES: Final = word_set(
    "us me it them him her you we they i more look looking online website web page pages form forms"
    " details detail information guidance here there available live published site posted listed"
    " report apply book check register pay find found out up visit visiting advice map maps update"
    " updates news read see seen view viewed download submit submitted complete completed is are"
    " was be and or but not now today open held meet meeting arrive works work made done start"
    " again also back all one this that these those portal hosted located based faqs faq"
)


def email_addresses(text: str, own_domains: Sequence[str]) -> Iterator[Datum]:
    """Yield the e-mail addresses in a text in lower case, save those under the body's domains."""
    if "@" in text:
        for match in _PLAIN.finditer(text):
            if not is_own(ascii_host(match[2]), own_domains):
                yield Datum("email", match.start(), match.end(), match[0], "")
    if _MAYBE_SPELT.search(text):
        for match in _SPELT.finditer(text):
            host = _joined(match[3])
            if _is_address(text, match) and not is_own(ascii_host(host), own_domains):
                name = _joined(match[1])
                yield Datum("email", match.start(), match.end(), f"{name}@{host}", "disguised")


def _is_address(text: str, match: re.Match[str]) -> bool:
    name, at, host = match[1], match[2], match[3]
    last = re.split(r"\s", name)[-1]
    if last in _NO_NAMES and name == last:
        return False
    if not any(map(str.isalpha, name)):
        return False
    if _SPACED_DOT.search(host) and host.rpartition(".")[2].strip() not in _USUAL_ENDINGS:
        return False
    if _BRACKETED.search(at):
        return at != "@" or _SPACED_DOT.search(host) is not None
    if _DOT_SAID.search(host):
        return True
    is_name = "." in name or "_" in name
    after = text[match.end() : match.end() + _AFTER_LENGTH]
    is_announced = _MAIL.search(before(text, match.start())) or _MAIL_AFTER.match(after)
    return is_name or is_announced is not None


def _joined(spelt: str) -> str:
    joined = re.sub(rf"{_DOT}", ".", spelt)
    return re.sub(r"\s", "", joined)
