"""What is counted of people's waiting: for consent, and for a message to reach them."""

from typing import Any

import pytest

from services.policy.approval_counts import ApprovalCounts
from services.policy.bell_counts import BellCounts
from services.runtime.effects import Key, Row
from services.runtime.metrics import Metrics
from services.runtime.ringer import Deferred, Refused, RingerReply, Rung

WAITED = "mercat_policy_approval_wait_seconds"
CONSENT: dict[Key, Row | None] = {Key("approvals", "p"): {"state": "valid"}}


def act(**values: Any) -> dict[Key, Row | None]:
    """Return an approved act's row as a command writes it."""
    plain: Row = {"state": "approved", "proposed_at_ms": 1_000, "approved_at_ms": 91_000}
    return {Key("acts", "a"): {**plain, **values}}


def waited(writes: dict[Key, Row | None]) -> tuple[float | None, float | None]:
    """Return how many acts were counted, and for how long they waited together."""
    metrics = Metrics()
    ApprovalCounts(metrics)(writes)
    value = metrics.registry.get_sample_value
    return value(f"{WAITED}_count"), value(f"{WAITED}_sum")


def test_an_act_counts_with_the_consent_that_let_it_go() -> None:
    """From its proposal to that moment."""
    assert (1, 90) == waited(CONSENT | act())


@pytest.mark.parametrize(
    "writes", [act(), CONSENT | act(state="held"), CONSENT, CONSENT | act(proposed_at_ms=None)]
)
def test_an_act_that_waited_for_nobody_or_still_waits_is_not_counted(
    writes: dict[Key, Row | None],
) -> None:
    """What the rules let go by themselves, and a first consent of two."""
    assert (0, 0) == waited(writes)


@pytest.mark.parametrize(
    ("reply", "result"),
    [(Rung(), "rung"), (Refused("no such address"), "refused"), (Deferred("away"), "deferred")],
)
def test_a_message_counts_by_what_became_of_it(reply: RingerReply, result: str) -> None:
    """Each try once, by its way; of webhooks, without their names."""
    metrics = Metrics()
    counts = BellCounts(metrics)

    counts("mail", reply)
    counts("webhook:rota", reply)
    counts("webhook:duty", reply)

    value = metrics.registry.get_sample_value
    assert (1, 2) == tuple(
        value("mercat_bell_messages_total", {"ringer": ringer, "result": result})
        for ringer in ("mail", "webhook")
    )


def test_messages_are_counted_from_nothing_by_the_ways_there_are() -> None:
    """So that the first that is refused is seen as a rise."""
    metrics = Metrics()

    BellCounts(metrics, ["webhook:rota"])

    value = metrics.registry.get_sample_value
    assert [0, 0, 0, None] == [
        value("mercat_bell_messages_total", {"ringer": ringer, "result": result})
        for ringer, result in (
            *(("webhook", each) for each in ("rung", "refused", "deferred")),
            ("mail", "rung"),
        )
    ]
