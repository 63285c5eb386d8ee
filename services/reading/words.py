"""Words as they are compared, case, accents and apostrophes folded away; phrases by word sets."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

STEM_LENGTH_MIN: Final = 3
PHRASE_WORDS_MAX: Final = 12

_PLAIN_WORDS: Final = re.compile(r"[a-z0-9]+")
# Marks of Indic and Thai scripts are no letters to `re`, but words fall apart without them;
# Chinese and Japanese leave no gaps between words, so each of their characters counts as one.
_HAN_KANA: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORDS: Final = re.compile(
    rf"[{_HAN_KANA}]|(?:[^\W_{_HAN_KANA}]|[\u0900-\u0963\u0966-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e])+"
)
_ACCENTS: Final = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
_APOSTROPHES: Final = re.compile("['\u2018\u2019\u02bc`\u00b4]")


def words_in(text: str) -> list[str]:
    """Return a text's words in order, folded: `St Ninian's, CAFÉ` gives `st ninians cafe`."""
    if text.isascii():
        return _PLAIN_WORDS.findall(text.lower().replace("'", "").replace("`", ""))
    folded = _APOSTROPHES.sub("", text)
    folded = unicodedata.normalize("NFKD", folded.casefold())
    folded = unicodedata.normalize("NFC", _ACCENTS.sub("", folded))
    return _WORDS.findall(folded)


class Words:
    """One text's words, split once and then asked by rules, themes and places alike.

    `line` is all of them between single blanks, with one before and one after; `kinds` is each
    word once.
    """

    __slots__ = ("kinds", "line")

    def __init__(self, text: str) -> None:
        words = words_in(text)
        self.kinds = frozenset(words)
        self.line = f" {' '.join(words)} "


class Phrase:
    """A word or several in a row, any of which may be a stem: `cable* on the pavement`.

    Raises ValueError, with a sentence, for what could not be found or would be found everywhere.
    """

    __slots__ = ("_pattern", "_plain", "text", "words")

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = _phrase_words(text)
        self._plain = f" {' '.join(self.words)} "
        self._pattern: re.Pattern[str] | None = None
        if "*" in self._plain:
            pattern = re.escape(self._plain).replace(r"\*", "[^ ]*").replace(r"\ ", " ")
            self._pattern = re.compile(pattern)

    def is_in(self, words: Words) -> bool:
        """Return whether the phrase stands in a text."""
        return self.position(words) >= 0

    def position(self, words: Words) -> int:
        """Return where in the line of words the phrase stands first, or -1."""
        if self._pattern is None:
            return words.line.find(self._plain)
        found = self._pattern.search(words.line)
        return found.start() if found else -1

    def covers(self, other: "Phrase") -> bool:
        """Return whether every text that holds the other phrase holds this one too."""
        width = len(self.words)
        return any(
            all(map(_word_covers, self.words, other.words[start : start + width]))
            for start in range(len(other.words) - width + 1)
        )


class PhraseIndex:
    """Many phrases, found in a text by one meeting of word sets and a look at each candidate."""

    __slots__ = ("_by_stem", "_by_word", "_stem_length", "_stems", "_words", "phrases")

    def __init__(self, texts: Iterable[str]) -> None:
        self.phrases = tuple(map(Phrase, texts))
        # Waiting for a phrase's rarest word keeps `street` from calling up every street.
        frequency = Counter(word for phrase in self.phrases for word in set(phrase.words))
        by_word: defaultdict[str, list[int]] = defaultdict(list)
        stems: list[tuple[str, int]] = []
        for number, phrase in enumerate(self.phrases):
            whole = [word for word in phrase.words if not word.endswith("*")]
            if whole:
                by_word[min(whole, key=lambda word: (frequency[word], -len(word)))].append(number)
            else:
                stems.append((phrase.words[0].removesuffix("*"), number))
        self._by_word = dict(by_word)
        self._words = frozenset(by_word)
        self._stem_length = min((len(stem) for stem, _ in stems), default=0)
        by_stem: defaultdict[str, list[int]] = defaultdict(list)
        for stem, number in stems:
            by_stem[stem[: self._stem_length]].append(number)
        self._by_stem = dict(by_stem)
        self._stems = frozenset(by_stem)

    def find(self, words: Words) -> list[int]:
        """Return the numbers of the phrases that stand in a text, lowest first."""
        numbers: list[int] = []
        for word in self._words & words.kinds:
            numbers.extend(self._by_word[word])
        if self._stems:
            length = self._stem_length
            for start in self._stems.intersection([word[:length] for word in words.kinds]):
                numbers.extend(self._by_stem[start])
        return sorted(number for number in numbers if self.phrases[number].is_in(words))


def _phrase_words(text: str) -> tuple[str, ...]:
    words: list[str] = []
    for part in text.split():
        stem = part.endswith("*")
        found = words_in(part)
        if "*" in part[:-1] or (stem and not found):
            raise ValueError(f"{text!r} has a * inside; a * may only end a word.")
        if stem:
            found[-1] += "*"
            if len(found[-1]) <= STEM_LENGTH_MIN:
                raise ValueError(
                    f"{text!r} has a stem under {STEM_LENGTH_MIN} letters; write more of the word."
                )
        words.extend(found)
    if not words:
        raise ValueError(f"{text!r} holds no word; write a word or a phrase.")
    if len(words) > PHRASE_WORDS_MAX:
        raise ValueError(f"{text!r} has over {PHRASE_WORDS_MAX} words; shorten it.")
    return tuple(words)


def _word_covers(wider: str, narrower: str) -> bool:
    if wider.endswith("*"):
        return narrower.startswith(wider[:-1])
    return wider == narrower
