"""The sets of rules that are kept on record: what is in force, and what was before."""

from collections.abc import Mapping
from typing import Final, NamedTuple, cast

from services.policy.bundle import Bundle
from services.policy.rule_set import TEST, content_digest, files_of, rule_set_of
from services.runtime.effects import Key
from services.runtime.ports import Store

EARLIER_MAX: Final = 20
NUMBER_END: Final = 1 << 52


class KnownRules(NamedTuple):
    """The rules in force, and earlier ones by their revision."""

    in_force: Bundle
    earlier: Mapping[str, Bundle]


class KeptRules(NamedTuple):
    """The numbers that a revision was in force under, and its files by place, tests left out."""

    numbers: tuple[int, ...]
    files: Mapping[str, str]


def kept_rules(store: Store, revision: str) -> KeptRules | None:
    """Return the rules that a decision names by their revision, or None where they are not kept.

    What is kept otherwise than it was signed is not shown as what was in force.
    """
    rows = store.select("rule_revisions_of", (revision,))
    if not rows:
        return None
    key = Key("rule_contents", str(rows[-1]["content_id"]))
    kept = store.fetch([key])[key]
    content = None if kept is None else kept["content"]
    if not isinstance(content, bytes) or content_digest(content) != key.id:
        return None
    files = files_of(content)
    shown = {place: text for place, text in files.items() if not place.endswith(TEST)}
    return KeptRules(tuple(int(str(row["number"])) for row in rows), shown)


def known_rules(store: Store, shipped: Bundle) -> KnownRules:
    """Return the rules on record; `shipped` are in force where nothing else was put in force yet.

    Raises SettingsError where what is kept is no set of rules any more.
    """
    bundles: dict[str, Bundle] = {shipped.revision: shipped}
    for row in store.select("rule_revisions_before", (NUMBER_END, EARLIER_MAX)):
        key = Key("rule_contents", str(row["content_id"]))
        kept = store.fetch([key])[key]
        if kept is not None and row["revision"] not in bundles:
            bundle = rule_set_of(cast("bytes", kept["content"])).bundle
            bundles[bundle.revision] = bundle
    standing = store.select("rules_in_force")
    revision = str(standing[0]["revision"]) if standing else shipped.revision
    return KnownRules(bundles.get(revision, shipped), bundles)
