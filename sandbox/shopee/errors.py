"""Refusals and the envelope they travel in, with the platform's own spelling."""

from typing import Any


class Refusal(Exception):
    """A call the platform refuses; `response` goes beside the error where Shopee sends both."""

    def __init__(self, code: str, message: str, *, response: Any = None, debug: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.response, self.debug = code, message, response, debug


class GatewayRefusal(Refusal):
    """Refused before the module saw the call: never prefixed, another HTTP status."""


def missing(field: str) -> Refusal:
    """The measured sentence for a required field, two blanks included."""
    name = "".join(part.title() for part in field.split("_"))
    return Refusal("error_param", f"invalid field {name}: value must  Not Null")


def wrong(detail: str) -> Refusal:
    return Refusal("error_param", f"Wrong parameters, detail: {detail}.")


def prefixed(code: str, module: str) -> str:
    return code if "." in code else f"{module}.{code}"
