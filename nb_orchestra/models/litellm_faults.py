"""LiteLLM's exceptions as faults. It says 500 for much that is none of the provider's: what it met stands in its text, or behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nb_orchestra.models.faults import Fault, of_error_object, of_exception, of_status

_TEXTS = (
    ("slow", re.compile(r"timed? ?out|timeout", re.IGNORECASE)),
    ("unreachable", re.compile(r"connect call failed|cannot connect|connection refused|connection error|name or service|nodename", re.IGNORECASE)),
    ("cut", re.compile(r"disconnected|connection reset|payload is not completed|peer closed|incomplete", re.IGNORECASE)),
    ("page", re.compile(r"<!doctype html|<html", re.IGNORECASE)),
    ("garbled", re.compile(r"expecting value|unable to get json|invalid json|jsondecode|codec can't decode|unterminated|validation error", re.IGNORECASE)),
)


def fault_of(error: Exception) -> Fault:
    """What LiteLLM's exception means: by its text where it hides a broken connection behind a 500, else by status and body.

    One that it did not foresee is an answer that it cannot read (three real ones are known), and no fault of the kernel.
    """
    text, status = str(getattr(error, "message", "") or error), _status(error)
    met = list(_behind(error))
    if moved := next((code for code in map(_status, met) if code is not None and 300 <= code < 400), None):
        return Fault("moved", status=moved)
    if any("certificate_verify_failed" in str(one).lower() for one in met):
        return Fault("tls")
    if "provider not provided" in text.lower():
        return Fault("unknown provider")
    if status in (None, 408, 500):
        word = next((word for word, pattern in _TEXTS if pattern.search(text)), None)
        if word is not None:
            return Fault(word, "" if word == "page" else text)
    if status is None or status < 400:
        return of_exception(error) or (of_error_object(text) if "APIError" in type(error).__name__ else Fault("garbled", type(error).__name__))
    answer = getattr(error, "response", None)
    headers = {
        str(name).lower(): str(value) for name, value in (getattr(error, "litellm_response_headers", None) or getattr(answer, "headers", None) or {}).items()
    }
    return of_status(status, headers, text)


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it hides: a redirect, a certificate."""
    for _ in range(8):
        if error is not None:
            yield error
            error = error.__cause__ or error.__context__


def _status(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None
