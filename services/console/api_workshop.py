"""The API's paths that try rules before they are proposed: check, test, compare, rehearse."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import FastAPI, Response
from pydantic import Field

from services.console.api_access import ItemId, Who
from services.console.api_bodies import Body
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_shapes import Shape
from services.console.parts import ConsoleParts, Workshop
from services.policy.rule_orders import FILES_MAX, Place
from services.runtime.actor import Actor
from services.runtime.errors import NotAllowedError, RetryLaterError

Files = Annotated[dict[Place, str], Field(min_length=1, max_length=FILES_MAX)]
Since = Annotated[
    str,
    Field(
        min_length=2,
        max_length=40,
        description="From when on: `12h`, `30d`, `4w` ago, or a day such as `2026-03-01`.",
    ),
]


class RulesBody(Body):
    """A whole set of rules, file by file, as `GET /rules?files=all` gives those in force."""

    files: Files


class RehearseBody(RulesBody):
    """A whole set of rules, and from when on decisions are replayed."""

    since: Since = "30d"


class NewRuleBody(Body):
    """The name of a rule that is to be written: its concern, a stroke, and its own."""

    rule: Annotated[str, Field(min_length=3, max_length=120)]


class RulesReport(Shape):
    """What a look at rules came to: each fault names its file or rule, and what to do."""

    sound: bool
    rules: int
    tests: int
    objections: int
    faults: tuple[str, ...]


class RulesDifference(Shape):
    """What lies between the rules in force and others."""

    difference: dict[str, Any]


class NewRule(Shape):
    """The files of a new rule, by place: the rule, and tests of both kinds."""

    files: dict[str, str]


class RehearsalShown(Shape):
    """How far a rehearsal is; `rehearsal` is what `POST /rules/changes` takes once it is done."""

    id: str
    state: Literal["running", "done", "failed"]
    done: int
    whole: int
    sentence: str
    lines: tuple[str, ...]
    rehearsal: dict[str, Any]


def add_workshop_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths by which governance officers try rules; nothing of it changes anything."""

    @api.post("/rules/check", responses=documented(CHANGING))
    def check(body: RulesBody, actor: Who) -> RulesReport:
        """Look at everything that could be wrong with rules: data, sources, tests."""
        return RulesReport.model_validate(_workshop(parts, actor).report(body.files, "check"))

    @api.post("/rules/test", responses=documented(CHANGING))
    def test(body: RulesBody, actor: Who) -> RulesReport:
        """Run the tests of rules, and see that they leave no objection out."""
        return RulesReport.model_validate(_workshop(parts, actor).report(body.files, "test"))

    @api.post("/rules/difference", responses=documented(CHANGING))
    def difference(body: RulesBody, actor: Who) -> RulesDifference:
        """Show what rules hold that is not in force, and the other way round."""
        found = _workshop(parts, actor).difference(body.files)
        return RulesDifference(difference=dict(found))

    @api.post("/rules/template", responses=documented(CHANGING))
    def template(body: NewRuleBody, actor: Who) -> NewRule:
        """Give the files of a new rule to begin with, with tests of both kinds."""
        return NewRule(files=dict(_workshop(parts, actor).template(body.rule)))

    @api.post("/rules/rehearsals", status_code=202, responses=documented(CHANGING))
    def rehearse(body: RehearseBody, actor: Who, response: Response) -> RehearsalShown:
        """Begin to replay what was decided by other rules; ask again by its place how far it is."""
        begun = _workshop(parts, actor).begin(body.files, body.since, actor.person_id)
        response.headers["Location"] = f"/api/v1/rules/rehearsals/{begun['id']}"
        return _shown(begun)

    @api.get("/rules/rehearsals/{rehearsal_id}", responses=documented(READING))
    def rehearsal(rehearsal_id: ItemId, actor: Who) -> RehearsalShown:
        """Show how far a rehearsal of one's own is; it is kept for an hour."""
        return _shown(_workshop(parts, actor).rehearsal(rehearsal_id, actor.person_id))


def _workshop(parts: ConsoleParts, actor: Actor) -> Workshop:
    if "governance" not in actor.roles:
        raise NotAllowedError("Rules are tried by governance officers.")
    if parts.workshop is None:
        raise RetryLaterError("This Mercat only listens now; it has no rules to speak by.")
    return parts.workshop


def _shown(told: Mapping[str, Any]) -> RehearsalShown:
    return RehearsalShown.model_validate(told)
