"""How an account stands on its platform: its profile, and what it pins, blocks, mutes and so on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

ListKind = Literal["pin", "block", "mute", "follow", "hide", "schedule"]
StateKind = Literal["profile", "pin", "block", "mute", "follow", "hide", "schedule"]

LIST_KINDS: Final[tuple[ListKind, ...]] = get_args(ListKind)


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as its platform shows it to whoever has its credential.

    `listed` holds what is in force, each as its kind and the platform's own id of what it is about,
    in order and each once. Of the kinds in `cut` there is more: what is listed is their beginning,
    and nothing behind the last one listed is known.
    """

    profile: str = ""
    listed: tuple[tuple[ListKind, str], ...] = ()
    cut: tuple[ListKind, ...] = ()

    @property
    def is_cut(self) -> bool:
        """Whether there is more than is listed."""
        return bool(self.cut)

    def of(self, kind: ListKind) -> tuple[str, ...]:
        """Return what is listed of one kind, in order."""
        return tuple(target for each, target in self.listed if each == kind)


def state_of_lists(
    profile: str, lists: Mapping[ListKind, Sequence[str]], limit: int
) -> AccountState:
    """Return the state of some lists, of which each holds one more than `limit` where it is cut."""
    listed: set[tuple[ListKind, str]] = set()
    cut: list[ListKind] = []
    for kind, targets in lists.items():
        listed |= {(kind, target) for target in sorted(targets)[:limit]}
        if len(targets) > limit:
            cut.append(kind)
    return AccountState(profile, tuple(sorted(listed)), tuple(sorted(cut)))
