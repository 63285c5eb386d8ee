"""Which high-impact acts a change of the rules would let go with less consent than before.

Each has a name that whoever agrees ticks by itself, so that nobody lets one through among others.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from services.policy.authority_data import TrustLevel
from services.policy.difference import Difference
from services.policy.rule_set import RuleSet

GUARDS: Final = (
    "authority/four_eyes",
    "authority/high_impact",
    "authority/live_grant",
    "authority/moderation",
    "authority/trust",
)
"""The rules that ask for consent; without one, or with another text, no act is sure to wait."""
LISTS: Final = {"modes": "mode", "kinds": "kind", "themes": "theme", "accounts": "account"}
EVERY_ACT: Final = "every act"
POSTS: Final = "posts with links elsewhere"
HIGH_IMPACT: Final = "every high-impact act"
CLASSES_MAX: Final = 200
_LEVELS: Final[tuple[TrustLevel, ...]] = get_args(TrustLevel)


def newly_allowed(before: RuleSet, after: RuleSet, between: Difference) -> tuple[str, ...]:
    """Return the names of the classes, in order."""
    return tuple(sorted(set(_classes(before, after, between))))[:CLASSES_MAX]


def _classes(before: RuleSet, after: RuleSet, between: Difference) -> Iterator[str]:
    if between.gate:
        yield EVERY_ACT
    for rule in (*between.removed, *between.changed):
        if rule in GUARDS:
            yield f"what {rule} holds"
    yield from _of_curators(before, after)
    old, new = _high_impact(before), _high_impact(after)
    for name, one in LISTS.items():
        for gone in set(old.get(name, ())) - set(new.get(name, ())):
            yield f"{one} {gone}"
    if old.get("posts_with_links_elsewhere") and not new.get("posts_with_links_elsewhere"):
        yield POSTS
    if old and (_count(old) > _count(new) or _roles(new) - _roles(old)):
        yield HIGH_IMPACT
    for name in sorted(before.data["approvals"]):
        if _weaker(before.data["approvals"][name], after.data["approvals"][name]):
            yield f"what waits by approvals.{name}"


def _of_curators(before: RuleSet, after: RuleSet) -> Iterator[str]:
    """Yield what curators and whoever is on the ladder of trust may newly do by themselves."""
    old, new = before.data["authority"], after.data["authority"]
    closed, opened = old["moderation"], new["moderation"]
    for kind in set(opened["kinds_open"]) - set(closed["kinds_open"]):
        yield f"kind {kind} by curators"
    for name in ("roles", "origins"):
        for gone in set(closed[name]) - set(opened[name]):
            yield f"moderation by {gone}"
    ladder, after_ladder = old["trust"], new["trust"]
    for gone in set(ladder["origins"]) - set(after_ladder["origins"]):
        yield f"what whoever speaks by {gone} begins with"
    if _LEVELS.index(after_ladder["begins"]) > _LEVELS.index(ladder["begins"]):
        yield f"beginning on level {after_ladder['begins']}"
    for section in ("moderation", "theme_unknown", "trust"):
        if _weaker(old[section]["need"], new[section]["need"]):
            yield f"what waits by authority.{section}"


def _high_impact(rule_set: RuleSet) -> Mapping[str, Any]:
    found: Mapping[str, Any] = rule_set.data["authority"].get("high_impact", {})
    return found


def _weaker(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return int(old["count"]) > int(new["count"])


def _count(high_impact: Mapping[str, Any]) -> int:
    return int(high_impact.get("need", {}).get("count", 0))


def _roles(high_impact: Mapping[str, Any]) -> set[str]:
    return set(high_impact.get("need", {}).get("roles", ()))
