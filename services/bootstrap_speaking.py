"""The speaking half wired onto a running Mercat: desk, gate, audit, vault, platforms, senders."""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from services.bootstrap_foundation import Foundation
from services.bootstrap_restored import take_in_restore
from services.policy.clearance import ApprovedActs
from services.policy.configuration import AccountSettings
from services.policy.desk import SpeakingDesk
from services.policy.desk_work import DeskParts
from services.policy.draft_reader import DraftReader
from services.policy.embedded_checkpoints import CheckpointFolder, Checkpoints, CheckpointThread
from services.policy.embedded_sealer import EmbeddedSealer
from services.policy.file_bundle import read_bundle
from services.policy.gate import EngineGate
from services.policy.regopy_engine import RegopyEngine
from services.publish.embedded_sender import SenderRunner
from services.publish.embedded_vault import EmbeddedVault
from services.publish.house_platform import HousePlatform
from services.publish.hushed_platform import HushedPlatform
from services.publish.ledger import Ledger
from services.publish.restored import RestoredAccount
from services.publish.settlement import Settlement
from services.publish.vault import ACCOUNT_PURPOSE, Secret, Vault, account_secret
from services.request_notes import RequestNotes
from services.runtime.actor import OPERATOR, PROGRAM
from services.runtime.audit_entry import BODY_SUBJECT, AuditNote, account_chain
from services.runtime.clock import to_epoch_ms
from services.runtime.effects import Key, Row
from services.runtime.gate import Engine
from services.runtime.platform import Platform
from services.runtime.ports import Commit, Guard, Lane
from services.store.file_installation import open_installation
from services.store.file_keys import KeyFolder
from services.store.file_tokens import SavedTokens
from services.town.people import orders

ID_CHANCE_BYTES: Final = 10
NANOSECONDS_A_MILLISECOND: Final = 1_000_000
TOKEN_BYTES: Final = 32
DEMONSTRATION_NOTE: Final = (
    "This copy lies on the same machine as the data, so it proves nothing: whoever can change the "
    "one can change the other. A real body names a folder elsewhere in speaking.checkpoint_folder."
)
NOTE: Final = "Copies of the audit's signed checkpoints. Keep them where nobody can change them."


def fresh_id() -> str:
    """Return an id that nobody can guess, 32 hexadecimal characters; what is made later is larger.

    So lists ordered by id are in the order in which things were made.
    """
    return f"{time.time_ns() // NANOSECONDS_A_MILLISECOND:012x}{secrets.token_hex(ID_CHANCE_BYTES)}"


def fresh_token() -> str:
    """Return text that nobody can guess, for a token to be made of."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class EmbeddedSpeaking:
    """Everything that speaks, of a Mercat in one process.

    Raises SettingsError where keys or rules are missing or wrong. `engine` is put in place of
    regopy's by tests.
    """

    def __init__(
        self,
        foundation: Foundation,
        keys: KeyFolder,
        *,
        save_token: Callable[[str, str], None] | None = None,
        engine: Engine | None = None,
    ) -> None:
        settings = foundation.settings
        journal, clock = foundation.journal, foundation.clock
        self._foundation = foundation
        self._speaking = settings.speaking
        self._accounts = {account.id: account for account in settings.accounts}
        self.installation = open_installation(
            journal.store, journal, keys, to_epoch_ms(clock.now())
        )
        self.sealer = EmbeddedSealer(self.installation, journal.store, journal)
        take_in_restore(foundation, self.sealer)
        self.notes = RequestNotes(self.sealer, journal.store, clock, self.sealer.citizen_subject)
        self._vault: Vault = EmbeddedVault(self.installation.masters, journal.store, journal, clock)
        bundle = read_bundle()
        self.bundle = bundle
        self._engine = engine or RegopyEngine(bundle, seconds_max=self._speaking.gate_seconds_max)
        self.gate = EngineGate(self._engine, bundle)
        self.platforms = self._platforms()
        reader = DraftReader(
            self._speaking.own,
            settings.body.languages,
            {platform.facts.name: platform.facts for platform in self.platforms.values()},
        )
        self.approved = ApprovedActs(
            journal.store, self.gate, self.sealer, clock, self._speaking, reader, fresh_id
        )
        self.desk = SpeakingDesk(
            DeskParts(
                store=journal.store,
                journal=journal,
                gate=self.gate,
                sealer=self.sealer,
                clock=clock,
                settings=self._speaking,
                accounts=settings.accounts,
                reader=reader,
                fresh_id=fresh_id,
                fresh_token=fresh_token,
                subject_of=self.sealer.citizen_subject,
                woken=self._woken,
                themes=frozenset(settings.routing.theme_by_id),
            )
        )
        ledger = Ledger(store=journal.store, journal=journal, sealer=self.sealer)
        self.senders = tuple(self._sender(account, ledger) for account in settings.accounts)
        self.settle = Settlement(
            gate=self.approved, ledger=ledger, clock=clock, settled=lambda _account: self._wake()
        )
        self._checkpoints = CheckpointThread(
            Checkpoints(self.installation, journal.store, journal, clock, self._folder()),
            self._speaking.checkpoint_seconds,
        )
        self._register_accounts()
        self._enrol_on_house()
        if settings.kind == "demonstration" and save_token is not None:
            self._set_to_work(save_token)

    def start(self) -> None:
        """Begin to send what is approved, and to write checkpoints."""
        for sender in self.senders:
            sender.start()
        self._checkpoints.start()

    def stop(self) -> None:
        """End once what is on its way has ended and is written down."""
        for sender in self.senders:
            sender.stop()
        self._checkpoints.stop()
        self.close()

    def close(self) -> None:
        """End the engine: all there is to end where nothing was started."""
        self._engine.close()

    def crash(self) -> BaseException | None:
        """Return the bug that ended a sender, if one did."""
        return next((each.crashed_with for each in self.senders if each.crashed_with), None)

    def _woken(self, verb: str) -> None:
        if verb == "halt":
            for sender in self.senders:
                sender.halted()
        self._wake()

    def _wake(self) -> None:
        for sender in self.senders:
            sender.wake()

    def _platforms(self) -> Mapping[str, Platform]:
        """Return each account's platform."""
        house = self._foundation.house
        if house is None:
            return {}
        handles = {account.id: account.handle for account in self._accounts.values()}
        platform = HousePlatform(
            house, handles, address=self._foundation.settings.house.address or ""
        )
        return dict.fromkeys(self._accounts, HushedPlatform(platform))

    def _sender(self, account: AccountSettings, ledger: Ledger) -> SenderRunner:
        platform, clock = self.platforms[account.id], self._foundation.clock
        restored = RestoredAccount(
            account.id,
            platform,
            store=self._foundation.journal.store,
            ledger=ledger,
            gate=self.approved,
            sealer=self.sealer,
            clock=clock,
            credential=self._credential,
        )
        return SenderRunner(
            account.id,
            platform,
            gate=self.approved,
            ledger=ledger,
            clock=clock,
            metrics=self._foundation.metrics,
            credential=self._credential,
            platform_seconds_max=self._speaking.platform_seconds_max,
            restored=restored,
        )

    def _credential(self, account: str) -> str:
        return self._vault.open(account_secret(account), ACCOUNT_PURPOSE).reveal()

    def _folder(self) -> CheckpointFolder | None:
        named = self._speaking.checkpoint_folder
        if named is not None:
            return CheckpointFolder(Path(named), self.installation, NOTE)
        if self._foundation.settings.kind == "demonstration":
            beside = self._foundation.folder / "checkpoints"
            return CheckpointFolder(beside, self.installation, DEMONSTRATION_NOTE)
        return None

    def _register_accounts(self) -> None:
        """Keep a row for each account of the settings: what halts, grants and sendings lock."""
        store, journal = self._foundation.journal.store, self._foundation.journal
        now_ms = to_epoch_ms(self._foundation.clock.now())
        for account in self._accounts.values():
            key = Key("accounts", account.id)
            before = store.fetch([key])[key]
            version = None if before is None else before["version"]
            named = {"platform": account.platform, "name": account.name}
            if before is not None and all(before[name] == named[name] for name in named):
                continue
            assert version is None or isinstance(version, int), "versions are whole numbers"
            row: Row = {
                **named,
                "mode": "normal" if before is None else before["mode"],
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
            journal.commit(
                Commit(
                    writes={key: row},
                    lane=Lane.DECISION,
                    guards=[Guard(key, version)],
                    entries=[self.sealer.seal(note, now_ms)],
                )
            ).result()

    def _enrol_on_house(self) -> None:
        """Give each house account a token that the vault holds.

        A crash between the two, or a house that was lost, is mended at the next start.
        """
        house = self._foundation.house
        for account in self._accounts.values():
            secret_id = account_secret(account.id)
            key = Key("vault_secrets", secret_id)
            if house is None:
                continue
            kept = self._foundation.journal.store.fetch([key])[key]
            if kept is not None and house.account(account.handle) is not None:
                continue
            token = house.enrol(account.handle, account.name)
            self._vault.put(secret_id, ACCOUNT_PURPOSE, Secret(token))

    def _set_to_work(self, save_token: Callable[[str, str], None]) -> None:
        """Give the sample town its people, once, each with a token kept for the command line."""
        store = self._foundation.journal.store
        steps: Sequence[tuple[str, Mapping[str, object]]] = list(orders())
        for verb, arguments in steps:
            login = str(arguments["login"])
            known = store.select("person_by_login", (login,))
            if verb == "add-person" and known:
                continue
            if verb == "give-grant" and store.select("grants_of_person", (known[0]["id"],)):
                continue
            if verb == "issue-token" and store.select("tokens_of_person", (known[0]["id"],)):
                continue
            reply = self.desk.carry_out(verb, arguments, OPERATOR)
            if verb == "issue-token":
                save_token(login, str(reply["token"]))


def open_speaking(foundation: Foundation, keys: KeyFolder) -> EmbeddedSpeaking:
    """Return the speaking half of a running Mercat; the sample town's people get their tokens."""
    tokens = SavedTokens(keys, foundation.folder)
    return EmbeddedSpeaking(foundation, keys, save_token=tokens.save)
