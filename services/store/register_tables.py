"""The tables of the register of accounts: what each is for, who owns it, who is named in public."""

from typing import Final

from services.store.table import Table, integer, text

REGISTER_COLUMNS: Final = (
    *text("purpose", "audience", "about", "link", "owner_team", "owner_id", "second_owner_id"),
    *integer("listed", "quota_hour", "quota_day", "registered_at_ms", "reviewed_at_ms"),
)
"""What the register says of an account: `purpose` is push, pull, networking or service."""

REGISTER_TABLES: Final[tuple[Table, ...]] = (
    Table(
        "public_names",
        "policy",
        (*text("person_id", "name"), *integer("agreed_at_ms", "version")),
    ),
)
"""The id of a public name is its takeover's: the name under which its curator agreed to be shown.
Without a row, or with an empty name, nobody outside is told who they are."""
