"""The settings of the house platform: its page, who may post there, and where it is found."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class HousePlatformSettings(BaseModel):
    """The small platform that Mercat serves itself.

    `open`: anybody may post there under a name; for demonstrations, or behind a sign-in of the
    body's own. `domain` stands behind handles, `address` before links, where they are known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    open: bool = False
    title: Annotated[str, Field(min_length=1, max_length=100)] = "Ask us"
    domain: Annotated[str, Field(max_length=253, pattern=r"^[a-z0-9.-]+$")] | None = None
    address: Annotated[str, Field(max_length=500, pattern=r"^https?://[^\s/?#]+$")] | None = None


def full_handle(handle: str, domain: str | None) -> str:
    """Return a handle as people write it: `@ann@social.example`, or `@ann` where no domain is."""
    return f"@{handle}@{domain}" if domain else f"@{handle}"
