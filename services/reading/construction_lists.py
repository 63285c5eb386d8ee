"""How constructions stand in rule data: groups of them, with what quiets each group."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from services.reading.lexicon import phrase_words
from services.reading.word_orders import construction

PHRASES_MAX: Final = 2_000
CONSTRUCTIONS_MAX: Final = 200
GROUPS_MAX: Final = 20


def _checked_construction(text: str) -> str:
    construction(text)
    return text


def _checked_phrase(text: str) -> str:
    phrase_words(text)
    return text


def _listed(value: object) -> object:
    """Return phrases written in one text, commas between them, as a list."""
    if isinstance(value, str):
        return tuple(phrase.strip() for phrase in value.split(",") if phrase.strip())
    return value


PhraseText = Annotated[str, Field(min_length=1, max_length=200)]
Phrases = Annotated[
    tuple[Annotated[PhraseText, AfterValidator(_checked_phrase)], ...],
    BeforeValidator(_listed, json_schema_input_type=str | list[str]),
    Field(max_length=PHRASES_MAX),
]
Constructions = Annotated[
    tuple[Annotated[PhraseText, AfterValidator(_checked_construction)], ...],
    Field(max_length=CONSTRUCTIONS_MAX),
]
ListName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class ConstructionGroup(BaseModel):
    """Constructions of one family that the same surroundings quiet.

    `unless_before`: before it, without a comma between. `unless_in_sentence`: before it, anywhere
    in the sentence. `unless_nearby`: in its sentence or one beside it. Each names phrases or
    `<lists>`. `in_posts` says whether posts of the body's own are looked at, where `you` is nobody.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    say: Constructions
    unless_before: Constructions
    unless_in_sentence: Constructions
    unless_nearby: Constructions
    in_posts: bool

    def everything(self) -> Iterator[str]:
        """Yield all constructions of the group, those that quiet it too."""
        yield from self.say
        yield from self.unless_before
        yield from self.unless_in_sentence
        yield from self.unless_nearby


Groups = Annotated[tuple[ConstructionGroup, ...], Field(max_length=GROUPS_MAX)]
