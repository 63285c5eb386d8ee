"""A desk written by hand: people with tokens, acts with versions, and rules that fit on a page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from schemas.act import ActContent
from schemas.verdict import Need, Reason, Verdict
from services.policy.desk_verbs import KNOWN
from services.runtime.actor import Actor
from services.runtime.clock import to_epoch_ms
from services.runtime.errors import (
    MercatError,
    NotAllowedError,
    NotFoundError,
    RejectError,
    VersionConflictError,
)
from tests.fakes import MOMENT
from tests.integration.console.fake_bells import bell_answered
from tests.integration.console.fake_handovers import handover_answered
from tests.integration.console.fake_later import later_answered
from tests.integration.console.fake_register import REGISTER_ANSWERED, register_answered
from tests.integration.console.fake_takeovers import takeover_moved

AT_MS: Final = to_epoch_ms(MOMENT)
FOUR_EYES: Final = Reason(
    rule="authority/four_eyes",
    severity="hold",
    message="four_eyes",
    sentence="Every reply waits for a second person.",
    cure="Ask an approver.",
    citation="Rule 1",
    need=Need(roles=("approver",)),
)
PHONE: Final = Reason(
    rule="personal_data/phone",
    severity="deny",
    message="phone",
    sentence="It holds a telephone number.",
    cure="Take the number out.",
    citation="Rule 2",
)
PHONE_NUMBER: Final = "01632 960123"


def person(login: str, *roles: Any) -> Actor:
    """Return somebody signed in by a token of their own; it is `LOGIN token`."""
    return Actor(f"{login}-id", login, frozenset(roles), "token", credential_id=f"{login}-1")


ANN: Final = person("ann", "team-member")
BOB: Final = person("bob", "approver")
GIL: Final = person("gil", "governance")
AUD: Final = person("aud", "auditor")
CAT: Final = person("cat", "curator")
DON: Final = person("don", "duty-officer", "governance")
STAFF: Final = (ANN, BOB, GIL, AUD, CAT, DON)


def changed_rules(change_id: str, state: str) -> dict[str, Any]:
    """Return how the one change there is stands now. Raises NotFoundError for another."""
    if change_id not in ("change-1", "change-2"):
        raise NotFoundError(f"There is no change {change_id}.")
    return {
        "id": change_id,
        "state": state,
        "sentence": f"It is {state}.",
        "digest": "d" * 64,
        "classes": [],
        "number": None,
    }


def verdict(text: str) -> Verdict:
    """Return what the rules say of a text: no telephone numbers, and never alone."""
    reason = PHONE if PHONE_NUMBER in text else FOUR_EYES
    needs = () if reason.need is None else (reason.need,)
    return Verdict(
        decision="deny" if reason is PHONE else "hold",
        reasons=(reason,),
        needs=needs,
        revision="test-1",
        checked=("authority/four_eyes", "personal_data/phone"),
    )


def _answered(verb: str, order: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what is answered by hands of its own, or None where this desk answers itself."""
    if verb in REGISTER_ANSWERED:
        return register_answered(verb, order)
    if verb.startswith("takeover-"):
        return takeover_moved(verb, order)
    if verb.startswith("handover-"):
        return handover_answered(verb, order)
    if verb.startswith("bell-"):
        return bell_answered(verb, order)
    return None if verb == "correction-draft" else later_answered(verb, order)


@dataclass
class FakeDesk:
    """Carries out the verbs on dictionaries; raises `fails` where it has one."""

    fails: MercatError | None = None
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    replies: dict[tuple[str, str], tuple[tuple[str, str], Mapping[str, Any]]] = field(
        default_factory=dict
    )
    placed: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, Any], Actor]] = field(default_factory=list)
    town: dict[str, Any] = field(
        default_factory=lambda: {
            "id": "town",
            "platform": "house",
            "name": "Town",
            "mode": "normal",
        }
    )

    def sign_in(self, token: str) -> Actor | None:
        """Return whose token this is."""
        return next((each for each in STAFF if token == f"{each.login} token"), None)

    def carry_out(
        self, verb: str, arguments: Mapping[str, Any], actor: Actor, *, key: str | None = None
    ) -> Mapping[str, Any]:
        """Carry out a verb, once for each key."""
        if self.fails:
            raise self.fails
        asked = KNOWN[verb]
        if not (asked.operator and actor.is_operator) and not asked.roles & actor.roles:
            raise NotAllowedError(f"{verb} needs one of these roles: {sorted(asked.roles)}.")
        order = (verb, json.dumps(dict(arguments), sort_keys=True))
        if key is not None and (actor.login, key) in self.replies:
            first, reply = self.replies[actor.login, key]
            if first != order:
                raise RejectError("This idempotency key was used for another order.")
            return reply
        try:
            asked.order.model_validate(dict(arguments))
        except ValidationError as error:
            raise RejectError("An argument is not as it should be.") from error
        self.asked.append((verb, arguments, actor))
        answer = _answered(verb, arguments)
        if answer is None:
            handler = getattr(self, "_" + verb.replace("-", "_"))
            answer = handler(dict(arguments), actor)
        if key is not None:
            self.replies[actor.login, key] = (order, answer)
        return answer

    def _propose_rules(self, order: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del order, actor
        return changed_rules("change-2", "proposed")

    def _approve_rules(self, order: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        return changed_rules(order["change_id"], "approved")

    def _activate_rules(self, order: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        return changed_rules(order["change_id"], "active") | {"number": 3}

    def _withdraw_rules(self, order: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        return changed_rules(order["change_id"], "withdrawn")

    def _roll_back_rules(self, order: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del order, actor
        return {"sentence": "Back.", "number": 4, "revision": "a" * 64}

    def act(self, act_id: str) -> Mapping[str, Any]:
        """Return an act."""
        if act_id not in self.kept:
            raise NotFoundError(f"There is no act {act_id}.")
        return self.kept[act_id]

    def acts(
        self, *, state: str | None, case_id: str | None, after: str | None, limit: int
    ) -> Sequence[Mapping[str, Any]]:
        """Return a page of acts."""
        found = [self.kept[act_id] for act_id in sorted(self.kept) if act_id > (after or "")]
        return [
            act
            for act in found
            if state in (None, act["state"]) and case_id in (None, act["case_id"])
        ][:limit]

    def halts(self) -> Sequence[Mapping[str, Any]]:
        """Return every halt."""
        return list(self.placed.values())

    def accounts(self) -> Sequence[Mapping[str, Any]]:
        """Return the one account."""
        return [self.town]

    def trust(self, login: str) -> Sequence[Mapping[str, Any]]:
        """Return that a curator begins, and that the ladder is for nobody else."""
        level = {"level": "every", "means": "every act waits", "why": "This is the beginning."}
        return [{"account": "town", **level}] if login == "cat" else []

    def _trust_set(self, order: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        moved = {name: order[name] for name in ("login", "account", "level")}
        return {"sentence": "It is so.", **moved}

    def _trust_complaint(self, order: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        moved = {name: order[name] for name in ("login", "account")}
        return {"sentence": "It is taken.", "level": "every", **moved}

    def people(self) -> Sequence[Mapping[str, Any]]:
        """Return the staff as their rows have them."""
        return [
            {
                "id": each.person_id,
                "version": 1,
                "login": each.login,
                "name": each.login.title(),
                "address": f"{each.login}@council.example",
                "roles": sorted(each.roles),
                "teams": ["waste"],
                "state": "active",
                "added_at_ms": AT_MS,
                "left_at_ms": None,
                "grants": [
                    {
                        "id": f"grant-{each.login}",
                        "account": "town",
                        "kinds": "pin reply",
                        "themes": "",
                        "state": "live",
                        "starts_at_ms": AT_MS,
                        "certify_by_ms": AT_MS,
                        "ends_at_ms": AT_MS + 1,
                    }
                ],
                "tokens": [{"id": each.credential_id, "label": "token", "state": "live"}],
            }
            for each in STAFF
        ]

    def _draft(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        content = ActContent(
            kind=given.get("kind", "reply"),
            account=given.get("account") or "town",
            text=given.get("text", ""),
            target=given.get("target"),
        )
        act_id = f"act-{len(self.kept):03}"
        self.kept[act_id] = {
            "id": act_id,
            "version": 1,
            "state": "draft",
            "sending": None,
            "account": content.account,
            "kind": content.kind,
            "author": actor.login,
            "case_id": given.get("case_id"),
            "post_id": given.get("post_id"),
            "target": content.target,
            "text": content.text,
            "language": given.get("language"),
            "media": [],
            "digest": content.digest,
            "decision": None,
            "reasons": [],
            "needs": [],
            "revision": None,
            "sentence": None,
            "approvals": [],
            "drafted_at": MOMENT.isoformat(),
        }
        advice = verdict(content.text).model_dump(mode="json")
        return {**self.kept[act_id], "sentence": "The draft is kept.", "advice": advice}

    def _correction_draft(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        raise NotFoundError(f"There is no correction {given['correction_id']}.")

    def _answer(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        draft = self._draft(given, actor)
        return self._propose({"act_id": draft["id"], "version": 1}, actor)

    def _advise(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        said = verdict(given.get("text", ""))
        return {"sentence": said.reasons[0].sentence, "verdict": said.model_dump(mode="json")}

    def _edit(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        act = self._at(given)
        content = ActContent(kind=act["kind"], account=act["account"], text=given["text"])
        return self._set(act, text=content.text, digest=content.digest, state="draft", author=actor)

    def _propose(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        act = self._at(given)
        said = verdict(act["text"])
        plain = said.model_dump(mode="json")
        return self._set(
            act,
            state="denied" if said.decision == "deny" else "held",
            author=actor,
            sentence=said.reasons[0].sentence,
            **{name: plain[name] for name in ("decision", "reasons", "needs", "revision")},
        )

    def _approve(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        act = self._at(given)
        if act["state"] != "held" or act["digest"] != given["digest"]:
            raise RejectError("This is not what waits for consent.")
        approval = {"approver": actor.login, "digest": act["digest"], "state": "valid"}
        return self._set(act, state="approved", decision="allow", approvals=[approval])

    def _withdraw(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        return self._set(self._at(given), state="withdrawn")

    def _halt(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        place = (given["kind"], given.get("name", ""))
        row = {"kind": place[0], "name": place[1], "state": "halted", "halted_at_ms": AT_MS}
        self.placed[place] = {**row, "halted_by": actor.login, "reason": given["why"]}
        return {"sentence": "Halted.", **row}

    def _release(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        row = self.placed.get((given["kind"], given["name"]))
        if row is None:
            raise NotFoundError("There is no such halt.")
        if row.setdefault("release_asked_by", actor.login) != actor.login:
            row["state"] = "released"
        return {"sentence": "Asked.", "kind": row["kind"], "name": row["name"]}

    def _set_mode(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        if given["account"] != self.town["id"]:
            raise NotFoundError("There is no such account.")
        if self.town["mode"] == "emergency" and self.town.get("mode_asked_by") is None:
            asked = {"mode_asked": given["mode"], "mode_asked_by": actor.person_id}
            self.town |= {**asked, "mode_asked_at_ms": AT_MS}
        else:
            self.town |= {"mode": given["mode"], "mode_asked": None, "mode_asked_by": None}
        return {"sentence": "Set.", "account": "town", "mode": self.town["mode"]}

    def _add_person(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        return {"sentence": "Added.", "id": "new", "login": given["login"]}

    def _change_person(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        if given["version"] != 1:
            raise VersionConflictError("Somebody changed this person since.")
        return self._person_leaves(given, actor)

    def _person_leaves(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        self._known(given)
        return {"sentence": "Done.", "id": "old", "login": given["login"]}

    def _issue_token(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        self._known(given)
        told = {"token": "mercat_once", "token_id": "t1", "login": given["login"]}
        return {"sentence": "Shown once.", "expires_at_ms": AT_MS, **told}

    def _revoke_token(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        return {"sentence": "The token has ended.", "token_id": given["token_id"]}

    def _give_grant(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        self._known(given)
        told = {"grant_id": "g1", "login": given["login"], "ends_at_ms": AT_MS}
        return {"sentence": "Given.", **told}

    def _end_grant(self, given: dict[str, Any], actor: Actor) -> Mapping[str, Any]:
        del actor
        return {"sentence": "The grant has ended.", "grant_id": given["grant_id"]}

    def _at(self, given: dict[str, Any]) -> dict[str, Any]:
        act = dict(self.act(given["act_id"]))
        if act["version"] != given["version"]:
            raise VersionConflictError("Somebody changed this act since you read it.")
        return act

    def _set(
        self, act: dict[str, Any], author: Actor | None = None, **changes: Any
    ) -> Mapping[str, Any]:
        if author is not None and act["author"] != author.login:
            raise NotAllowedError("Only its author can change or propose an act.")
        self.kept[act["id"]] = {**act, **changes, "version": act["version"] + 1}
        return self.kept[act["id"]]

    def _known(self, given: dict[str, Any]) -> None:
        if given["login"] not in {each.login for each in STAFF}:
            raise NotFoundError(f"There is nobody with the login {given['login']!r}.")


@dataclass
class FakeAudit:
    """A chain of five entries that verifies, and one package."""

    exported: list[Mapping[str, Any]] = field(default_factory=list)

    def entries(
        self,
        *,
        chain: str | None,
        case_id: str | None,
        act_id: str | None,
        after: tuple[int, str],
        limit: int,
    ) -> Sequence[Mapping[str, Any]]:
        """Return a page of entries."""
        found = [
            {
                "id": f"house:{number:012}",
                "chain": "house",
                "sequence": number,
                "at_ms": AT_MS,
                "at": MOMENT.isoformat(),
                "kind": "act.drafted",
                "sentence": "Ann drafted a reply.",
                "actor": "ann",
                "actor_id": ANN.person_id,
                "case_id": "c1",
                "act_id": "a1",
                "facts": {"digest": "d"},
                "payload": None,
                "payload_state": "none",
                "hash": "00",
                "previous_hash": "00",
            }
            for number in range(1, 6)
        ]
        fits = chain in (None, "house") and case_id in (None, "c1") and act_id in (None, "a1")
        return [each for each in found if fits and (each["at_ms"], each["id"]) > after][:limit]

    def verify(self) -> Mapping[str, Any]:
        """Find all well."""
        return {"sound": True, "sentence": "All 5 entries verify.", "entries": 5}

    def export(self, wanted: Mapping[str, Any], actor: Actor) -> bytes:
        """Return a package that says what was wanted."""
        del actor
        self.exported.append(wanted)
        return b"PK package"


def settle(act_id: str, arguments: Mapping[str, Any], actor: Actor) -> Mapping[str, Any]:
    """Put down what a duty officer found out."""
    del act_id
    if "duty-officer" not in actor.roles:
        raise NotAllowedError("Settling needs one of these roles: duty-officer.")
    return {"sentence": f"Put down as {arguments['outcome']}."}
