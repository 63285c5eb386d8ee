"""What leaves of bells: one bell, or many in a summary, in sentences of ours and a link."""

from collections.abc import Sequence
from typing import Final

from services.policy.bell import Bell
from services.runtime.counting import counted
from services.runtime.ringer import BellMessage

SUMMARY_LINES_MAX: Final = 50
SUMMARY_KIND: Final = "bell.summary"


def single_message(bell: Bell, login: str, address: str) -> BellMessage:
    """Return the message of one bell."""
    return BellMessage(
        id=bell.id,
        login=login,
        address=address,
        kind=bell.kind,
        urgency=bell.urgency,
        subject=bell.subject,
        lines=(bell.body,),
        link=bell.link,
        at_ms=bell.rung_at_ms,
    )


def summary_message(
    summary_id: str, bells: Sequence[Bell], login: str, address: str, base: str | None
) -> BellMessage:
    """Return the message of several bells, the first lines of them; `base` stands before links."""
    told = sum(bell.times for bell in bells)
    shown = bells[:SUMMARY_LINES_MAX]
    lines = [f"{bell.subject}. {bell.body}" for bell in shown]
    if len(bells) > len(shown):
        lines.append(f"{len(bells) - len(shown):,} more stand in your inbox: mercat bells list.")
    return BellMessage(
        id=summary_id,
        login=login,
        address=address,
        kind=SUMMARY_KIND,
        urgency=bells[0].urgency,
        subject=f"Summary: {counted(told, 'bell')}",
        lines=tuple(lines),
        link=f"{base}/api/v1/bells" if base else "",
        at_ms=max(bell.rung_at_ms for bell in bells),
    )
