"""A set of rules: what belongs to it, its canonical bytes, and what is none."""

from collections.abc import Mapping

import pytest

from services.policy.file_rule_set import read_rule_set
from services.policy.rule_set import (
    FILES_MAX,
    FORMAT,
    RULE_SET_BYTES_MAX,
    RuleSet,
    content_digest,
    rule_set_bytes,
    rule_set_of,
    rule_set_of_files,
)
from services.runtime.errors import SettingsError


@pytest.fixture(scope="module")
def delivered() -> RuleSet:
    """The rules that come with Mercat."""
    return read_rule_set()


def test_the_bytes_hold_every_file_to_the_last_comment(delivered: RuleSet) -> None:
    """What is read from them is what was written, and it has the same revision."""
    again = rule_set_of(rule_set_bytes(delivered))

    assert delivered.files == again.files
    assert delivered.bundle == again.bundle
    assert any("#" in text for text in again.data_texts.values())


def test_the_order_of_files_makes_no_other_bytes(delivered: RuleSet) -> None:
    """Two people who propose the same files propose the same digest."""
    turned = rule_set_of_files(dict(reversed(list(delivered.files.items()))))

    assert content_digest(rule_set_bytes(delivered)) == content_digest(rule_set_bytes(turned))


def test_tests_and_comments_belong_to_the_bytes_and_not_to_the_bundle(delivered: RuleSet) -> None:
    """Engines are given no tests, and yet what is signed holds them."""
    texts = dict(delivered.files)
    texts["data/limits.yaml"] += "# Why so few.\n"

    noted = rule_set_of_files(texts)

    assert delivered.bundle.revision == noted.bundle.revision
    assert rule_set_bytes(delivered) != rule_set_bytes(noted)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"data/limits.yaml": None}, r"data/limits\.yaml: is missing"),
        ({"data/other.yaml": "a: 1\n"}, r"no rule reads other\.yaml"),
        ({"data/limits.yaml": "emoji_max: many\n"}, r"data/limits\.yaml line 1"),
        ({"../outside.rego": ""}, "no other files belong"),
        ({"content/length/notes.txt": ""}, "no other files belong"),
        ({"limits.yaml": ""}, "no other files belong"),
        ({"data/rule.rego": ""}, "no other files belong"),
        ({"gate/gate.rego": None}, r"gate/gate\.rego is missing"),
        ({"content/a/a.rego": "x" * 65_537}, "is over 65,536 bytes"),
        ({"content/a/a_test.rego": "x" * 65_537}, "is over 65,536 bytes"),
        ({f"c/r{n}/r{n}_test.rego": "" for n in range(FILES_MAX)}, "over 1,000 files"),
    ],
)
def test_what_is_no_set_is_refused_by_name(
    delivered: RuleSet, changes: Mapping[str, str | None], said: str
) -> None:
    """The sentence names the file, or says what is too much."""
    texts = {**delivered.files, **changes}

    with pytest.raises(SettingsError, match=said):
        rule_set_of_files({place: text for place, text in texts.items() if text is not None})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"format":"mercat-rules-1"}',
        b'{"format":"mercat-rules-1","files":{"gate/gate.rego":1}}',
        b'{"format":"mercat-rules-2","files":{}}',
        b"[" * 100_000,
        b" " * (RULE_SET_BYTES_MAX + 1),
    ],
)
def test_bytes_that_are_no_set_are_refused(content: bytes) -> None:
    """Cut, changed or overlong bytes raise an error of ours and no other."""
    with pytest.raises(SettingsError):
        rule_set_of(content)


def test_half_of_a_set_is_none(delivered: RuleSet) -> None:
    """What broke off on its way is refused at whatever place it did."""
    content = rule_set_bytes(delivered)

    for share in (0.1, 0.5, 0.999):
        with pytest.raises(SettingsError):
            rule_set_of(content[: int(len(content) * share)])


def test_a_set_over_its_bound_is_not_written(delivered: RuleSet) -> None:
    """The bound holds for whoever keeps a set as for whoever reads one."""
    tests = {f"c/r{n}/r{n}_test.rego": "x" * 60_000 for n in range(70)}
    large = rule_set_of_files({**delivered.files, **tests})

    with pytest.raises(SettingsError, match="shorten them"):
        rule_set_bytes(large)


def test_the_format_stands_in_the_bytes(delivered: RuleSet) -> None:
    """A later format is known for one."""
    assert FORMAT.encode() in rule_set_bytes(delivered)
