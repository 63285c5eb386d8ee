"""The lists that findings go by: one model a file of `rules/data`, each field a required one."""

from typing import Final

from pydantic import BaseModel, ConfigDict

from services.reading.claim_lists import NO_CLAIMS, ClaimLists
from services.reading.contacts import NO_CONTACTS, ContactLists
from services.reading.form_lists import NO_FORM, FormLists
from services.reading.people_lists import NO_PEOPLE, PeopleLists
from services.reading.resemblance import NO_RESEMBLANCE, ResemblanceLists

LIST: Final = ConfigDict(frozen=True, extra="forbid")


class WordLists(BaseModel):
    """All lists of a set of rules."""

    model_config = LIST

    people: PeopleLists = NO_PEOPLE
    claims: ClaimLists = NO_CLAIMS
    form: FormLists = NO_FORM
    contacts: ContactLists = NO_CONTACTS
    resemblance: ResemblanceLists = NO_RESEMBLANCE
