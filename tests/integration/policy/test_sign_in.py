"""Sign-in over a real database: who is let in, for how long, and what ends it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from services.policy.passkeys import Registered, Site
from services.policy.sign_in import PASSKEYS_MAX, SESSIONS_MAX
from services.policy.sign_in_desk import SignInDesk
from services.runtime.actor import OPERATOR
from services.runtime.errors import NotAllowedError, RejectError
from tests.desk_rig import DeskRig
from tests.fake_passkeys import SITE, FakePasskeys, answer_to
from tests.sign_in_rig import added, by_passkey, enrolled, link_for, sign_in_over, signed_in
from tests.takeover_rig import plan, prepare, without_grants

HOUR_SECONDS = 3_600


class InterruptedPasskeys(FakePasskeys):
    """Something happens while an answer is verified."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        self._meanwhile = meanwhile

    def registered(self, site: Site, answer: Mapping[str, Any], challenge: bytes) -> Registered:
        """Return the passkey that an answer names, after what happens meanwhile."""
        self._meanwhile()
        return super().registered(site, answer, challenge)


def recover(rig: DeskRig, login: str) -> str:
    """Have two officers recover somebody; return the secret of the link."""
    rig.do("sign-in-recover", "greta", login=login, why="lost their telephone")
    agreed = rig.do("sign-in-recover", "gordon", login=login, why="I rang them")
    return str(agreed["secret"])


@pytest.fixture
def desk(rig: DeskRig) -> SignInDesk:
    """Who signs people in."""
    return sign_in_over(rig)


def test_somebody_gets_a_passkey_by_a_link_and_works_by_it(rig: DeskRig, desk: SignInDesk) -> None:
    """As themselves, with their roles of now; the record says how they signed in."""
    begun = signed_in(rig, desk, "ines")
    actor = desk.actor_of(begun.secret)

    assert actor is not None
    assert ("ines", "session", ["team-member"]) == (
        actor.login,
        actor.signed_in_by,
        list(actor.roles),
    )
    act = rig.do("draft", actor, kind="statement", account="town", text="Hello.")
    assert actor.person_id == act["author"]
    assert "passkey" == rig.notes("sign-in.begun", "house")[-1]["facts"]["factors"]


def test_a_link_lets_in_once_within_an_hour(rig: DeskRig, desk: SignInDesk) -> None:
    """Whoever finds it later finds nothing behind it."""
    secret = link_for(rig, "ines")
    desk.by_link(secret)
    late = link_for(rig, "ivor")
    rig.clock.advance(HOUR_SECONDS)

    for used in (secret, late, "no-such-link"):
        with pytest.raises(NotAllowedError, match="Ask for a new link"):
            desk.by_link(used)


def test_by_a_link_one_makes_a_passkey_and_does_nothing_else(
    rig: DeskRig, desk: SignInDesk
) -> None:
    """Save in the sample town, where nothing is real."""
    begun = desk.by_link(link_for(rig, "ines"))
    in_the_town = sign_in_over(rig, demonstration=True)

    assert None is desk.actor_of(begun.secret)
    assert desk.session_of(begun.secret)
    assert in_the_town.actor_of(begun.secret)


def test_a_session_ends_unused_and_in_any_case(rig: DeskRig) -> None:
    """Half an hour after its last use, and twelve hours after its beginning."""
    desk = sign_in_over(rig)
    passkey_id = enrolled(rig, desk, "ines")
    idle, used = by_passkey(desk, passkey_id), by_passkey(desk, passkey_id)
    for _ in range(2 * 12 + 1):
        assert desk.actor_of(used.secret)
        rig.clock.advance(HOUR_SECONDS / 2 - 60)

    assert None is desk.actor_of(idle.secret)
    rig.clock.advance(HOUR_SECONDS / 2)
    assert None is desk.actor_of(used.secret)


def test_a_leaver_is_signed_out_with_the_leaving(rig: DeskRig, desk: SignInDesk) -> None:
    """From the next request on, wherever they are signed in."""
    begun = signed_in(rig, desk, "ines")

    rig.do("person-leaves", "greta", login="ines", why="Another post")

    assert None is desk.actor_of(begun.secret)
    with pytest.raises(NotAllowedError):
        by_passkey(desk, "key-of-ines")


def test_a_curators_session_ends_with_their_leave(rig: DeskRig, desk: SignInDesk) -> None:
    """It is there from the invitation on, and gone with the slot, to the millisecond."""
    without_grants(rig)
    with pytest.raises(NotAllowedError, match="Your leave here has ended"):
        desk.by_link(link_for(rig, "curt"))
    takeover_id = plan(rig, 1, 2)
    rig.do("takeover-invite", "greta", takeover_id=takeover_id, login="curt")
    begun = signed_in(rig, desk, "curt")
    used = desk.actor_of(begun.secret)
    for _ in range(7):
        rig.clock.advance(17 * 60)
        assert desk.actor_of(begun.secret)
    rig.clock.advance(60 - 0.001)
    last = desk.actor_of(begun.secret)
    rig.clock.advance(0.001)

    assert used
    assert last
    assert None is desk.actor_of(begun.secret)


def test_signing_in_makes_the_step_of_a_takeover(rig: DeskRig, desk: SignInDesk) -> None:
    """By a passkey; at the command line it is refused, and made once."""
    takeover_id = plan(rig)
    prepare(rig, takeover_id)
    with pytest.raises(RejectError, match="at the page /sign-in"):
        rig.do("takeover-second-factor", "curt", takeover_id=takeover_id)

    signed_in(rig, desk, "curt")
    by_passkey(desk, "key-of-curt")

    assert rig.row("takeovers", takeover_id)["second_factor_at_ms"]
    assert 1 == len(rig.notes("takeover.second-factor"))


def test_a_challenge_is_answered_once_and_in_time(rig: DeskRig, desk: SignInDesk) -> None:
    """What was overheard opens nothing, nor does what was left lying."""
    passkey_id = enrolled(rig, desk, "ines")
    options = desk.sign_in_options(SITE)
    challenge, answer = str(options["challenge"]), answer_to(options, passkey_id)
    desk.by_passkey(SITE, challenge, answer)
    late: Any = desk.sign_in_options(SITE)
    rig.clock.advance(181)

    with pytest.raises(NotAllowedError):
        desk.by_passkey(SITE, challenge, answer)
    with pytest.raises(NotAllowedError, match="too long"):
        desk.by_passkey(SITE, late["challenge"], answer_to(late, passkey_id))


def test_a_challenge_of_one_ceremony_does_for_no_other(rig: DeskRig, desk: SignInDesk) -> None:
    """Nor one person's for another's."""
    first = desk.by_link(link_for(rig, "ines"))
    second = desk.by_link(link_for(rig, "ivor"))
    sign_in: Any = desk.sign_in_options(SITE)
    of_ines: Any = desk.passkey_options(first.secret, SITE)

    with pytest.raises(NotAllowedError):
        desk.add_passkey(first.secret, SITE, "x", sign_in["challenge"], answer_to(sign_in, "k"))
    with pytest.raises(NotAllowedError):
        desk.add_passkey(second.secret, SITE, "x", of_ines["challenge"], answer_to(of_ines, "k"))


def test_a_wrong_answer_lets_nobody_in(rig: DeskRig, desk: SignInDesk) -> None:
    """Another key, an unknown one, or one that has ended."""
    passkey_id = enrolled(rig, desk, "ines")
    options = desk.sign_in_options(SITE)
    with pytest.raises(NotAllowedError):
        desk.by_passkey(
            SITE, str(options["challenge"]), {**answer_to(options, passkey_id), "signed": "x"}
        )
    with pytest.raises(NotAllowedError):
        by_passkey(desk, "nobodys")
    rig.do("sign-in-end-passkey", "ines", passkey_id=passkey_id, why="lost")
    with pytest.raises(NotAllowedError):
        by_passkey(desk, passkey_id)


def test_recovery_takes_two_and_ends_what_there_was(rig: DeskRig, desk: SignInDesk) -> None:
    """Whoever lost a telephone gets in again, and whoever found it does not."""
    begun = signed_in(rig, desk, "ines")
    with pytest.raises(RejectError, match="two people recover them"):
        link_for(rig, "ines")
    asked = rig.do("sign-in-recover", "greta", login="ines", why="lost their telephone")
    again = rig.do("sign-in-recover", "greta", login="ines", why="lost their telephone")
    agreed = rig.do("sign-in-recover", "gordon", login="ines", why="I rang them")

    assert ("asked", "asked", "live") == (asked["state"], again["state"], agreed["state"])
    assert "secret" not in asked
    assert None is desk.actor_of(begun.secret)
    with pytest.raises(NotAllowedError):
        by_passkey(desk, "key-of-ines")
    back = desk.by_link(agreed["secret"])
    added(desk, back.secret, "new-key")
    assert by_passkey(desk, "new-key").actor.login == "ines"


def test_nobody_recovers_themselves_and_an_old_question_is_asked_anew(rig: DeskRig) -> None:
    """A day later nobody remembers what they agree to."""
    with pytest.raises(NotAllowedError, match="Nobody recovers themselves"):
        rig.do("sign-in-recover", "greta", login="greta", why="lost")
    rig.do("sign-in-recover", "greta", login="ines", why="lost")
    rig.clock.advance(24 * HOUR_SECONDS)

    assert "asked" == rig.do("sign-in-recover", "gordon", login="ines", why="lost")["state"]


def test_a_body_with_one_officer_recovers_alone_and_it_is_marked(lone_rig: DeskRig) -> None:
    """In two steps, on the record."""
    lone_rig.do("sign-in-recover", "greta", login="ines", why="lost")

    alone = lone_rig.do("sign-in-recover", "greta", login="ines", why="lost")

    assert "live" == alone["state"]
    assert lone_rig.notes("sign-in.recovered", "house")[0]["facts"]["one_officer"]


def test_sessions_are_ended_by_their_own_and_by_governance(rig: DeskRig, desk: SignInDesk) -> None:
    """And by nobody else."""
    begun = signed_in(rig, desk, "ines")
    with pytest.raises(NotAllowedError, match="somebody else's"):
        rig.do("sign-in-end-sessions", "ivor", login="ines", why="a joke")
    with pytest.raises(NotAllowedError, match="somebody else's"):
        rig.do("sign-in-end-passkey", "ivor", passkey_id="key-of-ines", why="a joke")

    rig.do("sign-in-end-sessions", "greta", login="ines", why="a stolen laptop")

    assert None is desk.actor_of(begun.secret)


def test_the_operator_gives_the_first_link_and_nobody_gives_their_own(rig: DeskRig) -> None:
    """So somebody can begin, and a thief cannot go on."""
    assert rig.do("sign-in-link", OPERATOR, login="greta")["secret"]
    with pytest.raises(NotAllowedError, match="Nobody gives a link to themselves"):
        rig.do("sign-in-link", "greta", login="greta")


def test_signing_out_ends_that_session_alone(rig: DeskRig, desk: SignInDesk) -> None:
    """Twice does no harm."""
    passkey_id = enrolled(rig, desk, "ines")
    first, second = by_passkey(desk, passkey_id), by_passkey(desk, passkey_id)

    desk.sign_out(first.secret)
    desk.sign_out(first.secret)

    assert None is desk.actor_of(first.secret)
    assert desk.actor_of(second.secret)


def test_one_officer_alone_becomes_nobody_else(rig: DeskRig, desk: SignInDesk) -> None:
    """Ending a passkey does not make the next link a first one: it still takes two."""
    enrolled(rig, desk, "ines")
    rig.do("sign-in-end-passkey", "greta", passkey_id="key-of-ines", why="tidying up")

    for actor in ("greta", OPERATOR):
        with pytest.raises(RejectError, match="two people recover them"):
            rig.do("sign-in-link", actor, login="ines")
    assert desk.by_link(recover(rig, "ines"))


def test_one_link_is_open_at_a_time(rig: DeskRig, desk: SignInDesk) -> None:
    """A new one ends the one before, and so does a recovery."""
    first, second = link_for(rig, "ines"), link_for(rig, "ines")
    recovered = recover(rig, "ines")
    newest = recover(rig, "ines")

    for ended in (first, second, recovered):
        with pytest.raises(NotAllowedError, match="Ask for a new link"):
            desk.by_link(ended)
    assert desk.by_link(newest)


def test_with_the_passkey_made_no_link_is_open(rig: DeskRig, desk: SignInDesk) -> None:
    """What lies in a mailbox yet makes no second passkey for whoever finds it."""
    by_link = desk.by_link(link_for(rig, "ines"))
    unused = link_for(rig, "ines")

    added(desk, by_link.secret, "own-key")

    with pytest.raises(NotAllowedError, match="Ask for a new link"):
        desk.by_link(unused)


def test_a_passkey_ends_with_what_was_begun_by_it(rig: DeskRig, desk: SignInDesk) -> None:
    """Whoever has the lost telephone is out; at the other device one goes on."""
    passkey_id = enrolled(rig, desk, "ines")
    lost = by_passkey(desk, passkey_id)
    added(desk, lost.secret, "other-key")
    kept = by_passkey(desk, "other-key")

    rig.do("sign-in-end-passkey", "ines", passkey_id=passkey_id, why="lost it")

    assert None is desk.actor_of(lost.secret)
    assert desk.actor_of(kept.secret)


def test_nobody_hides_from_recovery_behind_many_sessions(rig: DeskRig, desk: SignInDesk) -> None:
    """The oldest ends with one too many, and with a recovery they all do."""
    passkey_id = enrolled(rig, desk, "ines")
    begun = []
    for _ in range(SESSIONS_MAX + 1):
        begun.append(by_passkey(desk, passkey_id).secret)
        rig.clock.advance(0.001)
    working = [desk.actor_of(secret) is not None for secret in begun]

    recover(rig, "ines")

    assert [False] + [True] * SESSIONS_MAX == working
    assert not any(desk.actor_of(secret) for secret in begun)


def test_who_is_recovered_meanwhile_gets_no_passkey(rig: DeskRig, desk: SignInDesk) -> None:
    """A thief who is making one when two officers act is left without."""
    thief = signed_in(rig, desk, "ines")
    passkeys = InterruptedPasskeys(lambda: recover(rig, "ines"))
    slow = SignInDesk(replace(desk._parts, passkeys=passkeys))

    with pytest.raises(NotAllowedError, match="signed out meanwhile"):
        added(slow, thief.secret, "thiefs-key")
    with pytest.raises(NotAllowedError):
        by_passkey(desk, "thiefs-key")


def test_passkeys_that_ended_leave_room_for_others(rig: DeskRig, desk: SignInDesk) -> None:
    """So many at a time, however many there were."""
    session = desk.by_link(link_for(rig, "ines"))
    for number in range(PASSKEYS_MAX):
        added(desk, session.secret, f"key-{number}")
    with pytest.raises(RejectError, match="end one that is not used"):
        added(desk, session.secret, "one-more")

    rig.do("sign-in-end-passkey", "ines", passkey_id="key-0", why="sold it")
    added(desk, session.secret, "one-more")

    assert by_passkey(desk, "one-more").actor.login == "ines"
