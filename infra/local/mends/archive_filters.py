"""A replay of an archive goes only to the rules that it names.

EventBridge honours FilterArns of a replay's destination; MiniStack sends what it replays to every rule.
"""

from typing import Any

from ministack.services import eventbridge


def apply() -> None:
    """Deliver a replayed event only by a rule that its replay asks for."""
    deliver = eventbridge._invoke_target

    def deliver_if_asked_for(
        target: dict[str, Any], event: Any, rule: dict[str, Any], view: Any = None
    ) -> None:
        replay = eventbridge._replays.get(event.get("ReplayName", ""), {})
        rules = replay.get("Destination", {}).get("FilterArns")
        if not rules or rule.get("Arn") in rules:
            deliver(target, event, rule, view)

    eventbridge._invoke_target = deliver_if_asked_for
