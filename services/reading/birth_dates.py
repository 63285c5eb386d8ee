"""Dates that are said to be somebody's birth, in figures and in words, in several languages."""

import re
from collections.abc import Iterator
from typing import Final

from services.reading.datum import Datum, word_set
from services.reading.shadow import Shadow

_CUES: Final = word_set(
    "birth dob born birthday geni ganwyd geboren geburtsdatum naissance né née nacido nacida"
    " nacimiento nato nata nascita urodzony urodzona urodzenia nascido nascida nascimento b"
)
_MONTH: Final = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ion|chwe|maw|ebr|mai|meh|gor|awst|hyd"
    r"|tach"
    r"|rhag|okt|dez|mär|janv|fév|févr|avr|juin|juil|août|déc|ene|abr|ago|dic|gen|mag|giu|lug|set"
    r"|ott"
    r"|sty|lut|kwi|maj|cze|lip|sie|wrz|paź|lis|gru)[^\W\d_]{0,8}\.?"
)
_DAY: Final = r"\d{1,2}(?:st|nd|rd|th|er|\.|º)?"
_DAY_IN_WORDS: Final = (
    r"(?:(?:twenty|thirty)[- ])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth"
    r"|tenth"
    r"|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth"
    r"|nineteenth)"
    r"|twentieth|thirtieth"
)
_YEAR: Final = (
    r"(?:(?:19|20)\d\d|'\d\d|\d\d(?![\d:.]| ?[ap]m)|(?:nineteen|two thousand|twenty)[a-z -]{0,24})"
)
_DATE: Final = (
    r"(?:\d{1,2}[./ -]{1,2}\d{1,2}[./ -]{1,2}(?:(?:19|20)\d\d|\d\d)|(?:19"
    r"|20)\d\d[./-]\d\d[./-]\d\d"
    rf"|(?:{_DAY}|{_DAY_IN_WORDS})[ -](?:of |de |d')?{_MONTH},?[ -](?:of |de |del )?{_YEAR}"
    rf"|{_MONTH} (?:{_DAY}|the {_DAY}),? {_YEAR})"
)
_SAID: Final = (
    r"(?:date of birth|d\.? ?o\.? ?b\b\.?|birth ?da(?:y|te)|dyddiad geni|geburtsdatum"
    r"|date de naissance"
    r"|fecha de nacimiento|data di nascita|data urodzenia|data de nascimento)"
)
_BORN: Final = (
    r"(?:born|birth|ganwyd|geboren|née?(?:\(?e\)?)?|nacid[oa]|nat[oa]|urodzon[ay]|nascid[oa])"
)
_AFTER: Final = re.compile(
    rf"\b(?:{_SAID}|{_BORN})\b(?:'s)?[^\w\n]{{0,4}}(?:(?:in \w+|is|was|as|on|in|am|the|le|el|il"
    rf"|em|for (?:her|him|you|them)"
    rf"|of|ar|dnia|w|yw|given|shown|recorded|here|he|she|they|you|we|have|has|it|down|her|his"
    rf"|your)\b"
    rf"[^\w\n]{{0,3}}){{0,6}}({_DATE})(?!\d)"
)
_BEFORE: Final = re.compile(
    rf"(?<!\d)({_DATE})(?!\d)[^\w\n]{{0,4}}(?:is |was |as )?(?:\w+ ){{0,2}}{_SAID}\b"
)
# Whose birthday the public keeps, and creatures that have no privacy.
_PUBLIC: Final = re.compile(
    r"\b(?:anniversary|centenary|bicentenary|on this day|plaque|poets?|author|writer|novelist"
    r"|inventor"
    r"|composer|founder|painter|artist|statue|monument|king|queen|saint|tortoise|penguin|foal|calf"
    r"|lamb|kitten|pupp(?:y|ies)|cub|chick|panda|otter|seal|zoo|pony|horse|cow|donkey|goat"
    r"|elephant|giraffe)s?\b"
)


def dates_of_birth(shadow: Shadow) -> Iterator[Datum]:
    """Yield the dates in a text that are said to be someone's birth."""
    if _CUES.isdisjoint(shadow.letters):
        return
    text = shadow.digits
    is_public = _PUBLIC.search(text) is not None
    for pattern in (_AFTER, _BEFORE):
        for match in pattern.finditer(text):
            is_form = re.search(_SAID, match[0]) is not None
            if is_form or not is_public:
                yield Datum("date_of_birth", match.start(1), match.end(1), match[1], "")
