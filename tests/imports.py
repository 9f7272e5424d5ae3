"""Print which packages and which rooms of the code import which, the highest first, and the circles.

`make imports`; the rules themselves are in pyproject.toml, and `make lint` holds them (import-linter).
"""

from collections import Counter
from collections.abc import Callable
from graphlib import TopologicalSorter

import grimp

PACKAGES = ("go4brussels", "initiatives", "accounts")


def package_of(module: str) -> str:
    return module.partition(".")[0]


def room_of(module: str) -> str:
    """Return the room of a module: a part of `initiatives`, or one of the two packages beside it."""
    package, *parts = module.split(".")
    return ".".join([package, *parts[:1]]) if package == "initiatives" else package


def imports(graph: grimp.ImportGraph, part_of: Callable[[str], str]) -> dict[str, Counter[str]]:
    """Return `{part: {imported part: number of imports}}`, migrations left out."""
    parts: dict[str, Counter[str]] = {}
    for module in sorted(graph.modules):
        if ".migrations" in module or module == "initiatives":
            continue
        part = part_of(module)
        found = map(part_of, graph.find_modules_directly_imported_by(module))
        parts.setdefault(part, Counter()).update(other for other in found if other != part)
    return parts


def circles(parts: dict[str, Counter[str]]) -> list[set[str]]:
    """Return the groups of parts that reach each other, the largest first."""
    reach = {part: {part} | set(found) for part, found in parts.items()}
    for _each in parts:
        reach = {part: found.union(*(reach[other] for other in found)) for part, found in reach.items()}
    groups = {frozenset(other for other in reach[part] if part in reach[other]) for part in parts}
    return sorted((set(group) for group in groups if len(group) > 1), key=len, reverse=True)


def levels(parts: dict[str, Counter[str]], rings: list[set[str]]) -> dict[str, int]:
    """Return the level of each part: 1 imports none, others stand above all they import; a circle has one."""
    names = {part: " ".join(sorted(ring)) for ring in rings for part in ring}
    below: dict[str, set[str]] = {}
    for part, found in parts.items():
        name = names.get(part, part)
        below.setdefault(name, set()).update({names.get(other, other) for other in found} - {name})
    height: dict[str, int] = {}
    for name in TopologicalSorter(below).static_order():
        height[name] = 1 + max((height[other] for other in below[name]), default=0)
    return {part: height[names.get(part, part)] for part in parts}


def show(parts: dict[str, Counter[str]], name: str) -> None:
    """Print each part with its level and its imports, and the circles."""
    rings = circles(parts)
    level = levels(parts, rings)
    for part in sorted(parts, key=lambda part: (-level[part], part)):
        found = sorted(parts[part], key=lambda other: (-level[other], other))
        print(f"{level[part]:2} {part:25} {', '.join(f'{other} {parts[part][other]}' for other in found)}")
    print(f"{len(parts)} {name} on {max(level.values())} levels, {len(rings)} circles")
    for ring in rings:
        print("circle:", ", ".join(sorted(ring)))


def main() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    show(imports(graph, package_of), "packages")
    print()
    show(imports(graph, room_of), "rooms")


if __name__ == "__main__":
    main()
