"""Which high-impact acts a change of the rules would let go with less consent than before.

Each has a name that whoever agrees ticks by itself, so that nobody lets one through among others.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.policy.difference import Difference
from services.policy.rule_set import RuleSet

GUARDS: Final = ("authority/four_eyes", "authority/high_impact")
"""The rules that ask for consent; without one, or with another text, no act is sure to wait."""
LISTS: Final = {"modes": "mode", "kinds": "kind", "themes": "theme", "accounts": "account"}
EVERY_ACT: Final = "every act"
POSTS: Final = "posts with links elsewhere"
HIGH_IMPACT: Final = "every high-impact act"
CLASSES_MAX: Final = 200


def newly_allowed(before: RuleSet, after: RuleSet, between: Difference) -> tuple[str, ...]:
    """Return the names of the classes, in order."""
    return tuple(sorted(set(_classes(before, after, between))))[:CLASSES_MAX]


def _classes(before: RuleSet, after: RuleSet, between: Difference) -> Iterator[str]:
    if between.gate:
        yield EVERY_ACT
    for rule in (*between.removed, *between.changed):
        if rule in GUARDS:
            yield f"what {rule} holds"
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


def _high_impact(rule_set: RuleSet) -> Mapping[str, Any]:
    found: Mapping[str, Any] = rule_set.data["authority"].get("high_impact", {})
    return found


def _weaker(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return int(old["count"]) > int(new["count"])


def _count(high_impact: Mapping[str, Any]) -> int:
    return int(high_impact.get("need", {}).get("count", 0))


def _roles(high_impact: Mapping[str, Any]) -> set[str]:
    return set(high_impact.get("need", {}).get("roles", ()))
