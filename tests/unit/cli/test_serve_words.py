"""What `mercat serve` says once it works."""

from services.cli_serve import NAMES, at_work


def test_the_console_alone_is_looked_at_as_pages() -> None:
    """Whoever followed the address of another service to a page would find none."""
    said = {name: at_work(name, "http://localhost:8490") for name in NAMES}

    assert "Mercat's console is at work. Look at http://localhost:8490" == said.pop("console")
    assert all(words.endswith("Look at http://localhost:8490/readyz") for words in said.values())
