"""An act as text: its words, what the rules say with cure and source, who must agree, its end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from services.reading.plain_text import plain, shortened, wrapped

Json = Mapping[str, Any]

DIGEST_CHARACTERS: Final = 12
FIRST_WORDS_WIDTH: Final = 44
_INDENT: Final = "  "
_TEXT_INDENT: Final = "  | "
_REASON_INDENT: Final = "      "
_HEADS: Final = {"deny": "REFUSED", "hold": "HELD", "advice": "ADVICE"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Who reads: their zone, the login named with `--as`, and where Mercat itself is served.

    What Mercat shows of an act is linked from its own address.
    """

    address: str = ""
    login: str | None = None
    zone: tzinfo = UTC


NOBODY: Final = Reading()


def act_text(act: Json, reading: Reading = NOBODY) -> str:
    """Return all that a person needs to know of an act, and what to type next."""
    # A need that was met stays on the record as advice; here, who agreed says as much.
    reasons = [each for each in act["reasons"] if each["severity"] != "advice" or not each["need"]]
    lines = [
        f"Act {act['id']}, version {act['version']}: {state_in_words(act)}",
        f"{_INDENT}{_about(act)}",
        *_answers_lines(act.get("answers")),
        *wrapped(act["text"] or "", _TEXT_INDENT),
    ]
    if act.get("sentence") and not reasons and not act.get("sending"):
        lines += ["", *wrapped(act["sentence"], _INDENT)]
    lines += reasons_lines(reasons)
    if act.get("advice"):
        lines += _advice_lines(act["advice"])
    lines += trust_lines(act)
    ending = [*_approval_lines(act["approvals"], reading), *_ending_lines(act, reading)]
    lines += ["", *ending] if ending else []
    lines += _next_lines(act, reading)
    return "\n".join(lines)


def acts_text(acts: Sequence[Json]) -> str:
    """Return a list of acts, two lines each, the digest to approve with those that wait."""
    if not acts:
        return "No acts."
    lines = [f"{'STATE':<10} {'ACCOUNT':<16} {'KIND':<10} {'BY':<16} WORDS"]
    for act in acts:
        words = shortened(act["text"] or "-", FIRST_WORDS_WIDTH)
        lines.append(
            f"{_state(act):<10} {act['account']:<16} {act['kind']:<10} {act['author']:<16} {words}"
        )
        waits = act["state"] == "held" and not _unasked(act)
        digest = f"  digest {short(act['digest'])}" if waits else ""
        lines.append(f"{_INDENT}{act['id']}{digest}")
    lines += _trust_of_authors(acts)
    return "\n".join(lines)


def verdict_text(verdict: Json, sentence: str) -> str:
    """Return what the rules say of a text that nobody proposed."""
    heads = {"allow": "Nothing stands against it.", "hold": "It would be held.", "deny": "Refused."}
    lines = [heads.get(str(verdict["decision"]), sentence), *_advice_lines(verdict)]
    return "\n".join(lines)


def _advice_lines(verdict: Json) -> list[str]:
    """Return why the rules could not be asked, if they could not, and what they say."""
    failure = wrapped(str(verdict.get("failure") or ""), _INDENT)
    return [*failure, *reasons_lines(verdict["reasons"])]


def reasons_lines(reasons: Sequence[Json]) -> list[str]:
    """Return each reason with its cure and what it stands on."""
    lines: list[str] = []
    for reason in reasons:
        lines += ["", f"{_INDENT}{_HEADS.get(reason['severity'], 'NOTE')} by {reason['rule']}"]
        lines += wrapped(reason["sentence"], _REASON_INDENT)
        if reason.get("cure"):
            lines += wrapped(f"What to do: {reason['cure']}", _REASON_INDENT)
        if reason.get("citation"):
            lines += wrapped(f"See: {reason['citation']}", _REASON_INDENT)
        if reason.get("need"):
            lines += wrapped(f"Who can agree: {need_in_words(reason['need'])}", _REASON_INDENT)
    return lines


def trust_lines(told: Json) -> list[str]:
    """Return where the author stands on the ladder of trust and why, if that is for them."""
    trust = told.get("trust")
    if not trust:
        return []
    return ["", *wrapped(f"Trust: {trust['level']}, {trust['means']}. {trust['why']}", _INDENT)]


def need_in_words(need: Json) -> str:
    """Return whose consent is needed, and of how many."""
    roles = " or ".join(need["roles"])
    count = need.get("count", 1)
    return f"one {roles}" if count == 1 else f"{count} people, each {roles}"


def state_in_words(act: Json) -> str:
    """Return how far an act is."""
    sending = act.get("sending")
    if sending is None:
        if _unasked(act):
            return "held until the rules can be asked"
        return {
            "held": "held until somebody agrees",
            "approved": "approved, goes out now",
            "denied": "refused by the rules",
        }.get(act["state"], str(act["state"]))
    states = {
        "sent": "sent",
        "reconciled": "sent",
        "sending": "on its way",
        "deferred": "on its way, waiting for the platform",
        "refused": "refused by the platform",
        "unknown": "not known whether it was sent",
    }
    return states.get(sending["state"], str(sending["state"]))


def short(digest: str) -> str:
    """Return the beginning of a digest, enough for people to tell it from any other."""
    return digest[:DIGEST_CHARACTERS]


def _state(act: Json) -> str:
    return str(act["sending"]["state"] if act.get("sending") else act["state"])


def _trust_of_authors(acts: Sequence[Json]) -> Iterator[str]:
    """Yield where the authors of some acts stand on the ladder of trust, a line each."""
    trusts = {(act["author"], act["account"]): act.get("trust") for act in acts}
    for (author, account), trust in trusts.items():
        if trust:
            yield f"Trust of {plain(author)} as {account}: {trust['level']}. {trust['why']}"


def _about(act: Json) -> str:
    parts = [f"{act['kind']} as {act['account']}, by {plain(act['author'])}"]
    if act.get("case_id"):
        parts.append(f"for case {act['case_id']}")
    if act.get("language"):
        parts.append(f"in {act['language']}")
    return ", ".join(parts)


def _answers_lines(answered: Json | None) -> list[str]:
    """Return whom it answers, and how their words begin."""
    if answered is None:
        return []
    who = plain(answered["author"] or "somebody")
    if answered["words"] is None:
        return wrapped(f"It answers {who}, whose words were removed since.", _INDENT)
    return wrapped(f"It answers {who}: “{answered['words']}”", _INDENT)


def _approval_lines(approvals: Sequence[Json], reading: Reading) -> Iterator[str]:
    for each in approvals:
        alone = ", as the one officer" if each.get("one_officer") else ""
        when = _moment(each.get("approved_at"), reading.zone)
        ended = "" if each["state"] == "valid" else f"; it holds no more: {each['void_reason']}"
        yield f"{_INDENT}Agreed:{when}, {plain(each['approver'])}{alone}{ended}"


def _ending_lines(act: Json, reading: Reading) -> Iterator[str]:
    """Yield what became of an act on its way, in a line with its link, or whose consent lacks."""
    sending = act.get("sending")
    if sending is None:
        if act["state"] == "held" and not _unasked(act):
            yield f"{_INDENT}Digest: {short(act['digest'])}"
            for need in act["needs"]:
                yield f"{_INDENT}Waits for: {need_in_words(need)}"
        return
    state = str(sending["state"])
    began, ended = (_moment(sending.get(name), reading.zone) for name in ("begun_at", "ended_at"))
    if state in ("sent", "reconciled"):
        link = plain(sending.get("link") or "")
        link = f"{reading.address}{link}" if link.startswith("/") else link
        yield f"{_INDENT}Sent{ended}{': ' if link else ''}{link}"
    elif state == "sending":
        yield f"{_INDENT}On its way{began}."
    elif state == "deferred":
        yield f"{_INDENT}The platform asked Mercat to wait; it tries again by itself."
    if sending.get("detail"):
        yield from wrapped(sending["detail"], _INDENT)


def _next_lines(act: Json, reading: Reading) -> Iterator[str]:
    """Yield what to type next, each command whole."""
    name, login = act["id"], f" --as {reading.login}" if reading.login else ""
    edit = f'mercat edit {name} --version {act["version"]} --text "NEW WORDS"{login}'
    propose = f"mercat propose {name}{login}"
    state = str(act["sending"]["state"] if act.get("sending") else act["state"])
    match state:
        case "unknown":
            yield from _typed(f"Next: mercat settle {name} --outcome sent|not-sent --as LOGIN")
        case "held" if _unasked(act):
            if login and reading.login != act["author"]:
                propose = f"mercat propose {name} --as LOGIN"
            then = f"then, by its author, once the rules can be asked: {propose}"
            yield from _typed("Next: mercat doctor", then)
        case "held":
            approve = f"mercat approve {name} --digest {short(act['digest'])} --as LOGIN"
            yield from _typed(f"Next, by somebody else: {approve}")
        case "denied" | "void":
            yield from _typed(f"Next: {edit}", f"then: {propose}")
        case "draft":
            yield from _typed(f"Next: {propose}", f"or, to change it: {edit}")
        case "approved" | "sending":
            yield from _typed(f"Next, for its link once it is sent: mercat act {name}{login}")


def _unasked(act: Json) -> bool:
    """Return whether an act is held because the rules gave no answer: they hold by a reason."""
    return act["state"] == "held" and act.get("decision") == "hold" and not act["reasons"]


def _typed(*commands: str) -> Iterator[str]:
    yield ""
    yield from (f"{_INDENT}{each}" for each in commands)


def _moment(told: str | None, zone: tzinfo) -> str:
    """Return a moment of the API in the reader's zone, behind a blank; nothing where it is none."""
    if told is None:
        return ""
    return f" {datetime.fromisoformat(told).astimezone(zone):%a %d %b %Y %H:%M %Z}"
