"""The rules as the public reads them: what each stops, why, and what then happens, in plain words.

Title and description stand in the METADATA above a rule's package, which are written for everybody;
what happens and whose consent it takes is read from the rule and its data, so that it is what is
done. Words that are looked for, figures and the blocks above single objections stay inside.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from services.policy.bundle import Bundle
from services.policy.rule_trials import METADATA

WHYS_MAX: Final = 6
TEXT_LENGTH_MAX: Final = 1_000
GROUPS: Final[Mapping[str, str]] = {
    "authority": "Who may speak, and when",
    "answers": "Answers that are true and are kept",
    "privacy": "People's privacy",
    "respect": "Respect and fairness",
    "opinions": "Opinions that are not ours to give",
    "reading": "Words that everybody can read",
    "safety": "Safe links, and nothing hidden",
    "content": "What is said",
}
"""What the groups are called, in the order in which they are shown; others come behind them."""
ROLES: Final[Mapping[str, str]] = {
    "team-member": "a member of the team",
    "approver": "an approver",
    "governance": "a governance officer",
    "curator": "a guest writer",
    "duty-officer": "a duty officer",
    "auditor": "an auditor",
    "ops": "somebody who runs the system",
}
NUMBERS: Final[Mapping[int, str]] = {2: "two", 3: "three", 4: "four", 5: "five"}

_PACKAGE: Final = re.compile(r"^package\b", re.MULTILINE)
_COMMENT: Final = re.compile(r"(\"(?:\\.|[^\"\\\n])*\")|#[^\n]*")
_OBJECTION: Final = re.compile(r"^reasons contains .*?^\}", re.MULTILINE | re.DOTALL)
_SEVERITY: Final = re.compile(r'"severity":\s*"(deny|hold|advice)"')
_NEED: Final = re.compile(r'"need":')
_DATA: Final = re.compile(r"(?<![\w.])data\.mercat\.data((?:\.[a-z_][a-z0-9_]*)+)")
_CITED: Final = re.compile(r'"citation":\s*(?:"((?:\\.|[^"\\\n])*)"|([a-z_][a-z0-9_]*))')
_NAMED: Final = re.compile(r'^([a-z_][a-z0-9_]*) := "((?:\\.|[^"\\\n])*)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PublicRule:
    """One rule: `stops` says what it is against, `why` what it stands on, `then` what happens."""

    id: str
    title: str
    group: str
    stops: str
    why: tuple[str, ...]
    then: str


@dataclass(frozen=True, slots=True)
class PublicGroup:
    """Rules about one concern."""

    id: str
    title: str
    rules: tuple[PublicRule, ...]


def public_groups(bundle: Bundle) -> Sequence[PublicGroup]:
    """Return the rules of a bundle by concern, none left out."""
    rules = [_rule(bundle, rule) for rule in bundle.manifest]
    found = {rule.group for rule in rules}
    named = [*(group for group in GROUPS if group in found), *sorted(found - GROUPS.keys())]
    return [
        PublicGroup(
            group,
            GROUPS.get(group, _words(group)),
            tuple(rule for rule in rules if rule.group == group),
        )
        for group in named
    ]


def consent_words(need: Mapping[str, Any]) -> str:
    """Return whose consent a need is for, as the beginning of a sentence that `agrees` ends."""
    named = [ROLES.get(role, role) for role in need["roles"]]
    who = " or ".join((", ".join(named[:-1]), named[-1])) if len(named) > 1 else named[0]
    if need["count"] == 1:
        return f"{who} agrees"
    return f"{NUMBERS.get(need['count'], 'several')} people agree, each of them {who}"


def _rule(bundle: Bundle, rule: str) -> PublicRule:
    concern, name = rule.split("/")
    source = bundle.modules[f"{concern}/{name}/{name}.rego"]
    about = _about(source)
    custom = about.get("custom")
    group = custom.get("group") if isinstance(custom, dict) else None
    code = _COMMENT.sub(lambda found: found[1] or "", source)
    return PublicRule(
        id=rule,
        title=_text(about.get("title")) or _words(name),
        group=group if isinstance(group, str) and group in GROUPS else concern,
        stops=_text(about.get("description")),
        why=_citations(code),
        then=_then(code, bundle.data),
    )


def _about(source: str) -> Mapping[str, Any]:
    """Return what stands above a rule's package; nothing where it is no YAML."""
    package = _PACKAGE.search(source)
    above = METADATA.search(source[: package.start()]) if package else None
    if above is None:
        return {}
    lines = above[0].splitlines()[1:]
    try:
        found = yaml.safe_load(
            "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines)
        )
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _citations(code: str) -> tuple[str, ...]:
    named = dict(_NAMED.findall(code))
    cited = [text or named.get(name, "") for text, name in _CITED.findall(code)]
    texts = [_text(text.replace('\\"', '"')) for text in cited]
    return tuple(dict.fromkeys(text for text in texts if text))[:WHYS_MAX]


def _then(code: str, data: Mapping[str, Any]) -> str:
    """Return in a sentence or two what happens to what a rule objects to."""
    severities = set(_SEVERITY.findall(code))
    waits = list(dict.fromkeys(consent_words(need) for need in _needs(code, data)))
    lone = any(
        '"severity": "hold"' in found[0] and not _NEED.search(found[0])
        for found in _OBJECTION.finditer(code)
    )
    one, some = [], []
    if "deny" in severities:
        one.append("is never sent; nobody can let it go.")
        some.append("are never sent; nobody can let them go.")
    if "hold" in severities and waits:
        until = ", or until ".join(waits)
        one.append(f"waits until {until}.")
        some.append(f"wait until {until}.")
    if lone or ("hold" in severities and not waits):
        one.append("waits, and nobody's consent lets it go until the reason for it is gone.")
        some.append("wait, and nobody's consent lets them go until the reason for it is gone.")
    if not one:
        return "The draft goes out; whoever writes it is told."
    if len(one) == 1:
        return f"The draft {one[0]}"
    return " ".join(f"Some drafts {each}" for each in some)


def _needs(code: str, data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every consent that a rule asks for, as its data have it."""
    for path in dict.fromkeys(_DATA.findall(code)):
        found: Any = data
        for name in path[1:].split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        if isinstance(found, Mapping):
            need = found if {"roles", "count"} <= found.keys() else found.get("need")
            if isinstance(need, Mapping) and {"roles", "count"} <= need.keys():
                yield need


def _text(value: object) -> str:
    return " ".join(value.split())[:TEXT_LENGTH_MAX] if isinstance(value, str) else ""


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
