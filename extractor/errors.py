"""The errors, by what the caller would do.

ExtractorError
├── InputError              fix the input: file, URL, text, unknown id           exit 2
│   ├── ClosedAddressError      a web address leads into a network that is not public
│   └── KeyReusedError          an idempotency key came again with another request
├── PromptError             fix the prompt template                              exit 2
├── ConfigurationError      fix the configuration                                exit 2
│   ├── KeyMissingError         no API key
│   ├── AuthenticationError     the key was refused
│   ├── UnknownModelError       model or provider unknown
│   ├── MissingPackageError     a provider's package or an extra is not installed
│   ├── RequestRejectedError    another 4xx: the server does not accept our request
│   └── DatabaseMismatchError   the database is newer, older, or another program's; or its address is wrong
├── UnavailableError        try later                                            exit 1
│   ├── QuotaError              the account has no quota left
│   ├── BudgetSpentError        another call does not fit into the budget that was set
│   ├── RateLimitError          rate limited for longer than the time budget
│   ├── CallTimeoutError        no answer within the time of a call
│   ├── ServerError             server down, unreachable or answering 5xx
│   └── QueueFullError          as many jobs wait as may
├── AnswerError             the model disobeyed                                  exit 1
│   ├── RefusalError            the model refused
│   ├── ContentFilterError      the provider's filter stopped the answer
│   ├── TruncatedError          the answer was cut and the chunk cannot be split further
│   ├── NotJSONError            the answer is no JSON
│   ├── WrongShapeError         the answer is JSON of the wrong shape
│   └── UngroundedError         nothing that is left of the answer can be tied to the article
├── StoreError              the database: unreachable, read-only, full, corrupt    exit 1
└── OutputError             the disk: a result could not be written              exit 1
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from .schemas import Usage


class ExtractorError(Exception):
    """Root of all errors of this package; the message says what to do."""

    exit_code: ClassVar[int] = 1


class InputError(ExtractorError):
    """The input cannot be used: a bad file, URL, text or id."""

    exit_code = 2


class ClosedAddressError(InputError):
    """The web address leads to a host that is not on the public internet; give the text of the article instead."""


class KeyReusedError(InputError):
    """An idempotency key that stands for one request came with another."""


class PromptError(ExtractorError):
    """A prompt template is missing, malformed, or does not take the variables that it should."""

    exit_code = 2


class ConfigurationError(ExtractorError):
    """The configuration has to change before a call can succeed."""

    exit_code = 2


class KeyMissingError(ConfigurationError):
    """No API key is set for the provider."""


class AuthenticationError(ConfigurationError):
    """The provider refused the API key."""


class UnknownModelError(ConfigurationError):
    """The model or its provider is unknown."""


class MissingPackageError(ConfigurationError):
    """A package that the chosen provider or command needs is not installed."""


class RequestRejectedError(ConfigurationError):
    """The server rejects the request for a reason that a retry cannot change."""


class DatabaseMismatchError(ConfigurationError):
    """The database cannot be used as it is: another program's, of another version, or wrongly addressed."""


class UnavailableError(ExtractorError):
    """What is asked for cannot be had now; try later.

    ``stops``: no further call would be made either, so that nothing goes on without this one.
    """

    stops = False


class QuotaError(UnavailableError):
    """The account has no quota left."""


class BudgetSpentError(UnavailableError):
    """Another call does not fit into the budget that was set."""

    stops = True


class RateLimitError(UnavailableError):
    """The provider limits the rate for longer than the time budget."""


class CallTimeoutError(UnavailableError):
    """A call got no answer in time."""


class ServerError(UnavailableError):
    """The server is down, unreachable, or failing."""


class QueueFullError(UnavailableError):
    """As many jobs are queued and running as there may be."""


class AnswerError(ExtractorError):
    """The model answered, but not as asked; ``usage`` are the tokens of that answer, None when they are not known."""

    usage: Usage | None = None


class RefusalError(AnswerError):
    """The model refused to answer."""


class ContentFilterError(AnswerError):
    """The provider's content filter stopped the answer."""


class TruncatedError(AnswerError):
    """The answer was cut off at the model's output limit and the text cannot be split further."""


class NotJSONError(AnswerError):
    """The answer is no JSON."""


class WrongShapeError(AnswerError):
    """The answer is JSON that does not fit the schema."""


class UngroundedError(AnswerError):
    """What the answer needs to stand on is not in the article."""


class StoreError(ExtractorError):
    """The database cannot be reached, read or written now."""


class OutputError(ExtractorError):
    """A result could not be written."""
