"""Settings from YAML: every fault in one error, with place, line, path and cure."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Annotated, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, field_validator

from services.runtime.errors import SettingsError
from services.runtime.yaml_lines import (
    DEPTH_MAX,
    FAULTS_SHOWN_MAX,
    SIZE_BYTES_MAX,
    Fault,
    parse_yaml,
)

FORBID = ConfigDict(frozen=True, extra="forbid")


class Then(BaseModel):
    """What a rule does."""

    model_config = FORBID

    team: Annotated[str, Field(pattern="^[a-z]+$", max_length=10)]
    priority: Literal["urgent", "normal"] = "normal"
    hours: Annotated[int, Field(ge=1, le=24)] = 1
    share: float = 0.5

    @field_validator("team")
    @classmethod
    def _not_nobody(cls, team: str) -> str:
        if team == "nobody":
            raise ValueError("nobody is no team; name one.")
        return team


class Rule(BaseModel):
    """A named rule."""

    model_config = FORBID

    name: str
    then: Then | None = None
    words: tuple[str, ...] = ()


class Rules(BaseModel):
    """A file of rules."""

    model_config = FORBID

    rules: tuple[Rule, ...] = ()
    labels: dict[str, Rule] = {}
    active: bool = True
    token: int = 0


def faults_of(text: str) -> list[str]:
    """Return the lines of the error that a text earns."""
    with pytest.raises(SettingsError) as caught:
        parse_yaml(text, Rules, "rules.yaml")
    return str(caught.value).split("\n")


def test_sound_text_becomes_the_model() -> None:
    """Mappings, lists, texts, numbers and switches arrive as the model's types."""
    text = "rules: [{name: One, then: {team: roads, share: .25}, words: [a, b]}]\nactive: false"

    expected = Rules(
        rules=(Rule(name="One", then=Then(team="roads", share=0.25), words=("a", "b")),),
        active=False,
    )
    assert parse_yaml(text, Rules, "rules.yaml") == expected


def test_empty_text_is_an_empty_mapping() -> None:
    """A file of comments alone leaves every setting at its default."""
    assert parse_yaml("# nothing yet\n", Rules, "rules.yaml") == Rules()


@pytest.mark.parametrize("word", ["no", "on", "yes", "off", "17:30", "0x10", "2026-12-31", "1_000"])
def test_words_that_yaml_1_1_turns_into_something_else_stay_words(word: str) -> None:
    """Norway's `no` is a language and 17:30 a time of day, as everyone expects who writes them."""
    assert parse_yaml(f"rules: [{{name: {word}}}]", Rules, "p").rules[0].name == word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rules:\n- nam: x\n  name: y", "line 2: rules[1].nam: is not a setting known here; did"),
        ("rulse: []", "line 1: rulse: is not a setting known here; did you mean rules?"),
        ("zzz: 1", "one of active, labels, rules, token."),
        ("rules:\n- words: []", "line 2: rules[1].name: is missing; add it."),
        ("rules:\n- name: 12", "rules[1].name: must be text; put it in quotes (given: 12)."),
        ("rules:\n- name:", "rules[1].name: must be text; put it in quotes (nothing was given)."),
        ("rules:\n- name: a\n  words: b", "line 3: rules[1].words: must be a list; write [one"),
        ("rules:\n- name: a\n  then: b", "line 3: rules[1].then: must hold settings; write a"),
        ("rules: [{name: a, then: {team: R2}}]", "does not have the form ^[a-z]+$ (given: R2)."),
        ("rules: [{name: a, then: {team: nobody}}]", "then.team: nobody is no team; name one."),
        (
            "rules: [{name: a, then: {team: a, hours: 25}}]",
            "hours: must be 24 or less (given: 25).",
        ),
        ("rules: [{name: a, then: {team: a, hours: x}}]", "hours: must be a whole number (given"),
        (
            "rules: [{name: a, then: {team: a, priority: urgnt}}]",
            "then.priority: must be urgent or normal (given: urgnt).",
        ),
        ("labels:\n  one:\n    nmae: x\n    name: y", "line 3: labels.one.nmae: is not a setting"),
        ("active: perhaps", "line 1: active: must be true or false (given: perhaps)."),
        ("active: true\nactive: false", "line 2: active: stands here again, first on line 1;"),
        ("a: [1\nb: 2", "line 2: this is not YAML"),
        ("rules:\n\t- name: x", "line 2: a tab stands here; indent with spaces."),
        ("a: *x", "line 1: anchors and aliases"),
        ("a: &x 1", "line 1: anchors and aliases"),
        ("a: !!python/name:os.system x", "line 1: tags (!) are not taken"),
        ("rules: []\n---\nrules: []", "line 2: a second document"),
        ("? [a]\n: 1", "line 1: a key must be a single word"),
        ("active: true\nname: \x07", "line 2: a character here cannot stand in YAML"),
        ("- a", "line 1: must hold settings"),
        ("[" * 5_000, f"nested over {DEPTH_MAX} deep"),
    ],
)
def test_fault_names_line_path_and_cure(text: str, expected: str) -> None:
    """Each kind of fault is one plain sentence that says where it is and what to do."""
    (fault,) = [line for line in faults_of(text) if expected in line]

    assert fault.startswith("rules.yaml line ")


def test_all_faults_come_in_one_error_in_the_order_of_lines() -> None:
    """Whoever mends a file sees everything that is wrong with it at once."""
    text = "active: perhaps\nrules:\n- name: 1\n- name: b\n  name: c\ntoken: x\n"

    assert [fault.split(": ")[0] for fault in faults_of(text)] == [
        "rules.yaml line 1",
        "rules.yaml line 3",
        "rules.yaml line 5",
        "rules.yaml line 6",
    ]


def test_many_faults_are_counted_and_not_all_listed() -> None:
    """The twenty first faults are shown, the rest is a number."""
    faults = faults_of("rules:\n" + "- {}\n" * (FAULTS_SHOWN_MAX + 3))

    assert len(faults) == FAULTS_SHOWN_MAX + 1
    assert faults[-1] == "and 3 more"


def test_given_value_of_a_secret_is_not_shown() -> None:
    """What stands in a setting named like a secret is kept out of errors, which get logged."""
    (fault,) = faults_of("token: hunter2")

    assert fault == "rules.yaml line 1: token: must be a whole number."


def test_text_over_the_bound_is_refused_unread() -> None:
    """A text too large for settings is refused before anything of it is taken apart."""
    (fault,) = faults_of("#" * (SIZE_BYTES_MAX + 1))

    assert "over 1,000,000 bytes" in fault


def test_check_adds_faults_with_their_lines() -> None:
    """What only a look at several settings finds is reported in the same way."""

    def check(rules: Rules) -> Iterator[Fault]:
        yield Fault(("rules", 1, "then", "team"), f"no team beside {rules.rules[0].name}; add it.")

    with pytest.raises(SettingsError) as caught:
        parse_yaml("rules:\n- name: a\n- name: b\n", Rules, "rules.yaml", check)

    assert str(caught.value) == "rules.yaml line 3: rules[2].then.team: no team beside a; add it."


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_settings_or_a_settings_error(text: str) -> None:
    """Whatever stands in a file, the only error is one that a person can read."""
    with suppress(SettingsError):
        parse_yaml(text, Rules, "rules.yaml")
