"""What people can ask about reports on slots: each verb's arguments, bounded like any order's."""

from typing import Annotated, Final

from pydantic import Field

from services.policy.orders import RELEASERS as OFFICERS
from services.policy.orders import Id, Order, Verb, Why


class PublishReport(Order):
    """Put the report on a takeover on the public page, with a word of thanks."""

    takeover_id: Id
    thanks: Annotated[str, Field(max_length=600)] = ""


class WithdrawReport(Order):
    """Take the report on a takeover off the public page."""

    takeover_id: Id
    why: Why


SLOT_REPORT_VERBS: Final[dict[str, Verb]] = {
    "takeover-publish-report": Verb(PublishReport, OFFICERS),
    "takeover-withdraw-report": Verb(WithdrawReport, OFFICERS),
}
"""The desk's verbs about reports on slots."""
