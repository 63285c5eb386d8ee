"""One text as a row of words that constructions are looked for in, with the marks between."""

import re
from typing import Final

from services.reading.shadow import Shadow
from services.reading.words import words_in

_PIECE: Final = re.compile(
    # Most words are taken whole at once; only before a 't does one have to give its n away.
    r"(?P<word>n't\b|'(?:s|re|ve|ll|d|m)\b|[^\W_]++(?!'t\b)|[^\W_]+?(?=n't\b)|[^\W_]+)"
    r"|(?P<stop>[.!?]+(?=['\")\]]*(?:\s|$))|\n)"
    r"|(?P<mark>[,;:()\"]|\s-+\s)"
)
# People who write in haste leave the apostrophe out.
_RUN_TOGETHER: Final = {
    "arent": ("are", "n't"),
    "couldnt": ("could", "n't"),
    "didnt": ("did", "n't"),
    "doesnt": ("does", "n't"),
    "dont": ("do", "n't"),
    "hasnt": ("has", "n't"),
    "havent": ("have", "n't"),
    "hes": ("he", "'s"),
    "im": ("i", "'m"),
    "isnt": ("is", "n't"),
    "shes": ("she", "'s"),
    "thats": ("that", "'s"),
    "theyre": ("they", "'re"),
    "theyve": ("they", "'ve"),
    "wasnt": ("was", "n't"),
    "werent": ("were", "n't"),
    "whats": ("what", "'s"),
    "whos": ("who", "'s"),
    "youre": ("you", "'re"),
    "youve": ("you", "'ve"),
}
# A full stop behind one of these, or behind a single letter, ends no sentence.
_SHORTENED: Final = frozenset(("cllr", "dr", "mr", "mrs", "ms", "mx", "no", "prof", "rev", "st"))


class WordRow:
    """The words of a text in order, all lists of the same length.

    `words` are folded as in `words_in`, and a contraction is two of them (`you`, `'re`);
    `starts` and `ends` are places in the shadow, `sentences` count from 0, `marked` says whether a
    comma or another mark stands before the word, `capital` whether it begins with a capital.
    """

    __slots__ = ("capital", "ends", "marked", "sentences", "shadow", "starts", "words")

    def __init__(self, shadow: Shadow) -> None:
        self.shadow = shadow
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.sentences: list[int] = []
        self.marked: list[bool] = []
        self.capital: list[bool] = []
        cased = shadow.cased
        sentence = 0
        is_marked = False
        for piece in _PIECE.finditer(shadow.latin):
            kind, text = piece.lastgroup, piece[0]
            if kind == "word":
                start, end = piece.span()
                is_capital = cased[start].isupper()
                for word in split_word(text):
                    self.words.append(word)
                    self.starts.append(start)
                    self.ends.append(end)
                    self.sentences.append(sentence)
                    self.marked.append(is_marked)
                    self.capital.append(is_capital)
                is_marked = False
            elif kind == "mark":
                is_marked = True
            elif text == "\n" or self._may_end():
                is_marked = True
                sentence += 1

    def closes(self, at: int) -> bool:
        """Return whether a mark or an end stands before a place in the row."""
        return at >= len(self.words) or self.marked[at]

    def _may_end(self) -> bool:
        return bool(self.words) and not (
            self.words[-1] in _SHORTENED or (len(self.words[-1]) == 1 and self.words[-1].isalpha())
        )


def split_word(text: str) -> tuple[str, ...]:
    """Return a single word as the row has it: folded, and in two where it is a contraction."""
    if text in _RUN_TOGETHER:
        return _RUN_TOGETHER[text]
    return (text,) if text.isascii() else ("".join(words_in(text)) or text,)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a phrase, as the row of a text would have them."""
    return tuple(WordRow(Shadow(text)).words)
