"""The lists that a draft's form is looked at by, as `rules/data/form.yaml` holds them."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

ENTRIES_MAX: Final = 2_000

Host = Annotated[str, Field(min_length=3, max_length=253, pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
Hosts = Annotated[tuple[Host, ...], Field(max_length=ENTRIES_MAX)]
Word = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\s_A-Z]+$")]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
Words = Annotated[tuple[Word, ...], Field(max_length=ENTRIES_MAX)]


class FormLists(BaseModel):
    """Hosts and words that a draft's form is looked at by.

    A host stands for all that lies under it. Words are folded: small letters without accents.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    hosts_trusted: Hosts
    hosts_shortening: Hosts
    alt_words_empty: Words
    hashtag_words: Words
    hashtag_single_words: Words
    language_names: Annotated[dict[LanguageCode, Words], Field(max_length=200)]


NO_FORM: Final = FormLists(
    hosts_trusted=(),
    hosts_shortening=(),
    alt_words_empty=(),
    hashtag_words=(),
    hashtag_single_words=(),
    language_names={},
)
