"""Whether an address or a postcode is a public building's, by what stands around it.

The words that public buildings are called by are known here in several languages; a body adds the
names of its own.
"""

import re
from collections.abc import Sequence
from typing import Final

from services.reading.datum import before
from services.reading.shadow import Shadow

_KINDS: Final = (
    r"(?:sub-?)?offices?|hall|library|libraries|cent(?:re|er)|school|academy|college|hospital"
    r"|surgery"
    r"|clinic|depot|museum|gallery|theatre|(?:swimming )?pool|station|stadium|hub|headquarters|hq"
    r"|church|chapel|cathedral|mosque|synagogue|temple|gurdwara|car park|park and ride|chambers"
    r"|pavilion|gym|cemetery|crematorium|university|freepost|po box|town ?house|guildhall"
    r"|court ?house"
    r"|sheriff court|council (?:house|buildings?)|county buildings?|civic|registrars?|registry"
    r"|nursery|health board|arena|market|terminal|airport|harbour|ferry|pier|archives?|campus|base"
    r"|recycling (?:point|site)|household waste|the tip|polling (?:place|station)|reception"
    r"|leisure"
    r"|playing fields?|play ?park|playground|allotments?|nature reserve|castle|visitor|caf[eé]"
    r"|hotel"
    r"|restaurant|pharmacy|chemist|bakery|supermarket|bank|food ?bank|job ?centre|citizens advice"
    r"|council|ltd|limited|plc|trust|charity|hostel|shelter|prison|barracks|memorial|institute"
    r"|primary|high"
    r"|ll?yfrgell|[cg]h?anolfan|neuadd|swyddfa\w*|ysgol|ysbyty|amgueddfa|theatr|gorsaf|eglwys"
    r"|capel"
    r"|mairie|bibliothèque|école|collège|lycée|hôpital|bureau|gare|piscine|musée|médiathèque"
    r"|\w*rathaus|\w*bücherei|bibliothek|\w*schule|\w*amt|\w*büro|\w*museum|\w*krankenhaus"
    r"|schwimmbad"
    r"|biblioteka|biblioteki|bibliotece|szkoła|szkole|urząd|urzędzie|muzeum|szpital|basen"
    r"|ayuntamiento|biblioteca|colegio|hospital|oficina|museo|municipio|comune|scuola|ospedale"
    r"|ufficio|gemeentehuis|stadhuis|bibliotheek|ziekenhuis|kantoor"
)
_FILLER: Final = (
    r"(?:[,;:\s(/\u2022]+(?:at|on|in|is|are|of|the|address|our|an?|now|(?:now |has "
    r"|have )?moved to|which|stands"
    r"|opens?|moved?|moves|here|new|its|building|entrance|yn|ar|y|yr|am|der|die|das|à|au|la|le"
    r"|de|del|di|przy|na|w|[A-Z0-9][\w'.-]*))*[,;:\s(/\u2022-]*$"
)
# Church Road is a road, whatever stands in it.
_NO_STREET: Final = (
    r"(?! (?i:street|st|road|rd|avenue|ave|lane|drive|close|crescent|place|terrace|gardens|grove"
    r"|way"
    r"|row|walk|square|wynd|brae|loan|quay|mews|hill|view|path|gate)\b)"
)
_LEAD: Final = (
    r"^(?:,? (?:is|which is|that is|that's|where)|,|\s?\(|\s-)\s?(?:(?:at|in|inside|now|also)\s)?"
    r"(?:(?:the|our)\s)?(?:(?:[A-Z][\w'.-]*|old|new|town|community|public|local|main|day)\s){0,3}"
)
_FEW: Final = 60
_HOME: Final = re.compile(
    r"\b(?:your (?:home|house|address|flat|property|postcode|door)|you live|home|flat|lives?"
    r"|living"
    r"|lived|tenant|cartref|gartref|byw|(?:her|his|their) (?:house|address|door)|wohnt|anschrift"
    r"|habite|domicile|domicilio|vive|mieszka)\b"
)
_CONTEXT_LENGTH: Final = 110


def place_pattern(names: Sequence[str]) -> re.Pattern[str]:
    """Return what finds a public place's name with nothing behind it but more of an address."""
    own = "".join(f"|{re.escape(name)}" for name in names)
    return re.compile(rf"\b(?i:{_KINDS}{own})(?:'?s)?{_NO_STREET}{_FILLER}")


_AFTER: Final = re.compile(rf"{_LEAD}(?i:{_KINDS})\b")


def is_public(shadow: Shadow, start: int, end: int, places: re.Pattern[str]) -> bool:
    """Return whether an address is a public building's, and nobody's home is spoken of."""
    said = before(shadow.cased, start, _CONTEXT_LENGTH)
    if places.search(said) is not None:
        return _HOME.search(said.lower()) is None
    after = shadow.cased[end : end + _FEW].partition("\n")[0]
    return _AFTER.match(after) is not None and _HOME.search(said.lower()) is None
