"""The lists that claims and tone go by, as `rules/data/claims.yaml` holds them."""

from collections.abc import Iterator
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.reading.construction_index import elements_of

_LIST: Final = ConfigDict(frozen=True, extra="forbid")
ENTRIES_MAX: Final = 1_000
WORD_LISTS_MAX: Final = 60


class _AnyName(dict[str, tuple[str, ...]]):
    """Stands in for the lists of words where only a construction's shape is looked at."""

    def __missing__(self, name: str) -> tuple[str, ...]:
        return (name,)

    def __contains__(self, name: object) -> bool:
        return True


def _construction(text: str) -> str:
    elements_of(text, _AnyName())
    return text


Words = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=60)], ...], Field(max_length=ENTRIES_MAX)
]
Construction = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_construction)]
Constructions = Annotated[tuple[Construction, ...], Field(max_length=ENTRIES_MAX)]
ListName = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")]
Few = Annotated[int, Field(ge=1, le=1_000)]
Percent = Annotated[int, Field(ge=1, le=100)]


class FamilyList(BaseModel):
    """Constructions of one family, and what makes them none of it.

    `signs` are no fault by themselves; so many different ones in a draft as `signs_min` says are.
    """

    model_config = _LIST

    phrases: Constructions
    signs: Constructions
    signs_min: Few
    unless_before: Constructions
    unless_after: Constructions
    unless_in_sentence: Constructions
    unless_in_draft: Constructions

    def constructions(self) -> Iterator[str]:
        """Yield all constructions of the list."""
        yield from self.phrases
        yield from self.signs
        yield from self.unless_before
        yield from self.unless_after
        yield from self.unless_in_sentence
        yield from self.unless_in_draft


class ShoutingLimits(BaseModel):
    """From when on capitals and exclamation marks are shouting."""

    model_config = _LIST

    capital_words_min: Few
    exclamation_marks_in_a_row_min: Few


class ReadingEase(BaseModel):
    """From when on a text is hard to read; words and letters are counted."""

    model_config = _LIST

    sentence_words_max: Few
    heavy_sentence_words_min: Few
    long_word_letters_min: Few
    long_words_percent_max: Percent
    clauses_max: Few
    abbreviations_max: Few
    abbreviations_known: Words


class ClaimLists(BaseModel):
    """Words by which a body claims, promises, judges or sells, and the tone it takes."""

    model_config = _LIST

    words: Annotated[dict[ListName, Words], Field(max_length=WORD_LISTS_MAX)]
    promises: FamilyList
    undertakings: FamilyList
    handed_on: FamilyList
    guarantee: FamilyList
    legal: FamilyList
    medical: FamilyList
    liability: FamilyList
    party_politics: FamilyList
    commercial: FamilyList
    anger: FamilyList
    mockery: FamilyList
    over_formal: FamilyList
    hard_to_read: FamilyList
    shouting: ShoutingLimits
    reading_ease: ReadingEase

    @model_validator(mode="after")
    def _constructions_can_be_read(self) -> Self:
        for family in FAMILY_LISTS:
            for text in getattr(self, family).constructions():
                try:
                    elements_of(text, self.words)
                except ValueError as error:
                    raise ValueError(f"{family}: {error}") from None
        return self


FAMILY_LISTS: Final = (
    "promises",
    "undertakings",
    "handed_on",
    "guarantee",
    "legal",
    "medical",
    "liability",
    "party_politics",
    "commercial",
    "anger",
    "mockery",
    "over_formal",
    "hard_to_read",
)

_NOTHING: Final = FamilyList(
    phrases=(),
    signs=(),
    signs_min=1,
    unless_before=(),
    unless_after=(),
    unless_in_sentence=(),
    unless_in_draft=(),
)

NO_CLAIMS: Final = ClaimLists(
    words={},
    promises=_NOTHING,
    undertakings=_NOTHING,
    handed_on=_NOTHING,
    guarantee=_NOTHING,
    legal=_NOTHING,
    medical=_NOTHING,
    liability=_NOTHING,
    party_politics=_NOTHING,
    commercial=_NOTHING,
    anger=_NOTHING,
    mockery=_NOTHING,
    over_formal=_NOTHING,
    hard_to_read=_NOTHING,
    shouting=ShoutingLimits(capital_words_min=1_000, exclamation_marks_in_a_row_min=1_000),
    reading_ease=ReadingEase(
        sentence_words_max=1_000,
        heavy_sentence_words_min=1_000,
        long_word_letters_min=1_000,
        long_words_percent_max=100,
        clauses_max=1_000,
        abbreviations_max=1_000,
        abbreviations_known=(),
    ),
)
