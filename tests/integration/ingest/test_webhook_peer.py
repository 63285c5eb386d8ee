"""Our webhooks against the reference library of Standard Webhooks, which we did not write."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from services.ingest.webhook import Delivery, Refusal, receive, secret_bytes
from tests.unit.ingest.samples import seen

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
# Their library takes a moment for whole seconds of UTC; so does the header.
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def headers(body: str, *secrets: str, sent_at: datetime = NOW) -> dict[str, str]:
    """Return the headers of a call that their library signed with each secret."""
    signatures = [Webhook(secret).sign("msg_p5jXN8AQM9LW", sent_at, body) for secret in secrets]
    return {
        "webhook-id": "msg_p5jXN8AQM9LW",
        "webhook-timestamp": str(int(sent_at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


@pytest.mark.parametrize("text", ["Bins", "Gàidhlig, 日本語, 🚮", 'quotes " and \\ and\nlines'])
def test_what_their_library_signs_is_received(text: str) -> None:
    """Whatever the words, the bytes they signed are the bytes we check."""
    body = json.dumps({"posts": [{"id": "17", "text": text}]}, ensure_ascii=False)

    answer = receive("desk", headers(body, SECRET), body.encode(), [secret_bytes(SECRET)], NOW)

    assert isinstance(answer, Delivery)
    assert seen(answer.items[0]).text == text


def test_a_change_of_secret_is_survived() -> None:
    """Signed with both, either of ours is enough; signed with another alone, none is."""
    body = '{"id": "17", "text": "Bins"}'
    both = headers(body, OTHER_SECRET, SECRET)
    other = headers(body, OTHER_SECRET)
    ours = [secret_bytes(SECRET)]

    assert isinstance(receive("desk", both, body.encode(), ours, NOW), Delivery)
    assert isinstance(receive("desk", other, body.encode(), ours, NOW), Refusal)


def test_one_byte_more_is_another_body() -> None:
    """A body changed on its way is refused, however slightly."""
    body = '{"id": "17", "text": "Bins"}'

    answer = receive(
        "desk", headers(body, SECRET), body.encode() + b"\n", [secret_bytes(SECRET)], NOW
    )

    assert isinstance(answer, Refusal)
    assert answer.status == 401


def test_an_old_call_is_refused_though_well_signed() -> None:
    """Five minutes are the most, as their library has it too."""
    body = '{"id": "17", "text": "Bins"}'
    old = headers(body, SECRET, sent_at=NOW - timedelta(minutes=6))

    answer = receive("desk", old, body.encode(), [secret_bytes(SECRET)], NOW)

    assert isinstance(answer, Refusal)
    assert "five minutes" in answer.detail
