"""Street addresses as other countries write them, most with the number behind the street."""

import re
from collections.abc import Iterator
from typing import Final

from services.reading.datum import Datum, before, word_set
from services.reading.public_places import is_public
from services.reading.shadow import Shadow

_NUMBER: Final = r"\d{1,4} ?[a-zA-Z]?(?:[/-]\d{1,3}[a-z]?)?(?![\w.:]?\w|%)"
_BEHIND: Final = (
    # German, Dutch and Nordic streets end in their kind; the others begin with it.
    r"[A-ZÄÖÜÅØ][\w-]+(?:straße|strasse|str\.|weg|gasse|(?<!rk)(?<!el)(?<!rt)(?<!ts)(?<!ng)platz"
    r"|allee"
    r"|damm|ufer|chaussee|steig|straat|laan|gracht|plein|dijk|singel|(?<!Bri)gade|gatan|vägen"
    r"|veien|vej|katu)"
    r"|[A-ZÄÖÜ][\w-]+er (?:Straße|Strasse|Str\.|Weg|Platz|Allee|Ring|Damm|Chaussee)"
    r"|(?:[Cc]alle|C/|[Aa]venida|[Aa]vda\.?|[Pp]laza|[Pp]aseo|[Cc]amino|[Rr]onda|[Tt]ravesía)"
    r"(?: (?:de|del|la|las|los|el|y|[A-ZÁÉÍÓÚÑ][\w'-]+)){1,5}"
    r"|(?:Via|Viale|Piazza|Corso|Vicolo)(?: (?:di|del|della|dei|delle|dello|da"
    r"|[A-ZÀÈÉÌÒÙ][\w'-]+)){1,5}"
    r"|(?:[Uu]l\.|[Uu]lic[aąyę]|[Aa]l\.|[Oo]s\.|[Oo]siedl[eu])(?: (?:[A-ZŁŚŻŹĆ][\w'-]+"
    r"|\d+ [A-Z]\w+)){1,4}"
    r"|(?:[Rr]ua|[Tt]ravessa|[Ss]trada|[Ss]tr\.)(?: (?:da|do|de|dos|das"
    r"|[A-ZÁÉÍÓÚÂÊÔÃÕÇŞŢ][\w'-]+)){1,5}"
)
_NUMBER_BEHIND: Final = re.compile(
    rf"(?<![\w-])(?:{_BEHIND}),? (?:[Nn](?:r|º|o|°)\.? ?|número |numer |numero )?{_NUMBER}"
)
_ARTICLE: Final = r"(?:de la|de l'|de|du|des|d')"
_NUMBER_BEFORE: Final = re.compile(
    r"(?<![\w./:-])\d{1,4}(?: ?(?:bis|ter|[a-dA-D]))?,? (?:(?:rue|avenue|boulevard|bd|chemin"
    r"|impasse"
    rf"|allée|quai) (?:{_ARTICLE} ?)?|(?:place|square|cours|passage|route) {_ARTICLE} ?)"
    r"(?:(?:la|le|les|de|des|du) |l'|d')?[A-ZÉÈÀÂÎÔ][\w'-]+"
)
_STREET_WORDS: Final = word_set(
    "calle c avenida avda plaza paseo camino ronda travesía via viale piazza corso vicolo ul ulica"
    " ulicy ulicę ulicą al os osiedle osiedlu rua travessa strada rue avenue boulevard bd place"
    " chemin impasse allée quai square cours passage route str"
)
_STREET_ENDINGS: Final = (
    *("straße", "strasse", "weg", "gasse", "platz", "allee", "damm", "ufer", "chaussee", "steig"),
    *(
        "straat",
        "laan",
        "gracht",
        "plein",
        "dijk",
        "singel",
        "gade",
        "gatan",
        "vägen",
        "veien",
        "vej",
    ),
    *("katu", "strase"),
)
_NO_HOME: Final = re.compile(
    r"\b(?:bus|linie|ligne|línea|linea|linia|tram|haltestelle|arrêt|parada|przystanek|zwischen"
    r"|entre"
    r"|między|ab|bis|vom|route|junction|devant|frente a|gegenüber|przed|obok|near|outside)\W{0,2}$"
)


def addresses_abroad(shadow: Shadow, places: re.Pattern[str]) -> Iterator[Datum]:
    """Yield addresses as German, French, Spanish, Italian, Polish and others write them."""
    letters = shadow.letters
    if _STREET_WORDS.isdisjoint(letters) and not any(
        word.endswith(_STREET_ENDINGS) for word in letters
    ):
        return
    for pattern in (_NUMBER_BEHIND, _NUMBER_BEFORE):
        for match in pattern.finditer(shadow.cased):
            if _NO_HOME.search(before(shadow.text, match.start())):
                continue
            if not is_public(shadow, *match.span(), places):
                yield Datum("address", match.start(), match.end(), match[0], "")
