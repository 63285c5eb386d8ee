"""Under which name failed sign-ins are counted."""

import pytest

from services.console.sign_in import network_of


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("a socket", "unknown"),
        ("", "unknown"),
    ],
)
def test_failures_are_counted_by_address_or_network(address: str, name: str) -> None:
    """Whoever has an IPv6 address has the whole network around it, so that is what counts."""
    assert name == network_of(address)
