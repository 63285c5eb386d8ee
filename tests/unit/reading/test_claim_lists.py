"""The lists of claims: what is wrong in one is told by a sentence."""

import pytest
from pydantic import ValidationError

from services.reading.claim_lists import FAMILY_LISTS, NO_CLAIMS, ClaimLists
from tests.claims import claim_lists


def changed(family: str, phrase: str) -> ClaimLists:
    """Return the empty lists with one phrase in a family."""
    plain = NO_CLAIMS.model_dump()
    plain[family]["phrases"] = (phrase,)
    return ClaimLists.model_validate(plain)


def test_a_phrase_may_use_a_list_that_is_there() -> None:
    """A list of words is named in angle brackets."""
    plain = claim_lists().model_dump()
    plain["legal"]["phrases"] = ("sue the <people>",)

    assert ("sue the <people>",) == ClaimLists.model_validate(plain).legal.phrases


def test_a_phrase_that_is_none_is_told_by_its_place() -> None:
    """The place of a wrong phrase is its own, so that its line can be named."""
    with pytest.raises(ValidationError) as refused:
        changed("legal", "m*nd")

    assert ("legal", "phrases", 0) == refused.value.errors()[0]["loc"]


def test_a_list_that_is_not_there_is_named() -> None:
    """A name that was misspelt would find nothing, for ever."""
    with pytest.raises(ValidationError, match=r"legal: .*<peopel>, and no list"):
        changed("legal", "sue the <peopel>")


@pytest.mark.parametrize("family", FAMILY_LISTS)
def test_no_phrase_stands_twice_in_a_family(family: str) -> None:
    """Each phrase is told once."""
    phrases = getattr(claim_lists(), family).phrases

    assert [] == sorted({phrase for phrase in phrases if phrases.count(phrase) > 1})
