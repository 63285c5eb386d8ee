"""Says in plain words what an entry of the audit tells: for records officers, not for programs."""

from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any, Final

_ACT_KINDS: Final[Mapping[str, str]] = {
    "statement": "a statement",
    "reply": "a reply",
    "repost": "a repost",
    "profile": "a change of the profile",
    "hide": "hiding a post",
    "delete": "deleting a post",
    "block": "blocking an account",
    "mute": "muting an account",
    "follow": "following an account",
    "pin": "pinning a post",
    "unhide": "showing a hidden post again",
    "unblock": "ending the block of an account",
    "unmute": "ending the muting of an account",
    "unfollow": "following an account no more",
    "unpin": "taking a post from the top of the profile",
}
_TOLD: Final[Mapping[str, str]] = {
    "account.mode-asked": "{actor} asked for the emergency to end and the mode to be {mode}.",
    "account.mode-kept": "{actor} kept the account's mode {mode}; nobody asks for another now.",
    "account.mode-set": "{actor} set the account's mode to {mode}; it was {mode_before}.",
    "account.registered": "{actor} registered this account.",
    "act.approved": "{actor} approved {act}. It may go out.",
    "act.cleared": "The rules were asked again at the moment of sending, and let {act} go.",
    "act.drafted": "{actor} drafted {act}.",
    "act.edited": "{actor} changed the wording of {act}; earlier approvals no longer count.",
    "act.found-sent": "The platform shows that {act} was sent before Mercat was restored.",
    "act.held-back": "{act} was held back for a person to decide.",
    "act.judged": "The rules judged {act}: {decision}.",
    "act.proposed": "{actor} proposed {act}. The rules said: {decision}.",
    "act.stopped": "The rules were asked again at the moment of sending, and stopped {act}.",
    "act.void": "The approval of {act} no longer counts.",
    "act.withdrawn": "{actor} withdrew {act}.",
    "approval.refused": "{actor} was not allowed to approve {act}.",
    "audit.exported": "{actor} exported records from the audit.",
    "bell.tested": "{actor} had a test bell rung to themselves.",
    "bell.wished": "{actor} said how they wish to be told.",
    "case.close-requested": "{actor} asked for the case to be closed: {outcome}.",
    "case.merge-requested": "{actor} asked for the case to be answered with case {into_case_id}.",
    "case.reopen-requested": "{actor} asked for the closed case to be opened again.",
    "case.reroute-requested": "{actor} asked for the case to go from team {team} to {team_wanted}.",
    "case.split-requested": "{actor} asked for posts of the case to be a case of their own; how "
    "many: {posts}.",
    "case.take-in-requested": "{actor} asked for case {merged_case_id} to be answered "
    "with this one.",
    "correction.chosen": "{actor} decided on what went out wrong: {choice}.",
    "correction.closed": "{actor} closed the correction of what went out wrong.",
    "correction.drafted": "{actor} drafted what is to put a mistake right: the {part}.",
    "correction.no-apology": "{actor} kept why no apology is due.",
    "correction.opened": "{actor} said that something was wrong with what went out.",
    "correction.told": "{actor} noted who was told of a mistake: {whom}.",
    "drill.begun": "{actor} began a drill, with a fault made on purpose: {drill}.",
    "drill.ended": "{actor} ended a drill: {drill}.",
    "erasure.agreed": "{actor} agreed that a person's data be erased.",
    "erasure.asked": "{actor} asked for a person's data to be erased.",
    "grant.certified": "{actor} said that somebody's leave to speak is still needed.",
    "glass.agreed": "{actor} agreed to break glass: somebody may speak as this account for hours.",
    "glass.asked": "{actor} asked to break glass: for leave to speak in an emergency.",
    "glass.drill-agreed": "{actor} agreed in a drill of breaking glass; no leave was given.",
    "glass.drill-asked": "{actor} began a drill of breaking glass.",
    "glass.drill-ended": "{actor} ended a drill of breaking glass.",
    "glass.drill-reviewed": "{actor} looked at a drill of breaking glass.",
    "glass.ended": "{actor} ended broken glass, and the leave that it gave.",
    "glass.reviewed": "{actor}, who took no part, looked at broken glass.",
    "grant.ended": "{actor} ended somebody's leave to speak.",
    "grant.given": "{actor} gave somebody leave to speak.",
    "grant.lapsed": "Leave to speak ended, as nobody said in time that it is still needed.",
    "halt.expired": "A halt ended by itself, at the time that was set when it was placed.",
    "halt.extended": "{actor} let a halt last longer.",
    "halt.placed": "{actor} halted what goes out.",
    "halt.release-asked": "{actor} asked for a halt to be released.",
    "halt.released": "{actor} released a halt.",
    "hold.lifted": "{actor} lifted a legal hold.",
    "hold.placed": "{actor} placed a legal hold.",
    "handover.agreed": "{actor} agreed to what is to be reverted after a takeover.",
    "handover.compared": "How this account stands after a takeover was compared with before.",
    "handover.decided": "{actor} decided what stays of a takeover, and what is reverted.",
    "handover.lost": "Nobody can tell how this account stood before a takeover.",
    "handover.overridden": "{actor} agreed that a takeover be closed with its changes undecided.",
    "handover.override-asked": "{actor} asked for a takeover to be closed with its changes "
    "undecided.",
    "handover.taken": "How this account stood before a takeover was kept.",
    "incident.added": "More was found on this account that nobody sent from here: {acts}.",
    "incident.baseline": "What this account shows since its restore was taken as known; how many: "
    "{acts}.",
    "incident.closed": "{actor} closed the incident: {finding}.",
    "incident.gap": "This account did more than its platform lists at once; not all was looked at.",
    "incident.opened": "This account shows what nobody sent from here. It was halted, and what was "
    "found is kept; how many: {acts}.",
    "keys.rotated": "{actor} put a new master key to use.",
    "nomination.answered": "Number {number} was asked, and the answer was: {answer}.",
    "nomination.chosen": "{actor} put somebody who was named on the list.",
    "nomination.closed": "{actor} closed a round of nominations before its time.",
    "nomination.drawn": "{actor} drew from the list; number {first} came first.",
    "nomination.ended": "{actor} ended a round of nominations without anybody.",
    "nomination.listed": "{actor} fixed the list of a round; {listed} are on it.",
    "nomination.made": "Somebody was named in a round of nominations.",
    "nomination.opened": "{actor} opened a round of nominations.",
    "nomination.set-aside": "{actor} left somebody who was named off the list.",
    "nomination.taken-back": "A nomination was taken back.",
    "register.described": "{actor} changed what the register says of this account: {changed}.",
    "register.name-hidden": "A curator wishes not to be named in public.",
    "register.name-shown": "A curator agreed to be named in public.",
    "register.stepped-in": "{actor} stepped in as the owner of this account.",
    "report.completed": "The report on a slot was completed when it was closed.",
    "report.made": "A report on a slot was made.",
    "report.published": "{actor} put the report on a slot on the public page.",
    "report.withdrawn": "{actor} took the report on a slot off the public page.",
    "person.added": "{actor} added somebody who works with Mercat.",
    "person.changed": "{actor} changed somebody's roles or teams.",
    "person.left": "{actor} ended somebody's work with Mercat.",
    "restore.noted": "Mercat was brought back from a backup; what it held as unsent was checked.",
    "restore.settled": "After a restore, this account was compared with what its platform shows.",
    "retention.applied": "Records past their time were deleted, as the body's settings say.",
    "rota.changed": "{actor} changed a rota of this account.",
    "rota.ended": "{actor} ended a rota of this account; shifts to come that ended: {shifts}.",
    "rota.made": "{actor} made a rota of this account.",
    "rules.activated": "{actor} put changed rules in force, as number {number}.",
    "rules.approval-refused": "{actor} was not allowed to agree to a change of the rules.",
    "rules.approved": "{actor} agreed to a change of the rules.",
    "rules.delivered": "The rules that come with Mercat came into force, as number {number}.",
    "rules.filled": "Rules number {number} lack what a later Mercat needs; they are asked with "
    "what it delivers of {filled}.",
    "rules.proposed": "{actor} proposed a change of the rules.",
    "rules.restored-accepted": "{actor} went on with the rules of a restored database, number "
    "{earlier}, as number {number}.",
    "rules.rolled-back": "{actor} put the rules of number {earlier} in force again, as number "
    "{number}.",
    "rules.shadowed": "{actor} had a change of the rules tried beside those in force.",
    "rules.withdrawn": "{actor} took a change of the rules back.",
    "sending.begun": "Sending {act} began.",
    "sending.deferred": "The platform asked for {act} to be sent later.",
    "sending.reconciled": "It was settled what had become of {act}.",
    "sending.refused": "The platform refused {act}.",
    "sending.sent": "{act} was published.",
    "sending.unknown": "It is not known whether {act} was published; it is being looked into.",
    "shift.called-off": "{actor} called off somebody's shift; their leave for it ended.",
    "shift.deputised": "{actor} put the deputy into somebody's shift.",
    "shift.over": "A shift was over.",
    "shift.planned": "{actor} planned a shift, with leave to speak in it.",
    "shift.swapped": "A shift and its leave changed hands in a swap, by the word of {actor}.",
    "subject.erased": "{actor} erased a person's data; what they had said is no longer kept.",
    "swap.agreed": "{actor} said yes to a swap, which waits for an officer.",
    "swap.asked": "{actor} offered a shift to somebody.",
    "swap.declined": "{actor} said no to a swap.",
    "swap.done": "A swap was done, by the word of {actor}.",
    "swap.withdrawn": "A swap was taken back; {actor} is who did it.",
    "takeover.accept": "{actor} would like to speak as this account, in a slot.",
    "takeover.begin": "A takeover of this account began.",
    "takeover.close": "{actor} closed a takeover: the account is as the next one should find it.",
    "takeover.consent": "{actor} agreed to the terms of a takeover.",
    "takeover.decline": "{actor} would rather not speak as this account.",
    "takeover.invite": "{actor} asked somebody to speak as this account.",
    "takeover.make-ready": "{actor} gave somebody leave to speak as this account, in a slot.",
    "takeover.no-show": "Nobody came for a takeover of this account; the house speaks.",
    "takeover.pause": "{actor} paused a takeover of this account.",
    "takeover.plan": "{actor} kept a slot of this account free.",
    "takeover.practise": "{actor} tried a post on the rules; it went nowhere.",
    "takeover.resume": "{actor} let a paused takeover go on.",
    "takeover.run-out": "The slot of a takeover of this account was over.",
    "takeover.second-factor": "{actor} signed in by two factors for a takeover.",
    "takeover.sign-off": "{actor} said goodbye, and their takeover of this account ended.",
    "takeover.sign-on": "{actor} began to speak as this account.",
    "takeover.stop": "{actor} ended a takeover of this account early.",
    "takeover.withdraw": "{actor} took a slot of this account back.",
    "token.issued": "{actor} issued a personal token.",
    "token.revoked": "{actor} revoked a personal token.",
    "sign-in.begun": "{actor} signed in, by {factors}.",
    "sign-in.ended": "{actor} signed out.",
    "sign-in.link-issued": "{actor} gave somebody a link to sign in by once.",
    "sign-in.passkey-added": "{actor} made a passkey.",
    "sign-in.passkey-ended": "{actor} ended a passkey.",
    "sign-in.recovered": "{actor} agreed to somebody's recovery; all they signed in by ended.",
    "sign-in.recovery-asked": "{actor} asked for somebody's recovery.",
    "sign-in.signed-out": "{actor} signed somebody out wherever they were signed in.",
    "trust.complaint": "{actor} took a complaint about somebody, whose level of trust went from "
    "{level_before} to {level}.",
    "trust.fell": "A proposal of {actor} was refused, so their level of trust went from "
    "{level_before} to {level}.",
    "trust.set": "{actor} set somebody's level of trust to {level}; it was {level_before}.",
}
REVISION_CHARACTERS: Final = 12
_DECISIONS: Final[Mapping[str, str]] = {
    "allow": "it may go",
    "hold": "it waits for somebody's approval",
    "deny": "it may not go",
}
_OUTCOMES: Final[Mapping[str, str]] = {
    "answered": "it was answered",
    "resolved-elsewhere": "it was settled elsewhere",
    "not-ours": "it was not the body's to answer",
    "no-answer-needed": "it needed no answer",
    "duplicate": "it had been said before",
}
_OF_PAYLOAD: Final = (
    ("sentence", ""),
    ("why", "Reason given: "),
    ("requested_by", "In the name of: "),
    ("detail", "In detail: "),
    ("remote_id", "The platform's own number for it: "),
    ("link", "Where it can be read: "),
)
_OF_FACTS: Final = (
    ("grant", "Under the leave numbered "),
    ("grant_id", "Under the leave numbered "),
    ("approvers", "Approved by: "),
    ("revision", "By the rules of revision "),
    ("settled_by", "Settled by: "),
    ("class", "What was deleted: "),
)


def told(kind: str, said: Mapping[str, Any], actor: str) -> str:
    """Return what happened, in a sentence; an unknown kind is named as it is."""
    facts: Mapping[str, Any] = said.get("facts", {})
    act = _ACT_KINDS.get(str(facts.get("act_kind")), "an act")
    decision = _DECISIONS.get(str(facts.get("decision")), str(facts.get("decision")))
    template = _TOLD.get(kind, "{actor} did what is recorded as {kind}.")
    if template.startswith("{act}"):
        act = act.capitalize()
    outcome = _OUTCOMES.get(str(facts.get("outcome")), str(facts.get("outcome")))
    wanted = {name: facts.get(name) for _, name, _, _ in Formatter().parse(template) if name}
    named = {"actor": actor, "act": act, "decision": decision, "kind": kind, "outcome": outcome}
    return template.format(**(wanted | named))


def details(
    said: Mapping[str, Any], payload: Mapping[str, Any] | None, people: Mapping[str, str]
) -> Iterator[str]:
    """Yield more sentences: reasons, under what leave, who consented, what the platform said.

    `people` has the logins of those whose ids the facts name.
    """
    facts: Mapping[str, Any] = said.get("facts", {})
    verdict = (payload or {}).get("verdict")
    if isinstance(verdict, Mapping):
        yield from _reasons(verdict, let_go=facts.get("decision") == "allow")
    for source, listed in ((payload or {}, _OF_PAYLOAD), (facts, _OF_FACTS)):
        for key, before in listed:
            if source.get(key):
                yield f"{before}{_shown(key, str(source[key]), people)}"
    if said.get("one_officer"):
        yield "The body has one officer, who approved their own act; it is marked for that reason."


def people_named(said: Mapping[str, Any]) -> list[str]:
    """Return the ids of people that the facts of an entry name."""
    facts: Mapping[str, Any] = said.get("facts", {})
    return str(facts.get("approvers") or "").split()


def _shown(key: str, value: str, people: Mapping[str, str]) -> str:
    if key == "approvers":
        return ", ".join(people.get(each, each) for each in value.split())
    # A digest is told from any other by its beginning; whole, it only breaks the line.
    return value[:REVISION_CHARACTERS] if key == "revision" else value


def _reasons(verdict: Mapping[str, Any], *, let_go: bool) -> Iterator[str]:
    for reason in verdict.get("reasons", ()):
        cited = f" ({reason['citation']})" if reason.get("citation") else ""
        if let_go and reason.get("severity") == "hold":
            yield f"Rule {reason['rule']} asked for somebody's consent{cited}, and it was given."
            continue
        cure = f" What helps: {reason['cure']}" if reason.get("cure") else ""
        yield f"Rule {reason['rule']}: {reason['sentence']}{cited}{cure}"
    if verdict.get("failure"):
        yield f"The rules could not be asked: {verdict['failure']}"
