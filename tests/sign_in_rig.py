"""Sign-in over a desk with a database of its own, as far as a test wants somebody let in."""

from typing import Any

from services.policy.configuration import SignInSettings
from services.policy.sign_in_desk import SignedIn, SignInDesk, SignInParts
from tests.desk_rig import DeskRig
from tests.fake_passkeys import SITE, FakePasskeys, answer_to


def sign_in_over(rig: DeskRig, *, demonstration: bool = False, **settings: Any) -> SignInDesk:
    """Return who signs people in on a rig's database."""
    return SignInDesk(
        SignInParts(
            store=rig.store,
            journal=rig.journal,
            sealer=rig.sealer,
            clock=rig.clock,
            desk=rig.desk,
            passkeys=FakePasskeys(),
            settings=SignInSettings(**settings),
            fresh_id=rig.fresh_id,
            fresh_token=lambda: f"secret-{rig.fresh_id()}",
            demonstration=demonstration,
        )
    )


def link_for(rig: DeskRig, login: str) -> str:
    """Have an officer give somebody a link; return its secret."""
    return str(rig.do("sign-in-link", "greta", login=login)["secret"])


def enrolled(rig: DeskRig, desk: SignInDesk, login: str) -> str:
    """Have somebody make their first passkey; return its id."""
    by_link = desk.by_link(link_for(rig, login))
    passkey_id = f"key-of-{login}"
    added(desk, by_link.secret, passkey_id)
    desk.sign_out(by_link.secret)
    return passkey_id


def added(desk: SignInDesk, secret: str, passkey_id: str) -> None:
    """Add a passkey where somebody is signed in."""
    options = desk.passkey_options(secret, SITE)
    answer = answer_to(options, passkey_id)
    desk.add_passkey(secret, SITE, "my telephone", str(options["challenge"]), answer)


def by_passkey(desk: SignInDesk, passkey_id: str) -> SignedIn:
    """Sign somebody in by a passkey."""
    options = desk.sign_in_options(SITE)
    return desk.by_passkey(SITE, str(options["challenge"]), answer_to(options, passkey_id))


def signed_in(rig: DeskRig, desk: SignInDesk, login: str) -> SignedIn:
    """Have somebody enrolled and signed in."""
    return by_passkey(desk, enrolled(rig, desk, login))
