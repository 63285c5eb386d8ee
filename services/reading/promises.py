"""Promises as public bodies make them by habit, and whether each carries a timescale.

`PROMISE_PHRASES` is what a body starts from; its own list can be passed instead.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from services.reading.shadow import Shadow
from services.reading.timescales import Timescale
from services.reading.words import PhraseIndex, Words, words_in

PROMISE_PHRASES: Final = tuple(
    phrase.strip()
    for phrase in """
    look into; look in to; looking into; looking in to; looked into by; be looked into;
    being looked into; being looked at; will look at this; well look at this;
    be in touch; will get in touch; well get in touch; get back in touch;
    get back to you; come back to you; getting back to you; back to you as soon;
    take this seriously; takes this seriously; taking this seriously; very seriously;
    extremely seriously; incredibly seriously; so seriously; most seriously; matter seriously;
    matters seriously; complaints seriously; concerns seriously; reports seriously;
    issues seriously; feedback seriously; incidents seriously; these seriously; safety seriously;
    will investigate; well investigate; be investigated; are investigating; be investigating;
    being investigated; going to investigate; will take a look; well take a look;
    will have a look; well have a look; will check; well check; will find out; well find out;
    will let you know; well let you know; and let you know; ill let you know;
    keep you updated; keep you informed; keep you posted; keep you up to date;
    will update you; well update you; provide an update; provide you with an update;
    will share an update; update you as soon;
    pass this on; pass it on; pass that on; passed this on; passed it on; passed that on;
    passed on to; passing this on; pass this to; passed this to; passed it to; pass it to;
    passed your; pass your comment*; pass your report*; pass your concern*; pass your detail*;
    pass your message*; pass your feedback; pass your request*; pass your enquiry;
    been passed to; be passed to; forwarded to; forwarded this; forwarded your; forward this;
    forward your; referred this to; refer this to; been referred to; shared this with;
    will share this with; shared your; flagged this; will flag this; raise this with;
    raised this with; raising this with; reported this to; will report this;
    escalated this; escalate this; been escalated; logged this; logged your; been logged;
    asked the team; asked our team; asked colleagues; asked our colleagues; asked someone to;
    ask the team; ask our team; ask colleagues; ask someone to;
    will contact you; will call you; will reply; will respond; will write to you;
    will email you; will be contacted; well contact you; well reply; well respond;
    be contacted by; you will hear from; youll hear from; hear from us; hear back from;
    will follow up; well follow up; follow this up; following this up; follow it up;
    will deal with; be dealt with; dealing with this; will sort; well sort; will be sorted;
    get this sorted; get it sorted; get that sorted; get this fixed; get it fixed;
    will fix; well fix; will be fixed; will be repaired; will be resolved; will resolve;
    well resolve; will action; be actioned; will be addressed; will arrange; well arrange;
    will be arranged; will send someone; well send someone; get someone out; send a team;
    send a crew; will inspect; will be inspected; will review your; will review this;
    will be reviewed; will monitor; well monitor; be monitored; monitor the situation;
    monitoring the situation; keep an eye on; well keep an eye;
    working on it; working on this; working to resolve; work to resolve; working to fix;
    working hard to; doing everything we can; do everything we can; doing all we can;
    do all we can; do our best; doing our best; we will try; well try; will endeavour;
    endeavour to; as soon as possible; as soon as we can; as quickly as possible;
    as quickly as we can; at the earliest opportunity; in due course; will do what we can;
    lessons will be learned; lessons will be learnt; will learn from; learn lessons;
    we will make sure; we will ensure; well make sure; well ensure; leave it with us;
    leave this with us; on our radar; we are on it; were on it; someone will be out;
    ymchwilio i; ymchwilio ir; edrych i mewn; edrych ar hyn; edrychwn; yn edrych i; ymchwiliwn;
    mewn cysylltiad â chi; mewn cysylltiad yn fuan; byddwn mewn cysylltiad; fydd mewn cysylltiad;
    bydd mewn cysylltiad; cysylltu â chi; cysylltu gyda chi; cysylltwn â chi; dod yn ôl atoch;
    yn ôl atoch chi; rhoi gwybod i chi; rhown wybod i chi; cymryd hyn o ddifrif; o ddifrif;
    trosglwyddo hyn; trosglwyddo eich; wedi trosglwyddo; pasio hyn ymlaen; pasio eich;
    wedi pasio; anfon ymlaen at; cyn gynted â phosibl; cyn gynted â phosib;
    cyn gynted ag y gallwn; maes o law; gwneud ein gorau; gwneud popeth o fewn ein gallu;
    byddwn yn ymateb; byddwn yn ymchwilio; byddwn yn edrych; byddwn yn gwirio;
    byddwn yn trefnu; byddwn yn datrys; byddwn yn adolygu; byddwn yn sicrhau;
    rhoi diweddariad; eich diweddaru; cadw llygad ar; gweithio ar hyn; dysgu gwersi;
    codi hyn gyda; gofyn ir tîm
    """.replace("\n", " ").split(";")
)
DEFAULT_PHRASES: Final = PhraseIndex(PROMISE_PHRASES)

# Said of what was done, of what cannot be done, or of what others may do, a phrase is no promise.
_NO_PROMISE: Final = re.compile(
    r" (?:cannot|cant|not|wont|dont|didnt|couldnt|wasnt|isnt|never|unable|unless|if|please|must"
    r"|you (?:can|could|may|should|want to|wish to|need to|have to|to)|ni allwn|methu|nid)"
    r"(?: (?!(?:we|well|i|ill|our|will|team|someone|they|byddwn|bydd|fydd) )[^ ]+){0,5} $"
)
_LINE: Final = re.compile(r"[^\n]+")
_STOP: Final = re.compile(r"[.!?\u2026]['\")\]]*\s+(?=[^\sa-z])")
_CHUNK: Final = re.compile(r"\S+")


class Promise(NamedTuple):
    """A promise: where it stands in the shadow, the phrase it was known by, and if it says when."""

    start: int
    end: int
    phrase: str
    has_timescale: bool


def promises_in(
    shadow: Shadow, timescales: Sequence[Timescale], phrases: PhraseIndex
) -> list[Promise]:
    """Return the promises of a text, in order.

    One has a timescale that stands in its sentence or in one beside it, since people write: We
    will look into this. You will hear from us within 5 working days.
    """
    if not phrases.find(Words(shadow.text)):
        return []
    sentences = list(_sentences(shadow))
    promises: list[Promise] = []
    for number, (start, end) in enumerate(sentences):
        near_start = sentences[max(0, number - 1)][0]
        near_end = sentences[min(len(sentences) - 1, number + 1)][1]
        has_timescale = any(near_start <= scale.start < near_end for scale in timescales)
        promises.extend(
            Promise(*place, phrase, has_timescale)
            for place, phrase in _in_sentence(shadow, start, end, phrases)
        )
    return promises


def _sentences(shadow: Shadow) -> Iterator[tuple[int, int]]:
    for line in _LINE.finditer(shadow.text):
        start = line.start()
        for stop in _STOP.finditer(shadow.cased, line.start(), line.end()):
            yield start, stop.end()
            start = stop.end()
        yield start, line.end()


def _in_sentence(
    shadow: Shadow, start: int, end: int, phrases: PhraseIndex
) -> Iterator[tuple[tuple[int, int], str]]:
    sentence = shadow.text[start:end]
    words = Words(sentence)
    found = phrases.find(words)
    if not found:
        return
    places = _word_places(sentence)
    taken = -1
    spots = sorted((phrases.phrases[number].position(words), number) for number in found)
    for position, number in spots:
        phrase = phrases.phrases[number]
        first = words.line.count(" ", 0, position)
        last = first + len(phrase.words) - 1
        if first <= taken or _NO_PROMISE.search(words.line[: position + 1]):
            continue
        taken = last
        place = (start, end)
        if last < len(places):
            place = (start + places[first][0], start + places[last][1])
        yield place, phrase.text


def _word_places(text: str) -> list[tuple[int, int]]:
    """Return for each word, as `words_in` splits them, the stretch between blanks it stands in."""
    return [chunk.span() for chunk in _CHUNK.finditer(text) for _ in words_in(chunk[0])]
