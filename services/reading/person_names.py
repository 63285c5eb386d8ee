"""Finds where a text names a person, by titles and by first names that are no common words."""

from collections.abc import Mapping
from typing import Final

from services.reading.lexicon import Places
from services.reading.word_row import WordRow

NAME_WORDS_MAX: Final = 4
SAINTS: Final = ("st", "saint", "santa", "san")


def titled_in(row: WordRow, places: Mapping[str, Places]) -> Places:
    """Return where a `title` (Mrs, Councillor) and a name stand, no `place_word` behind."""
    found: Places = {}
    words_of_places = places.get("place_word", {})
    for start, ends in places.get("title", {}).items():
        end = _run_end(row, max(ends) - 1)
        if end > max(ends) and not _is_place(row, max(ends), end, words_of_places):
            found[start] = (end,)
    return found


def names_in(row: WordRow, places: Mapping[str, Places]) -> Places:
    """Return where names without a title stand.

    Goes by the lists `first_name` and `first_name_or_word` (Grace, Mark: a name when a surname
    follows). A name with a `place_word` (Road, Park) in it or behind it is a street or a building.
    """
    found: Places = {}
    words_of_places = places.get("place_word", {})
    plain = places.get("first_name", {})
    taken = {at for start, ends in titled_in(row, places).items() for at in range(start, ends[0])}
    for start in sorted({*plain, *places.get("first_name_or_word", {})}):
        if start in taken:
            continue
        end = _run_end(row, start)
        is_place = _is_place(row, start + 1, end, words_of_places)
        is_saint = start > 0 and row.words[start - 1] in SAINTS
        has_surname = row.capital[start] and end > start + 1
        if not is_place and not is_saint and (start in plain or has_surname):
            found[start] = (end,)
            taken.update(range(start, end))
    return found


def capitals_in(row: WordRow, places: Mapping[str, Places]) -> Places:
    """Return where two or three capitalised words stand that may be a name nobody has listed."""
    found: Places = {}
    words_of_places = places.get("place_word", {})
    no_names = {*words_of_places, *places.get("no_name", {})}
    over = 0
    for at in range(len(row.words)):
        if at < over or not row.capital[at]:
            continue
        over = _run_end(row, at)
        is_place = _is_place(row, at, over, words_of_places)
        if over - at in (2, 3) and not is_place and no_names.isdisjoint(range(at, over)):
            found[at] = (over,)
    return found


def _is_place(row: WordRow, start: int, end: int, words_of_places: Places) -> bool:
    """Return whether a place's word stands in a stretch, or behind it with no mark between."""
    last = end if row.closes(end) else end + 1
    return any(at in words_of_places for at in range(start, last))


def _run_end(row: WordRow, start: int) -> int:
    """Return where the capitalised words end that follow a word without a mark between."""
    last = min(len(row.words), start + NAME_WORDS_MAX)
    end = start + 1
    while end < last and row.capital[end] and row.words[end][0] != "'" and not row.marked[end]:
        end += 1
    return end
