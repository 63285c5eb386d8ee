"""What everything that speaks stands on: keys, sealer, vault, rules, gate, platforms, ledger.

A process opens it once, and builds on it what it is for: the desk, the senders, the checkpoints.
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from services.bootstrap_foundation import Foundation
from services.bootstrap_rehearsal import workshop_of
from services.bootstrap_restored import take_in_restore
from services.bootstrap_rules import rules_of
from services.bootstrap_takeovers import takeover_parts_of
from services.policy.approval_counts import ApprovalCounts
from services.policy.bundle import Bundle
from services.policy.clearance import ApprovedActs
from services.policy.desk import SpeakingDesk
from services.policy.desk_work import DeskParts
from services.policy.draft_reader import DraftReader
from services.policy.file_checkpoints import (
    KEPT_ELSEWHERE,
    PROVES_NOTHING,
    CheckpointFolder,
    Checkpoints,
    CheckpointThread,
)
from services.policy.file_rule_set import delivered_data
from services.policy.file_rules_key import open_rules_key
from services.policy.file_rules_reached import KeptReached
from services.policy.judging import PLATFORMS
from services.policy.regopy_check import CheckedApart
from services.policy.system_sealer import SubjectSealer
from services.publish.house_platform import HousePlatform
from services.publish.hushed_platform import HushedPlatform
from services.publish.ledger import Ledger
from services.publish.sending import Sending
from services.publish.settlement import Settlement
from services.publish.system_vault import StoredVault
from services.publish.vault import ACCOUNT_PURPOSE, Secret, Vault, account_secret
from services.request_notes import RequestNotes
from services.route.theme_finder import ThemeFinder
from services.runtime.actor import PROGRAM
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote, account_chain
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.errors import StaleStateError
from services.runtime.gate import Engine
from services.runtime.platform import Platform
from services.runtime.ports import Commit, Guard, Lane
from services.settings import read_rules
from services.store.file_installation import Installation, open_installation
from services.store.file_keys import KeyFolder

ID_CHANCE_BYTES: Final = 10
NANOSECONDS_A_MILLISECOND: Final = 1_000_000
TOKEN_BYTES: Final = 32

FaultsOf = Callable[[Mapping[str, str]], Sequence[str]]
"""Says what is wrong with files that are proposed as rules."""


def fresh_id() -> str:
    """Return an id that nobody can guess, 32 hexadecimal characters; what is made later is larger.

    So lists ordered by id are in the order in which things were made.
    """
    return f"{time.time_ns() // NANOSECONDS_A_MILLISECOND:012x}{secrets.token_hex(ID_CHANCE_BYTES)}"


def fresh_token() -> str:
    """Return text that nobody can guess, for a token to be made of."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class SpeakingFoundation:
    """The parts by name. The rules in force, and their engine, are closed with it.

    `engine_of` gives an engine for a bundle; `waits` says that it is another's, which takes its
    rules when it does. `shared` says that other processes speak on the same database: then no key
    of a person is kept at hand, since another process may erase it. `faults_of` is put in place of
    the whole check of proposed rules by tests. Raises SettingsError where keys or rules are missing
    or wrong.
    """

    def __init__(
        self,
        foundation: Foundation,
        keys: KeyFolder,
        engine_of: Callable[[Bundle], Engine],
        *,
        shared: bool = False,
        waits: bool = False,
        faults_of: FaultsOf | None = None,
    ) -> None:
        settings, journal, clock = foundation.settings, foundation.journal, foundation.clock
        self.foundation = foundation
        self.settings = settings.speaking
        self.accounts = {account.id: account for account in settings.accounts}
        self.installation = open_installation(
            journal.store, journal, keys, to_epoch_ms(clock.now())
        )
        self.sealer = SubjectSealer(self.installation, journal.store, journal, shared=shared)
        self.notes = RequestNotes(self.sealer, journal.store, clock, self.sealer.citizen_subject)
        self.vault: Vault = StoredVault(self.installation.masters, journal.store, journal, clock)
        self.platforms = self._platforms()
        self.rules_key = open_rules_key(journal.store, keys, self.installation.id)
        self.reached = KeptReached(keys, self.installation.id)
        looks = CheckedApart()
        self.faults_of: FaultsOf = faults_of or looks
        self.rules = rules_of(
            foundation,
            self.sealer,
            self.rules_key,
            engine_of,
            self._reader,
            kept=self.reached,
            waits=waits,
        )
        self.workshop = workshop_of(foundation, keys, self.rules, looks, fresh_id)
        self.theme_of = ThemeFinder(
            settings.routing, lambda: read_rules(foundation.folder, settings)
        )
        self.approved = ApprovedActs(
            journal.store,
            self.rules,
            self.sealer,
            clock,
            self.settings,
            fresh_id,
            self.theme_of,
            zone=ZoneInfo(settings.body.zone),
        )
        self.ledger = Ledger(store=journal.store, journal=journal, sealer=self.sealer)

    def prepare(self) -> None:
        """Take in a restore, and keep a row and a credential for each account of the settings.

        One process at a time may do so: of two credentials, the house takes the later alone.
        """
        take_in_restore(self.foundation, self.sealer)
        self.register()
        self._enrol_on_house()

    def register(self) -> None:
        """Keep a row for each account; whoever comes second finds it done."""
        for account in self.accounts:
            with suppress(StaleStateError):
                self._register(account)

    @property
    def bundle(self) -> Bundle:
        """The rules in force here."""
        return self.rules.bundle

    def close(self) -> None:
        """End the rules and their engine: all there is to end where nothing was started."""
        self.workshop.close()
        self.rules.close()

    def credential(self, account: str) -> str:
        """Return an account's credential. Raises NotFoundError where the vault has none."""
        return self.vault.open(account_secret(account), ACCOUNT_PURPOSE).reveal()

    def _reader(self, bundle: Bundle) -> DraftReader:
        """Return what reads drafts by the lists and figures of a bundle."""
        own = {platform.facts.name: platform.facts for platform in self.platforms.values()}
        return DraftReader(
            self.settings.own,
            self.foundation.settings.body.languages,
            {**PLATFORMS, **own},
            lambda: bundle.lists,
            bundle.authority,
        )

    def _platforms(self) -> Mapping[str, Platform]:
        """Return each account's platform."""
        house = self.foundation.house
        if house is None:
            return {}
        handles = {account.id: account.handle for account in self.accounts.values()}
        platform = HousePlatform(
            house, handles, address=self.foundation.settings.house.address or ""
        )
        return dict.fromkeys(self.accounts, HushedPlatform(platform))

    def _register(self, account_id: str) -> None:
        """Keep a row for an account of the settings: what halts, grants and sendings lock."""
        account, now_ms = self.accounts[account_id], to_epoch_ms(self.foundation.clock.now())
        key = Key("accounts", account.id)
        before = self.foundation.journal.store.fetch([key])[key]
        version = None if before is None else before["version"]
        named = {"platform": account.platform, "name": account.name}
        if before is not None and all(before[name] == named[name] for name in named):
            return
        assert version is None or isinstance(version, int), "versions are whole numbers"
        # What the register says of an account is kept whole: only what settings name is written.
        row: Row = {
            "mode": "normal",
            "registered_at_ms": now_ms,
            **(before or {}),
            **named,
            "version": (version or 0) + 1,
            "changed_at_ms": now_ms,
        }
        note = AuditNote(
            chain=account_chain(account.id),
            kind="account.registered",
            actor=PROGRAM,
            subject=BODY_SUBJECT,
            payload={"name": account.name, "handle": account.handle},
            facts={"platform": account.platform},
        )
        commit = Commit(
            writes={key: row},
            lane=Lane.DECISION,
            guards=[Guard(key, version)],
            entries=[self.sealer.seal(note, now_ms)],
        )
        self.foundation.journal.commit(commit).result()

    def _enrol_on_house(self) -> None:
        """Give each house account a token that the vault holds.

        A crash between the two, or a house that was lost, is mended at the next start.
        """
        house = self.foundation.house
        for account in self.accounts.values():
            secret_id = account_secret(account.id)
            key = Key("vault_secrets", secret_id)
            if house is None:
                continue
            kept = self.foundation.journal.store.fetch([key])[key]
            if kept is not None and house.account(account.handle) is not None:
                continue
            token = house.enrol(account.handle, account.name)
            self.vault.put(secret_id, ACCOUNT_PURPOSE, Secret(token))


def desk_of(speaking: SpeakingFoundation, woken: Callable[[str], None]) -> SpeakingDesk:
    """Return the desk; `woken` is told the verb after anything was committed."""
    foundation = speaking.foundation
    return SpeakingDesk(
        DeskParts(
            store=foundation.journal.store,
            journal=foundation.journal,
            rules=speaking.rules,
            sealer=speaking.sealer,
            clock=foundation.clock,
            settings=speaking.settings,
            accounts=foundation.settings.accounts,
            fresh_id=fresh_id,
            fresh_token=fresh_token,
            subject_of=speaking.sealer.citizen_subject,
            woken=woken,
            faults_of=speaking.faults_of,
            themes=frozenset(foundation.settings.routing.theme_by_id),
            theme_of=speaking.theme_of,
            rules_key=speaking.rules_key,
            delivered=delivered_data(),
            reached=speaking.reached.read,
            zone=ZoneInfo(foundation.settings.body.zone),
            takeovers=takeover_parts_of(foundation),
            committed=ApprovalCounts(foundation.metrics),
        )
    )


def settlement_of(speaking: SpeakingFoundation, settled: Callable[[Sending], None]) -> Settlement:
    """Return what takes a person's word; `settled` is told the sending afterwards."""
    return Settlement(
        gate=speaking.approved,
        ledger=speaking.ledger,
        clock=speaking.foundation.clock,
        settled=settled,
    )


def checkpoints_of(
    foundation: Foundation,
    installation: Installation,
    may_write: Callable[[], bool] = lambda: True,
) -> CheckpointThread:
    """Return the thread that writes checkpoints, while this process is the one that may."""
    checkpoints = Checkpoints(
        installation,
        foundation.journal.store,
        foundation.journal,
        foundation.clock,
        _checkpoint_folder(foundation, installation),
    )
    return CheckpointThread(checkpoints, foundation.settings.speaking.checkpoint_seconds, may_write)


def _checkpoint_folder(
    foundation: Foundation, installation: Installation
) -> CheckpointFolder | None:
    named = foundation.settings.speaking.checkpoint_folder
    if named is not None:
        return CheckpointFolder(Path(named), installation, KEPT_ELSEWHERE)
    if foundation.settings.kind == "demonstration":
        return CheckpointFolder(foundation.folder / "checkpoints", installation, PROVES_NOTHING)
    return None
