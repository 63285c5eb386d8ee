"""An act as text: its words, what the rules say with cure and source, who must agree, its end."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from services.route.listing import plain, shortened, wrapped

Json = Mapping[str, Any]

DIGEST_CHARACTERS: Final = 12
FIRST_WORDS_WIDTH: Final = 44
_INDENT: Final = "  "
_TEXT_INDENT: Final = "  | "
_REASON_INDENT: Final = "      "
_HEADS: Final = {"deny": "REFUSED", "hold": "HELD", "advice": "ADVICE"}


def act_text(act: Json, address: str = "") -> str:
    """Return all that a person needs to know of an act, and what to type next.

    `address` is where Mercat itself is served: what it shows of an act may be linked from there.
    """
    # A need that was met stays on the record as advice; here, who agreed says as much.
    reasons = [each for each in act["reasons"] if each["severity"] != "advice" or not each["need"]]
    lines = [
        f"Act {act['id']}, version {act['version']}: {state_in_words(act)}",
        f"{_INDENT}{_about(act)}",
        *wrapped(act["text"] or "", _TEXT_INDENT),
    ]
    if act.get("sentence") and not reasons:
        lines += ["", *wrapped(act["sentence"], _INDENT)]
    lines += reasons_lines(reasons)
    lines += _approval_lines(act["approvals"])
    lines += _next_lines(act, address)
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
        digest = f"  digest {short(act['digest'])}" if act["state"] == "held" else ""
        lines.append(f"{_INDENT}{act['id']}{digest}")
    return "\n".join(lines)


def verdict_text(verdict: Json, sentence: str) -> str:
    """Return what the rules say of a text that nobody proposed."""
    heads = {"allow": "Nothing stands against it.", "hold": "It would be held.", "deny": "Refused."}
    lines = [heads.get(str(verdict["decision"]), sentence)]
    if verdict.get("failure"):
        lines += wrapped(str(verdict["failure"]), _INDENT)
    return "\n".join([*lines, *reasons_lines(verdict["reasons"])])


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


def need_in_words(need: Json) -> str:
    """Return whose consent is needed, and of how many."""
    roles = " or ".join(need["roles"])
    count = need.get("count", 1)
    return f"one {roles}" if count == 1 else f"{count} people, each {roles}"


def state_in_words(act: Json) -> str:
    """Return how far an act is."""
    sending = act.get("sending")
    if sending is None:
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


def _about(act: Json) -> str:
    parts = [f"{act['kind']} as {act['account']}, by {plain(act['author'])}"]
    if act.get("case_id"):
        parts.append(f"for case {act['case_id']}")
    if act.get("language"):
        parts.append(f"in {act['language']}")
    return ", ".join(parts)


def _approval_lines(approvals: Sequence[Json]) -> Iterator[str]:
    for each in approvals:
        ended = f" ({each['void_reason']})" if each.get("void_reason") else ""
        alone = ", as the one officer" if each.get("one_officer") else ""
        yield f"{_INDENT}Agreed: {plain(each['approver'])}{alone}, {each['state']}{ended}"


def _next_lines(act: Json, address: str) -> Iterator[str]:
    """Yield what comes of it, or what to type."""
    sending = act.get("sending")
    if sending is not None:
        if sending.get("link"):
            link = plain(sending["link"])
            yield f"{_INDENT}Link: {address if link.startswith('/') else ''}{link}"
        if sending.get("detail"):
            yield from wrapped(sending["detail"], _INDENT)
        if sending["state"] == "unknown":
            yield from _typed(f"mercat settle {act['id']} --outcome sent|not-sent")
    elif act["state"] == "held":
        yield f"{_INDENT}Digest: {short(act['digest'])}"
        for need in act["needs"]:
            yield f"{_INDENT}Waits for: {need_in_words(need)}"
        yield from _typed(f"mercat approve {act['id']} --digest {short(act['digest'])} --as LOGIN")
    elif act["state"] in ("denied", "void", "draft"):
        yield from _typed(f"mercat edit {act['id']}, then mercat propose {act['id']}")
    elif act["state"] == "approved":
        yield from _typed(f"mercat act {act['id']} (it shows the link once it is sent)")


def _typed(command: str) -> Iterator[str]:
    yield ""
    yield f"{_INDENT}Next: {command}"
