"""The error tree, split by what the caller does next.

MercatError
├── RetryLaterError      the same call may succeed later: wait, then call again
│   ├── SourceUnavailableError    a source did not answer, or asked us to wait
│   ├── StorageRefusedError       the disk is full or the database would not take the write
│   ├── LogUnavailableError       Kafka is away, or did not confirm what it was given
│   ├── TopicRemadeError          a topic was deleted and made anew while it was read
│   ├── OverloadedError           a bounded queue is full: the caller backs off
│   ├── StaleStateError           what was decided on has changed: read and decide afresh
│   ├── BatchRefusedError         one event of a batch is refused for good: smaller batches find it
│   ├── EngineUnavailableError    the policy engine is absent, late or failed: hold meanwhile
│   └── PlatformUnavailableError  a platform cannot be read now
├── RejectError          this input will never be taken: set it aside, go on with the next
│   ├── InputInvalidError         bytes that are not what the place expects
│   ├── FaultyRulesError          proposed rules have faults: names each, with its place and cure
│   ├── NotAllowedError           this person may not do this
│   ├── NotFoundError             there is nothing of that id
│   ├── VersionConflictError      somebody else changed it since the caller read it
│   └── ErasedSubjectError        a subject's key was erased: nothing more is kept of them
└── StopError            going on would do harm: end this stage or this process, and say so
    ├── SettingsError             a setting is wrong: names the file, line and variable
    ├── FolderError               a data folder is missing, locked, newer, or of another kind
    ├── DeadLetterLimitError      too many dead letters: the stage stops before it drains there
    ├── StateConflictError        state is not what its only writer left: a bug
    │   ├── CursorMovedError      a consumer is elsewhere: read where, and go on there
    │   └── RuleBrokenError       a row breaks a rule that the database keeps
    └── PayloadForgedError        a payload is not what the audit's chain has a commitment to
"""

from collections.abc import Sequence


class MercatError(Exception):
    """The root of every error Mercat raises on purpose; its text is one plain sentence."""


class RetryLaterError(MercatError):
    """The same call may succeed later."""

    def __init__(self, message: str, *, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


class SourceUnavailableError(RetryLaterError):
    """A source did not answer, or asked us to come back later."""


class StorageRefusedError(RetryLaterError):
    """The disk is full or the database would not take the write; nothing of it was kept."""


class LogUnavailableError(RetryLaterError):
    """Kafka is away, or did not confirm what it was given: it may or may not have it."""


class TopicRemadeError(RetryLaterError):
    """A topic was deleted and made anew while it was read: it begins at its own start."""


class OverloadedError(RetryLaterError):
    """A bounded queue is full."""


class StaleStateError(RetryLaterError):
    """A row is no longer at the version that was decided on; nothing of the commit was kept."""


class BatchRefusedError(RetryLaterError):
    """One event of a batch is refused for good; nothing of the batch was kept."""


class EngineUnavailableError(RetryLaterError):
    """The policy engine is absent, late or failed."""


class PlatformUnavailableError(RetryLaterError):
    """A platform cannot be read now."""


class RejectError(MercatError):
    """This input will never be taken; its neighbours go on."""


class InputInvalidError(RejectError):
    """The bytes are not what this place expects."""


class FaultyRulesError(RejectError):
    """Proposed rules have faults; `faults` are all of them, in sentences."""

    def __init__(self, faults: Sequence[str]) -> None:
        more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(
            f"{faults[0].rstrip('.')}.{more} Nothing was proposed; `mercat policy check` says the "
            "same of a folder."
        )
        self.faults = tuple(faults)


class NotAllowedError(RejectError):
    """This person may not do this; the text names what would be needed."""


class NotFoundError(RejectError):
    """There is nothing of that id."""


class VersionConflictError(RejectError):
    """Somebody else changed it since the caller read it."""


class ErasedSubjectError(RejectError):
    """A subject's key was erased: nothing more is kept of them."""


class StopError(MercatError):
    """Going on would do harm."""


class SettingsError(StopError):
    """A setting is wrong; the text names the file, the line and the variable."""


class FolderError(StopError):
    """A data folder is missing, locked, newer than this program, or of another kind."""


class DeadLetterLimitError(StopError):
    """A stage set too much aside in too short a run of events."""


class StateConflictError(StopError):
    """State is not what its only writer left."""


class CursorMovedError(StateConflictError):
    """A consumer is not where its commit says; nothing of the commit was kept."""


class RuleBrokenError(StateConflictError):
    """A row breaks a rule that the database keeps; nothing of the commit was kept.

    `rule` names the rule, and where it stands. It holds nothing of the row: that may be somebody's
    personal data, and errors are logged.
    """

    def __init__(self, rule: str) -> None:
        super().__init__(f"the database's own rules forbid it: {rule}")
        self.rule = rule


class PayloadForgedError(StopError):
    """A payload is not what the audit's chain has a commitment to."""
