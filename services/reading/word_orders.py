"""Constructions: orders of words, such as `<you> <are> ..3 <illness>`, and where a text has them.

A construction is a row of parts with blanks between:

- a word, as `fault`; or `<list>`, any phrase of the list of that name; or several with `/` between;
- a part with `?` behind it may be missing;
- `..3` is up to three words of any kind;
- `!<list>` says that none of the list stands here;
- `,` says that a comma, another mark or the sentence's end stands here, `^` its beginning.

All of it lies in one sentence.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from services.reading.lexicon import Places, phrase_words
from services.reading.word_row import WordRow

GAP_WORDS_MAX: Final = 8
PARTS_MAX: Final = 24
KEPT_MAX: Final = 8_192
"""So many constructions are kept as they were read: each is checked first, then looked for."""

_GAP: Final = re.compile(r"\.\.(\d+)")
_LIST: Final = re.compile(r"<([a-z][a-z0-9_]*)>")
_SHOWN: Final = re.compile(r" ?(?:![^ ]+|,|\^|\.\.\d+)")

Sought = Callable[[str], Places]
"""Gives where a list's phrases stand, or a single word written `=word`."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: `keys` are lists and words (`=word`), `gap` the words a gap may hold."""

    kind: Literal["step", "gap", "not", "mark", "first"]
    keys: tuple[str, ...] = ()
    gap: int = 0
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Construction:
    """Parts in order; `shown` is how it is named to people, `needs` what a text cannot lack."""

    text: str
    shown: str
    parts: tuple[Part, ...]
    needs: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=KEPT_MAX)
def construction(text: str) -> Construction:
    """Return a construction. Raises ValueError, with a sentence, for what is none."""
    parts = tuple(part for written in text.split() for part in _parts(written))
    if len(parts) > PARTS_MAX:
        raise ValueError(f"{text!r} has over {PARTS_MAX} parts; make two constructions of it.")
    steps = [part for part in parts if part.kind != "first"]
    if not steps or steps[0].kind != "step" or steps[0].is_optional:
        raise ValueError(f"{text!r} must begin with a word or a <list> that is always there.")
    needs = tuple(part.keys for part in parts if part.kind == "step" and not part.is_optional)
    shown = _SHOWN.sub(lambda part: " …" if ".." in part[0] else "", text)
    return Construction(text, re.sub("[<>?]", "", shown).strip(), parts, needs)


def lists_named(text: str) -> list[str]:
    """Return the lists that a construction names."""
    return _LIST.findall(text)


def words_named(each: Construction) -> list[str]:
    """Return the single words that a construction names, as `=word`."""
    return [key for part in each.parts for key in part.keys if key[0] == "="]


def places_in(each: Construction, row: WordRow, sought: Sought) -> Iterator[tuple[int, int]]:
    """Yield where a construction stands: from a place in the row up to another."""
    is_first = each.parts[0].kind == "first"
    look = _Look(each.parts[is_first:], row, sought)
    begin: set[int] = set()
    for key in look.parts[0].keys:
        begin.update(sought(key))
    for start in sorted(begin):
        if is_first and start and row.sentences[start - 1] == row.sentences[start]:
            continue
        end = look.end(0, start)
        if end >= 0:
            yield start, end


@dataclass(frozen=True, slots=True)
class _Look:
    """A look for parts in one row."""

    parts: tuple[Part, ...]
    row: WordRow
    sought: Sought

    def end(self, number: int, at: int) -> int:
        """Return where the parts from a number on end, when they begin at a place; or -1."""
        if number == len(self.parts):
            return at
        part = self.parts[number]
        if part.kind == "gap":
            return self._end_after_gap(number, at)
        is_over = number > 0 and not self._goes_on(at)
        if part.kind == "mark":
            is_closed = is_over or self.row.marked[at]
            return self.end(number + 1, at) if is_closed else -1
        if part.kind == "not":
            is_there = not is_over and any(at in self.sought(key) for key in part.keys)
            return -1 if is_there else self.end(number + 1, at)
        for end in () if is_over else self._ends(part, at):
            found = self.end(number + 1, end)
            if found >= 0:
                return found
        return self.end(number + 1, at) if part.is_optional else -1

    def _ends(self, part: Part, at: int) -> Iterator[int]:
        for key in part.keys:
            yield from self.sought(key).get(at, ())

    def _end_after_gap(self, number: int, at: int) -> int:
        for place in range(at, at + self.parts[number].gap + 1):
            if place > at and not self._goes_on(place - 1):
                return -1
            found = self.end(number + 1, place)
            if found >= 0:
                return found
        return -1

    def _goes_on(self, at: int) -> bool:
        """Return whether the word at a place belongs to the sentence of the one before."""
        sentences = self.row.sentences
        return at < len(sentences) and sentences[at] == sentences[at - 1]


def _parts(text: str) -> tuple[Part, ...]:
    """Return the part that is written so, or the two that a contraction makes."""
    if text == ",":
        return (Part("mark"),)
    if text == "^":
        return (Part("first"),)
    gap = _GAP.fullmatch(text)
    if gap:
        if not 0 < int(gap[1]) <= GAP_WORDS_MAX:
            raise ValueError(f"{text!r}: a gap holds 1 to {GAP_WORDS_MAX} words.")
        return (Part("gap", gap=int(gap[1])),)
    body = text.removeprefix("!").removesuffix("?")
    choices = [_keys(choice) for choice in body.split("/")]
    if len(choices) == 1 and text == body:
        return tuple(Part("step", (key,)) for key in choices[0])
    if any(len(keys) > 1 for keys in choices):
        raise ValueError(f"{text!r}: write each contraction as a part of its own.")
    keys = tuple(keys[0] for keys in choices)
    if text.startswith("!"):
        return (Part("not", keys),)
    return (Part("step", keys, is_optional=text.endswith("?")),)


def _keys(text: str) -> tuple[str, ...]:
    named = _LIST.fullmatch(text)
    if named:
        return (named[1],)
    if not set("<>!,^?").isdisjoint(text) or ".." in text:
        raise ValueError(f"{text!r} is no word, no gap and no <list>.")
    return tuple(f"={word}" for word in phrase_words(text))
