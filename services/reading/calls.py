"""Whether words ask to ring or text the number that follows, in the languages of the neighbours."""

import re
from typing import Final

from services.reading.datum import before

_CALL: Final = re.compile(
    r"\b(?:call|ring|phone|telephone|tel|mobile|mob|text|whatsapp|viber|telegram|facetime|sms"
    r"|landline|dial|dialled|cell|phoned|rang|rung|called|calling|ringing|texted|bell|buzz"
    r"|ff?on\w*|ffôn\w*|galw\w*|symudol|tél|téléphon\w*|appel\w*|portable|joign\w*|rappel\w*"
    r"|anruf\w*"
    r"|angerufen|ruf\w*|handy\w*|rufnummer|telefon\w*|llam\w*|teléfono|móvil|chiam\w*"
    r"|erreich\w*|reach (?:him|her|them|me|us) (?:on|at)|reached (?:on|at)|cellulare|dzwoni\w*"
    r"|zadzwoni\w*|komórk\w*|bel|telemóvel|lig(?:ar|ue|a)|sunați|sun[aă])\b"
    r"(?:\W{1,2}[a-z][\w'-]{1,15})?"
    r"(?:\W{0,3}\b(?:me|us|him|her|them|you|on|at|is|was|no|num|number|phone|mobile|ar|i|yw|nhw"
    r"|his"
    r"|their|your|my|the|back|own|home|le|la|au|unter|die|der|al|el|il|lo|pod|nr|sur|numéro|número"
    r"|numero|mam|mum|dad|son|daughter|wife|husband|mrs?|ms|it's|it|to|for|op|het|ihn|sie|ihre"
    r"|para|a|au|es|est|ist|jest|era|é|è)\b)"
    r"{0,5}\W{0,3}$"
)


def is_called(text: str, start: int) -> bool:
    """Return whether the words before a place ask to ring or text the number that follows."""
    return _CALL.search(before(text, start)) is not None
