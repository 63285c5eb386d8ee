"""Takes personal data of third parties out of what is handed out, and logs what and why."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from services.policy.configuration import OwnContacts
from services.reading.links import links_in
from services.reading.personal_data import OwnDetails, personal_data_in
from services.reading.shadow import Shadow

TEXT_LENGTH_MAX: Final = 20_000
NAMING_KEYS: Final = frozenset(
    {"author", "target", "remote_id", "link", "name", "login", "address"}
)
"""Keys of a payload whose value names somebody, or leads to where somebody is named."""
LEFT_OUT: Final = "[left out]"
THIRD_PARTY: Final = "personal data of a third party"
TOO_LONG: Final = "too long to be read for personal data"


class Redaction(NamedTuple):
    """What was left out of the package: where, what kind of thing, and why."""

    place: str
    what: str
    why: str


class Redactor:
    """Masks personal data in texts; the body's own published details stay."""

    def __init__(self, own: OwnContacts, people: Mapping[str, str] | None = None) -> None:
        """`people` maps names that stand in texts, such as handles, to what is put for them."""
        self._own = OwnDetails(
            phones=own.phones, email_domains=own.email_domains, link_domains=own.link_domains
        )
        self._regions = own.regions
        self._people = dict(people or {})
        self.log: list[Redaction] = []

    def text(self, text: str, place: str) -> str:
        """Return a text with personal data masked."""
        if len(text) > TEXT_LENGTH_MAX:
            self.log.append(Redaction(place, "the whole text", TOO_LONG))
            return LEFT_OUT
        shadow = Shadow(text)
        found = personal_data_in(shadow, links_in(shadow), self._own, self._regions)
        for datum in reversed(found.found):
            start, end = shadow.span(datum.start, datum.end)
            text = f"{text[:start]}[{datum.kind.replace('_', ' ')}]{text[end:]}"
            self.log.append(Redaction(place, datum.kind.replace("_", " "), THIRD_PARTY))
        for name, instead in self._people.items():
            if name in text:
                text = text.replace(name, instead)
                self.log.append(Redaction(place, "a name", THIRD_PARTY))
        return text

    def value(self, value: Any, place: str) -> Any:
        """Return any JSON value with its texts masked and what names somebody left out."""
        if isinstance(value, str):
            return self.text(value, place)
        if isinstance(value, Mapping):
            return {key: self._named(key, each, f"{place}.{key}") for key, each in value.items()}
        if isinstance(value, Sequence):
            return [self.value(each, place) for each in value]
        return value

    def _named(self, key: str, value: Any, place: str) -> Any:
        if key in NAMING_KEYS and isinstance(value, str) and value:
            self.log.append(Redaction(place, key.replace("_", " "), THIRD_PARTY))
            return LEFT_OUT
        return self.value(value, place)
