"""Who objects to being read is known again, however the name is written."""

import pytest

from services.ingest.objections import folded_author, objection_id, objection_keys


@pytest.mark.parametrize(
    "spelling", ["@Ailsa McRae", "ailsa  mcrae", "ＡＩＬＳＡ McRae", " AILSA McRAE "]
)
def test_spellings_of_one_name_fold_alike(spelling: str) -> None:
    """Case, width, spaces and a leading sign do not make another person."""
    assert folded_author(spelling) == "ailsa mcrae"


def test_an_objection_holds_at_its_source_or_everywhere() -> None:
    """The two rows of an author are different, and both are looked for."""
    keys = objection_keys("town", "@Ailsa")

    assert [
        ("objections", objection_id("ailsa", "town")),
        ("objections", objection_id("Ailsa")),
    ] == [tuple(key) for key in keys]
    assert objection_id("ailsa", "town") != objection_id("ailsa", "feed")


def test_a_post_without_an_author_has_no_objector() -> None:
    """Nothing is looked up for a post that nobody signed."""
    assert objection_keys("town", None) == ()
