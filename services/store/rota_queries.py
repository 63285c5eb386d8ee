"""The searches about rotas."""

from typing import Final

ROTA_QUERIES: Final[dict[str, str]] = {}
