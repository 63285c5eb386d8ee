"""Signed webhooks: who may speak, what is read, and what is answered."""

import base64
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.sighting import Refused, Sighting
from services.ingest.webhook import (
    BODY_BYTES_MAX,
    Delivery,
    Refusal,
    is_repeat,
    receive,
    secret_bytes,
)
from services.runtime.effects import Key
from services.runtime.errors import SettingsError
from tests.unit.ingest.samples import NOW, refusal, seen

SECRET = b"s" * 32
OLD_SECRET = b"o" * 32
POST = {"id": "17", "text": "Bins"}
BODY = json.dumps(POST).encode()
TIMESTAMP = str(int(NOW.timestamp()))


def signature(body: bytes, secret: bytes = SECRET, timestamp: str = TIMESTAMP) -> str:
    """Return a signature as the specification has it, written out once more by hand."""
    digest = hmac.new(secret, b"msg_1." + timestamp.encode() + b"." + body, "sha256").digest()
    return "v1," + base64.b64encode(digest).decode()


def headers(body: bytes = BODY, **changes: str) -> dict[str, str]:
    """Return the headers of a good call, some of them changed."""
    good = {
        "webhook_id": "msg_1",
        "webhook_timestamp": TIMESTAMP,
        "webhook_signature": signature(body),
    }
    return {name.replace("_", "-"): value for name, value in (good | changes).items()}


def call(body: bytes = BODY, **changes: str) -> Delivery | Refusal:
    """Return what becomes of a call."""
    return receive("desk", headers(body, **changes), body, [SECRET], NOW)


def delivered(answer: Delivery | Refusal) -> Delivery:
    """Return the answer as the delivery it has to be."""
    assert isinstance(answer, Delivery), answer
    return answer


def denied(answer: Delivery | Refusal) -> Refusal:
    """Return the answer as the refusal it has to be."""
    assert isinstance(answer, Refusal), answer
    return answer


def test_a_signed_post_is_delivered() -> None:
    """One post may be sent by itself."""
    delivery = delivered(call())
    post = seen(delivery.items[0])

    assert (
        post.source,
        post.native_id,
        post.text,
        post.channel,
    ) == ("desk", "17", "Bins", "webhook")
    assert delivery.key.table == "webhook_ids"


def test_header_names_may_be_written_in_any_case() -> None:
    """HTTP does not care, and neither do we."""
    shouted = {name.upper(): value for name, value in headers().items()}

    assert isinstance(receive("desk", shouted, BODY, [SECRET], NOW), Delivery)


def test_many_posts_come_in_one_call_and_bad_ones_alone_are_refused() -> None:
    """The neighbours of a bad post come in; the refusal names call and post."""
    posts = [
        POST,
        {"id": 5},
        "no post",
        {**POST, "id": "19", "text": "half \ud83d"},
        {**POST, "id": "18"},
    ]
    body = json.dumps({"posts": posts}).encode()

    first, second, third, fourth, fifth = delivered(call(body)).items

    assert (seen(first).native_id, seen(fifth).native_id) == ("17", "18")
    assert refusal(second).detail.startswith("webhook msg_1, post 2: ")
    assert refusal(third).cause == "wrong type"
    assert refusal(fourth).cause == "not Unicode"


def test_a_stranger_cannot_speak_for_another_source() -> None:
    """A sender may not name the source, and so may not remove another source's posts."""
    body = json.dumps({"kind": "removed", "id": "1", "source": "town"}).encode()

    assert refusal(delivered(call(body)).items[0]).cause == "unknown field"


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"", 400, "not JSON"),
        (b"[]", 400, "not a JSON object"),
        (b'{"posts": {}}', 400, "posts is a list"),
        (b'{"posts": [], "more": 1}', 400, "stands alone"),
        (b"{" * 2_000, 400, "deeper"),
        (b'{"id": "\xff"}', 400, "UTF-8"),
        (json.dumps({"posts": [POST] * 501}).encode(), 413, "501 posts"),
        (b"x" * (BODY_BYTES_MAX + 1), 413, "5,242,880 bytes"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(body: bytes, status: int, reason: str) -> None:
    """The status and a sentence tell the sender what to change."""
    answer = denied(call(body))

    assert status == answer.status
    assert reason in answer.detail


def test_five_hundred_posts_are_taken() -> None:
    """The bound itself is allowed."""
    body = json.dumps({"posts": [POST] * 500}).encode()

    assert len(delivered(call(body)).items) == 500


@pytest.mark.parametrize(
    ("changes", "status", "reason"),
    [
        ({"webhook_id": ""}, 400, "all three"),
        ({"webhook_timestamp": ""}, 400, "all three"),
        ({"webhook_signature": ""}, 400, "all three"),
        ({"webhook_id": "x" * 257}, 400, "256"),
        ({"webhook_id": "mség"}, 400, "ASCII"),
        ({"webhook_timestamp": "soon"}, 400, "seconds"),
        ({"webhook_timestamp": "1" * 40}, 400, "seconds"),
        ({"webhook_id": "msg_2"}, 401, "no signature"),
        ({"webhook_timestamp": str(int(TIMESTAMP) + 1)}, 401, "no signature"),
        ({"webhook_signature": "v1,AAAA"}, 401, "no signature"),
        ({"webhook_signature": "v1"}, 401, "no signature"),
        ({"webhook_signature": "v1,not base64!"}, 401, "no signature"),
        ({"webhook_signature": "v1,sé"}, 401, "no signature"),
        ({"webhook_signature": signature(BODY).replace("v1", "v1a")}, 401, "no signature"),
        ({"webhook_signature": signature(BODY + b" ")}, 401, "no signature"),
        ({"webhook_signature": signature(BODY, OLD_SECRET)}, 401, "no signature"),
    ],
)
def test_a_call_without_a_good_signature_is_refused(
    changes: dict[str, str], status: int, reason: str
) -> None:
    """Headers that are missing, malformed, or signed for something else."""
    answer = denied(call(BODY, **changes))

    assert status == answer.status
    assert reason in answer.detail


@pytest.mark.parametrize(
    ("seconds", "accepted"), [(300, True), (-300, True), (301, False), (-301, False)]
)
def test_the_window_is_five_minutes_either_way(seconds: int, accepted: bool) -> None:  # noqa: FBT001 - a case
    """A call that was overheard cannot be played back later."""
    timestamp = str(int(TIMESTAMP) + seconds)
    answer = call(webhook_timestamp=timestamp, webhook_signature=signature(BODY, SECRET, timestamp))

    assert accepted == isinstance(answer, Delivery)
    if isinstance(answer, Refusal):
        assert answer.status == 401
        assert "five minutes" in answer.detail


def test_one_good_signature_among_several_is_enough() -> None:
    """A sender that changes its secret signs with both for a while."""
    several = f"v1a,zzz {signature(BODY, b'x' * 32)} {signature(BODY)}"

    assert isinstance(call(webhook_signature=several), Delivery)


def test_either_secret_is_good_while_one_takes_over() -> None:
    """We change a secret by knowing both for a while; none at all lets nobody in."""
    by_old = headers(webhook_signature=signature(BODY, OLD_SECRET))

    assert isinstance(receive("desk", by_old, BODY, [SECRET, OLD_SECRET], NOW), Delivery)
    assert isinstance(receive("desk", by_old, BODY, [], NOW), Refusal)


def test_a_repeated_call_has_the_same_key() -> None:
    """The same id at the same source is the same call, whatever it carries the second time."""
    other_body = json.dumps({**POST, "id": "18"}).encode()
    again = delivered(call(other_body)).key
    elsewhere = delivered(receive("other", headers(), BODY, [SECRET], NOW)).key

    assert delivered(call()).key == again
    assert delivered(call()).key != elsewhere


def test_a_repeat_is_known_until_its_row_expires() -> None:
    """For a week; then the row is as good as gone."""
    delivery = delivered(call())

    assert isinstance(delivery.key, Key)
    assert is_repeat(delivery.row, NOW)
    assert is_repeat(delivery.row, NOW + timedelta(days=6))
    assert not is_repeat(delivery.row, NOW + timedelta(days=7))
    assert not is_repeat(None, NOW)


def test_a_secret_is_decoded() -> None:
    """With or without its prefix and its padding."""
    encoded = base64.b64encode(SECRET).decode()

    assert secret_bytes(f"whsec_{encoded}") == SECRET
    assert secret_bytes(encoded.rstrip("=") + "\n") == SECRET


@pytest.mark.parametrize(
    "secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_né", "x" * 200, "!" * 40]
)
def test_a_bad_secret_is_refused_unseen(secret: str) -> None:
    """The sentence says what is wrong without showing the secret."""
    with pytest.raises(SettingsError) as caught:
        secret_bytes(secret)

    assert not secret or secret not in str(caught.value).replace("whsec_ followed", "")


@given(
    st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()
    ),
    st.binary(),
)
def test_any_call_gets_an_answer(given_headers: dict[str, str], body: bytes) -> None:
    """Nothing a stranger sends raises, and nothing unsigned comes in."""
    assert isinstance(receive("desk", given_headers, body, [SECRET], NOW), Refusal)


@given(st.recursive(st.none() | st.text() | st.integers(), st.lists))
def test_any_signed_json_gives_items_or_a_refusal(value: Any) -> None:
    """What a trusted sender gets wrong ends in a sentence too."""
    body = json.dumps({"posts": value}).encode()
    answer = call(body)

    if isinstance(answer, Delivery):
        assert all(isinstance(item, Sighting | Refused) for item in answer.items)
