"""The lists of claims and tone that come with Mercat, and what they find in a text."""

from functools import cache

from services.policy.file_rule_set import RULES
from services.reading.claim_lists import ClaimLists
from services.reading.claim_wording import ClaimWording
from services.reading.promises import PromiseFinder
from services.reading.shadow import Shadow
from services.reading.timescales import timescales_in
from services.reading.worded import DraftSetting
from services.runtime.file_yaml import read_yaml


@cache
def claim_lists() -> ClaimLists:
    """Return the lists."""
    return read_yaml(RULES / "data" / "claims.yaml", ClaimLists)


@cache
def promise_finder() -> PromiseFinder:
    """Return the finder of promises by these lists."""
    return PromiseFinder(claim_lists())


@cache
def _wording() -> ClaimWording:
    return ClaimWording(claim_lists())


def timed(text: str) -> list[bool]:
    """Return for each promise of a text whether it has a timescale."""
    shadow = Shadow(text)
    found = promise_finder().find(shadow, timescales_in(shadow))
    return [promise.has_timescale for promise in found]


def families(text: str) -> set[str]:
    """Return the families of claims and tone that a text belongs to."""
    return {worded.family for worded in _wording().find(Shadow(text), DraftSetting())}
