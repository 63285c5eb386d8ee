"""How a session travels: in a cookie that no script reads, and no other site's page can use."""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Final

from services.console.house_place import same_origin

SECURE: Final = "__Host-mercat"
ON_THIS_MACHINE: Final = "mercat-session"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SECRET_LENGTH_MAX: Final = 128


def cookie_name(scheme: str) -> str:
    """Return what the cookie is called: browsers keep `__Host-` to secure pages of one host."""
    return SECURE if scheme == "https" else ON_THIS_MACHINE


def scheme_of(address: str | None, scheme: str) -> str:
    """Return the scheme people's browsers see: a proxy may stand before a secure address."""
    return scheme if address is None else "https"


def secret_in(cookie: str, scheme: str) -> str | None:
    """Return the secret of a session that a request's cookies hold, or None.

    The cookie of the scheme alone counts: another host of the same domain could plant a plain one
    beside a secure address, and have somebody work as somebody else.
    """
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(cookie[:4_096])
    except CookieError:
        return None
    found = jar.get(cookie_name(scheme))
    return found.value if found and 0 < len(found.value) <= SECRET_LENGTH_MAX else None


def may_change(method: str, headers: Mapping[str, str], scheme: str) -> bool:
    """Return whether a request with a session comes from our own page, where it changes anything.

    A browser sends the cookie along whoever's page asks: so that page has to be ours.
    """
    if method in SAFE_METHODS:
        return True
    told = same_origin(
        headers.get("sec-fetch-site"), headers.get("origin"), headers.get("host"), scheme
    )
    return bool(told)
