"""Passkeys by py_webauthn, the library of the W3C's WebAuthn; loaded at the first ceremony."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.policy.passkeys import Registered, Site
from services.runtime.errors import NotAllowedError

TIMEOUT_MS: Final = 120_000
REFUSED: Final = "That passkey did not prove who you are; try again, or ask for a new link."


class WebauthnPasskeys:
    """Ceremonies that need the user verified: a passkey alone is two factors then."""

    def register_options(
        self, site: Site, person: tuple[str, str, str], known: Sequence[str], challenge: bytes
    ) -> Mapping[str, Any]:
        """Return what a browser is to make a passkey with."""
        from webauthn import (
            base64url_to_bytes,
            generate_registration_options,
            options_to_json,
        )
        from webauthn.helpers.structs import (
            AuthenticatorSelectionCriteria,
            PublicKeyCredentialDescriptor,
            ResidentKeyRequirement,
            UserVerificationRequirement,
        )

        person_id, login, name = person
        options = generate_registration_options(
            rp_id=site.domain,
            rp_name=site.title,
            user_id=person_id.encode(),
            user_name=login,
            user_display_name=name,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in known
            ],
        )
        told: Mapping[str, Any] = json.loads(options_to_json(options))
        return told

    def registered(self, site: Site, answer: Mapping[str, Any], challenge: bytes) -> Registered:
        """Return the passkey that an answer holds."""
        from webauthn import verify_registration_response
        from webauthn.helpers.exceptions import WebAuthnException

        try:
            found = verify_registration_response(
                credential=dict(answer),
                expected_challenge=challenge,
                expected_rp_id=site.domain,
                expected_origin=site.origin,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError) as error:
            raise NotAllowedError(REFUSED) from error
        passkey_id = urlsafe_b64encode(found.credential_id).rstrip(b"=").decode()
        return Registered(passkey_id, found.credential_public_key, found.sign_count)

    def sign_in_options(self, site: Site, challenge: bytes) -> Mapping[str, Any]:
        """Return what a browser is to sign in with."""
        from webauthn import generate_authentication_options, options_to_json
        from webauthn.helpers.structs import UserVerificationRequirement

        options = generate_authentication_options(
            rp_id=site.domain,
            challenge=challenge,
            timeout=TIMEOUT_MS,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        told: Mapping[str, Any] = json.loads(options_to_json(options))
        return told

    def signed_in(
        self, site: Site, answer: Mapping[str, Any], challenge: bytes, key: tuple[bytes, int]
    ) -> int:
        """Return the new counter, where an answer is signed by a public key."""
        from webauthn import verify_authentication_response
        from webauthn.helpers.exceptions import WebAuthnException

        public_key, counter = key
        try:
            found = verify_authentication_response(
                credential=dict(answer),
                expected_challenge=challenge,
                expected_rp_id=site.domain,
                expected_origin=site.origin,
                credential_public_key=public_key,
                credential_current_sign_count=counter,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, KeyError) as error:
            raise NotAllowedError(REFUSED) from error
        return int(found.new_sign_count)
