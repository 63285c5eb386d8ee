"""ETags: what was read is named by its version, and leads back to it."""

from hypothesis import given
from hypothesis import strategies as st

from services.console.versions import etag_of, version_in


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_an_etag_leads_back_to_its_version(version: int) -> None:
    """What a caller read as ETag and sends as If-Match is the same version."""
    assert version == version_in(etag_of(version))


def test_an_etag_stands_in_quotes() -> None:
    """As HTTP has it for a strong one."""
    assert '"3"' == etag_of(3)
