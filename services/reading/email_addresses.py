"""E-mail addresses in a shadow, disguised ones too: `name at example dot org`, `name [at] ...`."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from services.reading.datum import Datum, before, word_set
from services.reading.links import ascii_host, is_own
from services.reading.shadow import Shadow

_LABEL: Final = r"[^\W_][\w-]{0,62}"
_ENDING: Final = r"(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,40})(?![\w@])"
_PLAIN: Final = re.compile(
    rf"(?<![\w.@+-])([\w][\w.%+'-]{{0,63}})@((?:{_LABEL}\.){{1,8}}{_ENDING})"
)
_AT_WORD: Final = (
    r"(?:at(?: the rate(?: of)?)?|ät|arroba|arobase|małpa|malpa|chiocciola|klammeraffe)"
)
_DOT_WORD: Final = r"(?:dot|punto|point|punkt|kropka|ponto|punct)"
_OPEN, _CLOSE = r"[\[({<*_|~\"'-]{1,2}", r"[\])}>*_|~\"'-]{1,2}"
_AT: Final = (
    rf"(?:\s?{_OPEN}\s?(?:{_AT_WORD}|@|a)\s?{_CLOSE}\s?|[\"'*]?[\s-]{_AT_WORD}[\s-]|\s?@\s?"
    r"|\s?(?:&#64;|&commat;|%40)\s?)"
)
_DOT: Final = (
    rf"(?:\s?{_OPEN}\s?(?:{_DOT_WORD}|\.|,)\s?{_CLOSE}\s?|[\s-]{_DOT_WORD}[\s-]|\s\.\s?"
    rf"|\.\s(?=[a-z]{{2,3}}\b)|\."
    r"|&#46;|&period;)"
)
_JOINT: Final = r"\s(?:underscore|dash|hyphen|plus|tiret|bindestrich|guion)\s"
_WORD: Final = r"[^\W_][\w+%'-]{0,40}"
_SPELT: Final = re.compile(
    rf"(?<![\w.@+-])({_WORD}(?:(?:{_DOT}|{_JOINT}){_WORD}){{0,4}})"
    rf"({_AT})([^\W_][\w-]{{0,62}}(?:{_DOT}[^\W_][\w-]{{0,62}}){{0,4}}{_DOT}{_ENDING})"
)
_DOT_WORDS: Final = word_set(_DOT_WORD.removeprefix("(?:").removesuffix(")").replace("|", " "))
_AT_SAID: Final = re.compile(
    r"at\s?[\])}>*_|~\"'-]|at\s[\w-]+\.\w|@|&#64;|&commat;|%40|\(a\)|\[a\]|(?:arroba|arobase"
    r"|ma[łl]pa) "
)
_MAIL: Final = re.compile(
    r"\b(?:e-?mail\w*|mail\w*|ebost\w*|write to|written to|contact|reach|address is|account|inbox"
    r"|correo|courriel|mél|adres|adresse|posta)\b(?:\W{1,3}\w{1,12}){0,4}\W{0,3}$"
)
_MAIL_AFTER: Final = re.compile(r" (?:is|yw) (?:\w{2,5} )?(?:e-?mail|ebost)")
_AFTER_LENGTH: Final = 24
_SPACED_DOT: Final = re.compile(r"\s\.\s?|\.\s")
_USUAL_ENDINGS: Final = word_set(
    "com org net uk eu ie info scot wales cymru gov edu de fr es pl it nl pt ro example test"
)
_BRACKETED: Final = re.compile(rf"{_OPEN}|@|&|%")
_DOT_SAID: Final = re.compile(rf"\b{_DOT_WORD}\b|&")
_PROVIDER: Final = (
    r"(?:gmail|googlemail|hotmail|outlook|yahoo|ymail|icloud|btinternet|btopenworld|protonmail"
    r"|proton"
    r"|aol|virginmedia|talktalk|gmx|web\.de|live|msn|tiscali|ntlworld|blueyonder|wanadoo|onet|wp)"
)
_AT_PROVIDER: Final = re.compile(
    rf"(?<![\w.@+-])([\w][\w.%+'-]{{1,63}})(?:\s?@\s?|{_AT}){_PROVIDER}(?![\w@-])"
)
_PROVIDERS: Final = word_set(_PROVIDER.removeprefix("(?:").removesuffix(")").replace("|", " "))
_SHOUTED: Final = re.compile(
    r"(?<![\w.])[a-z0-9._-]{2,40}AT[a-z0-9-]{2,40}(?:DOT[a-z]{2,12}){1,3}(?!\w)"
)
_COMMA: Final = re.compile(
    rf"(?<![\w.@+-])[\w][\w.%+'-]{{0,63}}@{_LABEL}(?:[,;:]|\.\.|\.,){{1}}(?:com|org|net|co|uk|ie"
    rf"|example|eu)(?!\w)"
)
_ENDINGS_SAID: Final = _USUAL_ENDINGS | word_set(
    "co io me ca au nz ch be se dk fi cz hu gr biz email mail test scot wales cymru online site"
)
# Words that stand before `at` in ordinary sentences: what follows is a web address.
_NO_NAMES: Final = word_set(
    "us me it them him her you we they i more look looking online website web page pages form"
    " forms"
    " details detail information guidance here there available live published site posted listed"
    " report apply book check register pay find found out up visit visiting advice map maps update"
    " updates news read see seen view viewed download submit submitted complete completed is are"
    " was be and or but not now today open held meet meeting arrive works work made done start"
    " again also back all one this that these those portal hosted located based faqs faq"
)


def email_addresses(shadow: Shadow, own_domains: Sequence[str]) -> Iterator[Datum]:
    """Yield the e-mail addresses in a text, in lower case, save those under the body's domains."""
    text = shadow.latin
    if "@" in text:
        yield from _plain(text, own_domains)
    if not _PROVIDERS.isdisjoint(shadow.letters):
        for match in _AT_PROVIDER.finditer(text):
            if match[1] not in _NO_NAMES:
                yield _datum(match, "disguised")
    if "DOT" in shadow.cased:
        for match in _SHOUTED.finditer(shadow.cased):
            yield _datum(match, "disguised")
    if not _DOT_WORDS.isdisjoint(shadow.letters) or _AT_SAID.search(text):
        yield from _spelt(text, own_domains)


def _plain(text: str, own_domains: Sequence[str]) -> Iterator[Datum]:
    for match in _PLAIN.finditer(text):
        # What stands before an @ in a link is a login, which link findings look at.
        is_login = text[: match.start()].endswith("://")
        if not is_login and not is_own(ascii_host(match[2]), own_domains):
            yield _datum(match, "")
    for match in _COMMA.finditer(text):
        yield _datum(match, "disguised")


def _spelt(text: str, own_domains: Sequence[str]) -> Iterator[Datum]:
    for match in _SPELT.finditer(text):
        host = _joined(match[3])
        if _is_address(text, match) and not is_own(ascii_host(host), own_domains):
            name = _joined(match[1])
            yield Datum("email", match.start(), match.end(), f"{name}@{host}", "disguised")


def _datum(match: re.Match[str], detail: str) -> Datum:
    return Datum("email", match.start(), match.end(), match[0].lower(), detail)


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
        return (
            at != "@" or _SPACED_DOT.search(host) is not None or _DOT_SAID.search(host) is not None
        )
    if _DOT_SAID.search(host):
        return re.split(r"[\W_]", host)[-1] in _ENDINGS_SAID
    is_name = "." in name or "_" in name
    after = text[match.end() : match.end() + _AFTER_LENGTH]
    is_announced = _MAIL.search(before(text, match.start())) or _MAIL_AFTER.match(after)
    return is_name or is_announced is not None


def _joined(spelt: str) -> str:
    joined = re.sub(rf"{_DOT}", ".", spelt)
    return re.sub(r"\s", "", joined)
