"""A draft's form, by a town's lists and domains."""

from dataclasses import asdict, fields
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.reading.form import FormFindings, FormReader
from services.reading.form_lists import NO_FORM, FormLists
from services.reading.links import links_in
from services.reading.shadow import Shadow
from services.reading.worded import DraftSetting

LISTS = FormLists(
    hosts_trusted=("gov.uk",),
    hosts_shortening=("bit.ly",),
    alt_words_empty=("image",),
    hashtag_words=("news", "council"),
    hashtag_single_words=(),
    language_names={"pl": ("polish",)},
)
ENGLISH = "When is the library open on Sundays in the winter, please?"
POLISH = "Biblioteka jest otwarta w niedziele od dziesi\u0105tej do szesnastej."


def form(
    text: str, *alts: str | None, parent: str | None = None, lists: FormLists = LISTS
) -> FormFindings:
    """Return what the town finds in a draft's form."""
    shadow = Shadow(text)
    reader = FormReader(lists, ("mercatburgh.example",))
    return reader.read(text, shadow, links_in(shadow), alts, DraftSetting(parent=parent))


def found(findings: FormFindings) -> dict[str, Any]:
    """Return what was found, without what was not."""
    return {name: value for name, value in asdict(findings).items() if value}


def test_a_plain_draft_is_in_good_form() -> None:
    """The town's own page, a listed one, a capitalised tag and a described picture pass."""
    text = "See mercatburgh.example or https://www.gov.uk/vote. #CouncilNews"

    assert {} == found(form(text, "A queue at a polling station.", None, "  ", parent=ENGLISH))


def test_each_thing_is_counted_for_itself() -> None:
    """Links of three kinds, tags, emoji, descriptions and veils have each a count."""
    text = (
        "https://bit.ly/x https://mercatburgh.co https://club.example "
        "#councilnews \U0001f389\U0001f389 n\u200bo"
    )

    expected = {
        "links_shortened": 1,
        "links_lookalike": 1,
        "links_elsewhere": 1,
        "hashtags_run_together": 1,
        "emoji": 2,
        "emoji_in_a_row": 2,
        "alts_poor": 1,
        "veils": 2,
    }
    assert expected == found(form(text, "image", "A b\u200bin by the kerb"))


def test_the_bodys_own_name_is_a_word_of_tags() -> None:
    """What it is called need not stand in any list."""
    assert {"hashtags_run_together": 1} == found(form("#mercatburghnews"))


def test_an_answer_in_another_language_is_told() -> None:
    """Without a parent, in the same language, or where it was asked for, it is none."""
    assert {"is_other_language": True} == found(form(POLISH, parent=ENGLISH))
    assert {} == found(form(POLISH))
    assert {} == found(form(POLISH, parent=POLISH))
    assert {} == found(form(POLISH, parent=f"{ENGLISH} An answer in Polish would be kind."))


def test_without_lists_every_host_but_the_own_is_elsewhere() -> None:
    """A body that has no list yet trusts nobody."""
    text = "https://www.gov.uk https://bit.ly/x https://mercatburgh.example"

    assert {"links_elsewhere": 2} == found(form(text, lists=NO_FORM))


@given(st.text(st.characters()), st.none() | st.text(st.characters()))
def test_any_draft_has_a_form(text: str, other: str | None) -> None:
    """Nothing makes it raise, and every finding is a count or a yes or no."""
    read = asdict(form(text, other, parent=other))

    assert {field.name for field in fields(FormFindings)} == read.keys()
    assert all(isinstance(value, int) and value >= 0 for value in read.values())
