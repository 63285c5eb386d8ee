"""Who may do what on the house platform, and what a text there may hold."""

from dataclasses import replace

import pytest

from schemas.act import ActMedia
from services.house.rules import (
    check_account,
    check_act,
    check_answer,
    check_on_account,
    check_on_post,
    plain_handle,
)
from services.house.threads import (
    POSTS_A_THREAD_MAX,
    TEXT_LENGTH_MAX,
    Account,
    HouseAct,
    HouseActKind,
    HousePost,
)
from services.runtime.errors import InputInvalidError, NotAllowedError, NotFoundError
from tests.fakes import MOMENT

ANN = Account("ann", "Ann", "citizen")
COUNCIL = Account("council", "The Council", "body")
PICTURE = ActMedia(sha256="0" * 64, alt="A bin")
POST = HousePost("p1", "p1", None, "ann", "The bins.", "en", (), MOMENT)


@pytest.mark.parametrize(
    ("given", "plain"),
    [("ann", "ann"), ("@ann", "ann"), ("@ann@social.example", "ann"), (" ann@x.example ", "ann")],
)
def test_a_handle_is_known_in_each_way_people_write_it(given: str, plain: str) -> None:
    """Cases know an author with the platform's domain, the platform without."""
    assert plain == plain_handle(given)


@pytest.mark.parametrize("handle", ["", "ann smith", "ann@x", "a" * 101, "аня", "ann\n"])
def test_a_handle_that_could_be_mistaken_is_refused(handle: str) -> None:
    """Handles have letters that look like no others, and a bound."""
    with pytest.raises(InputInvalidError, match="cannot be a handle"):
        check_account(handle, "Ann")


@pytest.mark.parametrize("name", ["", "  ", "a" * 101, "Ann\nCouncil", "Ann\u202elicnuoC"])
def test_a_name_that_shows_another_is_refused(name: str) -> None:
    """A name is one visible line."""
    with pytest.raises(InputInvalidError, match="a name has"):
        check_account("ann", name)


@pytest.mark.parametrize(
    "act",
    [
        HouseAct("statement", "x" * TEXT_LENGTH_MAX),
        HouseAct("statement", media=(PICTURE,)),
        HouseAct("reply", "Bùrach!\n\tسڑک \U0001f1ec\U0001f1e7", "ur", target="p1"),
        HouseAct("profile", ""),
        HouseAct("hide", target="p1"),
        HouseAct("edit", "Anew.", target="p1"),
    ],
)
def test_an_act_within_bounds_passes(act: HouseAct) -> None:
    """Every script, line breaks and pictures without words are fine."""
    check_act(act)


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (HouseAct("statement", "x" * (TEXT_LENGTH_MAX + 1)), "shorten it"),
        (HouseAct("statement", "  \n"), "is empty"),
        (HouseAct("statement", "Hello\u202egnp.exe"), "nobody sees"),
        (HouseAct("statement", "Hello\x00"), "nobody sees"),
        (HouseAct("statement", "Hello\ud800"), "nobody sees"),
        (HouseAct("profile", "x" * 501), "shorten it"),
        (HouseAct("reply", "Yes."), "needs what it is about"),
        (HouseAct("edit", "Yes."), "needs what it is about"),
        (HouseAct("hide", "Words", target="p1"), "has no text"),
        (HouseAct("repost", media=(PICTURE,), target="p1"), "has no pictures"),
        (HouseAct("statement", "Hi", media=(PICTURE,) * 5), "4 pictures"),
        (HouseAct("statement", "Hi", language="English"), "small letters"),
    ],
)
def test_an_act_that_cannot_be_is_refused_with_its_reason(act: HouseAct, reason: str) -> None:
    """Each bound has a sentence that says what to do."""
    with pytest.raises(InputInvalidError, match=reason):
        check_act(act)


@pytest.mark.parametrize("kind", ["delete", "edit", "pin", "unpin"])
def test_a_post_is_its_authors_own(kind: HouseActKind) -> None:
    """Not even the body changes, deletes or pins what somebody else wrote."""
    act = HouseAct(kind, "x" if kind == "edit" else "", target="p1")

    check_on_post(ANN, act, POST)
    with pytest.raises(NotAllowedError, match="own author alone"):
        check_on_post(COUNCIL, act, POST)


@pytest.mark.parametrize("kind", ["hide", "unhide"])
def test_the_body_alone_hides_and_shows_again(kind: HouseActKind) -> None:
    """People who take part cannot hide one another's posts, nor their own."""
    act = HouseAct(kind, target="p1")

    check_on_post(COUNCIL, act, POST)
    with pytest.raises(NotAllowedError, match="body's accounts alone"):
        check_on_post(ANN, act, POST)


@pytest.mark.parametrize("post", [None, replace(POST, deleted=True)])
def test_nothing_is_done_to_what_is_not_there(post: HousePost | None) -> None:
    """A post that never was and one that was removed are told apart from what is not allowed."""
    with pytest.raises(NotFoundError):
        check_on_post(COUNCIL, HouseAct("reply", "Yes.", target="p1"), post)


def test_who_is_blocked_does_not_answer() -> None:
    """A block holds for answers."""
    check_answer(ANN, 1, blocked=False)
    with pytest.raises(NotAllowedError, match="blocked"):
        check_answer(ANN, 1, blocked=True)


def test_a_thread_is_bounded() -> None:
    """The post that would be one too many is refused."""
    check_answer(ANN, POSTS_A_THREAD_MAX - 1, blocked=False)
    with pytest.raises(NotAllowedError, match="begin another"):
        check_answer(ANN, POSTS_A_THREAD_MAX, blocked=False)


def test_nobody_blocks_themselves_or_a_stranger() -> None:
    """An account has to be there, and be another."""
    check_on_account(COUNCIL, HouseAct("block", target="ann"), "citizen")
    with pytest.raises(NotAllowedError, match="themselves"):
        check_on_account(COUNCIL, HouseAct("block", target="@Council"), "body")
    with pytest.raises(NotFoundError):
        check_on_account(COUNCIL, HouseAct("block", target="nobody"), None)
