"""The error tree, split by what the caller does next.

MercatError
├── RetryLaterError      the same call may succeed later: wait, then call again
│   ├── SourceUnavailableError    a source did not answer, or asked us to wait
│   ├── StorageRefusedError       the disk is full or the database would not take the write
│   └── OverloadedError           a bounded queue is full: the caller backs off
├── RejectError          this input will never be taken: set it aside, go on with the next
│   └── InputInvalidError         bytes that are not what the place expects
└── StopError            going on would do harm: end this stage or this process, and say so
    ├── SettingsError             a setting is wrong: names the file, line and variable
    ├── FolderError               a data folder is missing, locked, newer, or of another kind
    ├── DeadLetterLimitError      too many dead letters: the stage stops before it drains there
    └── StateConflictError        state is not what its only writer left: a bug
"""


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


class OverloadedError(RetryLaterError):
    """A bounded queue is full."""


class RejectError(MercatError):
    """This input will never be taken; its neighbours go on."""


class InputInvalidError(RejectError):
    """The bytes are not what this place expects."""


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
