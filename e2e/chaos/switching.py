"""Switching faults on in the deployed functions, and off again whatever happens."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from contracts.transport.faults import HANDLER_PREFIX, VARIABLE, Plan

from e2e.system import System

OWN_PREFIX = "app."
ATTEMPTS_VARIABLE = "AWS_MAX_ATTEMPTS"
ATTEMPTS = 2
"""Attempts of a client's call during the run: with the usual five, hardly a burst would outlive them."""

AT_ONCE = 4


class NoSuchConsumer(LookupError):
    """The stage has no consumer of this name."""


@dataclass(frozen=True)
class Functions:
    """The functions of a running stage.

    Parameters
    ----------
    system
        Where they are.
    """

    system: System

    @contextmanager
    def failing(self, plan: Plan, broken: str = "") -> Iterator[None]:
        """Let them fail by the plan for the length of the block; only `broken` forgets events."""
        forgetful = self.of_consumer(broken) if broken else ""
        try:
            self._each(lambda function: self._switch_on(function, plan, forgetful))
            yield
        finally:
            self.heal()

    def heal(self) -> None:
        """Take all faults out; those of a run that was killed too."""
        self._each(self._switch_off)

    def of_consumer(self, consumer: str) -> str:
        """Return the name of the function that reads a consumer's queue.

        Raises
        ------
        NoSuchConsumer
            If there is none.
        """
        mappings = self._pages("list_event_source_mappings", "EventSourceMappings")
        for mapping in mappings:
            if mapping["EventSourceArn"].endswith(f":{self.system.called(consumer)}"):
                return str(mapping["FunctionArn"].rpartition(":")[2])
        raise NoSuchConsumer(f"The stage {self.system.stage} has no consumer {consumer!r}.")

    def _each(self, change: Any) -> None:
        named = f"-{self.system.stage}-{self.system.urls['region']}"
        functions = [
            function
            for function in self._pages("list_functions", "Functions")
            if function["FunctionName"].startswith("hidoki-") and named in function["FunctionName"]
        ]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(change, functions))

    def _switch_on(self, function: dict[str, Any], plan: Plan, forgetful: str) -> None:
        if function["FunctionName"] != forgetful:
            plan = replace(plan, forget=0)
        variables = {VARIABLE: json.dumps(asdict(plan)), ATTEMPTS_VARIABLE: str(ATTEMPTS)}
        handler = function["Handler"].removeprefix(HANDLER_PREFIX).removeprefix(OWN_PREFIX)
        self._set(function, HANDLER_PREFIX + handler, _variables(function) | variables)

    def _switch_off(self, function: dict[str, Any]) -> None:
        if not function["Handler"].startswith(HANDLER_PREFIX):
            return
        variables = _variables(function)
        for name in (VARIABLE, ATTEMPTS_VARIABLE):
            variables.pop(name, None)
        self._set(function, OWN_PREFIX + function["Handler"].removeprefix(HANDLER_PREFIX), variables)

    def _set(self, function: dict[str, Any], handler: str, variables: dict[str, str]) -> None:
        self._lambda.update_function_configuration(
            FunctionName=function["FunctionName"], Handler=handler, Environment={"Variables": variables}
        )

    def _pages(self, operation: str, items: str) -> list[dict[str, Any]]:
        pages = self._lambda.get_paginator(operation).paginate()
        return [item for page in pages for item in page[items]]

    @property
    def _lambda(self) -> Any:
        return self.system.client("lambda")


def _variables(function: dict[str, Any]) -> dict[str, str]:
    return dict(function.get("Environment", {}).get("Variables", {}))
