"""How a measurement says where it is."""

from collections.abc import Callable

Say = Callable[[str], None]
"""Takes a few words about what is done now."""
