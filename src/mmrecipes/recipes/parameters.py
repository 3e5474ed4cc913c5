"""A recipe's parameters as people see them: names, defaults, what is allowed, what they mean.

Covered: flattening nested parameter models to the dotted names that `--set` takes; shares by name, which recipes check
alike. Not covered: other validation (see `flow/plan`).
"""

from __future__ import annotations

import enum
import json
import types
import typing
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: dotted name, what values it takes, its default in JSON ('' when it must be given)."""

    name: str
    kind: str
    default: str
    description: str


def named_shares(shares: Mapping[str, float], known: Collection[str], what: str) -> dict[str, float]:
    """The shares, checked. Raises `ValueError` for names that are not known, and shares that are negative or all
    zero."""
    if unknown := sorted(set(shares) - set(known)):
        raise ValueError(f"unknown {what} {', '.join(unknown)}; there are: {', '.join(known)}")
    if not shares or min(shares.values()) < 0 or sum(shares.values()) <= 0:
        raise ValueError("shares must be non-negative and not all zero")
    return dict(shares)


def parameters(model: type[BaseModel], prefix: str = "") -> Iterator[Parameter]:
    """All parameters of a model, in order, those of nested models under dotted names."""
    for name, field in model.model_fields.items():
        nested = field.annotation
        if isinstance(nested, type) and issubclass(nested, BaseModel):
            yield from parameters(nested, f"{prefix}{name}.")
        else:
            yield Parameter(f"{prefix}{name}", _kind(field), _default(field), field.description or "")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    value = field.get_default(call_default_factory=True, validated_data={})
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return sorted(value) if isinstance(value, (set, frozenset)) else str(value)


def _kind(field: FieldInfo) -> str:
    return " ".join([_type_name(field.annotation), *_limits(field.metadata)])


def _type_name(kind: Any) -> str:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return " | ".join(json.dumps(a) for a in arguments)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return " | ".join(json.dumps(m.value) for m in kind)
    if origin in (typing.Union, types.UnionType):
        return " | ".join("null" if a is type(None) else _type_name(a) for a in arguments)
    if origin is typing.Annotated:
        return " ".join([_type_name(arguments[0]), *_limits(arguments[1:])])
    if origin is dict:
        return f"{{{', '.join(map(_type_name, arguments))}}}"
    if origin is not None:
        return f"[{', '.join(_type_name(a) for a in arguments if a is not Ellipsis)}]"
    return {"str": "text", "int": "whole number", "float": "number", "bool": "true | false"}.get(
        getattr(kind, "__name__", str(kind)), str(getattr(kind, "__name__", kind))
    )


_SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "length ≥", "max_length": "length ≤"}


def _limits(metadata: Any) -> list[str]:
    return [f"{sign} {getattr(m, name)}" for m in metadata for name, sign in _SIGNS.items() if hasattr(m, name)]
