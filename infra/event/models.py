"""The source of a model, as text: a first version from nothing, a next one from the version before."""

import ast
from collections.abc import Iterator

from infra.event.wanted import Refused, Wanted, class_name

MODULE = '''"""Events that the {service} service publishes."""

from contracts.events.envelope import EventData
'''

FIRST = '''class {model}(EventData):
    """{article} {noun} was {past}. Subject `{noun}/<id>`."""

    TYPE = "{type}"

    {noun}_id: str
    """The {noun}."""
'''

NEXT = """class {model}({bases}):
    {docstring}

    TYPE = "{type}"

{fields}
"""


def with_model(source: str, event: Wanted) -> str:
    """Return the source of a module of models with one more: behind the version before, or at the end.

    Raises
    ------
    Refused
        If the module can't take it.
    """
    classes = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}
    if event.model in classes:
        raise Refused(f"contracts/events/{event.module} has a {event.model} already, of no published type.")
    lines = source.rstrip("\n").split("\n")
    if not event.before:
        return "\n".join([*lines, "", "", _first(event)])
    before = classes.get(class_name(event.before))
    if not before:
        raise Refused(f"contracts/events/{event.module} has no {class_name(event.before)} to begin with.")
    end = before.end_lineno or len(lines)
    return "\n".join([*lines[:end], "", "", _next(source, event, before, classes), *lines[end:]]) + "\n"


def _first(event: Wanted) -> str:
    article = "An" if event.noun[0] in "aeiou" else "A"
    said = {"model": event.model, "article": article, "type": event.type}
    return FIRST.format(**said, noun=event.noun, past=event.past)


def _next(source: str, event: Wanted, before: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> str:
    """Return the next version with all fields its own: it must be free to differ in any of them."""
    lineage = [before, *_local_bases(before, classes)]
    bases = [base for node in lineage for base in map(ast.unparse, node.bases) if base not in classes]
    fields = [line for node in reversed(lineage) for line in _fields(source, node)]
    docstring = f'"""{ast.get_docstring(before, clean=False) or "What happened."}"""'
    made = {"model": event.model, "bases": ", ".join(dict.fromkeys(bases)), "type": event.type}
    return NEXT.format(**made, docstring=docstring, fields="\n".join(fields))


def _local_bases(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> Iterator[ast.ClassDef]:
    for base in map(ast.unparse, node.bases):
        if base in classes:
            yield classes[base]
            yield from _local_bases(classes[base], classes)


def _fields(source: str, node: ast.ClassDef) -> list[str]:
    """Return the lines of a class behind its docstring and its `TYPE`, comments included."""
    docstring = node.body[:1] if ast.get_docstring(node) else []
    heads = [node.lineno, *(one.end_lineno or 0 for one in [*docstring, *filter(_is_type, node.body)])]
    return source.split("\n")[max(heads) : node.end_lineno]


def _is_type(node: ast.stmt) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(isinstance(target, ast.Name) and target.id == "TYPE" for target in targets)
