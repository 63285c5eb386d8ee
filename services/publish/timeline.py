"""Tells which acts that an account's platform shows are accounted for by no sending of ours.

A sending is committed before its platform is asked. So what is read of the platform first, and held
against the sendings after, has its sending whatever became of the process in between.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from schemas.act import ActContent
from services.publish.matching import candidates, looks_like, reaches_back
from services.publish.sending import Sending, sending_of
from services.publish.steps import SKEW_MS
from services.runtime.clock import from_epoch_ms, to_epoch_ms
from services.runtime.platform import OwnAct, Platform, PlatformFacts
from services.runtime.ports import Store

LISTED_MAX: Final = 400
WITHOUT_ID_MAX: Final = 2_000
KNOWN_MAX: Final = 5_000
IN_DOUBT: Final = frozenset({"sending", "unknown", "deferred"})


class Unaccounted(NamedTuple):
    """What no sending accounts for, the oldest first.

    `trouble` says why nothing could be told; `whole` whether the platform listed all there was.
    """

    acts: Sequence[OwnAct]
    trouble: str | None = None
    whole: bool = True


class OwnTimelines:
    """Reads accounts back, each on its platform, and holds what they did against the sendings.

    `credential` gives an account's; `content_of` what an act says. What was found accounted for is
    remembered, so that a look costs one query for each act that is new.
    """

    def __init__(
        self,
        store: Store,
        platform_of: Callable[[str], Platform | None],
        credential: Callable[[str], str],
        content_of: Callable[[str], ActContent],
    ) -> None:
        self._store = store
        self._platform_of = platform_of
        self._credential = credential
        self._content_of = content_of
        self._known: dict[str, set[str]] = {}

    def unaccounted(self, account: str, since_ms: int) -> Unaccounted:
        """Return what an account did since a moment that no sending can have been.

        What may be a sending in doubt waits until that is settled. Raises
        PlatformUnavailableError where the account cannot be read, and RejectError where there is no
        credential for it: what cannot be read is never told as empty.
        """
        platform = self._platform_of(account)
        if platform is None:
            return Unaccounted((), "it is on no platform that can be read from here")
        if not platform.facts.reads_back:
            return Unaccounted((), "its platform does not list what accounts did")
        credential, since = self._credential(account), from_epoch_ms(since_ms)
        acts = platform.own_acts(account, credential, since, LISTED_MAX)
        strange = self._strange(account, acts, since_ms, platform.facts)
        if strange is None:
            return Unaccounted((), "too many of its acts are in doubt to tell what is ours")
        return Unaccounted(strange[::-1], whole=reaches_back(acts, since_ms, LISTED_MAX))

    def _strange(
        self, account: str, acts: Sequence[OwnAct], since_ms: int, facts: PlatformFacts
    ) -> list[OwnAct] | None:
        """Return what is accounted for by nothing, or None where that cannot be told."""
        known = self._known.setdefault(account, set())
        if len(known) > KNOWN_MAX:
            known.clear()
        new = [act for act in acts if act.remote_id not in known]
        left = [act for act in new if not self._is_ours(account, act)]
        known |= {act.remote_id for act in new} - {act.remote_id for act in left}
        if not left:
            return []
        # A try that is over began no earlier than its act was done, give or take what clocks differ
        # by and what a platform may take to answer.
        asked = (account, since_ms - 2 * SKEW_MS, WITHOUT_ID_MAX)
        rows = self._store.select("sendings_without_id", asked)
        if len(rows) >= WITHOUT_ID_MAX:
            return None
        sendings = [sending_of(str(row["id"]), row) for row in rows]
        said = [(sending, self._content_of(sending.act_id)) for sending in sendings]
        left = [act for act in left if not any(_may_be(act, *each, facts) for each in said)]
        # Whatever ended in between has its platform's id by now.
        return [act for act in left if not self._is_ours(account, act)]

    def _is_ours(self, account: str, act: OwnAct) -> bool:
        if self._store.select("sendings_by_remote_id", (account, act.remote_id)):
            return True
        keyed = act.key is not None and self._store.select("sendings_by_key", (account, act.key))
        return bool(keyed)


def _may_be(act: OwnAct, sending: Sending, content: ActContent, facts: PlatformFacts) -> bool:
    """Return whether something that was done can be a sending that has no id there."""
    if act.key is not None:
        return act.key == sending.request_key
    if sending.state in IN_DOUBT:
        since_ms = sending.begun_at_ms if sending.doubt_since_ms is None else sending.doubt_since_ms
        return to_epoch_ms(act.at) >= since_ms - SKEW_MS and looks_like(act, content)
    return bool(candidates(sending, content, (act,), facts))
