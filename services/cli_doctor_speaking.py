"""What `mercat doctor` says of speaking: the audit, the keys, the rules, accounts, what waits."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from services.cli_options import keys_of
from services.cli_store import store_of
from services.runtime.counting import counted
from services.runtime.errors import MercatError
from services.settings import DATABASE_NAME, BodySettings, EnvironmentSettings

if TYPE_CHECKING:
    from services.runtime.ports import Store

SPEAKING_SCHEMA: Final = 4
INCIDENT_SCHEMA: Final = 16
BELL_SCHEMA: Final = 18
ENTRIES_MAX: Final = 20_000
OTHERS: Final = 0o077
LATE_TIMES: Final = 10
INCIDENTS_MAX: Final = 100
UNREAD_MS_MAX: Final = 600_000
PROBE: Final = "Thank you for telling us. We will look at it by Friday."
PROBE_SECONDS_MAX: Final = 30.0

State = Literal["ok", "warning", "fault"]


class Line(NamedTuple):
    """One thing looked at: how it is, and what to do where it is not well."""

    name: str
    state: State
    sentence: str


def speaking_lines(
    folder: Path, environment: EnvironmentSettings, settings: BodySettings, now_ms: int
) -> Iterator[Line]:
    """Yield a line for everything that speaking stands on."""
    from services.store.sqlite_connection import open_reader
    from services.store.sqlite_schema import schema_version

    yield _rules()
    if not (folder / DATABASE_NAME).is_file():
        return
    reader = open_reader(folder / DATABASE_NAME)
    try:
        version = schema_version(reader)
    finally:
        reader.close()
    if version < SPEAKING_SCHEMA:
        yield Line("audit", "ok", "none yet; it comes with the next `mercat run`")
        return
    with store_of(folder, environment) as store:
        yield from store_lines(folder, environment, settings, store, now_ms)
        if version >= INCIDENT_SCHEMA:
            yield from incident_lines(store, now_ms)
            yield break_glass_line(store, now_ms)
        if version >= BELL_SCHEMA:
            yield from bell_lines(store, settings, now_ms)


def store_lines(
    folder: Path,
    environment: EnvironmentSettings,
    settings: BodySettings,
    store: "Store",
    now_ms: int,
) -> Iterator[Line]:
    """Yield a line for everything that a body's store and keys hold of speaking."""
    if not store.select("audit_heads"):
        yield Line("audit", "ok", "none yet; it comes with the first start of what speaks")
        return
    yield _audit(folder, environment, store)
    yield _checkpoint(store, settings, now_ms)
    yield _keys(environment)
    yield from _rules_in_force(environment, store)
    yield _accounts(store, settings)
    yield _register(store)
    yield from _waiting(store)
    yield from _restored(store)


def incident_lines(store: "Store", now_ms: int) -> Iterator[Line]:
    """Yield whether an incident is open, and whether every timeline is read back."""
    opened = store.select("incidents_in_state", ("open", INCIDENTS_MAX))
    if opened:
        accounts = ", ".join(sorted({str(row["account"]) for row in opened}))
        sentence = f"{accounts}: something is there that nobody sent; see `mercat incidents list`"
        yield Line("incidents", "fault", sentence)
    rows = store.select("timelines")
    if not rows:
        yield Line("timelines", "ok", "none was read back yet; that begins with `mercat run`")
        return
    late = [row for row in rows if now_ms - int(str(row["read_at_ms"] or 0)) > UNREAD_MS_MAX]
    for row in late:
        why = str(row["trouble"] or "nobody looked; is Mercat running?")
        yield Line("timelines", "warning", f"{row['id']!s} was not read back for long: {why}")
    if not late:
        yield Line("timelines", "ok", f"{counted(len(rows), 'account')} read back")


def break_glass_line(store: "Store", now_ms: int) -> Line:
    """Return whether broken glass was looked at in time, and when it was last practised."""
    from services.runtime.clock import from_epoch_ms

    (last,) = store.select("glass_drill_last")
    at_ms = last["at_ms"]
    practised = f"{from_epoch_ms(at_ms):%d %B %Y}" if isinstance(at_ms, int) else "never"
    overdue = store.select("glass_reviews_overdue", (now_ms,))
    if overdue:
        wait = counted(len(overdue), "review is", "reviews are")
        sentence = f"{wait} overdue; see `mercat break-glass list`"
        return Line("broken glass", "warning", sentence)
    return Line("broken glass", "ok", f"no review is overdue; last practised: {practised}")


def bell_lines(store: "Store", settings: BodySettings, now_ms: int) -> Iterator[Line]:
    """Yield how each way is by which people are told; an inbox needs none."""
    from services.policy.bell_reading import ways_told

    if not settings.bells.channels:
        yield Line("bells", "ok", "stay in people's inboxes; the settings name no way to send them")
        return
    for each in ways_told(store, settings.bells.channels, now_ms):
        state: State = "ok" if each.working else "warning"
        yield Line("bells", state, f"by {each.channel}: {each.sentence}")


def _rules_in_force(environment: EnvironmentSettings, store: "Store") -> Iterator[Line]:
    """Hold the rules in force against their signature and number; say what they lack."""
    from services.policy.file_rule_set import delivered_data
    from services.policy.file_rules_key import read_rules_key
    from services.policy.rules_filled import filled_sentence
    from services.policy.signed_rules import IN_FORCE, content_key, revision_key, verified_rules
    from services.store.file_installation import read_installation

    row = store.fetch([IN_FORCE])[IN_FORCE]
    if row is None:
        yield Line("rules", "ok", "none in force yet; they come with the next `mercat run`")
        return
    number, revision = int(str(row["number"])), str(row["revision"])[:12]
    place = revision_key(number)
    signed = store.fetch([place])[place]
    content = None
    if signed is not None:
        kept = content_key(str(signed["content_id"]))
        content = store.fetch([kept])[kept]
    last = store.select("rule_revision_last")
    try:
        keys = keys_of(environment)
        key = read_rules_key(keys, read_installation(store, keys).id)
        after = int(str(last[0]["number"])) - 1 if last else 0
        rule_set = verified_rules(signed, content, key, after, delivered_data())
    except MercatError as error:
        sentence = f"number {number} is refused ({error}); `mercat policy rollback` mends it"
        yield Line("rules", "fault", sentence)
        return
    yield Line("rules", "ok", f"number {number} is in force, revision {revision}, signed")
    if rule_set.filled:
        yield Line("rules filled", "warning", filled_sentence(rule_set))


def letters_line(letters: int) -> Line:
    """Return how many dead letters wait for a person, and where to see them."""
    if not letters:
        return Line("dead letters", "ok", "none wait")
    wait = counted(letters, "waits", "wait")
    return Line("dead letters", "warning", f"{wait} for a person; see `mercat dead-letters list`")


def _rules() -> Line:
    """Ask the rules about a harmless reply, in the child process that guards them."""
    from services.policy.file_bundle import read_bundle
    from services.policy.regopy_engine import RegopyEngine

    try:
        bundle = read_bundle()
        engine = RegopyEngine(bundle, seconds_max=PROBE_SECONDS_MAX)
    except MercatError as error:
        return Line("gate", "fault", str(error))
    try:
        answer = engine.evaluate(_probe())
    except MercatError as error:
        return Line("gate", "fault", f"the rules cannot be asked ({error}); nothing is published")
    finally:
        engine.close()
    checked = answer.get("checked", ()) if isinstance(answer, dict) else ()
    if sorted(map(str, checked)) != sorted(bundle.manifest):
        return Line("gate", "fault", "the rules answer in part only, so nothing is published")
    rules = counted(len(bundle.manifest), "rule")
    sentence = f"judges by {rules} of revision {bundle.revision[:12]}"
    return Line("gate", "ok", sentence)


def _audit(folder: Path, environment: EnvironmentSettings, store: "Store") -> Line:
    from services.cli_audit_files import verified_files

    entries = sum(int(str(row["sequence"])) for row in store.select("audit_heads"))
    if entries > ENTRIES_MAX:
        sentence = (
            f"{entries:,} entries are more than are looked at here; run `mercat audit verify`"
        )
        return Line("audit", "ok", sentence)
    try:
        told = verified_files(folder, environment, None)
    except MercatError as error:
        return Line("audit", "fault", str(error))
    return Line("audit", "ok" if told["sound"] else "fault", told["sentence"])


def _checkpoint(store: "Store", settings: BodySettings, now_ms: int) -> Line:
    from services.policy.audit_checkpoints import checkpoint_of
    from services.policy.audit_entries import heads_of

    rows = store.select("audit_checkpoint_last")
    if not rows:
        return Line("checkpoint", "warning", "none yet; the first comes a minute after the start")
    last = checkpoint_of(rows[0])
    age_seconds = max(0, now_ms - last.at_ms) // 1_000
    sentence = f"number {last.number}, {counted(age_seconds, 'second')} ago"
    if last.heads == heads_of(store):
        return Line("checkpoint", "ok", f"{sentence}, covers everything")
    if age_seconds > LATE_TIMES * settings.speaking.checkpoint_seconds:
        late = f"{sentence}, and the audit has grown since; is Mercat running?"
        return Line("checkpoint", "warning", late)
    return Line("checkpoint", "ok", sentence)


def _keys(environment: EnvironmentSettings) -> Line:
    folder = keys_of(environment).folder
    if not folder.is_dir():
        return Line("keys", "fault", f"{folder} is not there; bring it back, or set MERCAT_KEYS")
    loose = [path for path in (folder, *sorted(folder.iterdir())) if path.stat().st_mode & OTHERS]
    if loose:
        cure = f"run `chmod 700 {folder}` and `chmod 600 {folder}/*`"
        return Line("keys", "fault", f"others on this machine may read {loose[0]}; {cure}")
    return Line("keys", "ok", f"{folder} is its owner's alone; is there a copy elsewhere?")


def _register(store: "Store") -> Line:
    """Look whether each account has two owners who work here."""
    from services.policy.people import person_key
    from services.policy.register import OWNERS, register_faults

    rows = store.select("accounts")
    ids = {str(row[column]) for row in rows for column in OWNERS.values() if row[column]}
    found = store.fetch([person_key(each) for each in sorted(ids)])
    people = {key.id: row for key, row in found.items() if row is not None}
    faults = [f"{row['id']!s}: {each}" for row in rows for each in register_faults(row, people)]
    if faults:
        # Where nobody was ever named the body is still being set up; an owner alone is the fault.
        state: State = "fault" if ids else "warning"
        return Line("register", state, f"{'; '.join(faults)} (`mercat accounts describe`)")
    return Line("register", "ok", f"{counted(len(rows), 'account')}, each with two owners")


def _accounts(store: "Store", settings: BodySettings) -> Line:
    kept = {str(row["id"]) for row in store.select("records_secrets")}
    bare = [each.id for each in settings.accounts if f"account:{each.id}" not in kept]
    if bare:
        sentence = f"no credential for {', '.join(bare)}; nothing goes out there"
        return Line("accounts", "warning", sentence)
    count = len(settings.accounts)
    return Line("accounts", "ok", f"{count} with a credential in the vault")


def _waiting(store: "Store") -> Iterator[Line]:
    acts = {str(row["state"]): int(str(row["acts"])) for row in _by_state(store)}
    held, queued = acts.get("held", 0), acts.get("approved", 0)
    wait = f"{counted(held, 'waits', 'wait')} for consent (`mercat acts --state held`), "
    wait += f"{queued} to be sent"
    yield Line("acts", "ok", wait)
    in_doubt = int(str(store.select("records_sendings_in_doubt")[0]["sendings"]))
    if in_doubt:
        sentence = f"{in_doubt} that only a person can settle; see `mercat acts --state sending`"
        yield Line("sendings", "warning", sentence)
    else:
        yield Line("sendings", "ok", "none waits for a person to settle")


def _restored(store: "Store") -> Iterator[Line]:
    waiting = [str(row["id"]) for row in store.select("restores") if row["state"] == "waiting"]
    if waiting:
        sentence = f"nothing is sent as {', '.join(waiting)} before the platform was read back"
        yield Line("restored", "warning", sentence)


def _by_state(store: "Store") -> list[Any]:
    return list(store.select("records_acts_by_state"))


def _probe() -> dict[str, Any]:
    """Return facts about a harmless reply."""
    return {
        "phase": "advice",
        "now": 0,
        "act": {
            "id": "probe",
            "kind": "reply",
            "account": "probe",
            "digest": "0" * 64,
            "text": PROBE,
            "length": len(PROBE),
            "language": "en",
            "target": "probe",
            "media": [],
        },
        "actor": {"id": "probe", "roles": ["team-member"], "active": True, "grant": None},
        "account": {
            "id": "probe",
            "platform": "house",
            "mode": "normal",
            "halts": [],
            "limits": {"kind": "characters", "limit": 500},
        },
        "conversation": {"parent": "live", "language": "en"},
        "findings": {},
        "approvals": [],
        "settings": {"one_officer": False, "four_eyes": True},
        "evidence": {},
    }
