"""The life of a change on a running town: proposed, agreed to, in force, and undone."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.bootstrap_audit import audit_of
from services.bootstrap_rules import rules_desk_of
from services.bootstrap_speaking import EmbeddedSpeaking
from services.policy.file_rule_set import read_rule_set
from services.policy.rehearsal_document import FORMAT
from services.policy.rule_set import rule_set_of_files
from services.runtime.effects import Key
from services.runtime.errors import (
    FaultyRulesError,
    NotAllowedError,
    NotFoundError,
    RejectError,
    VersionConflictError,
)
from services.runtime.ports import Commit
from services.runtime.system_clock import SystemClock
from services.store.file_keys import KeyFolder
from tests.integration.policy.bundle_server import until
from tests.rules_keys import OTHERS_KEY
from tests.speaking_town import SpeakingTown, make_speaking_folder

LIMITS = "data/limits.yaml"
SMILES = "Thank you 😀 for telling us 😀"
WHY = "People asked for it."


class LivingTown(SpeakingTown):
    """The town with a second governance officer, and rules that are watched."""

    def files(self, emoji_max: int) -> dict[str, str]:
        """Return the rules in force with another limit of emoji."""
        rule_set = self.speaking.rules.rule_set
        old = f"emoji_max: {rule_set.data['limits']['emoji_max']}\n"
        assert old in rule_set.files[LIMITS], "the limit stands on a line of its own"
        changed = rule_set.files[LIMITS].replace(old, f"emoji_max: {emoji_max}\n")
        return {**rule_set.files, LIMITS: changed}

    def propose(self, emoji_max: int = 0) -> dict[str, Any]:
        """Return a change that gail proposes."""
        order: dict[str, Any] = {"title": "Fewer emoji", "why": WHY, "files": self.files(emoji_max)}
        return self.do("propose-rules", "gail", **order)

    def agree(self, change: dict[str, Any], who: str = "gus", **order: Any) -> dict[str, Any]:
        """Return a change after somebody agreed to it."""
        given = {"digest": change["digest"], "why": "so do I", **order}
        return self.do("approve-rules", who, change_id=change["id"], **given)

    def activate(self, change: dict[str, Any], who: str = "gail", **order: Any) -> dict[str, Any]:
        """Return a change that was put in force."""
        return self.do("activate-rules", who, change_id=change["id"], why="now", **order)

    def objections(self) -> list[str]:
        """Return which rules have something against smiles."""
        reply = self.do("advise", "ann", case_id="case-0", text=SMILES)
        return [each["rule"] for each in reply["verdict"]["reasons"]]

    def audit(self) -> list[str]:
        """Return the kinds of entries of the rules' chain, in order."""
        rows = self.store.select("audit_chain_after", ("rules", 0, 100))
        return [str(row["kind"]) for row in rows]

    def write(self, key: Key, **values: Any) -> None:
        """Change some values of a row behind everybody's back."""
        before = self.store.fetch([key])[key]
        assert before is not None, key
        self.embedded.journal.commit(Commit(writes={key: {**before, **values}})).result()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[LivingTown]:
    """The town, speaking, with officers gail and gus."""
    yield from opened(tmp_path)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivingTown]:
    """A town of several tests, none of which puts other rules in force."""
    yield from opened(tmp_path_factory.mktemp("quiet"))


def opened(place: Path) -> Iterator[LivingTown]:
    """Yield a town in a new folder."""
    made = LivingTown(make_speaking_folder(place), SystemClock())
    made.set_up()
    order: dict[str, Any] = {"name": "Gus", "address": "gus@town.example", "roles": ("governance",)}
    made.do("add-person", "", login="gus", **order)
    yield made
    made.speaking.close()
    made.stop()


def test_two_people_change_the_rules_of_a_running_town_and_one_undoes_it(town: LivingTown) -> None:
    """The town obeys without a restart; all of it is in the audit, whose chains verify."""
    town.speaking.rules.start()
    before = town.objections()

    change = town.propose()
    town.agree(change)
    town.activate(change)
    assert 2 == until(2, lambda: town.speaking.rules.number)
    during = town.objections()
    back = town.do("roll-back-rules", "gus", why="It was too much.")
    assert 3 == until(3, lambda: town.speaking.rules.number)

    assert "content/emoji" not in before
    assert "content/emoji" in during
    assert before == town.objections()
    assert 3 == back["number"]
    expected = ["delivered", "proposed", "approved", "activated", "rolled-back"]
    assert [f"rules.{each}" for each in expected] == town.audit()
    assert audit_of(town.speaking).verify()["sound"]
    assert "replaced" == (town.row("rule_changes", change["id"]) or {})["state"]


def test_an_author_agrees_to_no_change_of_their_own(quiet: LivingTown) -> None:
    """The attempt is on record, and the change waits."""
    change = quiet.propose()

    with pytest.raises(NotAllowedError, match="own change"):
        quiet.agree(change, "gail")

    assert "rules.approval-refused" == quiet.audit()[-1]
    with pytest.raises(RejectError, match="proposed"):
        quiet.activate(change)


def test_whoever_is_no_governance_officer_has_no_part_in_it(quiet: LivingTown) -> None:
    """Neither an approver of acts nor whoever has the machine changes rules."""
    change = quiet.propose()

    for who in ("bob", "dee", ""):
        with pytest.raises(NotAllowedError):
            quiet.agree(change, who)


def test_another_digest_is_not_agreed_to(quiet: LivingTown) -> None:
    """What was read is what is meant."""
    with pytest.raises(VersionConflictError):
        quiet.agree(quiet.propose(), digest="0" * 64)


def test_a_change_from_rules_that_are_gone_is_proposed_anew(town: LivingTown) -> None:
    """Two changes side by side do not undo one another unseen."""
    first, second = town.propose(0), town.propose(1)
    for change in (first, second):
        town.agree(change)
    town.activate(first)

    with pytest.raises(VersionConflictError, match="propose it anew"):
        town.activate(second)


def test_a_newly_allowed_class_is_ticked_by_itself(quiet: LivingTown) -> None:
    """Agreeing to the change is not agreeing to let deletions go with less consent."""
    files = dict(quiet.speaking.rules.rule_set.files)
    authority = files["data/authority.yaml"]
    files["data/authority.yaml"] = authority.replace("kinds: [delete, block]", "kinds: [block]")
    assert authority != files["data/authority.yaml"]
    order: dict[str, Any] = {"title": "Deleting", "why": WHY, "files": files}
    change = quiet.do("propose-rules", "gail", **order)

    with pytest.raises(RejectError, match="kind delete"):
        quiet.agree(change)

    assert ["kind delete"] == change["classes"]
    assert "approved" == quiet.agree(change, classes=("kind delete",))["state"]


def test_a_change_taken_back_is_not_activated(quiet: LivingTown) -> None:
    """Its author, or a colleague, withdraws it before it is in force, and not after."""
    change = quiet.propose()
    quiet.agree(change)
    quiet.do("withdraw-rules", "gus", change_id=change["id"], why="not now")

    with pytest.raises(RejectError, match="withdrawn"):
        quiet.activate(change)


def test_the_same_rules_and_faulty_ones_are_not_proposed(quiet: LivingTown) -> None:
    """The sentence names the file and the line."""
    files = dict(quiet.speaking.rules.rule_set.files)
    order = {"title": "None", "why": WHY}

    with pytest.raises(RejectError, match="to the last comment"):
        quiet.do("propose-rules", "gail", files=files, **order)
    with pytest.raises(RejectError, match=r"data/limits\.yaml line 1"):
        quiet.do("propose-rules", "gail", files={**files, LIMITS: "emoji_max: many\n"}, **order)


def test_rules_with_faults_are_not_proposed_and_nothing_of_them_is_kept(quiet: LivingTown) -> None:
    """They are looked at whole before anything is written, and the first fault is said."""
    before, entries = quiet.store.select("rule_changes_open"), quiet.audit()
    quiet.faults = ("content/emoji/emoji.rego line 3: mend it.", "content/length: write a test.")

    with pytest.raises(FaultyRulesError, match=r"emoji\.rego line 3: mend it\. \(1 more\)"):
        quiet.propose()
    with pytest.raises(NotAllowedError):
        quiet.do("propose-rules", "bob", title="None", why=WHY, files=quiet.files(0))

    quiet.faults = ()
    assert (before, entries) == (quiet.store.select("rule_changes_open"), quiet.audit())


def test_a_proposal_sent_again_is_not_looked_at_again(quiet: LivingTown) -> None:
    """Its first answer stands, whatever the check would say now."""
    order: dict[str, Any] = {"title": "Twice", "why": WHY, "files": quiet.files(3), "key": "twice"}
    first = quiet.do("propose-rules", "gail", **order)
    quiet.faults = ("It is wrong now.",)
    again = quiet.do("propose-rules", "gail", **order)
    quiet.faults = ()

    assert first == again


def test_a_town_looks_at_what_is_proposed_whole(quiet: LivingTown) -> None:
    """Where nothing is put in its place, the check is the one that officers run by themselves."""
    files = {
        place: text
        for place, text in quiet.files(0).items()
        if place.startswith(("data/", "content/emoji/")) or place == "gate/gate.rego"
    }
    files["content/emoji/emoji.rego"] += "\nreasons contains 1 if {{\n"
    keys = KeyFolder(quiet.folder.parent / "keys")
    speaking = EmbeddedSpeaking(quiet.embedded, keys, engine=quiet.engine)
    order = {"title": "Broken", "why": WHY, "files": files}

    with closing(speaking), pytest.raises(FaultyRulesError, match=r"emoji\.rego line \d+: "):
        speaking.desk.carry_out("propose-rules", order, quiet.actor("gail"))


def test_a_rehearsal_of_other_rules_is_not_bound_to_a_change(quiet: LivingTown) -> None:
    """One of these rules on those in force is, and its sentences are shown to whoever agrees."""
    files, before = quiet.files(4), quiet.speaking.rules.bundle.revision
    after = rule_set_of_files(files).bundle.revision
    rehearsal = {"format": FORMAT, "before": before, "after": after, "summary": ["None of 9."]}
    order: dict[str, Any] = {"title": "Rehearsed", "why": WHY, "files": files}

    for wrong in ("before", "after"):
        other = rehearsal | {wrong: "0" * 64}
        with pytest.raises(RejectError, match="Rehearse again"):
            quiet.do("propose-rules", "gail", rehearsal=other, **order)
    change = quiet.do("propose-rules", "gail", rehearsal=rehearsal, **order)

    kept = rules_desk_of(quiet.embedded, quiet.speaking.rules).change(change["id"])
    assert rehearsal == kept["rehearsal"]


def test_there_is_nothing_to_go_back_to_before_a_change(quiet: LivingTown) -> None:
    """And no number that never was."""
    with pytest.raises(NotFoundError, match="no earlier rules"):
        quiet.do("roll-back-rules", "gail", why="as a test")
    with pytest.raises(NotFoundError, match="number 9"):
        quiet.do("roll-back-rules", "gail", why="as a test", number=9)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("rule_revisions", {"signature": ""}),
        ("rule_revisions", {"signature": OTHERS_KEY.sign({"number": 2})}),
        ("rule_revisions", {"revision": "0" * 64}),
        ("rule_contents", {"content": b"{}"}),
    ],
)
def test_a_revision_that_was_tampered_with_is_refused_and_the_good_one_kept(
    town: LivingTown, table: str, values: dict[str, Any]
) -> None:
    """Why is said in a sentence; what is asked stays what was sound."""
    change = town.propose()
    town.agree(change)
    town.activate(change)
    revision = town.row("rule_revisions", f"{2:012d}") or {}
    place = f"{2:012d}" if table == "rule_revisions" else str(revision["content_id"])
    town.write(Key(table, place), **values)
    rules = town.speaking.rules

    rules.look()

    assert 1 == rules.number
    assert "number 2 are refused" in str(rules.trouble)
    assert "content/emoji" not in town.objections()


def test_an_old_number_in_force_is_refused(town: LivingTown) -> None:
    """Setting the number back in the database brings no old rules back."""
    change = town.propose()
    town.agree(change)
    town.activate(change)
    rules = town.speaking.rules
    rules.look()
    first = town.row("rule_revisions", f"{1:012d}") or {}

    town.write(Key("rules_in_force", "rules"), number=1, revision=first["revision"])
    rules.look()

    assert 2 == rules.number
    assert "old one" in str(rules.trouble)


def test_rules_that_no_engine_can_be_asked_by_are_refused(town: LivingTown) -> None:
    """What compiles nowhere is tried before it is put in place of what works."""
    files = dict(town.files(0))
    files["content/emoji/emoji.rego"] += "\nreasons contains 1 if { nothing_there(1) }\n"
    change = town.do("propose-rules", "gail", title="Broken", why=WHY, files=files)
    town.agree(change, classes=tuple(change["classes"]))
    town.activate(change)
    rules = town.speaking.rules
    rules._watch._stopping.set()

    rules.look()

    assert 1 == rules.number
    assert "cannot be asked" in str(rules.trouble)


def test_a_town_begins_with_the_rules_in_force_when_it_starts_again(town: LivingTown) -> None:
    """A body's own rules outlive a restart; those delivered with the program do not come back."""
    change = town.propose()
    town.agree(change)
    town.activate(change)
    town.speaking.close()

    town.begin_again()

    assert 2 == town.speaking.rules.number
    assert "content/emoji" in town.objections()
    assert read_rule_set().bundle.revision != town.speaking.rules.bundle.revision


def test_a_change_is_tried_beside_the_rules_and_counted_before_it_comes_into_force(
    town: LivingTown,
) -> None:
    """While it is tried nobody has to obey it; once its time is over the program puts it there."""
    rules = town.speaking.rules
    change = town.propose()
    town.agree(change)
    town.activate(change, shadow_hours=1)
    rules.look()

    assert "content/emoji" not in town.objections()
    counted = until(1, lambda: looked(town)["asked"])
    town.write(Key("rule_changes", change["id"]), shadow_until_ms=1)
    rules.look()
    rules.look()

    assert 1 == counted
    assert 2 == rules.number
    assert "content/emoji" in town.objections()
    assert ["rules.shadowed", "rules.activated"] == town.audit()[-2:]


def looked(town: LivingTown) -> dict[str, Any]:
    """Return what the trial has counted after one more look."""
    town.speaking.rules.look()
    (change,) = town.store.select("rule_changes_open")
    rows = town.store.select("rule_shadows_of", (change["id"],))
    return dict(rows[0]) if rows else {"asked": None}


def put_back(town: LivingTown) -> None:
    """Put the database back to number 1, as an older backup has it, and start again."""
    for number in (3, 2):
        town.embedded.journal.commit(
            Commit(writes={Key("rule_revisions", f"{number:012d}"): None})
        ).result()
    first = town.row("rule_revisions", f"{1:012d}") or {}
    town.write(Key("rules_in_force", "rules"), number=1, revision=first["revision"], change_id=None)
    town.speaking.close()
    town.begin_again()


def verdict(town: LivingTown) -> dict[str, Any]:
    """Return what the rules say of harmless words."""
    reply = town.do("advise", "ann", case_id="case-0", text="Thank you for telling us.")
    return dict(reply["verdict"])


def test_a_database_put_back_from_an_older_backup_sends_nothing_until_an_officer_goes_on(
    town: LivingTown,
) -> None:
    """Its rules are as well signed as ever, and others were in force after them."""
    change = town.propose()
    town.agree(change)
    town.activate(change)
    town.speaking.rules.look()
    put_back(town)
    town.speaking.rules.look()
    during, trouble = verdict(town), str(town.speaking.rules.trouble)

    with pytest.raises(NotAllowedError):
        town.do("roll-back-rules", "bob", restored=True, why="as a test")
    reply = town.do("roll-back-rules", "gail", restored=True, why="The disk was lost.")
    town.speaking.rules.look()

    assert during["failure"] is not None
    assert "number 2 was in force here before" in during["failure"]
    assert "accept-restored" in trouble
    assert (3, 3) == (reply["number"], town.speaking.rules.number)
    assert (None, None) == (verdict(town)["failure"], town.speaking.rules.trouble)
    assert "rules.restored-accepted" == town.audit()[-1]


def test_other_rules_under_a_number_that_was_in_force_are_not_asked(town: LivingTown) -> None:
    """Whoever puts a change in force after a restore, unseen, does not get it asked."""
    change = town.propose()
    town.agree(change)
    town.activate(change)
    town.speaking.rules.look()
    put_back(town)
    town.write(Key("rule_changes", change["id"]), state="replaced")
    other = town.propose(2)
    town.agree(other)
    town.activate(other)

    town.speaking.rules.look()

    assert 1 == town.speaking.rules.number
    assert "number 2 of other rules" in str(town.speaking.rules.trouble)
    assert verdict(town)["failure"] is not None


def test_where_nothing_was_put_back_there_is_nothing_to_go_on_with(quiet: LivingTown) -> None:
    """The command is for one occasion."""
    with pytest.raises(RejectError, match="nothing was put back"):
        quiet.do("roll-back-rules", "gail", restored=True, why="as a test")
