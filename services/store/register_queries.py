"""The searches about the register of accounts: who speaks by rota now, who is named in public."""

from typing import Final

REGISTER_QUERIES: Final[dict[str, str]] = {
    "register_rota_now": "SELECT account, count(*) AS grants FROM grants WHERE origin = 'rota' "
    "AND state = 'live' AND starts_at_ms <= ? AND ends_at_ms > ? GROUP BY account "
    "ORDER BY account LIMIT 100",
    "public_names_of_person": "SELECT * FROM public_names WHERE person_id = ? ORDER BY id "
    "LIMIT 500",
}
