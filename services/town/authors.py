"""Who speaks in the town: invented people behind handles at `social.example`."""

from typing import Final

from services.town.draw import Draw, Draws

AUTHORS_COUNT: Final = 40_000
"""About one in five of a town of 180,000 ever posts."""

_BUSY: Final = 2.2
"""How unequal voices are: the higher, the more of what is said comes from few."""

_FIRST: Final = (
    "auld", "bonny", "braw", "canny", "couthy", "crabbit", "daft", "douce", "dreich", "dusty",
    "early", "fair", "gallus", "gentle", "glaikit", "green", "grumpy", "happy", "hardy",
    "harbour", "idle", "jolly", "kind", "late", "leal", "lang", "loud", "lucky", "merry", "misty",
    "muckle", "neat", "northern", "paisley", "peedie", "plain", "proud", "quiet", "quick",
    "rainy", "red", "rusty", "salty", "silver", "sleepy", "sleekit", "snell", "sonsy", "stoic",
    "sunny", "tall", "thrawn", "tidy", "tired", "twa", "wandering", "wee", "weel", "winter",
    "wise", "young",
)  # fmt: skip
_SECOND: Final = (
    "badger", "bannock", "barge", "baker", "beacon", "bee", "bell", "birk", "bothy", "brae",
    "brig", "broom", "burn", "cairn", "clover", "cobble", "corbie", "crab", "craw", "cuddy",
    "dominie", "eel", "fern", "ferry", "fiddle", "finch", "forge", "fox", "gean", "gull", "hare",
    "haven", "heather", "heron", "howlet", "kelpie", "kettle", "kirk", "lantern", "laverock",
    "lintie", "loaf", "loch", "magpie", "mavis", "merk", "mill", "minnow", "otter", "oyster",
    "partan", "peat", "piper", "plover", "puffin", "quay", "rowan", "selkie", "skein", "skiff",
    "sparrow", "spire", "teal", "thistle", "thrush", "tide", "toad", "trout", "weaver", "whin",
    "whelk", "wren", "wynd",
)  # fmt: skip


def author_handle(draws: Draws, number: int) -> str:
    """Return the handle of one of the town's people; the same number has the same handle."""
    draw = draws.at("author", number)
    first, second = draw.choice(_FIRST), draw.choice(_SECOND)
    return f"@{first}_{second}_{10 + draw.integer(90)}@social.example"


def author_number(draw: Draw) -> int:
    """Return somebody's number, the few who say much more often than the many who say little."""
    return int(AUTHORS_COUNT * draw.fraction() ** _BUSY)
