"""What is asked for, judged before anything is made."""

import re
from dataclasses import dataclass

from contracts.events.registry import module

from infra.event.registry import Registry
from infra.local.place import SERVICES

NAME = re.compile(r"([a-z]+)\.([a-z]+)")


class Refused(Exception):
    """The event can't be scaffolded; the text says what to ask for instead."""


@dataclass(frozen=True)
class Wanted:
    """An event type that can be made.

    Parameters
    ----------
    noun, past
        What it is about, and what happened to it: `post`, `pinned`.
    version
        Its version.
    service
        Who publishes it.
    before
        The newest published version of the same fact, whose model it begins with.
    """

    noun: str
    past: str
    version: int
    service: str
    before: str | None

    @property
    def type(self) -> str:
        """The event type."""
        return f"{self.noun}.{self.past}.v{self.version}"

    @property
    def module(self) -> str:
        """The name of the file that has its class."""
        return f"{module(self.service, self.noun)}.py"

    @property
    def model(self) -> str:
        """The name of its class."""
        return class_name(self.type)


def class_name(event_type: str) -> str:
    """Return the name of an event type's class: `post.pinned.v1` is `PostPinnedV1`."""
    return "".join(part.capitalize() for part in event_type.split("."))


def wanted(name: str, version: int, service: str | None, registry: Registry) -> Wanted:
    """Judge what is asked for.

    Raises
    ------
    Refused
        If there can be no such event.
    """
    match = NAME.fullmatch(name)
    if not match:
        raise Refused(
            f"{name!r} is no name of an event: say <noun>.<past tense> in small letters, such as "
            "post.pinned, and the version apart."
        )
    if version < 1:
        raise Refused(f"{version} is no version: the first one is 1.")
    known = registry.versions(name)
    if version in known:
        standing = "is there" if registry.is_published(f"{name}.v{version}") else "was there and is retired"
        raise Refused(f"{name}.v{version} {standing} already; the next version is {known[-1] + 1}.")
    expected = known[-1] + 1 if known else 1
    if version != expected:
        raise Refused(f"{name}.v{version} needs {name}.v{expected} before it: versions come one by one.")
    noun, past = match.groups()
    published = [one for one in (f"{name}.v{number}" for number in known) if registry.is_published(one)]
    return Wanted(
        noun, past, version, _service(noun, service, registry), published[-1] if published else None
    )


def _service(noun: str, service: str | None, registry: Registry) -> str:
    owner = registry.owner(noun)
    if service and service not in SERVICES:
        raise Refused(f"There is no service {service!r}, but {', '.join(SERVICES)}.")
    if owner and service and owner != service:
        raise Refused(f"Events of a {noun} are published by {owner}, and a noun belongs to one service.")
    if not owner and not service:
        raise Refused(f"No service publishes events of {noun!r} yet: say whose it is, such as SERVICE=posts.")
    return owner or service or ""
