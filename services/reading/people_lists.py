"""The lists that words about people are found by, as `rules/data/people.yaml` holds them."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.reading.construction_lists import (
    ConstructionGroup,
    Constructions,
    Groups,
    ListName,
    Phrases,
)
from services.reading.word_orders import lists_named

WORD_LISTS_MAX: Final = 200

WORKED_OUT: Final = (
    "age",
    "any_word",
    "capital",
    "capitals",
    "contact",
    "host",
    "name",
    "number",
    "past_verb",
    "secret_value",
    "titled",
    "year",
)
"""Lists that nobody writes, since what they hold is worked out: see `people_marks.py`."""


class PeopleLists(BaseModel):
    """Words about people: their health, money, status and offences, children, blame, hate.

    `words` are lists by name, `shapes` lists put together of lists above them; each other field is
    a family, with groups of constructions that name the lists.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: Annotated[dict[ListName, Phrases], Field(max_length=WORD_LISTS_MAX)]
    shapes: Annotated[dict[ListName, Constructions], Field(max_length=WORD_LISTS_MAX)]
    about_benefits: Groups
    about_citizen: Groups
    about_health: Groups
    about_immigration: Groups
    about_offence: Groups
    asking_in_public: Groups
    blame: Groups
    child: Groups
    hate: Groups
    rumour: Groups
    secret: Groups

    @property
    def families(self) -> dict[str, tuple[ConstructionGroup, ...]]:
        """The groups of each family, by its name."""
        names = sorted(type(self).model_fields.keys() - {"words", "shapes"})
        return {name: getattr(self, name) for name in names}

    @model_validator(mode="after")
    def _every_list_is_there(self) -> Self:
        known = {*WORKED_OUT, *self.words}
        twice = sorted(
            {*self.words, *self.shapes} & {*WORKED_OUT} | self.words.keys() & self.shapes
        )
        if twice:
            raise ValueError(f"there is a list {twice[0]} already; give this one another name.")
        for name, shape in self.shapes.items():
            _require(known, shape, f"shapes.{name}")
            known.add(name)
        for family, groups in self.families.items():
            for group in groups:
                _require(known, group.everything(), family)
        return self


def _require(known: AbstractSet[str], constructions: Iterable[str], place: str) -> None:
    for text in constructions:
        for name in lists_named(text):
            if name not in known:
                raise ValueError(
                    f"{place} names <{name}>, which is no list above it; add it, or correct it."
                )


NO_PEOPLE: Final = PeopleLists(
    words={},
    shapes={},
    about_benefits=(),
    about_citizen=(),
    about_health=(),
    about_immigration=(),
    about_offence=(),
    asking_in_public=(),
    blame=(),
    child=(),
    hate=(),
    rumour=(),
    secret=(),
)
