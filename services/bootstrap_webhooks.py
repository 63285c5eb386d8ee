"""The webhook sources of a body, each with the secrets that may sign for it."""

from collections.abc import Mapping

from services.console.parts import WebhookIntake
from services.ingest.configuration import WebhookSettings
from services.ingest.webhook import secret_bytes
from services.settings import BodySettings
from services.store.file_keys import KeyFolder


def webhooks_of(settings: BodySettings, keys: KeyFolder) -> Mapping[str, WebhookIntake]:
    """Return the webhook sources by name; the sample town's secrets are made where there are none.

    Raises SettingsError where a secret is missing, or others may read it.
    """
    secret = keys.webhook_secret_made if settings.kind == "demonstration" else keys.secret
    return {
        source.name: WebhookIntake(
            source.name, [secret_bytes(secret(name)) for name in source.secrets], source.channel
        )
        for source in settings.sources
        if isinstance(source, WebhookSettings)
    }
