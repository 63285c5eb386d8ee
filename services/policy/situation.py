"""Everything that stands around an act: read from the store, and told to policy as facts."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from services.policy.act import Act
from services.policy.approvals import approval_of, in_force
from services.policy.authority_data import AuthorityData
from services.policy.circumstances import (
    Circumstances,
    Pace,
    circumstances_of,
    own_quota,
    pace_under_account,
    placed,
)
from services.policy.configuration import SpeakingSettings
from services.policy.draft_reader import DraftReader
from services.policy.grants import Asked, coaches_of, grant_fact, has_quota, has_themes
from services.policy.trust import Trust, trust_key
from services.policy.trust_record import trust_of, with_firsts
from services.reading.language import SURE
from services.reading.worded import DraftSetting
from services.runtime.effects import Key, Row
from services.runtime.errors import NotFoundError
from services.runtime.gate import Facts, Phase
from services.runtime.ports import Guard, Store

TEXT_BYTES_MAX: Final = 2_048
ALT_BYTES_MAX: Final = 200
APPROVALS_TOLD_MAX: Final = 8
SIGNED_KINDS: Final = ("statement", "reply")
"""A profile is the account's, whoever writes it."""
HALTS_TOLD_MAX: Final = 20
"""One is as good as all of them: any halt stops."""


ThemeOf = Callable[[str, str | None], str | None]
"""Says which theme the routing rules find in a text, its language given; None where they do not."""


def no_theme(text: str, language: str | None) -> None:
    """Find no theme: for who judges without routing rules."""
    del text, language


class Leave(NamedTuple):
    """What somebody may do as an account, as it is kept: each part as `Situation` has it."""

    grants: Sequence[Row]
    theme_found: str | None
    own_pace: Pace
    trust: Trust | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """An act and the rows it is judged by; `account` is locked by its version when it is sent.

    `halts` are those that stop this act, `approvers` the people behind its approvals;
    `circumstances` what else goes on around it. `theme_found` is what its words are about, looked
    for where a grant asks and the case does not say; `own_pace` counts its author's acts as the
    account, where a grant has a quota. `trust` is None where the ladder of trust is not for them.
    """

    act: Act
    author: Row | None
    account: Row
    post: Row | None
    case: Row | None
    grants: Sequence[Row]
    halts: Sequence[Row]
    approvals: Sequence[Row]
    approvers: Mapping[str, Row]
    circumstances: Circumstances
    theme_found: str | None = None
    own_pace: Pace = Pace()  # noqa: RUF009 - a frozen value
    trust: Trust | None = None

    @property
    def account_key(self) -> Key:
        """Return where the account's row stands."""
        return account_key(self.act.account)

    @property
    def account_version(self) -> int:
        """Return the version that every change of leave raises."""
        return cast("int", self.account["version"])

    def account_guard(self) -> Guard:
        """Return the guard that nothing about the account's leave has changed."""
        return Guard(self.account_key, self.account_version)

    @property
    def theme(self) -> str | None:
        """Return what the act's case is about."""
        return None if self.case is None else cast("str | None", self.case["theme"])

    @property
    def team(self) -> str | None:
        """Return whose case it is."""
        return None if self.case is None else cast("str | None", self.case["team"])

    @property
    def setting(self) -> DraftSetting:
        """Return what kind of draft the act is, for whoever reads its words."""
        author = self.author or {}
        is_curator = "curator" in str(author.get("roles") or "").split()
        post = None if self.parent in ("none", "gone") else self.post
        return DraftSetting(
            kind="post" if self.act.post_id is None else "reply",
            author="curator" if is_curator else "staff",
            parent=None if post is None else cast("str | None", post["text"]),
        )

    @property
    def parent(self) -> str:
        """Return what has become of the post answered: live, changed, gone, or none there was."""
        if self.act.post_id is None:
            return "none"
        if self.post is None or self.post["state"] != "live":
            return "gone"
        same = self.post["revision"] == self.act.parent_revision
        return "live" if same else "changed"

    def approvals_in_force(self, now_ms: int) -> list[Mapping[str, Any]]:
        """Return the approvals that count now, as policy is told of them.

        Consent counts only while its giver works here, and in no role that they have lost since.
        For who has a coach, it takes the coach's, or governance's in the coach's place.
        """
        valid = [approval_of(row) for row in self.approvals if row["state"] == "valid"]
        given = [
            (approval, _roles(self.approvers.get(approval.approver_id)))
            for approval in in_force(valid, self.act, now_ms)
        ]
        facts = [
            approval.fact(roles)
            for approval, roles in given
            if self.may_consent(approval.approver_id, roles, now_ms)
        ]
        return [fact for fact in facts if fact["roles"]]

    def may_consent(self, person_id: str, roles: frozenset[str], now_ms: int) -> bool:
        """Return whether somebody's consent counts: where the author has a coach, few people's."""
        coaches = coaches_of(self.grants, now_ms)
        return not coaches or person_id in coaches or "governance" in roles


def account_key(account: str) -> Key:
    """Return where an account's row stands."""
    return Key("accounts", account)


def halt_key(kind: str, name: str) -> Key:
    """Return where the halt of something stands."""
    return Key("halts", f"{kind}:{name}")


def situation_of(
    store: Store, act: Act, now_ms: int, data: AuthorityData, theme_of: ThemeOf = no_theme
) -> Situation:
    """Read what an act is judged by, as the rules' `data` count it.

    Raises NotFoundError where its account is unknown.
    """
    # The account before all else: whatever changes anybody's leave raises its version, so nothing
    # read after it is older than the version that a sending is bound to.
    account = _found(store, [account_key(act.account)]).get(account_key(act.account))
    if account is None:
        raise NotFoundError(f"There is no account {act.account!r}.")
    on_ladder = trust_key(act.author_id, act.account)
    keys = [Key("persons", act.author_id), on_ladder]
    if act.post_id is not None:
        keys.append(Key("posts", act.post_id))
    if act.case_id is not None:
        keys.append(Key("cases", act.case_id))
    rows = _found(store, keys)
    author = rows.get(Key("persons", act.author_id))
    case = rows.get(Key("cases", act.case_id or ""))
    approvals = store.select("approvals_of_act", (act.id,))
    people = {str(row["approver_id"]) for row in approvals if row["state"] == "valid"}
    approvers = _found(store, [Key("persons", person) for person in sorted(people)])
    leave = leave_of(store, act, case, rows.get(on_ladder), now_ms, data, theme_of)
    return Situation(
        act=act,
        author=author,
        account=account,
        post=rows.get(Key("posts", act.post_id or "")),
        case=case,
        grants=leave.grants,
        halts=_halts(store, act, author, case, theme_of),
        approvals=approvals,
        approvers={key.id: row for key, row in approvers.items()},
        circumstances=circumstances_of(store, act, case, now_ms, data),
        theme_found=leave.theme_found,
        own_pace=leave.own_pace,
        trust=leave.trust,
    )


def leave_of(
    store: Store,
    act: Act,
    case: Row | None,
    kept: Row | None,
    now_ms: int,
    data: AuthorityData,
    theme_of: ThemeOf,
) -> Leave:
    """Read what an act's author may do as its account; `kept` is what is kept of their trust."""
    author, account = act.author_id, act.account
    grants = store.select("grants_now_for", (author, account, now_ms, now_ms))
    trust = trust_of(store, author, account, grants, kept, now_ms, data)
    told = None if case is None else case["theme"]
    seeks = has_themes(grants) and told is None and bool(act.text)
    return Leave(
        grants=grants,
        theme_found=theme_of(act.text, act.language) if seeks else None,
        own_pace=pace_under_account(store, act, now_ms) if has_quota(grants) else Pace(),
        trust=None if trust is None else with_firsts(store, trust, act, placed(act, now_ms), data),
    )


def _found(store: Store, keys: Sequence[Key]) -> dict[Key, Row]:
    return {key: row for key, row in store.fetch(keys).items() if row is not None}


def _halts(
    store: Store, act: Act, author: Row | None, case: Row | None, theme_of: ThemeOf
) -> list[Row]:
    """Return the halts in force that stop an act, asked for by name so that none is missed.

    A theme's stops what its case is about, and what its own words are about.
    """
    keys = [halt_key("everything", ""), halt_key("account", act.account)]
    if author is not None:
        keys.append(halt_key("person", str(author["login"])))
    if case is not None and case["theme"]:
        keys.append(halt_key("theme", str(case["theme"])))
    if act.text and store.select("halts_of_themes"):
        keys.append(halt_key("theme", theme_of(act.text, act.language) or ""))
    rules = {str(reason["rule"]) for reason in json.loads(act.reasons)}
    keys += [halt_key("rule", rule) for rule in sorted(rules)]
    return [row for row in _found(store, keys).values() if row["state"] == "halted"]


def _roles(person: Row | None) -> frozenset[str]:
    if person is None or person["state"] != "active":
        return frozenset()
    return frozenset(str(person["roles"]).split())


def facts_of(
    situation: Situation,
    phase: Phase,
    now_ms: int,
    settings: SpeakingSettings,
    reader: DraftReader,
    added: Sequence[Mapping[str, Any]] = (),
) -> Facts:
    """Return the facts of one question; `added` are approvals that are just being given."""
    act, author = situation.act, situation.author or {}
    platform = str(situation.account["platform"])
    findings = reader.findings(act.content, platform, situation.setting)
    around = situation.circumstances
    post = situation.post or {}
    asked = _asked(situation, findings)
    return {
        "phase": phase,
        "now": now_ms // 1_000,
        "act": {**_act_fact(act), "theme": asked.theme},
        "actor": {
            "id": act.author_id,
            "roles": sorted(str(author.get("roles") or "").split()),
            "active": author.get("state") == "active",
            "grant": grant_fact(situation.grants, asked, now_ms),
            "trust": None if situation.trust is None else situation.trust.fact(act.digest),
            **around.actor_facts(),
        },
        "account": {
            "id": act.account,
            "platform": platform,
            "mode": situation.account["mode"],
            "halts": [{"kind": row["kind"], "name": row["name"]} for row in situation.halts][
                :HALTS_TOLD_MAX
            ],
            "limits": reader.limits(platform),
            **own_quota(situation.account),
            **around.account_facts(),
        },
        "conversation": {
            "parent": situation.parent,
            "language": post.get("language"),
            "theme": situation.theme,
            "team": situation.team,
            **around.conversation_facts(),
        },
        "findings": findings,
        "approvals": [*added, *situation.approvals_in_force(now_ms)][:APPROVALS_TOLD_MAX],
        "settings": {
            "one_officer": settings.one_officer,
            "four_eyes": settings.four_eyes,
            "in_hours": around.in_hours,
        },
        "evidence": around.evidence_facts(),
    }


def _asked(situation: Situation, findings: Mapping[str, Any]) -> Asked:
    """Return so much of an act as grants are limited by."""
    act, post = situation.act, situation.post or {}
    language = act.language
    if language is None or findings["language_probability"] >= SURE:
        # What a text is in counts more than what its author says that it is in.
        language = findings["language"]
    return Asked(
        kind=act.kind,
        theme=situation.theme or situation.theme_found,
        language=language if act.text else None,
        text=act.text if act.kind in SIGNED_KINDS else None,
        said_to_account=bool(post.get("account")),
        last_hour=situation.own_pace.last_hour,
        last_day=situation.own_pace.last_day,
    )


def _act_fact(act: Act) -> Mapping[str, Any]:
    return {
        "id": act.id,
        "kind": act.kind,
        "account": act.account,
        "digest": act.digest,
        "length": len(act.text),
        "language": act.language,
        "target": act.target,
        "media": [
            {"kind": each.kind, "alt": None if each.alt is None else _told(each.alt, ALT_BYTES_MAX)}
            for each in act.content.media
        ],
        **({"text": act.text} if _fits(act.text, TEXT_BYTES_MAX) else {}),
    }


def _fits(text: str, bytes_max: int) -> bool:
    """Return whether a text, as JSON writes it, is so short; signs of control take six each."""
    written = json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return len(written) - len('""') <= bytes_max


def _told(text: str, bytes_max: int) -> str:
    """Return a text that fits, or so much of its beginning as fits whatever it is made of."""
    return text if _fits(text, bytes_max) else text[: bytes_max // len("\\u0000")]
