"""Numbers of accounts and cards: IBAN, payment card with its code, sort code and account number.

Check digits are those of `python-stdnum`. A number whose check digit fails counts only where the
words before it say what it is.
"""

import re
from collections.abc import Iterator
from typing import Final

from stdnum import iban, luhn

from services.reading.datum import NUMBERED, Datum, before, is_reference, word_set
from services.reading.shadow import Shadow

_IBAN_SAID: Final = re.compile(r"\biban" + NUMBERED)
_IBAN_START: Final = re.compile(r"(?<![\w/])[a-z]{2}[ -]?\d{2}(?=(?:[ .-]?[a-z0-9]){11})")
_IBAN_PART: Final = re.compile(r"[ .-]?([a-z0-9]{1,30})(?!\w)")
_IBAN_LENGTHS: Final = range(15, 35)

CARD_LENGTHS: Final = range(12, 20)
_CARD: Final = re.compile(
    r"4\d{15}|5[1-5]\d{14}|2[2-7]\d{14}|6\d{15}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|62\d{14,17}"
    r"|35\d{14}"
)
_CARD_SAID: Final = re.compile(
    r"\b(?:(?:debit|credit|bank|payment|visa|mastercard|maestro|amex)(?: card)?|card|karte|carte"
    r"|tarjeta|carta|karty|long)" + NUMBERED
)
_OTHER_CARD: Final = re.compile(
    r"\b(?:library|burgh|bus|travel|gift|loyalty|member\w*|club|photo|sim|report|score|smart|key"
    r"|pass)"
    r"\W{1,2}card\b[^\d\n]{0,30}$"
)
_CARD_CODE: Final = re.compile(
    r"\b(?:cvv2?|cvc2?|card security code|three digits on the back)\b\W{0,3}(?:is |was "
    r"|: ?)?(\d{3,4})(?!\d)"
)

_SORT_CODE: Final = re.compile(
    r"(?<![\w-])(?:\d{2}-\d{2}-\d{2}|\d{2}([ ./–]) ?\d{2}\1 ?\d{2}|\d{6})(?![\w-]|[./]\d)"
)
_ACCOUNT: Final = re.compile(
    r"(?<![\w-])(?:\d{8}|\d{4}[ -]\d{4}|\d{2}[ -]\d{2}[ -]\d{2}[ -]\d{2}|\d{3}[ -]\d{3}[ -]\d{2}"
    r"|\d{2}[ -]\d{3}[ -]\d{3}|\d{7})(?![\w-])"
)
_NEAR: Final = 60
_SORT_WORDS: Final = word_set("sort sortcode didoli sc")
_BANK_WORDS: Final = word_set(
    "sort sortcode bank banc banked account acc acct accounts cyfrif barclays natwest lloyds hsbc"
    " santander halifax nationwide tsb monzo starling rbs bacs konto"
)
_SAID_SORT: Final = re.compile(r"\b(?:sort ?-?codes?|cod didoli|s/c|sc)\b[^\d\n]{0,20}$")
_SAID_ACCOUNT: Final = re.compile(r"\b(?:account|acc|acct|a/c|cyfrif)\b[^\d\n]{0,24}$")
_TOUCHING: Final = re.compile(r"[ ,/]{1,3}$")
_PAID: Final = re.compile(r"\b(?:pays?|paid|payments?|transfer\w*|refund\w*|into|credited)\b")
_DATE: Final = re.compile(
    r"(?:0[1-9]|[12]\d|3[01])\W(?:0[1-9]|1[0-2])\W\d\d|\d\d\W(?:0[1-9]|1[0-2])\W(?:0[1-9]|[12]\d"
    r"|3[01])"
)
_BANK_ACCOUNT: Final = re.compile(
    r"\b(?:bank (?:account|acc|a/c)|building society (?:account|roll)|current account"
    r"|savings account"
    r"|bank details|cyfrif banc)\b[^\d\n]{0,24}(\d{8}|\d{4} \d{4})(?![\w-])"
)


def bank_numbers(shadow: Shadow, *, is_mixed: bool) -> Iterator[Datum]:
    """Yield the numbers of accounts in a text that holds digits; cards come with other digits.

    `is_mixed` says that letters and figures touch somewhere in it.
    """
    text = shadow.digits
    if is_mixed:
        yield from _ibans(text)
    if not _BANK_WORDS.isdisjoint(shadow.letters) or "-" in text or "/c" in text:
        yield from _accounts(shadow, text)
    if "cv" in text or "security code" in text or "three digits" in text:
        for match in _CARD_CODE.finditer(text):
            yield Datum("payment_card", match.start(1), match.end(1), match[1], "code")


def is_card(digits: str, said: str) -> bool:
    """Return whether digits are a payment card's, by how they are made or by the words before."""
    if _CARD.fullmatch(digits) is not None and luhn.is_valid(digits):
        return True
    return _CARD_SAID.search(said) is not None and _OTHER_CARD.search(said) is None


def _ibans(text: str) -> Iterator[Datum]:
    for start in _IBAN_START.finditer(text):
        compact = start[0].replace(" ", "").replace("-", "")
        end = start.end()
        ends: list[tuple[str, int]] = []
        while (part := _IBAN_PART.match(text, end)) and len(compact) < _IBAN_LENGTHS.stop:
            compact, end = compact + part[1], part.end()
            if len(compact) in _IBAN_LENGTHS:
                ends.append((compact, end))
        valid = [end for compact, end in ends if iban.is_valid(compact)]
        if not valid and ends and _IBAN_SAID.search(before(text, start.start())):
            valid = [ends[0][1]]
        for end in valid[:1]:
            yield Datum("iban", start.start(), end, text[start.start() : end], "")


def _accounts(shadow: Shadow, text: str) -> Iterator[Datum]:
    has_sort = not _SORT_WORDS.isdisjoint(shadow.letters)
    for match in _SORT_CODE.finditer(text):
        is_bare = match[0].isdigit()
        said = before(text, match.start())
        is_said = _SAID_SORT.search(said) is not None
        if (is_bare or match[1]) and not (is_said or has_sort):
            continue
        account = _account_near(text, match)
        if account is None:
            continue
        between = text[match.end() : account.start()]
        is_named = is_said or has_sort or _SAID_ACCOUNT.search(between) is not None
        touches = _TOUCHING.fullmatch(between) is not None and not is_bare
        is_paid = _PAID.search(said) is not None
        is_loose = is_reference(text, match.start()) or (
            not is_paid and _DATE.fullmatch(match[0]) is not None
        )
        if is_named or (touches and not is_loose):
            yield Datum("bank_account", match.start(), match.end(), match[0], "sort code")
            yield Datum("bank_account", *account.span(), account[0], "account number")
    for match in _BANK_ACCOUNT.finditer(text):
        yield Datum("bank_account", match.start(1), match.end(1), match[1], "account number")


def _account_near(text: str, sort_code: re.Match[str]) -> re.Match[str] | None:
    after = _ACCOUNT.search(text, sort_code.end(), sort_code.end() + _NEAR)
    if after is not None:
        return after
    found = list(_ACCOUNT.finditer(text, max(0, sort_code.start() - _NEAR), sort_code.start()))
    return found[-1] if found else None
