"""What values are, in words: the schemas of parameters and fields. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_FORMATS: Final = {"date": "date", "date-time": "date and time", "binary": "file", "uri": "address"}
_BOUNDS: Final = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {}",
    "maxItems": "at most {}",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is: words, and the forms that it may have."""

    words: str
    forms: tuple[str, ...] = ()


def kind_of(schema: Mapping[str, Any], /) -> Kind:
    """What a value of this schema is."""
    reference = schema.get("$ref")
    if reference is not None:
        return Kind("", (reference.rpartition("/")[2],))
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices and "properties" not in schema:
        return _either([kind_of(choice) for choice in choices])
    if schema.get("type") == "array":
        held = kind_of(schema.get("items") or _tuple_of(schema))
        return Kind(f"list of {held.words}".strip(), held.forms)
    return Kind(_named(schema))


def rules_of(schema: Mapping[str, Any], /) -> tuple[str, ...]:
    """What else a value has to fulfil, its default, and an example."""
    return tuple(dict.fromkeys(_rules(schema)))


def _rules(schema: Mapping[str, Any]) -> Iterator[str]:
    for part in (schema, *schema.get("anyOf", ())):
        if "enum" in part:
            yield f"one of {', '.join(map(str, part['enum']))}"
        yield from (said.format(f"{part[name]:,}") for name, said in _BOUNDS.items() if name in part)
    if schema.get("default") not in (None, ""):
        yield f"by default {_written(schema['default'])}"
    if schema.get("examples"):
        yield f"for example {_written(schema['examples'][0])}"


def _either(kinds: list[Kind]) -> Kind:
    words = [kind.words for kind in kinds if kind.words]
    forms = [form for kind in kinds for form in kind.forms]
    return Kind(" or ".join(dict.fromkeys(words)), tuple(dict.fromkeys(forms)))


def _tuple_of(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The items of a tuple as one of several kinds."""
    parts = schema.get("prefixItems", ())
    return {"anyOf": parts} if parts else {}


def _named(schema: Mapping[str, Any]) -> str:
    if "const" in schema:
        return _written(schema["const"])
    kind = schema.get("type", "any value")
    return _FORMATS.get(schema.get("format", ""), str(kind))


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
