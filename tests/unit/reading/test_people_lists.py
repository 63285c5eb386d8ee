"""The lists about people: what is wrong in them is told by a sentence."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.reading.people_lists import NO_PEOPLE, WORKED_OUT, PeopleLists
from services.reading.people_marks import WORKED_OUT_BY
from services.reading.people_wording import PEOPLE_FAMILIES
from services.reading.word_orders import lists_named
from tests.people import people_lists

BY_MARKS = {"age_word", "first_name", "first_name_or_word", "no_name", "place_word", "title"}
"""Lists that no construction names, since what is worked out goes by them."""


def lists(**changes: Any) -> PeopleLists:
    """Return the empty lists with something changed."""
    return PeopleLists.model_validate({**NO_PEOPLE.model_dump(), **changes})


def blame(*say: str) -> list[dict[str, Any]]:
    """Return a group that says something and that nothing quiets."""
    plain = {"unless_before": (), "unless_in_sentence": (), "unless_nearby": (), "in_posts": True}
    return [{"say": say, **plain}]


def test_a_list_may_be_written_as_one_text() -> None:
    """Commas stand between phrases, over as many lines as it takes."""
    assert ("it's", "his doing") == lists(words={"fault": "it's,\n his doing, "}).words["fault"]


def test_a_construction_may_name_lists_shapes_and_what_is_worked_out() -> None:
    """Each of them is known by its name alone."""
    changed = lists(words={"a": "x"}, shapes={"b": ["<a>"]}, blame=blame("<a> <b> <name>"))

    assert "<a> <b> <name>" == changed.blame[0].say[0]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"blame": blame("<falt> here")}, "blame names <falt>, which is no list"),
        ({"shapes": {"a": ["<b>"], "b": ["x"]}}, "shapes.a names <b>, which is no list above"),
        ({"words": {"name": "x"}}, "there is a list name already"),
        ({"words": {"a": "x"}, "shapes": {"a": ["x"]}}, "there is a list a already"),
        ({"words": {"a": "x, m*nd"}}, "only end a word"),
        ({"blame": blame("..3 here")}, "must begin with a word"),
    ],
)
def test_what_is_wrong_is_told(changes: dict[str, Any], sentence: str) -> None:
    """A name that was misspelt would find nothing, for ever."""
    with pytest.raises(ValidationError) as refused:
        lists(**changes)

    assert sentence in str(refused.value)


def test_each_family_has_its_groups() -> None:
    """What is found and what is written go by the same names."""
    assert sorted(PEOPLE_FAMILIES) == sorted(people_lists().families)
    assert all(people_lists().families.values())


def test_what_is_worked_out_is_worked_out() -> None:
    """Every name that nobody writes has what works it out."""
    assert sorted(WORKED_OUT) == sorted(WORKED_OUT_BY)


def test_no_list_is_there_for_nothing() -> None:
    """A list that nothing names would be kept up in vain."""
    kept = people_lists()
    groups = (group for groups in kept.families.values() for group in groups)
    texts = [text for group in groups for text in group.everything()]
    texts.extend(text for shape in kept.shapes.values() for text in shape)

    named = {name for text in texts for name in lists_named(text)}

    assert {*kept.words, *kept.shapes} == (named - set(WORKED_OUT)) | BY_MARKS
