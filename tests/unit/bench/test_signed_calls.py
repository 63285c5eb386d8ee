"""Signed calls: what the clients send is what the webhook takes."""

from bench.signed_calls import signed_call
from services.ingest.sighting import Sighting
from services.ingest.webhook import Delivery, Refusal, receive
from tests.unit.bench.samples import MONDAY

SECRET = b"s" * 32
POST = {"id": "call-1", "text": "The lamp on Mill Lane is out — again"}


def test_a_signed_call_is_taken_in() -> None:
    """The webhook reads the one post that a call delivers."""
    call = signed_call(POST, SECRET, "one", int(MONDAY.timestamp()))

    received = receive("bench", call.headers, call.body, [SECRET], MONDAY)

    assert isinstance(received, Delivery)
    assert [True] == [isinstance(item, Sighting) for item in received.items]


def test_a_call_signed_with_another_secret_is_refused() -> None:
    """The signature hangs on the secret."""
    call = signed_call(POST, b"t" * 32, "one", int(MONDAY.timestamp()))

    received = receive("bench", call.headers, call.body, [SECRET], MONDAY)

    assert isinstance(received, Refusal)
    assert received.status == 401
