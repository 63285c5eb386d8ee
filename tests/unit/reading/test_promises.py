"""Finding promises made by habit, and telling those that say by when."""

import pytest

from services.reading.promises import NO_PROMISES
from services.reading.shadow import Shadow
from services.reading.timescales import timescales_in
from tests.claims import promise_finder, timed


@pytest.mark.parametrize(
    "text",
    [
        "We will look into this.",
        "We'll look into this for you.",
        "We’ll get back to you in due course.",
        "We have got your message and someone will get back to you shortly.",
        "We take this very seriously.",
        "Thank you for contacting us today, we will look into this.",
        "I have passed your comments on to the team.",
        "Your report has been forwarded to the roads team.",
        "We are looking into it.",
        "This will be looked into.",
        "We'll let you know.",
        "We are sorry. The team is working on it.",
        "Sorry about that! We will pass this on.",
        "Please put your bin out by 7am. We will look into why it was missed.",
        "The hole was reported 3 days ago and will be fixed.",
        "Appreciate you raising it. The squad know and it's top of their pile.",
        "Sorry to hear about the mess; one of our supervisors will be popping along.",
        "That's a good shout, I'll put it to the events committee.",
        "Cheers, that's been noted and will be acted upon.",
        "Everything possible is being done to restore your water.",
        "It's being dealt with.",
        "Consider it done!",
        "Apologies for the inconvenience, normal service will resume shortly.",
        "Leave me your street name and I'll see it gets to the right desk.",
        "We'll keep you right.",
        "We have passed on your thanks and your complaint to the driver's manager.",
        "Gracias, hemos pasado su queja al departamento y nos pondremos en contacto.",
        "Hopefully we can get that sorted for you.",
        "I've flagged this up with the drainage squad.",
        "Someone will pop round to take a look at the fence.",
        "We'll chase that up for you.",
        "We hear you. This is something we are actively looking at.",
        "Noted, thanks. We'll see what we can do.",
        "Rest assured your concerns are being taken on board.",
        "It's on the list! Bear with us.",
        "WE WILL LOOK\nINTO THIS",
        "We will lo\u200bok into this",
        "Byddwn yn edrych i mewn i hyn.",
        "Bydd rhywun mewn cysylltiad â chi.",
        "Rydym yn cymryd hyn o ddifrif.",
    ],
)
def test_a_promise_without_a_timescale_is_found(text: str) -> None:
    """However it is put, a habit's promise says nothing of when."""
    found = timed(text.replace("\n", " "))

    assert found
    assert not any(found)


@pytest.mark.parametrize(
    "text",
    [
        "We will look into this within 5 working days.",
        "We will look into this. You will hear from us within five working days.",
        "We aim to reply within 10 working days. We will be in touch.",
        "We'll fix the swing on 14 March.",
        "The pool will reopen on 1 May. We'll post a picture of the new slide that day.",
        "We'd rather not guess: the survey is out on 1 June and we'll publish it the same day.",
        "The crew will look at the kerb on Monday, weather permitting.",
        "By Friday someone will be in touch.",
        "We will get back to you by 3 December.",
        "We'll be in touch tomorrow.",
        "We will contact you before the end of the week.",
        "Bydd rhywun mewn cysylltiad â chi o fewn 5 diwrnod.",
        "Byddwn yn edrych i mewn i hyn erbyn dydd Gwener.",
    ],
)
def test_a_promise_with_a_timescale_is_told_apart(text: str) -> None:
    """A timescale in its sentence or beside it makes a promise one that can be kept."""
    found = timed(text)

    assert found
    assert all(found)


@pytest.mark.parametrize(
    "text",
    [
        "The bins on Cross Street were emptied this morning.",
        "We looked into this and found that the cable had been cut.",
        "You can report it at council.example/report.",
        "We cannot look into this because the road is private.",
        "Please get in touch if it happens again.",
        "Please call 999 as soon as possible if you smell gas.",
        "If you pass this on to neighbours, thank you.",
        "Thank you for letting us know.",
        "This is to let you know that the road is closed.",
        "A child was seriously injured.",
        "Find out what goes in your bin.",
        "The committee will consider the application.",
        "We reply within 5 working days, so you should hear by Friday 12 June.",
        "Someone will ring you this afternoon.",
        "You can check your bin day at https://mercatburgh.example/bins.",
        "We will never ask for your PIN.",
        "Report a streetlight online and you get a reference to follow it with.",
        "I've asked the depot, and the answer is no: glass goes in the bottle bank.",
        "We passed your photos to the police this morning under reference 4471.",
        "Our welfare team can check what you could claim. Ring 0300 555 0150, Monday to Friday.",
        "If you send us the street name we can look up the date.",
        "We looked into this: the light is on a timer and comes on at dusk.",
        "Work to resurface Cross Street starts on Monday and ends on Friday.",
        "No, I can't promise that. Ask me again after the meeting on 3 June.",
        "Please let us know if it happens again.",
        "Please get in touch if you need a larger print copy.",
        "Our library app lets you know when your book is in.",
        "Thanks for letting us know, the sign was put back up on Monday.",
        "Is it safe? It was tested on 4 May and passed; the certificate is at the gate.",
        "You never know what will turn up in the lost property box.",
        "Swimming lessons are free for under-fives. They never get old.",
        "Heatwave: drink water, keep to the shade, and ring NHS 111 if you feel unwell.",
        "Bring old tablets back to any pharmacy; please don't flush them.",
        "If someone has collapsed, ring 999 first.",
        "We'll refund your ticket if the show is cancelled.",
        "The deposit is returned within 5 days if the hall is left clean.",
        "A liberal dose of mulch keeps the roses happy.",
        "The council voted 20 to 15 to keep the baths open.",
        "The crew repaired the pothole on Tuesday.",
        "Mae'r llyfrgell ar agor rhwng 9 a 5.",
    ],
)
def test_an_answer_is_no_promise(text: str) -> None:
    """What was done, what cannot be, and what others may do is not promised."""
    assert [] == timed(text)


def test_each_promise_has_its_own_place_and_timescale() -> None:
    """Far from the timescale, a second promise is without one."""
    text = "We’ll look into this by Friday. Thank you. Really. We will be in touch."
    shadow = Shadow(text)

    first, second = promise_finder().find(shadow, timescales_in(shadow))

    assert ("look into", True) == (text[first.start : first.end], first.has_timescale)
    assert ("be in touch", False) == (text[second.start : second.end], second.has_timescale)


def test_without_lists_nothing_is_found() -> None:
    """Promises are found by lists alone."""
    assert [] == NO_PROMISES.find(Shadow("We will look into this."), ())
