"""DynamoDB's expressions, as far as the services write them: conditions, key conditions, simple updates."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

type Attribute = Mapping[str, Any]
type Attributes = Mapping[str, Attribute]
type Condition = Callable[[Attributes, Mapping[str, str], Attributes], bool]
"""Judges an item, given the expression's names and values."""

_CALL = re.compile(r"(attribute_exists|attribute_not_exists|begins_with)\(([^,)]+)(?:,\s*([^)]+))?\)")
_BETWEEN = re.compile(r"([\w#]+) BETWEEN (:\w+) AND (:\w+)")
_COMPARISON = re.compile(r"([\w#]+) (=|<>|<=|>=|<|>) (:\w+)")
_ASSIGNMENT = re.compile(r"([\w#]+) = (?:if_not_exists\(([\w#]+), )?(:\w+)\)?(?: \+ (:\w+))?")
_AND = re.compile(r" AND (?![^ ]+(?:$| AND| OR))")
"""The AND of a BETWEEN is followed by a single word."""

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


@cache
def condition(text: str) -> Condition:
    """Read a condition, a key condition or a filter.

    Raises
    ------
    NotImplementedError
        If it is of a form that no service writes.
    """
    alternatives = [[_single(part) for part in _AND.split(either)] for either in text.split(" OR ")]
    return lambda item, names, values: any(
        all(part(item, names, values) for part in parts) for parts in alternatives
    )


def update(text: str, item: Attributes, names: Mapping[str, str], values: Attributes) -> dict[str, Attribute]:
    """Return an item after an update expression of assignments and removals."""
    changed = dict(item)
    assigned, _, removed = text.removeprefix("SET ").partition("REMOVE ")
    for name, kept, value, more in _ASSIGNMENT.findall(assigned):
        new = item.get(names.get(kept, kept), values[value]) if kept else values[value]
        if more:
            new = {"N": str(Decimal(new["N"]) + Decimal(values[more]["N"]))}
        changed[names.get(name, name)] = new
    for name in filter(str.strip, removed.split(",")):
        changed.pop(names.get(name.strip(), name.strip()), None)
    return changed


def _single(text: str) -> Condition:
    text = text.strip()
    if called := _CALL.fullmatch(text):
        return _function(*called.groups())
    if between := _BETWEEN.fullmatch(text):
        name, low, high = between.groups()
        above, below = _comparison(name, ">=", low), _comparison(name, "<=", high)
        return lambda item, names, values: above(item, names, values) and below(item, names, values)
    if compared := _COMPARISON.fullmatch(text):
        return _comparison(*compared.groups())
    raise NotImplementedError(f"the simulated table does not read {text!r}")


def _function(function: str, name: str, value: str) -> Condition:
    if function == "begins_with":
        return lambda item, names, values: str(item[names.get(name, name)]["S"]).startswith(
            values[value]["S"]
        )
    wanted = function == "attribute_exists"
    return lambda item, names, _: (names.get(name, name) in item) is wanted


def _comparison(name: str, operator: str, value: str) -> Condition:
    compare = _COMPARE[operator]

    def judge(item: Attributes, names: Mapping[str, str], values: Attributes) -> bool:
        found = item.get(names.get(name, name))
        if found is None:
            return False
        (kind, left), (other, right) = (next(iter(one.items())) for one in (found, values[value]))
        if kind == "N" == other:
            left, right = Decimal(left), Decimal(right)
        return kind == other and compare(left, right)

    return judge
