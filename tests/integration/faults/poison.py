"""Bytes that no handler of Mercat's would have written, each named by what is wrong with it."""

import json

from schemas.codec import encode_event
from tests.fakes import received


def poison_in_topics() -> dict[str, bytes]:
    """Return poison to be put straight into a topic of posts."""
    event = json.loads(encode_event(received(1)))
    late = event | {"time": "9999-12-31T23:59:59Z"}
    typed = event | {"data": event["data"] | {"text": 17}}
    half = json.dumps(event | {"data": event["data"] | {"text": "\ud800"}})
    return {
        "no text": b"\xff\xfe\x00",
        "cut off": encode_event(received(1))[:40],
        "nothing": b"",
        "deep": b"[" * 2_000,
        "large": b'{"id": "' + b"a" * 1_000_000 + b'"}',
        "late": json.dumps(late).encode(),
        "wrong type": json.dumps(typed).encode(),
        "half a pair": half.encode(),
        "another's": b'{"type": "mercat.posts.routed.v1"}',
    }
