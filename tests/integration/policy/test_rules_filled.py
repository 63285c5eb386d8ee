"""A body's own rules after an upgrade: what they lack is filled, said, recorded, and taken in."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from services.bootstrap_rules import Delivery, public_rules_of, rules_desk_of
from services.policy.difference import difference
from services.policy.file_rule_set import delivered_data, read_rule_set
from services.policy.rehearsal_plan import plan_of
from services.policy.rule_set import rule_set_of_files
from services.policy.rules_filled import filled_on_record
from services.policy.rules_on_record import kept_rules, known_rules
from services.policy.rules_reached import Reached
from services.runtime.errors import RejectError, SettingsError
from services.runtime.system_clock import SystemClock
from tests.earlier_rules import MINUTES_OWN, earlier_rules, put_in_force
from tests.speaking_town import SpeakingTown, make_speaking_folder

AUTHORITY: Final = "data/authority.yaml"
FORM: Final = "data/form.yaml"
WHY: Final = "It came with the upgrade."
SMILES: Final = "Thank you 😀 🚮 🎉 😀 🚮 🎉 for telling us about this."
SHORTENED: Final = "Thank you for telling us. Please read https://bit.ly/3xYzAbC for the days."
ONE: Final = ("limits.emoji_max",)
SEVERAL: Final = (
    "authority.moderation",
    "authority.theme_unknown",
    "authority.trust",
    "form.hosts_shortening",
    "limits.emoji_max",
)
WITHIN: Final = ("authority.moderation.origins", "authority.quotas.author.pause_seconds")
A_FILE: Final = ("form",)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[SpeakingTown]:
    """A town with two governance officers, and the delivered rules in force."""
    made = SpeakingTown(make_speaking_folder(tmp_path), SystemClock())
    made.set_up()
    order: dict[str, Any] = {"name": "Gus", "address": "gus@town.example"}
    made.do("add-person", "", login="gus", roles=("governance",), **order)
    yield made
    made.speaking.close()
    made.stop()


def upgraded(town: SpeakingTown, lacking: tuple[str, ...]) -> str:
    """Have a body's own rules in force that lack places, and start again; return their revision."""
    town.speaking.close()
    revision = put_in_force(town, 2, earlier_rules(lacking))
    town.begin_again()
    return revision


def offered(town: SpeakingTown) -> dict[str, Any]:
    """Start with a program whose rules are others by a comment; return what it proposes."""
    files = read_rule_set().files
    newer = rule_set_of_files({**files, FORM: files[FORM] + "# A note.\n"})
    speaking = town.speaking
    Delivery(town.embedded, speaking.sealer, speaking.rules_key).bring(newer)
    found = [dict(each) for each in town.store.select("rule_changes_open")]
    return found[0] if found else {}


def own_files() -> dict[str, str]:
    """Return the files of the body's own rules, with nothing lacking."""
    return dict(rule_set_of_files(earlier_rules(()).files).files)


def decided(town: SpeakingTown, text: str) -> dict[str, str]:
    """Return what each rule objects to a draft, by the rule."""
    verdict = town.do("advise", "ann", case_id="case-0", text=text)["verdict"]
    return {each["rule"]: each["severity"] for each in verdict["reasons"]}


def audit(town: SpeakingTown) -> list[str]:
    """Return the kinds of entries of the rules' chain, in order."""
    return [str(row["kind"]) for row in town.store.select("audit_chain_after", ("rules", 0, 100))]


@pytest.mark.parametrize("lacking", [ONE, SEVERAL, WITHIN, A_FILE])
def test_rules_that_lack_places_are_asked_with_what_is_delivered_of_them(
    town: SpeakingTown, lacking: tuple[str, ...]
) -> None:
    """One, several, one within another or a whole file: what is delivered objects as ever."""
    before = decided(town, SMILES), decided(town, SHORTENED)

    upgraded(town, lacking)

    rules = town.speaking.rules
    assert (2, None) == (rules.number, rules.trouble)
    assert sorted(lacking) == sorted(rules.rule_set.filled)
    assert before == (decided(town, SMILES), decided(town, SHORTENED))
    assert "content/emoji" in before[0], "too many are objected to"
    assert "deny" in before[1].values(), "a shortened link is denied"
    own = rules.rule_set.data["authority"]["others_answering"]
    assert MINUTES_OWN == own["minutes"], "what the body said itself holds"


def test_the_revision_in_force_stays_the_one_that_was_signed(town: SpeakingTown) -> None:
    """What is asked has another, which decisions name; both are told."""
    signed = upgraded(town, SEVERAL)

    told = rules_desk_of(town.embedded, town.speaking.rules).in_force(with_files=True)

    asked = town.speaking.rules.bundle.revision
    assert (signed, asked) == (told["revision"], told["revision_asked"])
    assert signed != asked
    assert sorted(SEVERAL) == sorted(told["filled"])
    assert "\ntrust:\n" in told["files"][AUTHORITY], "files are told as they are asked"
    assert told["rules"] == list(read_rule_set().bundle.manifest)
    assert len(told["rules"]) == public_rules_of(town.embedded).told()["rules"]


def test_what_is_asked_is_on_record_before_it_is_and_once(town: SpeakingTown) -> None:
    """So a decision that names it can be shown with the very rules, after any later upgrade."""
    signed = upgraded(town, SEVERAL)
    asked = town.speaking.rules.bundle.revision
    town.speaking.close()
    town.begin_again()

    found = kept_rules(town.store, asked)
    original = kept_rules(town.store, signed)

    assert found is not None
    assert original is not None
    assert ((2,), True) == (found.numbers, "\ntrust:\n" in found.files[AUTHORITY])
    assert ((2,), False) == (original.numbers, "\ntrust:\n" in original.files[AUTHORITY])
    assert 1 == audit(town).count("rules.filled")
    assert filled_on_record(town.store, "0" * 64) is None
    assert kept_rules(town.store, "0" * 64) is None


def test_a_rehearsal_compares_what_is_asked_with_what_is_asked(town: SpeakingTown) -> None:
    """What is filled is no difference; decisions of before the upgrade know their rules, too."""
    signed = upgraded(town, SEVERAL)
    rules = town.speaking.rules

    known = known_rules(town.store, read_rule_set().bundle, delivered_data())

    assert rules.bundle.revision == known.in_force.revision
    assert {signed, rules.bundle.revision} <= set(known.earlier)
    taken_in = rule_set_of_files(rules.rule_set.files)
    between = difference(rules.rule_set, taken_in)
    assert (sorted(SEVERAL), False) == (sorted(between.taken_in), between.changes_answers)
    assert plan_of(known.earlier[signed], taken_in.bundle).is_empty
    (change,) = difference(rules.rule_set, read_rule_set()).data
    assert "authority.others_answering.minutes" == change.path


def test_after_a_body_took_it_in_nothing_is_filled_any_more(town: SpeakingTown) -> None:
    """Mercat proposes it; two officers put it in force, and the same is asked by one revision."""
    upgraded(town, SEVERAL)
    asked = town.speaking.rules.bundle.revision
    change = offered(town)
    kept = rules_desk_of(town.embedded, town.speaking.rules).change(str(change["id"]))
    assert "mercat" == change["author_id"]
    assert sorted(SEVERAL) == sorted(kept["difference"]["taken_in"])

    town.do("approve-rules", "gus", change_id=change["id"], digest=kept["digest"])
    town.do("activate-rules", "gail", change_id=change["id"])
    town.speaking.rules.look()

    rules = town.speaking.rules
    assert (3, ()) == (rules.number, rules.rule_set.filled)
    assert asked == rules.bundle.revision == rules.rule_set.revision_written
    assert f"minutes: {MINUTES_OWN}" in rules.rule_set.files[AUTHORITY], "the body's own stays"
    town.speaking.close()
    town.begin_again()
    assert (3, None, ()) == (
        town.speaking.rules.number,
        town.speaking.rules.trouble,
        town.speaking.rules.rule_set.filled,
    )


def test_an_officer_proposes_what_is_asked_as_their_own(town: SpeakingTown) -> None:
    """Without what else came with the upgrade; the same again is then nothing new."""
    upgraded(town, ONE)
    files = dict(town.speaking.rules.rule_set.files)
    order: dict[str, Any] = {"title": "Taken in", "why": WHY, "files": files}

    change = town.do("propose-rules", "gail", **order)
    town.do("approve-rules", "gus", change_id=change["id"], digest=change["digest"])
    town.do("activate-rules", "gail", change_id=change["id"])
    town.speaking.rules.look()

    assert () == change["classes"] or [] == change["classes"], "nothing is newly allowed"
    assert (3, ()) == (town.speaking.rules.number, town.speaking.rules.rule_set.filled)
    with pytest.raises(RejectError, match="in force already"):
        town.do("propose-rules", "gail", **order)


def test_what_is_proposed_says_everything_itself(town: SpeakingTown) -> None:
    """Only what was kept before is filled: a slip of today is told with its file."""
    upgraded(town, ONE)
    files = dict(earlier_rules(ONE).files)

    with pytest.raises(RejectError, match=r"data/limits\.yaml line 1: emoji_max"):
        town.do("propose-rules", "gail", title="Short", why=WHY, files=files)


def test_going_back_to_rules_of_before_fills_them_again(town: SpeakingTown) -> None:
    """A rollback is one command, whatever the rules of then lack."""
    upgraded(town, ONE)
    change = offered(town)
    town.do("approve-rules", "gus", change_id=change["id"], digest=change["digest"])
    town.do("activate-rules", "gail", change_id=change["id"])
    rules = town.speaking.rules
    rules.look()

    town.do("roll-back-rules", "gail", number=2, why="The other way again.")
    rules.look()

    assert (4, None, ONE) == (rules.number, rules.trouble, rules.rule_set.filled)
    assert "content/emoji" in decided(town, SMILES)


@pytest.mark.parametrize("wrong", ["another revision", "a key that nobody knows"])
def test_rules_that_are_wrong_otherwise_are_refused_as_before(
    town: SpeakingTown, wrong: str
) -> None:
    """In one sentence; the rules before them stay in force."""
    if wrong == "another revision":
        put_in_force(town, 2, earlier_rules(ONE), revision="a" * 64)
    else:
        put_in_force(town, 2, earlier_rules(ONE, limits="emoji_most: 3\n"))
    rules = town.speaking.rules

    rules.look()

    said = "another revision than was signed" if wrong == "another revision" else "emoji_most"
    assert 1 == rules.number
    assert "rules number 2 are refused" in str(rules.trouble)
    assert said in str(rules.trouble)


def test_an_upgrade_of_rules_that_are_wrong_otherwise_holds_every_act(town: SpeakingTown) -> None:
    """Mercat starts, so that an officer can go back; nothing is offered to rules of no use."""
    change = town.do("propose-rules", "gail", title="Ours", why=WHY, files=own_files())
    town.do("approve-rules", "gus", change_id=change["id"], digest=change["digest"])
    town.do("activate-rules", "gail", change_id=change["id"])
    town.speaking.rules.look()
    revision = put_in_force(town, 3, earlier_rules(ONE, limits="emoji_most: 3\n"))
    town.speaking.reached.keep(Reached(3, revision))
    town.speaking.close()

    assert {} == offered(town)
    town.begin_again()

    rules = town.speaking.rules
    assert (2, False) == (rules.number, rules.can_be_asked())
    assert "nothing is sent" in str(rules.trouble)
    town.do("roll-back-rules", "gail", number=2, why="Back to what can be read.")
    rules.look()
    assert (4, None) == (rules.number, rules.trouble)


def test_a_body_with_nothing_but_rules_that_are_wrong_does_not_start(town: SpeakingTown) -> None:
    """As before: where no rules that are kept can be used, nobody is asked."""
    town.speaking.close()
    broken = earlier_rules(ONE, limits="emoji_max: [\n")
    put_in_force(town, 2, broken)
    put_in_force(town, 1, broken)

    with pytest.raises(SettingsError, match="YAML"):
        town.begin_again()
    put_in_force(town, 3, read_rule_set())
    town.begin_again()
    assert (3, None) == (town.speaking.rules.number, town.speaking.rules.trouble)
