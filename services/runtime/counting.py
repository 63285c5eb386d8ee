"""Says a number with what it counts, so that one of a thing is never said to be many."""


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return a count with what is said of one, or of many: by default one with an s."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
