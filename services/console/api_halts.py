"""The API's paths about halts: one person stops what goes out, two let it go again."""

from typing import Annotated, Final

from fastapi import FastAPI, Path

from services.console.api_access import Key, Who, desk_of
from services.console.api_bodies import WhyBody
from services.console.api_documents import CHANGING, READING, documented
from services.console.api_rows import told, with_logins
from services.console.api_shapes import HaltDone, Halts
from services.console.parts import ConsoleParts
from services.policy.orders import HaltKind, HaltVoice

HaltName = Annotated[
    str,
    Path(
        min_length=1,
        max_length=120,
        description="What is halted; a rule's stroke may stand as it is; `-` for everything.",
    ),
]
NAMELESS: Final = "-"
PEOPLE: Final = ("halted_by", "release_asked_by", "released_by")


def add_halt_paths(api: FastAPI, parts: ConsoleParts) -> None:
    """Add the paths that show, place and release halts."""

    @api.get("/halts", responses=documented(READING))
    def halts(actor: Who) -> Halts:
        """List every halt, those in force first; whoever is signed in may look."""
        del actor
        items = [with_logins(parts.store, row, *PEOPLE) for row in desk_of(parts).halts()]
        return Halts.model_validate({"items": [told(item) for item in items]})

    @api.post("/halts", status_code=201, responses=documented(CHANGING))
    def halt(body: HaltVoice, actor: Who, key: Key = None) -> HaltDone:
        """Stop what goes out: of an account, a person, a theme, under a rule, or everything."""
        order = body.model_dump(mode="json")
        reply = desk_of(parts).carry_out("halt", order, actor, key=key)
        return HaltDone.model_validate({"kind": body.kind, "name": body.name, **reply})

    @api.post("/halts/{kind}/{name:path}/release", responses=documented(CHANGING))
    def release(
        kind: HaltKind, name: HaltName, body: WhyBody, actor: Who, key: Key = None
    ) -> HaltDone:
        """Ask for a halt to end, or agree with somebody else who asked: it takes two."""
        known = "" if kind == "everything" and name == NAMELESS else name
        order = {"kind": kind, "name": known, "why": body.why}
        reply = desk_of(parts).carry_out("release", order, actor, key=key)
        return HaltDone.model_validate({"kind": kind, "name": known, **reply})
