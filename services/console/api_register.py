"""The API's paths about the register of accounts: describe an account and its owners."""

from typing import Annotated, Final

from fastapi import FastAPI, Query

from schemas.act import AccountId
from services.console.api_access import ItemId, Key, Who, desk_of
from services.console.api_bodies import WhyBody
from services.console.api_documents import CHANGING, documented
from services.console.api_public_rules import OPEN
from services.console.api_register_shapes import (
    AccountsInPublic,
    DescribeBody,
    LookedUpShown,
    NameDone,
    RegisterDone,
    ShowNameBody,
)
from services.console.api_rows import told
from services.console.parts import ConsoleParts, RegisterDesk
from services.policy.account_lookup import ASKED_LENGTH_MAX
from services.runtime.errors import RetryLaterError

Asked = Annotated[
    str | None,
    Query(alias="is", max_length=ASKED_LENGTH_MAX, description="A handle or link to look up."),
]
PUBLIC_PATH: Final = "/accounts/public"
LOOKUP_PATH: Final = "/accounts/public/lookup"


def add_register_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths about the register of accounts."""

    @api.get(PUBLIC_PATH, responses=documented(OPEN))
    def in_public() -> AccountsInPublic:
        """Show anybody which accounts are really the body's, and who speaks as each of them."""
        items = [told(each) for each in register_of(parts).in_public()]
        return AccountsInPublic.model_validate({"body": parts.body_name, "items": items})

    @api.get(LOOKUP_PATH, responses=documented((*OPEN, 422)))
    def look_up(asked: Asked = None) -> LookedUpShown:
        """Say whether a handle or link is really the body's."""
        found = register_of(parts).looked_up(asked or "")
        return LookedUpShown(
            asked=asked or "",
            answer=found.answer,
            sentence=found.sentence,
            account=found.account,
        )

    @api.patch("/accounts/{account}", responses=documented(CHANGING))
    def describe(
        account: AccountId, body: DescribeBody, actor: Who, key: Key = None
    ) -> RegisterDone:
        """Say what an account is for and whose it is; what is left out stays."""
        order = {**body.told(), "account": account}
        reply = desk_of(parts).carry_out("account-describe", order, actor, key=key)
        return RegisterDone.model_validate(reply)

    @api.post("/accounts/{account}/step-in", responses=documented(CHANGING))
    def step_in(account: AccountId, body: WhyBody, actor: Who, key: Key = None) -> RegisterDone:
        """Become the owner, as the second one, where the owner works here no more."""
        order = {**body.told(), "account": account}
        reply = desk_of(parts).carry_out("account-step-in", order, actor, key=key)
        return RegisterDone.model_validate(reply)

    @api.post("/takeovers/{takeover_id}/public-name", responses=documented(CHANGING))
    def show_name(takeover_id: ItemId, body: ShowNameBody, actor: Who, key: Key = None) -> NameDone:
        """Say under which name one agrees to be shown in public, or that one does not."""
        order = {**body.told(), "takeover_id": takeover_id}
        reply = desk_of(parts).carry_out("takeover-show-name", order, actor, key=key)
        return NameDone.model_validate(reply)


def register_of(parts: ConsoleParts) -> RegisterDesk:
    """Return who reads the register. Raises RetryLaterError where this installation has none."""
    if parts.register is None:
        raise RetryLaterError("This Mercat only listens now; it has no accounts to speak as.")
    return parts.register
