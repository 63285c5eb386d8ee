"""The house platform's file: durable, guarded by tokens, readable while it is written."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from services.house.migrations import HOUSE_MIGRATIONS
from services.house.sqlite_house import HOUSE_NAME, House, open_house
from services.house.sqlite_house_reading import token_digest
from services.house.threads import THREADS_A_PAGE, Done, HouseAct, HouseActKind
from services.runtime.clock import ManualClock, to_epoch_ms
from services.runtime.errors import (
    FolderError,
    InputInvalidError,
    NotAllowedError,
    NotFoundError,
)
from services.store.migrations import VERSIONS_TABLE
from services.store.sqlite_connection import open_writer
from services.store.sqlite_schema import migrate
from services.store.statements import VERSION_WRITE
from tests.conftest import START

WRITERS_COUNT = 4
POSTS_A_WRITER = 10


@pytest.fixture
def house(tmp_path: Path, clock: ManualClock) -> Iterator[House]:
    """A platform with two people and no posts."""
    made = open_house(tmp_path, clock)
    for name in ("Ann", "Bob"):
        made.welcome(name.lower(), name)
    yield made
    made.close()


def say(house: House, handle: str, text: str, parent: str | None = None) -> Done:
    """Have somebody who takes part post."""
    kind: HouseActKind = "reply" if parent else "statement"
    return house.carry_out(handle, HouseAct(kind, text, target=parent))


def test_a_restart_keeps_everything(house: House, tmp_path: Path, clock: ManualClock) -> None:
    """Threads, profiles, relations, acts and changes are there again."""
    token = house.enrol("council", "The Council")
    asked = say(house, "ann", "When are the bins emptied?")
    for number, act in enumerate(
        (
            HouseAct("reply", "On Thursday.", "en", target=asked.remote_id),
            HouseAct("profile", "We answer."),
            HouseAct("block", target="bob"),
            HouseAct("hide", target=asked.remote_id),
        )
    ):
        house.carry_out("council", act, token, f"k{number}")

    def everything(house: House) -> tuple[object, ...]:
        acts = house.own_acts("council", START, 10)
        return house.threads(), house.thread(asked.remote_id), house.account("council"), acts

    before = (everything(house), house.changes(0))
    house.close()
    again = open_house(tmp_path, clock)

    assert before == (everything(again), again.changes(0))
    assert ["hide", "block", "profile", "reply"] == [
        deed.kind for deed in again.own_acts("council", START, 10)
    ]
    again.close()


def test_a_new_token_ends_the_one_before(house: House) -> None:
    """Enrolling again is how a lost token is replaced."""
    first = house.enrol("council", "The Council")
    second = house.enrol("council", "The Council")

    house.carry_out("council", HouseAct("profile", "Here."), second)

    with pytest.raises(NotAllowedError, match="not known here by that token"):
        house.carry_out("council", HouseAct("profile", "There."), first)


@pytest.mark.parametrize("token", [None, "", "guessed", "\ud800"])
def test_nobody_acts_as_the_body_without_its_token(house: House, token: str | None) -> None:
    """Neither nothing nor anything else opens the door."""
    house.enrol("council", "The Council")

    with pytest.raises(NotAllowedError):
        house.carry_out("council", HouseAct("statement", "Free cake!"), token)

    assert [] == list(house.threads().heads)


def test_no_token_is_kept(house: House, tmp_path: Path) -> None:
    """What lies on disk cannot be used to speak."""
    token = house.enrol("council", "The Council")
    house.carry_out("council", HouseAct("profile", "We answer."), token)

    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert b"We answer." in kept
    assert token.encode() not in kept


@pytest.mark.parametrize("handle", ["council", "COUNCIL"])
def test_the_bodys_handle_cannot_be_taken(house: House, handle: str) -> None:
    """Neither with a token nor without, however it is written."""
    house.enrol("council", "The Council")

    with pytest.raises(NotAllowedError, match="taken"):
        house.welcome(handle, "The Council")
    with pytest.raises(NotAllowedError, match="taken"):
        house.enrol(handle, "The Council", "citizen")


def test_somebody_elses_handle_cannot_be_taken(house: House) -> None:
    """A second enrolment must not hand over a person's account."""
    house.enrol("cat", "Cat", "citizen")

    for handle in ("cat", "ann"):
        with pytest.raises(NotAllowedError, match="taken"):
            house.enrol(handle, "Somebody", "citizen")
        with pytest.raises(NotAllowedError, match="taken"):
            house.enrol(handle, "The Council", "body")


def test_answers_stand_under_their_parents(house: House) -> None:
    """A thread holds everything that follows from its first post, and counts it."""
    root = say(house, "ann", "The lamp is out.")
    answer = say(house, "bob", "Here as well.", root.remote_id)
    deeper = say(house, "ann", "Which number?", answer.remote_id)
    say(house, "bob", "Another matter.")

    thread = house.thread(root.remote_id)

    assert thread is not None
    assert [0, 1, 2] == [placed.depth for placed in thread.placed]
    assert {root.remote_id} == {done.thread_id for done in (root, answer, deeper)}
    assert {"The lamp is out.": 2, "Another matter.": 0} == {
        head.post.text: head.answers for head in house.threads().heads
    }


def test_the_thread_that_changed_last_comes_first(house: House, clock: ManualClock) -> None:
    """An answer brings an old thread back to the top."""
    first = say(house, "ann", "First.")
    clock.advance(60)
    say(house, "ann", "Second.")
    clock.advance(60)
    say(house, "bob", "To the first.", first.remote_id)

    assert ["First.", "Second."] == [head.post.text for head in house.threads().heads]


def test_pages_follow_one_another_without_gap(house: House, clock: ManualClock) -> None:
    """Every thread is on one page."""
    for number in range(THREADS_A_PAGE + 3):
        clock.advance(1)
        say(house, "ann", f"Thread {number}")

    pages = [house.threads(page) for page in (1, 2, 3)]

    texts = [head.post.text for page in pages for head in page.heads]
    assert [f"Thread {number}" for number in reversed(range(THREADS_A_PAGE + 3))] == texts
    assert [True, False, False] == [page.more for page in pages]


def test_a_deleted_post_leaves_its_place_and_no_word(house: House, tmp_path: Path) -> None:
    """Its text is in no table any more, and answers to it stay."""
    root = say(house, "ann", "My neighbour Zebulon is a pest.")
    say(house, "bob", "Quite.", root.remote_id)

    house.carry_out("ann", HouseAct("delete", target=root.remote_id))

    thread = house.thread(root.remote_id)
    assert thread is not None
    assert [(True, ""), (False, "Quite.")] == [
        (placed.post.deleted, placed.post.text) for placed in thread.placed
    ]
    with pytest.raises(NotFoundError, match="was removed"):
        say(house, "bob", "Still there?", root.remote_id)
    with open_writer(tmp_path / HOUSE_NAME) as connection:
        held = [
            row
            for table in ("posts", "acts", "changes", "accounts")
            for row in connection.execute(f"SELECT * FROM {table}")
        ]
    assert "Zebulon" not in repr(held)


def test_an_edit_is_a_further_revision(house: House, clock: ManualClock) -> None:
    """The wording is replaced, its number and time are kept."""
    said = say(house, "ann", "The lamp is out.")
    clock.advance(30)
    house.carry_out("ann", HouseAct("edit", "The lamp is on.", target=said.remote_id))

    post = house.post(said.remote_id)

    assert post is not None
    assert ("The lamp is on.", 2, clock.now()) == (post.text, post.revision, post.edited_at)


def test_who_is_blocked_answers_neither_the_account_nor_in_its_threads(house: House) -> None:
    """A block reaches the threads that the account began."""
    token = house.enrol("council", "The Council")
    began = house.carry_out("council", HouseAct("statement", "Good morning."), token)
    other = say(house, "ann", "Morning!", began.remote_id)
    house.carry_out("council", HouseAct("block", target="@bob@social.example"), token)

    for parent in (began, other):
        with pytest.raises(NotAllowedError, match="blocked"):
            say(house, "bob", "Boo!", parent.remote_id)

    elsewhere = say(house, "ann", "My own thread.")
    assert elsewhere.thread_id == say(house, "bob", "Hello.", elsewhere.remote_id).thread_id


def test_a_profile_tells_pins_blocks_mutes_and_follows(house: House, clock: ManualClock) -> None:
    """A snapshot before and after a handover can be compared; the sixth pin ends the first."""
    token = house.enrol("council", "The Council")
    posts = []
    for number in range(6):
        clock.advance(1)
        said = house.carry_out("council", HouseAct("statement", f"Notice {number}"), token)
        house.carry_out("council", HouseAct("pin", target=said.remote_id), token)
        posts.append(said.remote_id)
    for kind in ("block", "mute", "follow"):
        for _ in range(2):
            house.carry_out("council", HouseAct(kind, target="bob"), token)

    account = house.account("council")

    assert account is not None
    assert tuple(posts[1:]) == account.pinned
    assert (("bob",), ("bob",), ("bob",)) == (account.blocks, account.mutes, account.follows)


def test_changes_are_numbered_and_tell_posts_as_they_are_now(house: House) -> None:
    """Whoever reads late never sees a text that was taken back."""
    kept = say(house, "ann", "Stays.")
    gone = say(house, "bob", "Goes.")
    house.carry_out("ann", HouseAct("edit", "Stays so.", target=kept.remote_id))
    house.carry_out("bob", HouseAct("delete", target=gone.remote_id))

    changes = house.changes(0)

    assert ["new", "removed", "edited", "removed"] == [change.kind for change in changes]
    assert ["Stays so.", "", "Stays so.", ""] == [change.post.text for change in changes]
    assert list(changes[2:]) == list(house.changes(changes[1].sequence))
    assert changes[-1].sequence == house.last_sequence()


def test_a_hidden_post_is_no_removal(house: House) -> None:
    """What the body hides from the public it still has to answer."""
    token = house.enrol("council", "The Council")
    said = say(house, "ann", "Rude words.")
    house.carry_out("council", HouseAct("hide", target=said.remote_id), token)

    post = house.post(said.remote_id)

    assert post is not None
    assert (True, "Rude words.") == (post.hidden, post.text)
    assert ["new"] == [change.kind for change in house.changes(0)]


def test_a_post_that_two_accounts_hide_is_seen_when_both_took_that_back(house: House) -> None:
    """Each takes back its own hide, and the post itself is never touched."""
    tokens = {name: house.enrol(name, name.title()) for name in ("council", "library")}
    post = say(house, "ann", "When are the bins emptied?").remote_id

    def does(name: str, kind: HouseActKind) -> bool:
        house.carry_out(name, HouseAct(kind, target=post), tokens[name])
        found = house.post(post)
        assert found is not None
        return found.hidden

    assert [True, True, True, False] == [
        does("council", "hide"),
        does("library", "hide"),
        does("council", "unhide"),
        does("library", "unhide"),
    ]
    with pytest.raises(NotFoundError, match="no hide of"):
        does("council", "unhide")


def test_what_one_account_did_another_cannot_take_back(house: House) -> None:
    """A block is whose it is, and stands until that one ends it."""
    tokens = {name: house.enrol(name, name.title()) for name in ("council", "library")}
    house.carry_out("council", HouseAct("block", target="@bob"), tokens["council"])

    with pytest.raises(NotFoundError, match="@library has no block of bob to take back"):
        house.carry_out("library", HouseAct("unblock", target="bob"), tokens["library"])

    listed = house.lists("council", tokens["council"], 10)
    assert listed is not None
    assert ["bob"] == listed[1]["block"]
    assert house.lists("council", tokens["library"], 10) is None
    assert house.lists("ann", "", 10) is None


def test_a_post_that_is_deleted_is_hidden_and_pinned_no_more(house: House) -> None:
    """Nothing is left to be taken back of what is gone."""
    token = house.enrol("council", "The Council")
    post = house.carry_out("council", HouseAct("statement", "We open at nine."), token).remote_id
    for kind in ("pin", "hide", "delete"):
        house.carry_out("council", HouseAct(kind, target=post), token)

    listed = house.lists("council", token, 10)

    assert listed is not None
    assert not any(listed[1].values())


def test_hides_of_a_file_from_before_can_be_taken_back(tmp_path: Path, clock: ManualClock) -> None:
    """Whoever hid a post then is known from its acts; what was deleted since is left out."""
    path = tmp_path / HOUSE_NAME
    writer = open_writer(path)
    migrate(writer, path, to_epoch_ms(START), HOUSE_MIGRATIONS[:1])
    account = "INSERT INTO accounts VALUES ('council', 'C', 'body', '', ?, 0)"
    writer.execute(account, (token_digest("known"),))
    for number, deleted in ((1, 0), (2, 1)):
        writer.execute(
            "INSERT INTO posts (id, thread_id, handle, text, media, created_at_ms, revision, "
            "hidden, deleted, latest_at_ms) VALUES (?, ?, 'council', '', '[]', 0, 1, 1, ?, 0)",
            (f"p{number}", f"p{number}", deleted),
        )
        writer.execute(
            "INSERT INTO acts (remote_id, handle, kind, text, target, digest, at_ms) "
            "VALUES (?, 'council', 'hide', '', ?, '', 7)",
            (f"a{number}", f"p{number}"),
        )
    writer.close()
    house = open_house(tmp_path, clock)

    listed = house.lists("council", "known", 10)
    house.carry_out("council", HouseAct("unhide", target="p1"), "known")

    assert listed is not None
    assert ["p1"] == listed[1]["hide"]
    shown = house.post("p1")
    house.close()
    assert shown is not None
    assert not shown.hidden


@pytest.mark.parametrize("key", ["", "k" * 257])
def test_a_key_has_a_length(house: House, key: str) -> None:
    """Keys are bounded, since they are kept for ever."""
    with pytest.raises(InputInvalidError, match="a key has"):
        house.carry_out("ann", HouseAct("statement", "Hi"), None, key)


def test_two_accounts_may_use_one_key(house: House) -> None:
    """A key is an account's own."""
    ids = {
        house.carry_out(handle, HouseAct("statement", "Hi"), None, "k1").remote_id
        for handle in ("ann", "bob")
    }

    assert 2 == len(ids)


def test_many_post_and_read_at_once(house: House) -> None:
    """Nothing is lost, and readers see whole posts while others write."""
    root = say(house, "ann", "Begin.").remote_id
    seen: list[int] = []

    def write(number: int) -> None:
        for count in range(POSTS_A_WRITER):
            say(house, "bob", f"{number}.{count}", root)
            thread = house.thread(root)
            seen.append(0 if thread is None else len(thread.placed))

    threads = [Thread(target=write, args=(number,)) for number in range(WRITERS_COUNT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert WRITERS_COUNT * POSTS_A_WRITER == len(seen)
    whole = house.thread(root)
    assert whole is not None
    assert WRITERS_COUNT * POSTS_A_WRITER + 1 == len(whole.placed)


def test_a_newer_file_is_refused(tmp_path: Path, clock: ManualClock) -> None:
    """An older program keeps its hands off."""
    with open_writer(tmp_path / HOUSE_NAME) as connection:
        connection.execute(VERSIONS_TABLE)
        newer = HOUSE_MIGRATIONS[-1].number + 1
        connection.execute(VERSION_WRITE, (newer, "later", to_epoch_ms(START)))

    with pytest.raises(FolderError, match="newer Mercat"):
        open_house(tmp_path, clock)
