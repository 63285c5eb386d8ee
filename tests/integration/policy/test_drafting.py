"""What makes a draft: whom it answers, as which account, and what is not one."""

from typing import Any

import pytest

from services.runtime.errors import NotFoundError, RejectError
from tests.desk_rig import CLEAN, DeskRig

STATEMENT: dict[str, Any] = {"kind": "statement", "account": "town", "text": CLEAN}


def test_a_reply_to_a_case_answers_its_latest_post(rig: DeskRig) -> None:
    """Account, target, language and wording follow from the post."""
    rig.write(
        "posts", "later", **(rig.row("posts", "post-1") | {"native_id": "n2", "revision": "7"})
    )
    rig.amend("posts", "post-1", posted_at_ms=rig.now_ms - 1)

    act = rig.do("draft", "ines", case_id="case-1", text=CLEAN)

    row = rig.row("acts", act["id"])
    assert ("town", "n2", "en", "later", "case-1", "7") == (
        act["account"],
        act["target"],
        act["language"],
        act["post_id"],
        act["case_id"],
        row["parent_revision"],
    )


def test_a_reply_to_a_post_belongs_to_the_posts_case(rig: DeskRig) -> None:
    """Themes, and so halts and grants, follow from the case."""
    act = rig.do("draft", "ines", post_id="post-2", text=CLEAN)

    assert ("library", "case-2") == (act["account"], act["case_id"])


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"post_id": "post-1", "case_id": "case-2"}, "not of that case"),
        ({"post_id": "post-1", "account": "library"}, "is answered as town"),
        ({"case_id": "case-1", "account": "library"}, "is answered as town"),
        ({"post_id": "post-1", "target": "native-post-2"}, "another post"),
        ({}, "Name the account"),
        ({"account": "town"}, "target: say what the reply is for"),
        ({"case_id": "case-1", "text": " \n"}, "nothing to say"),
        ({"case_id": "case-1", "text": "a\0b"}, "null character"),
        ({"case_id": "case-1", "text": "a\ud800b"}, "a valid string"),
        (
            {"case_id": "case-1", "media": [{"sha256": "0" * 64, "alt": "a\ud800"}]},
            "a valid string",
        ),
        ({"case_id": "case-1", "kind": "hide"}, "a hide has no text"),
        ({"case_id": "case-1", "kind": "block", "text": ""}, "target: say what the block is for"),
        ({"case_id": "case-1", "colour": "red"}, "colour"),
        ({"case_id": "case-1", "text": "a" * 5_001}, "text"),
    ],
)
def test_what_does_not_agree_with_itself_is_no_draft(
    rig: DeskRig, order: dict[str, Any], said: str
) -> None:
    """An order that would answer one post and be judged by another is refused in words."""
    with pytest.raises(RejectError, match=said):
        rig.do("draft", "ines", **({"text": CLEAN} | order))

    assert [] == rig.desk.acts(state=None, case_id=None, after=None, limit=10)


def test_what_was_said_where_no_account_of_ours_speaks_is_answered_there(rig: DeskRig) -> None:
    """The message says what to do instead."""
    rig.amend("posts", "post-1", source="a-feed")

    with pytest.raises(RejectError, match=r"No account of ours speaks where .* \(a-feed\)"):
        rig.held()


def test_what_was_removed_is_not_answered(rig: DeskRig) -> None:
    """Neither by post nor by a case that has nothing left."""
    rig.amend("posts", "post-1", state="removed")

    with pytest.raises(NotFoundError, match="was removed"):
        rig.do("draft", "ines", post_id="post-1", text=CLEAN)
    with pytest.raises(RejectError, match="Nothing is left"):
        rig.held()


def test_a_statement_is_about_nobody(rig: DeskRig) -> None:
    """It needs an account and no post, and stands in the record under the body's own key."""
    act = rig.send(
        rig.approve(rig.do("propose", "ines", act_id=rig.do("draft", "ines", **STATEMENT)["id"]))
    )

    assert act.cleared
    assert ["body"] == [each["subject"] for each in rig.notes("act.cleared")]


def test_a_language_that_is_no_two_letters_is_left_open(rig: DeskRig) -> None:
    """Nobody's draft fails for what a classifier wrote down."""
    rig.amend("posts", "post-1", language="zh-Hant")

    assert rig.do("draft", "ines", case_id="case-1", text=CLEAN)["language"] is None


@pytest.mark.parametrize(("text", "said"), [("", "nothing to say"), ("a\0", "null character")])
def test_an_edit_makes_nothing_that_a_draft_could_not_be(
    rig: DeskRig, text: str, said: str
) -> None:
    """No reply is emptied after the rules have seen it full."""
    act = rig.held()

    with pytest.raises(RejectError, match=said):
        rig.do("edit", "ines", act_id=act["id"], version=act["version"], text=text)


def test_a_picture_is_part_of_what_is_agreed_to(rig: DeskRig) -> None:
    """Another picture is another digest."""
    pictures = [{"sha256": digit * 64, "alt": "A bin lorry"} for digit in "ab"]
    acts = [rig.held(media=[picture]) for picture in pictures]

    with pytest.raises(RejectError, match="read it again"):
        rig.approve(acts[0], digest=acts[1]["digest"])

    assert acts[0]["digest"] != acts[1]["digest"]
    assert "A bin lorry" == acts[0]["media"][0]["alt"]


def test_the_same_words_drafted_twice_have_two_digests(rig: DeskRig) -> None:
    """A digest outlives erased words, so it must not be found by guessing them."""
    one, other = rig.do("draft", "ines", **STATEMENT), rig.do("draft", "ines", **STATEMENT)

    assert one["digest"] != other["digest"]
