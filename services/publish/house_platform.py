"""The house platform as a platform like any other: acts go in, replies and own acts come out."""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from services.house.faults import Fault, HouseFaults, faults_from
from services.house.rules import KINDS_THAT_POST
from services.house.sqlite_house import House
from services.house.threads import TEXT_LENGTH_MAX, HouseAct, HouseActKind
from services.runtime.account_state import AccountState, state_of_lists
from services.runtime.errors import (
    PlatformUnavailableError,
    RejectError,
    RetryLaterError,
    StorageRefusedError,
)
from services.runtime.platform import (
    Deferred,
    OwnAct,
    Performed,
    PlatformFacts,
    PlatformReply,
    PlatformRequest,
    Refused,
    Unclear,
)

NAME: Final = "house"
FAULTS_VARIABLE: Final = "MERCAT_TEST_HOUSE_FAULTS"
EDITED_MARK: Final = " (edited)"

_BEFORE: Final[Mapping[Fault, str]] = {
    "time-out-before": "the house platform did not answer in time",
    "failure-before": "the house platform failed (500)",
}
_AFTER: Final[Mapping[Fault, str]] = {
    "time-out-after": "the house platform did not answer in time",
    "failure-after": "the house platform failed (500)",
}


class HousePlatform:
    """The house platform, spoken to in this process.

    `handles` maps the body's account ids to their handles there. `address` begins every link, as
    `https://mercat.council.example` does; empty, links begin at the console's root. `faults` are
    for tests; a process whose environment names a JSON file in `MERCAT_TEST_HOUSE_FAULTS` reads
    them there, anew whenever the file changed.
    """

    def __init__(
        self,
        house: House,
        handles: Mapping[str, str],
        *,
        address: str = "",
        faults: HouseFaults | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._house = house
        self._handles = dict(handles)
        self._address = address.rstrip("/")
        self._faults = faults or HouseFaults()
        self._pause = pause
        named = os.environ.get(FAULTS_VARIABLE)
        self._faults_path = None if named is None else Path(named)
        self._faults_read = ""

    @property
    def facts(self) -> PlatformFacts:
        """What is so of this platform."""
        faults = self._faults_now()
        return PlatformFacts(
            name=NAME,
            length_kind="characters",
            length_max=TEXT_LENGTH_MAX,
            takes_keys=faults.takes_keys,
            reads_back=faults.reads_back,
        )

    def perform(
        self, request: PlatformRequest, credential: str, timeout_seconds: float
    ) -> PlatformReply:
        """Carry an act out."""
        faults = self._faults_now()
        fault = faults.next_fault()
        late = faults.slow_seconds > timeout_seconds
        if faults.slow_seconds > 0:
            self._pause(min(faults.slow_seconds, timeout_seconds))
        if fault in _BEFORE:
            return Unclear(_BEFORE[fault])
        if fault == "busy":
            return Deferred(faults.wait_seconds, "the house platform is busy (429)")
        if fault == "refuse":
            return Refused("the house platform will not take this")
        if fault in ("parent-edited", "parent-gone"):
            self._change_parent(request, fault)
        reply = self._carried_out(request, credential, takes_keys=faults.takes_keys)
        if fault in _AFTER:
            return Unclear(_AFTER[fault])
        return Unclear("the house platform did not answer in time") if late else reply

    def own_acts(
        self, account: str, credential: str, since: datetime, limit: int
    ) -> Sequence[OwnAct]:
        """Return what the account did since a moment, newest first, `limit` at most.

        Moderation and edits are among them. Raises PlatformUnavailableError where the platform
        cannot be read now. What anybody may read there needs no credential.
        """
        del credential
        if not self._faults_now().reads_back:
            raise PlatformUnavailableError("the house platform does not list what accounts did")
        try:
            deeds = self._house.own_acts(self._handles[account], since, limit)
        except StorageRefusedError as error:
            raise PlatformUnavailableError(f"the house platform cannot be read: {error}") from error
        return [
            OwnAct(
                remote_id=deed.remote_id,
                kind=deed.kind,
                text=deed.text,
                target=deed.target,
                at=deed.at,
                key=deed.key,
                link=self._link(deed.kind, deed.thread_id, deed.remote_id, deed.target),
            )
            for deed in deeds
        ]

    def state_of(self, account: str, credential: str, limit: int) -> AccountState:
        """Return how the account stands; nothing is ever scheduled here.

        Raises PlatformUnavailableError where the platform cannot be read now, or not with this
        credential.
        """
        if not self._faults_now().reads_back:
            raise PlatformUnavailableError("the house platform does not list what accounts have")
        try:
            found = self._house.lists(self._handles[account], credential, limit)
        except StorageRefusedError as error:
            raise PlatformUnavailableError(f"the house platform cannot be read: {error}") from error
        if found is None:
            raise PlatformUnavailableError(
                f"the house platform does not know {account} by the token that the vault has"
            )
        profile, lists = found
        return state_of_lists(profile, lists, limit)

    def _carried_out(
        self, request: PlatformRequest, credential: str, *, takes_keys: bool
    ) -> PlatformReply:
        content = request.content
        handle = self._handles.get(request.account)
        if handle is None:
            return Refused(f"the house platform has no account for {request.account}")
        act = HouseAct(
            kind=content.kind,
            text=content.text,
            language=content.language,
            media=content.media,
            target=content.target,
        )
        try:
            key = request.key if takes_keys else None
            done = self._house.carry_out(handle, act, credential, key)
        except RejectError as error:
            return Refused(str(error))
        except RetryLaterError as error:
            # A disk that refuses at the very end may have kept it all the same.
            return Unclear(str(error))
        link = self._link(content.kind, done.thread_id, done.remote_id, content.target)
        return Performed(done.remote_id, link, done.at)

    def _change_parent(self, request: PlatformRequest, fault: Fault) -> None:
        """Have a person's post changed or removed, as that person could do at this moment."""
        post = self._house.post(request.content.target or "")
        if post is None or post.deleted:
            return
        if fault == "parent-gone":
            act = HouseAct("delete", target=post.id)
        else:
            text = (post.text + EDITED_MARK)[-TEXT_LENGTH_MAX:]
            act = HouseAct("edit", text=text, target=post.id)
        self._house.carry_out(post.author, act)

    def _link(
        self, kind: HouseActKind, thread_id: str | None, remote_id: str, target: str | None
    ) -> str | None:
        """Return where an act can be seen: its own post, or the post it was done to."""
        if thread_id is None:
            return None
        post_id = remote_id if kind in KINDS_THAT_POST else target
        return f"{self._address}/house/threads/{thread_id}#post-{post_id}"

    def _faults_now(self) -> HouseFaults:
        if self._faults_path is not None and self._faults_path.is_file():
            content = self._faults_path.read_text("utf-8")
            if content != self._faults_read:
                self._faults = faults_from(json.loads(content))
                self._faults_read = content
        return self._faults
