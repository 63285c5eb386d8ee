"""Wires sign-in at a page: who signs people in, by which passkeys, on whose desk."""

from services.bootstrap_speaking_foundation import SpeakingFoundation, fresh_id, fresh_token
from services.policy.sign_in_desk import SignInDesk, SignInParts
from services.policy.webauthn_passkeys import WebauthnPasskeys
from services.runtime.desk import Desk


def sign_in_of(speaking: SpeakingFoundation, desk: Desk) -> SignInDesk:
    """Return who signs people in."""
    foundation = speaking.foundation
    return SignInDesk(
        SignInParts(
            store=foundation.journal.store,
            journal=foundation.journal,
            sealer=speaking.sealer,
            clock=foundation.clock,
            desk=desk,
            passkeys=WebauthnPasskeys(),
            settings=foundation.settings.sign_in,
            fresh_id=fresh_id,
            fresh_token=fresh_token,
            demonstration=foundation.settings.kind == "demonstration",
        )
    )
