"""A set of rules as officers keep it: Rego, its tests, and YAML with its comments, file by file.

An engine is given the bundle of a set. What is proposed, signed and kept is the set whole, so that
whoever takes it up again finds every comment and every test where they left them.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any, Final

from services.policy.bundle import SOURCE_BYTES_MAX, Bundle, bundle_of
from services.policy.rule_data import ALL_DATA
from services.policy.rule_sections import (
    NOTHING_DELIVERED,
    Delivered,
    completed,
    data_without,
)
from services.runtime.errors import SettingsError
from services.runtime.yaml_lines import parse_yaml

FORMAT: Final = "mercat-rules-1"
FILES_MAX: Final = 1_000
RULE_SET_BYTES_MAX: Final = 4_000_000
"""So long may a set be in its canonical bytes."""

PARSED_MAX: Final = 64
REGO: Final = ".rego"
TEST: Final = "_test.rego"
DATA_FOLDER: Final = "data/"
YAML: Final = ".yaml"

_PLACE: Final = re.compile(r"[a-z][a-z0-9_]*(?:/[a-z][a-z0-9_]*){0,3}\.(?:rego|yaml)")


@dataclass(frozen=True)
class RuleSet:
    """Rules with their tests and data: sources by their place, data's YAML texts by their name.

    `data` is what the texts hold, as a bundle takes it. `filled` are the places of what its author
    did not write and this program added, as rules of an earlier Mercat lack it; `written` are the
    files without it, where there is any.
    """

    modules: Mapping[str, str]
    tests: Mapping[str, str]
    data_texts: Mapping[str, str]
    data: Mapping[str, Any]
    filled: tuple[str, ...] = ()
    written: Mapping[str, str] | None = None

    @cached_property
    def bundle(self) -> Bundle:
        """What engines and readers of drafts are given. Raises SettingsError, naming the file.

        Its revision is of all that is asked, what was filled in included.
        """
        return bundle_of(self.modules, self.data)

    @cached_property
    def revision_written(self) -> str:
        """The revision of what its author wrote: the one that is signed."""
        if not self.filled:
            return self.bundle.revision
        return bundle_of(self.modules, data_without(self.data, self.filled)).revision

    @property
    def files_written(self) -> Mapping[str, str]:
        """Return every file as its author wrote it, by its place."""
        return self.files if self.written is None else self.written

    @property
    def files(self) -> Mapping[str, str]:
        """Return every file by its place in the folder, in order."""
        texts = {f"{DATA_FOLDER}{name}{YAML}": text for name, text in self.data_texts.items()}
        return dict(sorted({**self.modules, **self.tests, **texts}.items()))


def rule_set_of_files(files: Mapping[str, str], folder: str = "") -> RuleSet:
    """Return the set that some files make; `folder` is what stands before a place in errors.

    Raises SettingsError, naming the file, its line and what to do, where one is misplaced, over its
    bound or wrong, or one that rules need is missing.
    """
    if len(files) > FILES_MAX:
        raise SettingsError(f"There are over {FILES_MAX:,} files; that is no set of rules.")
    for place, text in files.items():
        _check_place(place, folder)
        if place.endswith(REGO) and len(text.encode("utf-8", "surrogatepass")) > SOURCE_BYTES_MAX:
            raise SettingsError(
                f"{folder}{place}: is over {SOURCE_BYTES_MAX:,} bytes; split it into rules."
            )
    sources = {place: text for place, text in files.items() if place.endswith(REGO)}
    texts = {
        place.removeprefix(DATA_FOLDER).removesuffix(YAML): text
        for place, text in files.items()
        if place.endswith(YAML)
    }
    rule_set = RuleSet(
        modules={place: text for place, text in sources.items() if not place.endswith(TEST)},
        tests={place: text for place, text in sources.items() if place.endswith(TEST)},
        data_texts=texts,
        data=_data(texts, folder),
    )
    rule_set.bundle.authority  # noqa: B018 - a set whose bundle cannot be made is none
    return rule_set


def rule_set_bytes(rule_set: RuleSet) -> bytes:
    """Return a set's canonical bytes: the same for the same files, wherever they were read.

    Raises SettingsError where they are over their bound.
    """
    document = {"format": FORMAT, "files": dict(rule_set.files)}
    content = json.dumps(document, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    if len(content) > RULE_SET_BYTES_MAX:
        raise SettingsError(f"The rules are over {RULE_SET_BYTES_MAX:,} bytes; shorten them.")
    return content.encode("ascii")


def rule_set_of(content: bytes, delivered: Delivered = NOTHING_DELIVERED) -> RuleSet:
    """Return the set that canonical bytes hold, with what it lacks filled from what is delivered.

    Raises SettingsError where they are no set, or one that is wrong otherwise.
    """
    return whole_rule_set(files_of(content), delivered)


def whole_rule_set(files: Mapping[str, str], delivered: Delivered) -> RuleSet:
    """Return the set that some files make, with what it lacks filled from what is delivered.

    Raises SettingsError, as `rule_set_of_files` does, for what is wrong with it otherwise; a line
    is then the one with what was filled above it.
    """
    try:
        return rule_set_of_files(files)
    except SettingsError:
        filled = _filled(files, delivered)
        if filled is None:
            raise
        return filled


def _filled(files: Mapping[str, str], delivered: Delivered) -> RuleSet | None:
    """Return a set with what it lacks; None where it lacks nothing that is delivered."""
    texts = {
        place.removeprefix(DATA_FOLDER).removesuffix(YAML): text
        for place, text in files.items()
        if place.endswith(YAML)
    }
    whole, places = completed(texts, delivered)
    if not places:
        return None
    added = {f"{DATA_FOLDER}{name}{YAML}": text for name, text in whole.items()}
    return replace(rule_set_of_files({**files, **added}), filled=places, written=dict(files))


def files_of(content: bytes) -> Mapping[str, str]:
    """Return the files that canonical bytes hold, by place, whatever stands in them.

    So rules of an earlier Mercat can be shown to the letter. Raises SettingsError where the bytes
    are no set, or a file lies where none belongs.
    """
    if len(content) > RULE_SET_BYTES_MAX:
        raise SettingsError(f"The rules are over {RULE_SET_BYTES_MAX:,} bytes; they are not taken.")
    try:
        document = json.loads(content)
        files = document["files"]
        is_ours = document["format"] == FORMAT and all(
            isinstance(text, str) for text in files.values()
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise SettingsError("These bytes are no set of rules; they were cut or changed.") from error
    if not is_ours:
        raise SettingsError(f"These bytes are no set of rules of the format {FORMAT}.")
    for place in files:
        _check_place(place, "")
    return {str(place): str(text) for place, text in files.items()}


def content_digest(content: bytes) -> str:
    """Return what a set's canonical bytes are known by: SHA-256, in hexadecimal."""
    return sha256(content).hexdigest()


def _check_place(place: str, folder: str) -> None:
    if not _PLACE.fullmatch(place) or (place.startswith(DATA_FOLDER) != place.endswith(YAML)):
        raise SettingsError(
            f"{folder}{place}: a rule lies at CONCERN/RULE/RULE.rego, its tests beside it, and "
            "data at data/NAME.yaml; no other files belong to a set."
        )


def _data(texts: Mapping[str, str], folder: str) -> dict[str, Any]:
    known = ", ".join(sorted(ALL_DATA))
    for name in sorted(texts.keys() - ALL_DATA.keys()):
        raise SettingsError(f"{folder}data: no rule reads {name}.yaml; files are {known}.")
    for name in sorted(ALL_DATA.keys() - texts.keys()):
        raise SettingsError(f"{folder}data/{name}.yaml: is missing; rules need {known}.")
    try:
        return {name: _parsed(name, texts[name]) for name in ALL_DATA}
    except SettingsError as error:
        raise SettingsError(str(error).replace(DATA_FOLDER, f"{folder}{DATA_FOLDER}")) from error


@lru_cache(maxsize=PARSED_MAX)
def _parsed(name: str, text: str) -> Mapping[str, Any]:
    """Return what a text holds; lists take most of a second, and most sets have the same ones."""
    return parse_yaml(text, ALL_DATA[name], f"{DATA_FOLDER}{name}{YAML}").model_dump(mode="json")
