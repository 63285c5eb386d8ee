"""A bundle: the rules and their data as one value, named by a digest of all that is in it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from schemas.verdict import RULES_MAX
from services.policy.authority_data import AuthorityData
from services.policy.rule_data import LIST_DATA
from services.reading.lists import WordLists
from services.runtime.errors import SettingsError

ENTRYPOINT: Final = "data.mercat.gate.answer"
GATE: Final = "gate/gate.rego"
SOURCE_BYTES_MAX: Final = 65_536
DATA_BYTES_MAX: Final = 1_000_000

_RULE_PATH: Final = re.compile(
    r"(?P<concern>[a-z][a-z0-9_]*)/(?P<rule>[a-z][a-z0-9_]*)/(?P=rule)\.rego"
)
PACKAGE: Final = re.compile(r"^package[ \t]+(?P<name>\S+)[ \t]*$", re.MULTILINE)
_NO_CODE: Final = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`]*`|#[^\n]*')
_OTHER_DATA: Final = re.compile(r"(?<![\w.])data\b(?!\.mercat\.data\b)")


@dataclass(frozen=True, slots=True)
class Bundle:
    """A numbered set of rules and data.

    `modules` are sources by their place (`content/length/length.rego`), `manifest` the ids of the
    rules in order: an answer that leaves one out is none. `data` are the files of `rules/data`:
    what rules see below `data.mercat.data`, and the lists that findings are made by.
    """

    revision: str
    manifest: tuple[str, ...]
    modules: Mapping[str, str]
    data: Mapping[str, Any]

    @property
    def documents(self) -> Mapping[str, Any]:
        """What an engine is to load beside the modules, as it stands below `data`."""
        seen = {name: each for name, each in self.data.items() if name not in LIST_DATA}
        rules = [[rule, *rule.split("/")] for rule in self.manifest]
        return {"mercat": {"data": seen, "bundle": {"revision": self.revision, "rules": rules}}}

    @property
    def authority(self) -> AuthorityData:
        """The figures of authority. Raises ValidationError where they are none."""
        return AuthorityData.model_validate(self.data["authority"])

    @property
    def lists(self) -> WordLists:
        """The lists that findings are made by. Raises ValidationError where they are none."""
        return WordLists.model_validate(
            {name: self.data[name] for name in LIST_DATA if name in self.data}
        )


def bundle_of(modules: Mapping[str, str], data: Mapping[str, Any]) -> Bundle:
    """Return the bundle of some sources and data.

    Raises SettingsError, naming the file, where a rule does not lie where its package says, looks
    at another rule, or something is over its bound: a rule that answered under another's name would
    pass for it, and one that leans on another cannot be tried alone.
    """
    if len(modules) - 1 > RULES_MAX:
        raise SettingsError(f"There are over {RULES_MAX} rules; a bundle holds that many at most.")
    if GATE not in modules:
        raise SettingsError(f"{GATE} is missing; without it the rules cannot be asked.")
    manifest = sorted(_rule_id(path, source) for path, source in modules.items() if path != GATE)
    _check_package(GATE, modules[GATE], "mercat.gate")
    content = json.dumps(
        {"modules": dict(modules), "data": dict(data)},
        sort_keys=True,
        ensure_ascii=True,
        allow_nan=False,
        separators=(",", ":"),
    )
    if len(json.dumps(dict(data))) > DATA_BYTES_MAX:
        raise SettingsError(f"The rules' data are over {DATA_BYTES_MAX:,} bytes; shorten them.")
    revision = sha256(content.encode("ascii")).hexdigest()
    return Bundle(revision, tuple(manifest), dict(modules), dict(data))


def _rule_id(path: str, source: str) -> str:
    place = _RULE_PATH.fullmatch(path)
    if place is None:
        raise SettingsError(f"{path}: a rule lies at CONCERN/RULE/RULE.rego, in small letters.")
    concern, rule = place["concern"], place["rule"]
    if len(source.encode()) > SOURCE_BYTES_MAX:
        raise SettingsError(f"{path}: is over {SOURCE_BYTES_MAX:,} bytes; split it into rules.")
    _check_package(path, source, f"mercat.rules.{concern}.{rule}")
    if _OTHER_DATA.search(_NO_CODE.sub("", source)):
        raise SettingsError(
            f"{path}: a rule sees input and data.mercat.data alone; it must not look at another."
        )
    return f"{concern}/{rule}"


def _check_package(path: str, source: str, expected: str) -> None:
    packages = PACKAGE.findall(source)
    if packages != [expected]:
        found = ", ".join(packages) or "none"
        raise SettingsError(f"{path}: its package must be {expected}; it is {found}.")
