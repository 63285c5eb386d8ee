"""Cursors: they go on where a page ended, in the list they came from and in no other."""

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.cursors import cursor_of, next_link, place_in
from services.runtime.errors import InputInvalidError

LIST = {"state": "held", "case_id": None}


@given(st.integers(), st.text(st.characters(blacklist_categories=["Cs"])))
def test_a_cursor_leads_back_to_its_place(number: int, text: str) -> None:
    """Whatever the place is, it comes out as it went in."""
    cursor = cursor_of(LIST, (number, text))

    assert (number, text) == place_in(cursor, LIST, (0, ""))


def test_no_cursor_is_the_beginning() -> None:
    """The first page is asked for without one."""
    assert (-1, "") == place_in(None, LIST, (-1, ""))


@given(st.text(max_size=60))
def test_what_was_made_up_is_refused(cursor: str) -> None:
    """No text that is not a cursor of ours is taken for one."""
    with pytest.raises(InputInvalidError, match="does not belong to this list"):
        place_in(cursor, LIST, ("",))


@pytest.mark.parametrize(
    ("what", "place"),
    [({"state": "draft", "case_id": None}, ("a",)), (LIST, (1,)), (LIST, ("a", "b")), (LIST, ())],
)
def test_a_cursor_of_another_list_is_refused(
    what: dict[str, str | None], place: tuple[str | int, ...]
) -> None:
    """Other filters or another order give other pages, so the place would mean nothing."""
    with pytest.raises(InputInvalidError):
        place_in(cursor_of(what, place), LIST, ("",))


def test_a_next_link_keeps_filters_and_size() -> None:
    """Whoever follows the link asks for the same list, further on."""
    link = next_link("/api/v1/acts", LIST, 20, ("a1",))

    asked = parse_qs(urlsplit(link).query)
    assert (["held"], ["20"], None) == (asked["state"], asked["limit"], asked.get("case_id"))
    assert ("a1",) == place_in(asked["cursor"][0], LIST, ("",))
