"""The API's paths about accounts: which there are, in what mode, and how a mode is set."""

from fastapi import FastAPI

from schemas.act import AccountId
from services.console.api_access import Key, Who, desk_of
from services.console.api_bodies import ModeBody
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_rows import told, with_logins
from services.console.api_shapes import Accounts, ModeDone
from services.console.parts import ConsoleParts


def add_account_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that show accounts and set their mode."""

    @api.get("/accounts", responses=documented(READING))
    def accounts(actor: Who) -> Accounts:
        """List every account with its mode; whoever is signed in may look."""
        del actor
        rows = desk_of(parts).accounts()
        register = [] if parts.register is None else parts.register.accounts()
        known = {each["id"]: each for each in register}
        items = [
            told(with_logins(parts.store, {**row, **known.get(row["id"], {})}, "mode_asked_by"))
            for row in rows
        ]
        return Accounts.model_validate({"items": items})

    @api.post("/accounts/{account}/mode", responses=documented(CHANGING))
    def set_mode(account: AccountId, body: ModeBody, actor: Who, key: Key = None) -> ModeDone:
        """Set an account's mode; to end an emergency takes two, who both ask for the same mode."""
        order = {"account": account, "mode": body.mode, "why": body.why}
        reply = desk_of(parts).carry_out("set-mode", order, actor, key=key)
        return ModeDone.model_validate(reply)
