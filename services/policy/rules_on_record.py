"""The sets of rules that are kept on record: what is in force, and what was before."""

from collections.abc import Mapping
from typing import Final, NamedTuple, cast

from services.policy.bundle import Bundle
from services.policy.rule_sections import Delivered
from services.policy.rule_set import TEST, RuleSet, content_digest, files_of, rule_set_of
from services.policy.rules_filled import filled_on_record
from services.policy.signed_rules import content_key
from services.runtime.effects import Key
from services.runtime.errors import RetryLaterError, SettingsError
from services.runtime.ports import Store

EARLIER_MAX: Final = 20
NUMBER_END: Final = 1 << 52
NOT_WHOLE: Final = "These rules are not kept whole; see `mercat doctor`."


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

    Where some of it was filled in, they are told with that, as they were asked. What is kept
    otherwise than it was signed is not shown as what was in force.
    """
    rows = store.select("rule_revisions_of", (revision,))
    filled = None if rows else filled_on_record(store, revision)
    if filled is not None:
        numbers: tuple[int, ...] = (filled.number,)
        content_id = filled.content_id
    elif rows:
        numbers = tuple(int(str(row["number"])) for row in rows)
        content_id = str(rows[-1]["content_id"])
    else:
        return None
    key = Key("rule_contents", content_id)
    kept = store.fetch([key])[key]
    content = None if kept is None else kept["content"]
    if not isinstance(content, bytes) or content_digest(content) != key.id:
        return None
    files = files_of(content)
    shown = {place: text for place, text in files.items() if not place.endswith(TEST)}
    return KeptRules(numbers, shown)


def whole_rules(store: Store, content_id: str, delivered: Delivered) -> RuleSet:
    """Return a kept set as it is asked, with what it lacks filled from what is delivered.

    Raises RetryLaterError where it is not kept whole, or cannot be read.
    """
    key = content_key(content_id)
    kept = store.fetch([key])[key]
    if kept is None or not isinstance(kept["content"], bytes):
        raise RetryLaterError(NOT_WHOLE)
    try:
        return rule_set_of(kept["content"], delivered)
    except SettingsError as error:
        raise RetryLaterError(f"{NOT_WHOLE} This Mercat cannot read them: {error}") from error


def known_rules(store: Store, shipped: Bundle, delivered: Delivered) -> KnownRules:
    """Return the rules on record; `shipped` are in force where nothing else was put in force yet.

    What is `delivered` fills what earlier ones lack, so that like is compared with like: they are
    known by the revision that was signed, and by that of what is asked now. Raises SettingsError
    where what is kept is no set of rules any more.
    """
    bundles: dict[str, Bundle] = {shipped.revision: shipped}
    for row in store.select("rule_revisions_before", (NUMBER_END, EARLIER_MAX)):
        key = Key("rule_contents", str(row["content_id"]))
        kept = store.fetch([key])[key]
        if kept is not None and row["revision"] not in bundles:
            bundle = rule_set_of(cast("bytes", kept["content"]), delivered).bundle
            bundles[bundle.revision] = bundles[str(row["revision"])] = bundle
    standing = store.select("rules_in_force")
    revision = str(standing[0]["revision"]) if standing else shipped.revision
    return KnownRules(bundles.get(revision, shipped), bundles)
