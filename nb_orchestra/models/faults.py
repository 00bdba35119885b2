"""What a provider can do wrong, and what each fault means: one table, one translation at the border.

A foreign exception, an HTTP status with its body, or an odd reply becomes a `Fault`; `error_of` makes it the ModelError
that says who must act. Gateways wrap a provider's body in their own, so codes and phrases are looked for in the whole
text. Every text is redacted before it is cut: half a key is a key that no redactor knows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from nb_orchestra.errors import BadAnswerError, ModelClosedError, ModelError, ModelRefusedError, ModelUnavailableError, PromptTooLongError
from nb_orchestra.models.waits import asked_wait

LONGEST_DETAIL = 300
LONGEST_BODY = 20_000
DEEPEST_NESTING = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One kind of fault. `attempts`: how often a call is tried in all while it is met; `sick`: it counts towards the breaker;
    `everywhere`: the place's other models would say the same."""

    error: type[ModelError]
    says: str
    hint: str
    attempts: float = 1
    sick: bool = False
    everywhere: bool = False


_WAIT, _CHOOSE, _CLOSED, _AGAIN = ModelUnavailableError, ModelRefusedError, ModelClosedError, BadAnswerError
_LATER = "run the cell again later: everything done is kept; or choose another model with -m"
_OTHER = "choose another model with -m; %orchestrate models lists them"

FAULTS: Mapping[str, Row] = {
    "limited": Row(_WAIT, "asks to slow down", _LATER, math.inf),
    "paused": Row(_WAIT, "asks to wait long", _LATER),
    "busy": Row(_WAIT, "has a fault of its own", _LATER, 4, sick=True),
    "unreachable": Row(_WAIT, "cannot be reached", "check the network, the proxy and the address; %orchestrate doctor tells more", 4, sick=True),
    "slow": Row(_WAIT, "did not answer in time", _LATER, 2, sick=True),
    "cut": Row(_WAIT, "broke off in the middle of its answer", _LATER, 4, sick=True),
    "page": Row(_WAIT, "answered with a web page", "a proxy or a login page may stand between; check the address", 2),
    "garbled": Row(_AGAIN, "answered with something that is no answer", _LATER, 4),
    "error inside": Row(_WAIT, "answered with an error", _LATER, 2),
    "resting": Row(_WAIT, "failed several times in a row and is left alone for a while", _LATER),
    "empty": Row(_AGAIN, "gave an empty answer", "ask again or choose another model with -m", 3),
    "truncated": Row(_AGAIN, "was cut off by its limit on tokens", "ask for less in one step", 3),
    "too big": Row(_AGAIN, "answered with far more than was asked", _OTHER),
    "filtered": Row(_CHOOSE, "stopped the answer by its content filter", "say it in other words, or choose another model with -m"),
    "refused": Row(_CHOOSE, "declined to answer", "say it in other words, or choose another model with -m"),
    "quota": Row(_CLOSED, "says that there is no credit left", "add credit with the provider, or choose another model with -m"),
    "key": Row(_CLOSED, "does not accept the key", "check the key's variable; %orchestrate doctor shows which one was used", everywhere=True),
    "forbidden": Row(_CLOSED, "does not allow this", _OTHER),
    "unknown model": Row(_CLOSED, "does not know this model", _OTHER),
    "unknown provider": Row(_CLOSED, "is of no provider that is known", "write it as provider/model, for example openai/gpt-5-mini"),
    "too long": Row(PromptTooLongError, "cannot take a prompt of this length", "name fewer inputs or columns, or choose a model with a larger context"),
    "moved": Row(_CLOSED, "sends elsewhere, and a key does not follow", "correct the base URL", everywhere=True),
    "tls": Row(_CLOSED, "has a certificate that is not trusted", "a proxy may stand between; set SSL_CERT_FILE to its certificate", everywhere=True),
    "parameter": Row(_CHOOSE, "does not take this request", _OTHER),
    "not installed": Row(_CLOSED, "needs a package that is not installed", 'pip install "nb_orchestra[models]"'),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """`word` is a row of FAULTS; `wait` is what the provider asked for, in seconds; `detail` is its own text, not yet redacted;
    `tokens`: in and out, where the failed call was counted (and will be paid) all the same."""

    word: str
    detail: str = ""
    status: int | None = None
    wait: float | None = None
    tokens: tuple[int | None, int | None] | None = None

    @property
    def row(self) -> Row:
        return FAULTS[self.word]

    def __repr__(self) -> str:
        return f"Fault({self.word!r}, status={self.status})"


class Faulted(Exception):
    """Carries a Fault from a wire to the model. Never leaves this room."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.word)
        self.fault = fault


_TEXTS = tuple(
    (word, statuses, re.compile(pattern, re.IGNORECASE))
    for word, statuses, pattern in (
        (
            "quota",
            (402, 403, 429, 400),
            r"insufficient_quota|exceeded your current quota|billing|credit balance|insufficient (?:balance|funds|credits)|payment required",
        ),
        ("key", (400, 403), r"invalid[_ ]api[_ ]key|api key not valid|incorrect api key|invalid x-api-key|authentication_error|api_key_invalid"),
        (
            "too long",
            (400, 413, 422, 500),
            r"context_length_exceeded|maximum context length|context (?:window|length|size)|prompt is too long|too many (?:input )?tokens"
            r"|input (?:length|token count).{0,40}exceed|request_too_large|string_above_max_length|exceeds? the (?:available|model'?s?) context",
        ),
        (
            "unknown model",
            (400, 403, 404),
            r"model_not_found|model.{0,80}(?:does not exist|not found|not supported)|unknown model|invalid model|not a valid model",
        ),
        ("filtered", (400, 403), r"content_filter|content_policy_violation|responsible ?ai ?policy|content management policy"),
        ("limited", (403, 400), r"rate_limit_exceeded|rate limit reached|resource_exhausted"),
    )
)
_STATUS = {400: "parameter", 401: "key", 402: "quota", 403: "forbidden", 404: "unknown model", 408: "busy", 409: "busy", 413: "too long", 429: "limited"}


def of_status(status: int, headers: Mapping[str, str], body: str) -> Fault:
    """What an HTTP error means: by its body where that names a known trouble, else by its status."""
    text = body[:LONGEST_BODY]
    page = text.lstrip()[:1] == "<"
    word = next((word for word, statuses, pattern in _TEXTS if status in statuses and not page and pattern.search(text)), None) or _by_status(status)
    wait = asked_wait(headers)
    if page and word == "unknown model":
        word = "page"
    return Fault(word, "" if page else body, status, wait)


def _by_status(status: int) -> str:
    if status in _STATUS:
        return _STATUS[status]
    return "busy" if status >= 500 else "moved" if 300 <= status < 400 else "parameter"


def of_error_object(body: str, code: object = None) -> Fault:
    """An error inside an HTTP 200 or a stream. A status that it names counts; else one more try."""
    named = int(str(code)) if str(code).isdigit() else 0
    status = named if 400 <= named < 600 else None
    if status is not None:
        return of_status(status, {}, body)
    found = next((word for word, _, pattern in _TEXTS if pattern.search(body[:LONGEST_BODY])), None)
    if found is None and re.search(r"overloaded|server_error|internal error|temporarily", body[:LONGEST_BODY], re.IGNORECASE):
        found = "busy"
    return Fault(found or "error inside", body)


_EXCEPTIONS = (
    ("tls", ("ClientConnectorCertificateError", "ClientConnectorSSLError", "SSLCertVerificationError", "SSLError")),
    ("slow", ("SocketTimeoutError", "ServerTimeoutError", "ReadTimeout", "Timeout", "APITimeoutError")),
    (
        "unreachable",
        ("ConnectionTimeoutError", "ClientConnectorError", "ClientConnectorDNSError", "ConnectTimeout", "ConnectError", "ClientProxyConnectionError"),
    ),
    ("too big", ("LineTooLong",)),
    (
        "cut",
        (
            "ServerDisconnectedError",
            "ClientPayloadError",
            "ClientOSError",
            "ConnectionResetError",
            "RemoteProtocolError",
            "IncompleteRead",
            "MidStreamFallbackError",
        ),
    ),
    ("garbled", ("ClientResponseError", "UnicodeDecodeError", "JSONDecodeError", "InvalidURL")),
    ("slow", ("TimeoutError",)),
    ("unreachable", ("ClientError", "OSError")),
)


_SAID = {
    "ClientConnectorDNSError": "its name is not known here: there is no network, or the address has a slip",
    "ClientProxyConnectionError": "the proxy does not answer; it is named by HTTPS_PROXY or HTTP_PROXY",
    "ConnectionTimeoutError": "nobody answered there in time",
    "ClientConnectorError": "nobody answers there",
    "ConnectError": "nobody answers there",
    "APIConnectionError": "nobody answers there",
}
"""What a class of error says to people, where its name says little."""


def of_exception(error: BaseException) -> Fault | None:
    """What an exception of an HTTP client means, by the names in its class's line; None for one that is no fault of the wire."""
    line = [kind.__name__ for kind in type(error).__mro__]
    best = ((line.index(name), word) for word, names in _EXCEPTIONS for name in names if name in line)
    word = min(best, default=(0, None))[1]
    name = next((name for name in line if name in _SAID), line[0])
    return None if word is None else Fault(word, _SAID.get(name, name))


def error_of(fault: Fault, who: str, redact: Callable[[str], str]) -> ModelError:
    """The error for people: who, what, the provider's own words (redacted, then cut), what to do next."""
    row = fault.row
    detail = _short(redact(_said(fault.detail)))
    status = f" (HTTP {fault.status})" if fault.status else ""
    wait = f"; it asks to wait {fault.wait:,.0f} s" if fault.wait and fault.wait >= 1 and fault.word != "resting" else ""
    error = row.error(redact(f"{who} {row.says}{status}{wait}") + (f": {detail}" if detail else ""), hint=row.hint)
    if isinstance(error, ModelClosedError):
        error.everywhere = row.everywhere
    return error


def _said(body: str) -> str:
    """The innermost message of an error body (gateways put one body into another's message), or the body itself."""
    text = body[:LONGEST_BODY]
    for _ in range(DEEPEST_NESTING):
        inner = next(_messages(text), None)
        if inner is None:
            break
        text = inner
    return text


_MESSAGE = re.compile(r"""["']message["']\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


def _messages(body: str) -> Iterator[str]:
    for double, single in _MESSAGE.findall(body):
        if text := (double or single).replace('\\"', '"').replace("\\n", " ").replace("\\\\", "\\").strip():
            yield text


def _short(text: str) -> str:
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return text if len(text) <= LONGEST_DETAIL else text[: LONGEST_DETAIL - 1] + "…"
