"""Finds which families of wording a text belongs to, by groups of constructions and word lists."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from services.reading.construction_lists import ConstructionGroup
from services.reading.lexicon import Lexicon, Places
from services.reading.shadow import Shadow
from services.reading.word_orders import Construction, construction, places_in, words_named
from services.reading.word_row import WordRow
from services.reading.worded import DraftSetting, Worded

WorkOut = Callable[[WordRow, Mapping[str, Places]], Places]
"""Works out where something stands that no list can hold, such as a name or a number."""

_NOTHING: Places = {}
# What nearly every text has is no reason to look closer.
_COMMON_WORDS: Final = """
    a an and are as at be been but by can could did do for from get go got had has have he her his
    i if in is it me my no not of on or our she so that the their them they this to us was we were
    what when which who will with would you your 's 're 've n't
"""
_COMMON: Final = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class _Group:
    """A group ready to be looked for; `say` are those whose words a text may have."""

    family: str
    say: tuple[tuple[Construction, tuple[frozenset[str], ...]], ...]
    before: tuple[Construction, ...]
    in_sentence: tuple[Construction, ...]
    nearby: tuple[Construction, ...]
    in_posts: bool

    def everything(self) -> Iterator[Construction]:
        """Yield all constructions of the group."""
        for each, _ in self.say:
            yield each
        yield from (*self.before, *self.in_sentence, *self.nearby)


_Sought = tuple[_Group, Construction, tuple[frozenset[str], ...]]


class ConstructionFinder:
    """The finder of some families, made once from their groups and the lists these name.

    `shapes` are lists put together of other lists, `worked_out` gives by name what stands in no
    list. Raises ValueError, with a sentence, for a
    phrase or construction that is none.
    """

    def __init__(
        self,
        words: Mapping[str, Sequence[str]],
        shapes: Mapping[str, Sequence[str]],
        families: Mapping[str, Sequence[ConstructionGroup]],
        worked_out: Mapping[str, WorkOut],
    ) -> None:
        self._worked_out = worked_out
        self._shapes = {name: tuple(map(construction, texts)) for name, texts in shapes.items()}
        late = worked_out.keys() | shapes.keys()
        self._groups = [
            _group(family, group, late) for family, groups in families.items() for group in groups
        ]
        said = (each for group in self._groups for each in group.everything())
        shaped = (each for shape in self._shapes.values() for each in shape)
        literals = {key: (key[1:],) for each in (*said, *shaped) for key in words_named(each)}
        self._lexicon = Lexicon({**words, **literals})
        self._sought = [(group, each, needs) for group in self._groups for each, needs in group.say]
        self._always: list[int] = []
        self._by_key: defaultdict[str, list[int]] = defaultdict(list)
        weights = {key: _weight(phrases) for key, phrases in {**words, **literals}.items()}
        for number, (_, _, needs) in enumerate(self._sought):
            rarest = min(needs, key=lambda need: sum(weights[key] for key in need), default=None)
            if rarest is None:
                self._always.append(number)
            for key in rarest or ():
                self._by_key[key].append(number)

    def find(self, shadow: Shadow, setting: DraftSetting) -> list[Worded]:
        """Return what is found in a text, family by family, none of one family over another."""
        row = WordRow(shadow)
        look = _Look(row, self._lexicon.find(row), self._shapes, self._worked_out)
        present = frozenset(look.places)
        found: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for group, each, needs in self._candidates(present):
            if (setting.kind == "post" and not group.in_posts) or any(
                map(present.isdisjoint, needs)
            ):
                continue
            for start, end in places_in(each, row, look.sought):
                if not look.is_quiet(group, start):
                    found[group.family].append((start, end, each.shown))
        return [
            Worded(family, row.starts[start], row.ends[end - 1], shown)
            for family, places in found.items()
            for start, end, shown in _apart(places)
        ]

    def _candidates(self, present: AbstractSet[str]) -> Iterator[_Sought]:
        """Yield the constructions of which a text has at least the rarest part, in order."""
        numbers = set(self._always)
        for key in self._by_key.keys() & present:
            numbers.update(self._by_key[key])
        return (self._sought[number] for number in sorted(numbers))


class _Look:
    """A look at one row, which works out each thing at most once."""

    def __init__(
        self,
        row: WordRow,
        places: dict[str, Places],
        shapes: Mapping[str, tuple[Construction, ...]],
        worked_out: Mapping[str, WorkOut],
    ) -> None:
        self._row = row
        self.places = places
        self._shapes = shapes
        self._worked_out = worked_out
        self._known: dict[str, Places] = {}
        self._quieting: dict[Construction, list[tuple[int, int]]] = {}

    def sought(self, key: str) -> Places:
        """Return where a list's phrases stand, or a word."""
        found = self.places.get(key) or self._known.get(key)
        if found is not None:
            return found
        if key in self._shapes:
            found = self._shaped(self._shapes[key])
        elif key in self._worked_out:
            found = self._worked_out[key](self._row, self.places)
        else:
            return _NOTHING
        self._known[key] = found
        return found

    def _shaped(self, shape: Iterable[Construction]) -> Places:
        found: Places = {}
        for each in shape:
            for start, end in places_in(each, self._row, self.sought):
                found[start] = tuple(sorted({*found.get(start, ()), end}, reverse=True))
        return found

    def is_quiet(self, group: _Group, start: int) -> bool:
        """Return whether what stands around a place makes it harmless."""
        row = self._row
        sentence = row.sentences[start]
        for place, over in self._of(group.before):
            if (
                place < start
                and row.sentences[place] == sentence
                and not any(row.marked[over : start + 1])
            ):
                return True
        for place, _ in self._of(group.in_sentence):
            if place < start and row.sentences[place] == sentence:
                return True
        return any(abs(row.sentences[place] - sentence) <= 1 for place, _ in self._of(group.nearby))

    def _of(self, guards: Iterable[Construction]) -> Iterator[tuple[int, int]]:
        for guard in guards:
            if guard not in self._quieting:
                self._quieting[guard] = list(places_in(guard, self._row, self.sought))
            yield from self._quieting[guard]


def _weight(phrases: Sequence[str]) -> int:
    """Return how likely a text holds one of some phrases; the common words decide."""
    common = sum(phrase in _COMMON for phrase in phrases)
    return common * 1_000 + len(phrases)


def _group(family: str, group: ConstructionGroup, late: AbstractSet[str]) -> _Group:
    said = tuple(map(construction, group.say))
    return _Group(
        family,
        tuple((each, _needs(each, late)) for each in said),
        tuple(map(construction, group.unless_before)),
        tuple(map(construction, group.unless_in_sentence)),
        tuple(map(construction, group.unless_nearby)),
        group.in_posts,
    )


def _needs(each: Construction, late: AbstractSet[str]) -> tuple[frozenset[str], ...]:
    """Return the lists of which a text must have one each; those known late are not asked for."""
    needs = [frozenset(keys) for keys in each.needs if late.isdisjoint(keys)]
    return tuple(reversed(needs))


def _apart(places: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    last = -1
    for start, end, shown in sorted(places):
        if start >= last:
            last = end
            yield start, end, shown
