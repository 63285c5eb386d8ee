"""How a thread is read, and by what an act is told from another."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas.act import ActMedia
from services.house.threads import INDENT_MAX, Author, HouseAct, HousePost, placed
from tests.fakes import MOMENT

ANN = {"ann": Author("ann", "Ann", "citizen")}
PARENTS = st.lists(st.integers(0, 1_000), max_size=25)


def post(number: int, parent: int | None = None, minutes: int | None = None) -> HousePost:
    """Return the n-th post of a thread that post 0 began, a minute after the one before."""
    return HousePost(
        id=f"p{number}",
        thread_id="p0",
        parent_id=None if parent is None else f"p{parent}",
        author="ann",
        text=f"Text {number}",
        language="en",
        media=(),
        created_at=MOMENT + timedelta(minutes=number if minutes is None else minutes),
    )


def test_an_answer_stands_behind_its_parent_one_deeper() -> None:
    """Two exchanges under one post are read one after the other, each oldest first."""
    posts = [post(0), post(1, 0), post(2, 0), post(3, 1), post(4, 3), post(5, 1)]

    found = [(each.post.id, each.depth) for each in placed(posts, ANN)]

    assert [("p0", 0), ("p1", 1), ("p3", 2), ("p4", 3), ("p5", 2), ("p2", 1)] == found


@given(parents=PARENTS)
def test_every_post_has_its_place_behind_what_it_answers(parents: list[int]) -> None:
    """Whoever answers whom, nothing is lost, nothing stands twice, and parents stand first."""
    posts = [post(0)] + [
        post(number, parent % number, 0) for number, parent in enumerate(parents, 1)
    ]

    found = placed(posts, ANN)

    ids = [each.post.id for each in found]
    assert sorted(each.id for each in posts) == sorted(ids)
    assert all(
        ids.index(each.post.parent_id) < ids.index(each.post.id)
        for each in found
        if each.post.parent_id
    )


def test_a_long_exchange_does_not_run_off_the_page() -> None:
    """However deep an answer lies, it is set in a bounded number of steps."""
    deep = placed([post(0), *(post(number, number - 1) for number in range(1, 20))], ANN)

    assert 19 == deep[-1].depth
    assert INDENT_MAX == deep[-1].indent


def test_every_part_of_an_act_changes_its_digest() -> None:
    """A key given again with anything else is another act."""
    act = HouseAct("reply", text="On Thursday.", language="en", target="p1")
    others = [
        HouseAct("statement", text="On Thursday.", language="en", target="p1"),
        HouseAct("reply", text="On Friday.", language="en", target="p1"),
        HouseAct("reply", text="On Thursday.", language="cy", target="p1"),
        HouseAct("reply", text="On Thursday.", language="en", target="p2"),
        HouseAct("reply", "On Thursday.", "en", (ActMedia(sha256="0" * 64),), "p1"),
    ]

    digests = {each.digest for each in (act, *others)}

    assert len(others) + 1 == len(digests)
    assert act.digest == HouseAct("reply", "On Thursday.", "en", (), "p1").digest
