"""Corrections at the desk: what went out wrong is put right under the same rules as everything."""

from typing import Any

import pytest

from services.policy.correction_reading import CorrectionReading
from services.runtime.errors import NotAllowedError, NotFoundError, RejectError
from tests.desk_rig import CLEAN, DeskRig

SORRY = "We said Friday. That was wrong, and we are sorry: it is Monday."


def sent(rig: DeskRig, **order: Any) -> dict[str, Any]:
    """Return an act that went out."""
    act = rig.approved(**order)
    went(rig, str(act["id"]))
    return act


def went(rig: DeskRig, act_id: str) -> None:
    """Have an act sent, as its platform would tell it."""
    rig.write("sendings", act_id, account="town", state="sent", remote_id=f"remote-{act_id}")


def opened(rig: DeskRig, act: dict[str, Any] | None = None, **order: Any) -> str:
    """Open a correction of something that went out; return its id."""
    wrong = {"act_id": (act or sent(rig))["id"], "mistake": "It is Monday, not Friday."}
    return str(rig.do("correction-open", "ines", **(wrong | order))["correction_id"])


def chosen(rig: DeskRig, choice: str, **order: Any) -> str:
    """Open a correction and have it decided on; return its id."""
    correction_id = opened(rig, **order)
    choose = {"correction_id": correction_id, "choice": choice, "why": "So nobody waits in vain"}
    rig.do("correction-choose", "dora", **choose)
    return correction_id


def drafted(rig: DeskRig, correction_id: str, part: str, text: str = "") -> dict[str, Any]:
    """Draft a part of a correction."""
    return rig.do("correction-draft", "ines", correction_id=correction_id, part=part, text=text)


def left(rig: DeskRig, correction_id: str) -> list[str]:
    """Return what is still to be done."""
    return list(CorrectionReading(rig.store).one(correction_id)["left"])


def close(rig: DeskRig, correction_id: str) -> dict[str, Any]:
    """Close a correction."""
    return rig.do(
        "correction-close", "greta", correction_id=correction_id, why="Ask the crew first"
    )


def test_a_deletion_is_an_act_like_any_other(rig: DeskRig) -> None:
    """Of what went out, by whoever drafts it; it needs its own leave and consent."""
    act = sent(rig)
    correction_id = chosen(rig, "delete", act=act)

    removal = drafted(rig, correction_id, "removal")

    assert ("delete", f"remote-{act['id']}", "draft", rig.actor("ines").person_id) == (
        removal["kind"],
        removal["target"],
        removal["state"],
        removal["author"],
    )
    assert "decision" in removal["advice"]


def test_a_note_answers_what_went_out(rig: DeskRig) -> None:
    """So whoever finds the one reads the other."""
    act = sent(rig)

    note = drafted(rig, chosen(rig, "keep", act=act), "note", "It is Monday, not Friday.")

    assert ("reply", f"remote-{act['id']}") == (note["kind"], note["target"])


def test_an_apology_goes_to_whoever_was_answered(rig: DeskRig) -> None:
    """And where nobody was answered, to everybody."""
    answer = drafted(rig, opened(rig), "apology", SORRY)
    said = rig.do("draft", "ines", kind="statement", account="town", text=CLEAN)
    statement = rig.approve(rig.do("propose", "ines", act_id=said["id"]))
    went(rig, str(statement["id"]))
    to_all = drafted(rig, opened(rig, statement), "apology", SORRY)

    assert ("reply", "native-post-1") == (answer["kind"], answer["target"])
    assert ("statement", None) == (to_all["kind"], to_all["target"])


def test_it_is_closed_once_everything_is_done(rig: DeskRig) -> None:
    """Until then it says what is left, to whoever looks and to whoever would close it."""
    correction_id = opened(rig)
    for part in ("decide whether", "an apology", "tell those"):
        assert any(part in each for each in left(rig, correction_id))
    choose = {"correction_id": correction_id, "choice": "keep", "why": "It was read already"}
    rig.do("correction-choose", "dora", **choose)
    acts = [drafted(rig, correction_id, part, SORRY)["id"] for part in ("note", "apology")]
    with pytest.raises(RejectError, match="have a note go out under it; have an apology go out"):
        close(rig, correction_id)
    for act_id in acts:
        went(rig, act_id)
    rig.do(
        "correction-tell",
        "ines",
        correction_id=correction_id,
        whom="whoever-it-answered",
        by_way_of="in the reply",
    )

    assert [] == left(rig, correction_id)
    assert "closed" == close(rig, correction_id)["state"]
    with pytest.raises(RejectError, match="That correction is closed"):
        close(rig, correction_id)


def test_where_no_apology_is_due_somebody_says_why(rig: DeskRig) -> None:
    """An officer, on the record."""
    correction_id = opened(rig)

    rig.do("correction-no-apology", "dora", correction_id=correction_id, why="A spelling slip")

    assert not [each for each in left(rig, correction_id) if "apology" in each]
    assert "A spelling slip" in str(rig.notes("correction.no-apology"))


def test_where_a_person_was_told_of_the_data_protection_officer_is_told(rig: DeskRig) -> None:
    """Whomever else somebody told."""
    correction_id = opened(rig, personal_data=True)
    tell = {"correction_id": correction_id, "by_way_of": "by telephone"}
    rig.do("correction-tell", "ines", whom="whoever-it-was-about", **tell)

    assert "tell the data protection officer, and note it" in left(rig, correction_id)
    rig.do("correction-tell", "ines", whom="data-protection-officer", **tell)
    assert not [each for each in left(rig, correction_id) if "tell" in each]


def test_whoever_wrote_it_does_not_decide_on_it(rig: DeskRig) -> None:
    """Unless the body says that it has one officer."""
    act = sent(rig, who="dora")
    correction_id = opened(rig, act)
    choose = {"correction_id": correction_id, "choice": "keep", "why": "It was me"}

    with pytest.raises(NotAllowedError, match="ask another officer"):
        rig.do("correction-choose", "dora", **choose)
    rig.do("correction-choose", "greta", **choose)


@pytest.mark.parametrize(("choice", "part"), [("keep", "removal"), ("delete", "note")])
def test_what_was_decided_otherwise_is_not_drafted(rig: DeskRig, choice: str, part: str) -> None:
    """A post that stays is not taken away, and one that goes gets no note."""
    with pytest.raises(RejectError, match="It was not decided"):
        drafted(rig, chosen(rig, choice), part, "" if part == "removal" else SORRY)


def test_what_has_not_gone_out_is_not_corrected(rig: DeskRig) -> None:
    """It is withdrawn instead."""
    with pytest.raises(RejectError, match="Only words that went out can be corrected"):
        opened(rig, rig.held())


def test_of_one_act_one_correction_is_open(rig: DeskRig) -> None:
    """Whoever finds the same mistake is told where it is being put right."""
    act = sent(rig)
    first = opened(rig, act)

    with pytest.raises(RejectError, match=first):
        opened(rig, act)


def test_a_part_is_drafted_again_only_where_the_first_came_to_nothing(rig: DeskRig) -> None:
    """Two apologies would be one too many."""
    correction_id = opened(rig)
    first = drafted(rig, correction_id, "apology", SORRY)
    rig.do("propose", "ines", act_id=first["id"])
    with pytest.raises(RejectError, match="is on its way already"):
        drafted(rig, correction_id, "apology", SORRY)

    rig.do("withdraw", "ines", act_id=first["id"], why="Better words")

    assert first["id"] != drafted(rig, correction_id, "apology", SORRY)["id"]


def test_an_apology_is_suggested_in_our_own_words_of_then(rig: DeskRig) -> None:
    """What is right has to be put in by a person."""
    told = CorrectionReading(rig.store).one(opened(rig))

    assert told["apology_suggested"].startswith(f"We said here: “{CLEAN}” That was wrong")


def test_a_correction_that_there_is_not_is_not_found(rig: DeskRig) -> None:
    """Whoever asks is told where they are listed."""
    with pytest.raises(NotFoundError, match="mercat correct list"):
        close(rig, "0" * 32)
    with pytest.raises(NotFoundError, match="mercat correct list"):
        CorrectionReading(rig.store).one("0" * 32)
