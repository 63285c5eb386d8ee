"""How large an event may be as a message, so that every runner and log refuses the same ones."""

from typing import Final

from services.runtime.ports import Append

MESSAGE_BYTES_MAX: Final = 1_048_576
MESSAGE_OVERHEAD_BYTES: Final = 256
"""What a message has around its key and value."""
KEY_BYTES_EACH: Final = 4
"""What a character of a key takes at most."""
UNSENDABLE: Final = "cannot be sent"
"""The cause of a dead letter for what no broker would take."""
TOO_LARGE_HERE: Final = (
    f"an event is larger than its topic takes; where that is less than {MESSAGE_BYTES_MAX} bytes, "
    "`mercat topics apply` sets it right"
)
"""What is said where the broker finds it out."""


def size_fault(append: Append) -> str | None:
    """Return what is wrong with an event's size, as a sentence, or None where it can be sent."""
    size = len(append.value) + KEY_BYTES_EACH * len(append.key) + MESSAGE_OVERHEAD_BYTES
    if size <= MESSAGE_BYTES_MAX:
        return None
    return (
        f"an event of {len(append.value)} bytes for {append.topic} is more than Kafka takes; "
        f"{MESSAGE_BYTES_MAX - MESSAGE_OVERHEAD_BYTES} is the most"
    )
