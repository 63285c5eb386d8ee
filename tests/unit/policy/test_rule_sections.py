"""Sections that kept rules lack, filled as the files that come with the program have them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
import yaml
from pydantic import BaseModel

from services.policy.file_rule_set import delivered_data, read_rule_set
from services.policy.rule_data import RULE_DATA
from services.policy.rule_sections import NOTHING_DELIVERED, completed, data_without
from services.policy.rule_set import (
    RuleSet,
    content_digest,
    rule_set_bytes,
    rule_set_of,
    whole_rule_set,
)
from services.runtime.errors import SettingsError
from services.runtime.yaml_lines import read_yaml

AUTHORITY: Final = "data/authority.yaml"
LIMITS: Final = "data/limits.yaml"
DELIVERED: Final = delivered_data()


def places(model: type[BaseModel], place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield every place of a model that has to be there, sections first."""
    for name, field in model.model_fields.items():
        if field.is_required():
            yield (*place, name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from places(field.annotation, (*place, name))


def without(value: Mapping[str, Any], place: tuple[str, ...]) -> dict[str, Any]:
    """Return values without the one at a place."""
    name, *within = place
    kept = {key: each for key, each in value.items() if key != name}
    return {**kept, name: without(value[name], tuple(within))} if within else kept


def lacking(**gone: str) -> dict[str, str]:
    """Return the delivered rules' files, pieces of the text of some data taken out."""
    files = dict(read_rule_set().files)
    for name, text in gone.items():
        place = f"data/{name}.yaml"
        assert text in files[place], "what is taken out was there"
        files[place] = files[place].replace(text, "")
    return files


PLACES: Final = [
    (name, place) for name, model in RULE_DATA.items() for place in places(model) if place
]


@pytest.mark.parametrize("written", ["in blocks", "in braces"])
@pytest.mark.parametrize(
    ("name", "place"), PLACES, ids=[".".join((name, *place)) for name, place in PLACES]
)
def test_whatever_place_is_lacking_the_data_are_whole_again(
    name: str, place: tuple[str, ...], written: str
) -> None:
    """However officers write their YAML, and nothing else of it becomes another."""
    value, _ = read_yaml(DELIVERED[name], name)
    kept = without(value, place)
    text = json.dumps(kept) if written == "in braces" else yaml.safe_dump(kept, sort_keys=False)

    found = completed({name: text}, {name: DELIVERED[name]})

    assert (".".join((name, *place)),) == found.filled
    assert value == read_yaml(found.texts[name], name)[0]


def test_a_section_comes_with_its_comments_at_the_end_of_the_bodys_own_text() -> None:
    """Whoever takes it in reads what it is for; the lines above stay where they were."""
    own = "# Our own words.\nemoji_in_a_row_max: 1"
    theirs = (
        "# What comes with Mercat.\n\n# So many.\n# No more.\nemoji_max: 5\n\n"
        "# In a row.\nemoji_in_a_row_max: 3\n"
    )

    found = completed({"limits": own}, {"limits": theirs})

    assert f"{own}\n\n# So many.\n# No more.\nemoji_max: 5\n" == found.texts["limits"]


def test_a_key_within_a_section_comes_first_in_it() -> None:
    """What stands there already stays to the letter, comments and all."""
    own = DELIVERED["authority"].replace("    hour: 120\n", "")

    found = completed({"authority": own}, {"authority": DELIVERED["authority"]})

    assert ("authority.quotas.account.hour",) == found.filled
    assert "  account:\n    hour: 120\n    day: 1000\n" in found.texts["authority"]
    assert own == found.texts["authority"].replace("    hour: 120\n", "")


@pytest.mark.parametrize("own", ["", "# Nothing yet.\n", "{}"])
def test_a_file_that_says_nothing_gets_every_section(own: str) -> None:
    """Empty, with words alone, or in braces."""
    found = completed({"limits": own}, {"limits": DELIVERED["limits"]})

    assert ("limits.emoji_max", "limits.emoji_in_a_row_max") == found.filled
    assert read_yaml(DELIVERED["limits"], "")[0] == read_yaml(found.texts["limits"], "")[0]


def test_a_file_that_is_not_there_comes_whole() -> None:
    """As where a later program has a file more."""
    found = completed({"limits": DELIVERED["limits"]}, {"approvals": DELIVERED["approvals"]})

    assert ("approvals",) == found.filled
    assert DELIVERED["approvals"] == found.texts["approvals"]


def test_what_nobody_delivers_is_not_made_up() -> None:
    """An account's own quota that lacks a figure has no figure to be had elsewhere."""
    own = DELIVERED["authority"].replace("own: {}", "own:\n    library: {hour: 1, day: 2}")

    assert () == completed({"limits": ""}, NOTHING_DELIVERED).filled
    with pytest.raises(SettingsError, match=r"quotas\.own\.library\.pause_seconds"):
        whole_rule_set({**read_rule_set().files, AUTHORITY: own}, DELIVERED)


def test_rules_that_lack_something_are_asked_by_another_revision_than_was_signed() -> None:
    """The one is of what is asked, and theirs who propose it; the other of what was written."""
    files = lacking(limits="emoji_max: 5\n")
    shorter = read_rule_set()

    found = whole_rule_set(files, DELIVERED)

    assert ("limits.emoji_max",) == found.filled
    assert files == found.files_written
    assert shorter.bundle.revision == found.bundle.revision
    old = RuleSet(
        found.modules, found.tests, found.data_texts, data_without(found.data, found.filled)
    )
    assert old.bundle.revision == found.revision_written != found.bundle.revision


def test_rules_that_lack_nothing_are_what_they_were() -> None:
    """Nothing is filled, and the one revision is both."""
    rule_set = read_rule_set()
    content = rule_set_bytes(rule_set)

    found = rule_set_of(content, DELIVERED)

    assert rule_set == found
    assert () == found.filled
    assert found.bundle.revision == found.revision_written
    assert content_digest(content) == content_digest(rule_set_bytes(found))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("emoji_max: 500\n", "data/limits.yaml line 1: emoji_max: "),
        ("emoji_most: 5\n", "data/limits.yaml line 1: emoji_most: "),
        ("emoji_max: [\n", "data/limits.yaml line 2: this is not YAML: "),
    ],
)
def test_rules_that_are_wrong_otherwise_are_refused_for_that_alone(wrong: str, said: str) -> None:
    """What they lack is told of no more: it is not what hinders them."""
    files = {**read_rule_set().files, LIMITS: wrong}
    files[AUTHORITY] = files[AUTHORITY].partition("# What curators do not do")[0]

    with pytest.raises(SettingsError) as refused:
        whole_rule_set(files, DELIVERED)

    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)
    assert "authority" not in str(refused.value)
