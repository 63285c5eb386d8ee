"""Whether a run of the speaking half kept what Mercat promises: a sentence for every breach.

I3, I4, I5, I6 within an account, and I8. What the body did is taken from the platform's own file:
our rows say what we believe, the platform what the public sees.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from schemas.act import ActContent, ActMedia
from services.publish.matching import looks_like
from services.publish.records import BEGUN
from tests.simulation.speaking_remains import Deed, Entry, SpeakingRemains

Row = Mapping[str, Any]
ENDS: Final = ("sending.sent", "sending.refused", "sending.deferred", "sending.reconciled")
IN_DOUBT: Final = "sending.unknown"
APPROVING: Final = ("act.proposed", "act.judged")
VOIDING: Final = ("act.withdrawn", "act.edited", "act.void", "act.held-back")
PAUSING: Final = ("takeover.pause", "takeover.resume")
LEAVING: Final = (*APPROVING, *VOIDING, "act.stopped")
"""What takes an act out of the line, where it does not put it there."""


def speaking_breaches(remains: SpeakingRemains) -> list[str]:
    """Return everything that is wrong with a run that has come to rest."""
    return [
        *unwarranted(remains),
        *doubled(remains),
        *misbelieved(remains),
        *[f"I5: {sentence}" for sentence in remains.faults],
        *crossed(remains),
        *overtaken(remains),
        *unheeded(remains),
    ]


def unwarranted(remains: SpeakingRemains) -> Iterator[str]:
    """I3: yield whatever stands in public without all that must stand behind it."""
    for deed in remains.deeds:
        sendings = sendings_of(remains, deed)
        if len(sendings) != 1:
            yield f"I3: {deed.remote_id} stands in public, and {len(sendings)} sendings know of it"
            continue
        for what in _lacking(remains, deed, *sendings[0]):
            yield f"I3: {deed.remote_id} stands in public {what}"


def doubled(remains: SpeakingRemains) -> Iterator[str]:
    """I4: yield each act that was carried out twice, or was told to others other than once."""
    deeds = Counter(act for deed in remains.deeds for act, _ in sendings_of(remains, deed))
    for act, count in deeds.items():
        if count > 1:
            yield f"I4: act {act} stands in public {count} times"
    told = Counter(performed.act_id for performed in remains.performed)
    for act, sending in remains.rows["sendings"].items():
        if told[act] != (sending["remote_id"] is not None):
            yield f"I4: others were told {told[act]} times of act {act}, {sending['state']}"


def misbelieved(remains: SpeakingRemains) -> Iterator[str]:
    """I4: yield each sending whose row says something else than the platform shows."""
    public = {(deed.account, deed.remote_id) for deed in remains.deeds}
    shown = {act for deed in remains.deeds for act, _ in sendings_of(remains, deed)}
    for act, sending in remains.rows["sendings"].items():
        name = f"act {act}, {sending['state']},"
        remote = sending["remote_id"]
        if remote is not None and (sending["account"], remote) not in public:
            yield f"I4: {name} is not in public as {remote}"
        if remote is None and sending["state"] != "unknown" and act in shown:
            yield f"I4: {name} stands in public all the same"
        if sending["state"] == "sending" or (
            sending["state"] == "unknown" and sending["not_before_ms"] is not None
        ):
            yield f"I4: {name} has not come to its end"
    for act, row in remains.rows["acts"].items():
        if (row["state"] == "sending") and act not in remains.rows["sendings"]:
            yield f"I4: act {act} is on its way and has no sending"


def crossed(remains: SpeakingRemains) -> Iterator[str]:
    """I6: yield each act begun while another of its account was on its way."""
    on_its_way: dict[str, str] = {}
    for entry in remains.entries:
        act = entry.act_id or ""
        if entry.kind == BEGUN:
            before = on_its_way.get(entry.chain, act)
            if before != act:
                yield f"I6: act {act} was begun while {before} was on its way"
            on_its_way[entry.chain] = act
        elif on_its_way.get(entry.chain) == act and _ends(entry):
            del on_its_way[entry.chain]


def overtaken(remains: SpeakingRemains) -> Iterator[str]:
    """I6: yield each act that overtook one approved before it, in the audit or in public.

    What a halt keeps waiting, what was put off and what was in doubt may be passed.
    """
    begun: dict[str, list[int]] = defaultdict(list)
    for entry in remains.entries:
        if entry.kind == BEGUN:
            begun[entry.act_id or ""].append(entry.place)
    yield from _out_of_line(remains)
    last: dict[str, tuple[str, int]] = {}
    for deed in remains.deeds:
        for act, _ in sendings_of(remains, deed):
            before, first_place = last.get(deed.account, ("", -1))
            if begun[act] and begun[act][-1] < first_place:
                yield f"I6: act {act} was begun before {before} and stands behind it in public"
            last[deed.account] = (act, begun[act][0] if begun[act] else -1)


def unheeded(remains: SpeakingRemains) -> Iterator[str]:
    """I8: yield each act begun under a halt, or after its grant had ended or its author left."""
    halts: set[tuple[str, str]] = set()
    ended: set[str] = set()
    gone: set[str] = set()
    for entry in remains.entries:
        if entry.kind == "halt.placed":
            halts.add((entry.facts["halt"], entry.payload["name"]))
        elif entry.kind in ("halt.released", "halt.expired"):
            halts.discard((entry.facts["halt"], entry.payload["name"]))
        elif entry.kind == "grant.ended":
            ended.add(entry.facts["grant"])
        elif entry.kind == "person.left":
            gone.add(entry.facts["person"])
        elif entry.kind == BEGUN:
            act = remains.rows["acts"][entry.act_id or ""]
            for kind, name in sorted(halts & _covering(remains, act)):
                yield f"I8: act {entry.act_id} was begun under a halt of {kind} {name}".rstrip()
            if entry.facts["grant_id"] in ended:
                yield f"I8: act {entry.act_id} was begun after its grant had ended"
            if act["author_id"] in gone:
                yield f"I8: act {entry.act_id} was begun after its author had left"


def _ends(entry: Entry) -> bool:
    return entry.kind in ENDS or (entry.kind == IN_DOUBT and entry.facts["awaits_person"])


def sendings_of(remains: SpeakingRemains, deed: Deed) -> list[tuple[str, Row]]:
    """Return which sendings a deed is: by its id, else by its key, else by its looks."""
    sendings = [
        (act, row)
        for act, row in remains.rows["sendings"].items()
        if row["account"] == deed.account
    ]
    by_id = [each for each in sendings if each[1]["remote_id"] == deed.remote_id]
    if by_id:
        return by_id
    doubtful = [each for each in sendings if each[1]["remote_id"] is None]
    if deed.key is not None:
        return [each for each in sendings if each[1]["request_key"] == deed.key]
    return [each for each in doubtful if _looks(remains.rows["acts"][each[0]], deed)]


def _looks(act: Row, deed: Deed) -> bool:
    place = {"kind": act["kind"], "account": act["account"]}
    said = ActContent(**place, text=act["text"], target=act["target"])
    shown = ActContent(**place, text=deed.text, target=deed.target)
    return bool(act["kind"] == deed.kind) and looks_like(shown, said)


def _lacking(remains: SpeakingRemains, deed: Deed, act_id: str, sending: Row) -> Iterator[str]:
    """Yield what is missing behind a deed, given its sending."""
    act = remains.rows["acts"][act_id]
    if _digest_of(deed, act) != sending["digest"]:
        yield "and is not what was cleared"
    verdict = remains.rows["verdicts"].get(sending["verdict_id"])
    if verdict is None:
        yield "without a verdict"
        return
    said = {
        "act_id": act_id,
        "account": deed.account,
        "phase": "sending",
        "decision": "allow",
        "digest": sending["digest"],
        "revision": remains.bundle.revision,
        "checked": " ".join(remains.bundle.manifest),
        "failure": None,
        "grant_id": sending["grant_id"],
    }
    for name, wanted in said.items():
        if verdict[name] != wanted:
            yield f"by a verdict whose {name} is {verdict[name]!r}"
    if sending["revision"] != remains.bundle.revision:
        yield "and its sending names another revision"
    yield from _lacking_leave(remains, act, sending)
    yield from _lacking_consent(remains, act_id, verdict, sending)
    yield from _lacking_record(remains, act_id, sending)


def _lacking_leave(remains: SpeakingRemains, act: Row, sending: Row) -> Iterator[str]:
    grant = remains.rows["grants"].get(sending["grant_id"])
    if grant is None:
        yield "without a grant"
    elif (
        (grant["person_id"], grant["account"]) != (act["author_id"], act["account"])
        or act["kind"] not in grant["kinds"].split()
        or not grant["starts_at_ms"] <= sending["begun_at_ms"] < grant["ends_at_ms"]
    ):
        yield "under a grant that is not for it"


def _lacking_consent(
    remains: SpeakingRemains, act_id: str, verdict: Row, sending: Row
) -> Iterator[str]:
    approvers = verdict["approvers"].split()
    if not approvers:
        yield "with nobody's consent"
    for approver in approvers:
        given = [
            row
            for row in remains.rows["approvals"].values()
            if (row["act_id"], row["approver_id"]) == (act_id, approver)
            and row["digest"] == sending["digest"]
            and row["approved_at_ms"] <= sending["begun_at_ms"] < row["expires_at_ms"]
            and row["author_id"] != approver
        ]
        if not given:
            yield f"with a consent that {approver} never gave to it"
        elif not _holds(remains, act_id, approver, sending["verdict_id"]):
            yield f"with a consent of {approver} from before it was changed"


def _holds(remains: SpeakingRemains, act_id: str, approver: str, verdict: str) -> bool:
    """Return whether somebody's consent came after whatever voids one, as the audit has it."""
    holds = False
    for entry in (each for each in remains.entries if each.act_id == act_id):
        if entry.kind in VOIDING:
            holds = False
        elif entry.kind == "act.approved" and entry.actor_id == approver:
            holds = True
        elif entry.kind == BEGUN and entry.facts["verdict_id"] == verdict:
            break
    return holds


def _lacking_record(remains: SpeakingRemains, act_id: str, sending: Row) -> Iterator[str]:
    """Yield where the audit does not say that it was cleared by that verdict, then begun."""
    mine = [entry for entry in remains.entries if entry.act_id == act_id]
    verdict = sending["verdict_id"]
    cleared = [
        each.place
        for each in mine
        if each.kind == "act.cleared" and each.facts["verdict"] == verdict
    ]
    begun = [
        each.place for each in mine if each.kind == BEGUN and each.facts["verdict_id"] == verdict
    ]
    if not (cleared and begun and cleared[0] < begun[0]):
        yield "and the audit does not say how it was cleared and begun"


def _digest_of(deed: Deed, act: Row) -> str | None:
    """Return the digest of exactly what stands there, on the wording that was answered.

    What was deleted stands there without its words: those are taken from the act.
    """
    media = tuple(ActMedia(**each) for each in json.loads(act["media"]))
    try:
        return ActContent(
            kind=act["kind"] if deed.kind == act["kind"] else "profile",
            account=deed.account,
            text=act["text"] if deed.deleted else deed.text,
            language=deed.language,
            media=media if deed.deleted else deed.media,
            target=deed.target,
            parent_revision=act["parent_revision"],
            salt=act["salt"],
        ).digest
    except ValidationError:
        return None


def _out_of_line(remains: SpeakingRemains) -> Iterator[str]:
    """Yield each act begun while one approved before it could have been."""
    lines: dict[str, dict[str, Entry]] = defaultdict(dict)
    for entry in remains.entries:
        act = entry.act_id or ""
        line = lines[entry.chain]
        if entry.kind.startswith("halt.") or entry.kind in PAUSING:
            # What waited under a halt joins the line again as it is looked at: no longer by age.
            # So does what waited while its takeover was paused.
            lines.clear()
        elif entry.kind == BEGUN:
            mine = line.pop(act, None)
            older = [each for each, theirs in line.items() if mine and theirs.at_ms < mine.at_ms]
            yield from (f"I6: act {act} overtook {each}, approved before it" for each in older[:1])
        elif entry.kind in APPROVING and entry.facts["decision"] == "allow":
            line[act] = entry
        elif entry.kind in LEAVING:
            line.pop(act, None)


def _covering(remains: SpeakingRemains, act: Row) -> set[tuple[str, str]]:
    """Return every halt that would stop an act."""
    author = remains.rows["persons"][act["author_id"]]["login"]
    case = remains.rows["cases"].get(act["case_id"] or "")
    theme = set() if case is None else {("theme", case["theme"])}
    return {("everything", ""), ("account", act["account"]), ("person", author), *theme}
