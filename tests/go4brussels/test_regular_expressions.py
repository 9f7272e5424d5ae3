"""Every regular expression of the portal, against texts that somebody made to cost time.

A pattern that looks for the end of a run from each place within it takes sixteen times as long for a text
four times as long; one that can read a run in many ways takes longer than anybody waits.
"""

import ast
import importlib
import inspect
import re
from itertools import permutations

import pytest
from django.apps import apps
from django.conf import settings
from django.core.validators import RegexValidator
from django.urls.converters import get_converters

from initiatives.language import FRENCH_RULES

from ..timing import LIMIT, quickest
from .test_module_state import PACKAGES, modules

pytestmark = [pytest.mark.slow, pytest.mark.any_database]

FUNCTIONS = {"compile", "sub", "subn", "match", "search", "fullmatch", "split", "findall", "finditer"}
# What is asked of a pattern that nothing is known of.
ALL = ("search", "fullmatch", "sub")
LONG = (10_000, 40_000)
# Short texts first, each a little longer: what would never come to an end is seen before it has begun.
SHORT = (*range(2, 50, 2), *(round(48 * 1.25**step) for step in range(1, 14)))
MOST_FOR_SHORT, MOST = 0.02, LIMIT  # seconds of a processor
SLOW, MOST_GROWTH = 0.02, 8  # what takes that long may take so many times as long for four times as much
SIGNS = tuple(" \u00a0\n\taeA1“«»\"'(<[-/.,é_=&;")
PIECES = (*SIGNS, "a- en ", "jan ", "1 ", "a.", "1,", "• ", "- ", " \n", "\u00a0 ", "a'")
# What stands before and after a run, so that whoever looks for its end finds another.
FRAMES = (("", "!"), ("“a", "\0"))
MOST_OWN = 4
# Patterns that are put together where they are used, each with what it may become, and why that is bounded.
PUT_TOGETHER = {
    # The prefix of a formset: a word of the code.
    "initiatives/admin/conflicts.py": r"measure_set-([0-9]{1,4})-(\w+)",
    # A length of the code, and a text that is a title.
    "initiatives/pages/page_title.py": r".{1,70}(?=\s)",
    # The name of a primary key: a word of the code.
    "accounts/lists.py": r"form-[0-9]+-id",
}


def patterns_in(name, value):
    """Yield the patterns that a value holds, by their name."""
    if isinstance(value, re.Pattern):
        # Of bytes, the same pattern of texts.
        is_text = isinstance(value.pattern, str)
        yield name, value if is_text else re.compile(value.pattern.decode(), value.flags)
    elif isinstance(value, RegexValidator):
        yield name, re.compile(value.regex.pattern, value.regex.flags)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from patterns_in(f"{name}[{key!r}]", each)
    elif isinstance(value, list | tuple | set | frozenset):
        for number, each in enumerate(value):
            yield from patterns_in(f"{name}[{number}]", each)


def values():
    """Yield what modules, their classes and the fields of their models hold, by its name."""
    for module in modules():
        for name, value in vars(module).items():
            yield f"{module.__name__}.{name}", value
            if inspect.isclass(value) and value.__module__ == module.__name__:
                for each, own in vars(value).items():
                    yield f"{module.__name__}.{name}.{each}", own
    for model in apps.get_models():
        if model.__module__.startswith(PACKAGES):
            for field in model._meta.get_fields():
                yield f"{model.__name__}.{field.name}", getattr(field, "validators", ())


def held():
    """Return the patterns that are held anywhere, by their name, and those of the parts of addresses."""
    found = {}
    for name, value in values():
        if not name.endswith("__"):
            found |= dict(patterns_in(name, value))
    for name, converter in get_converters().items():
        found[f"<{name}:>"] = re.compile(rf"^(?:{converter.regex})\Z")
    return found


def calls():
    """Return each call of re, as `(file, whether at module level, function, its arguments)`."""
    for package in PACKAGES:
        for path in sorted((settings.BASE_DIR / package).rglob("*.py")):
            if "migrations" not in path.parts:
                name = str(path.relative_to(settings.BASE_DIR))
                for call, is_outside in calls_in(ast.parse(path.read_text(encoding="utf-8"))):
                    yield name, is_outside, call


def calls_in(node, is_outside=True):
    """Yield the calls of re beneath a node, and whether each is made while the module is read."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            of = each.func.value
            if isinstance(of, ast.Name) and of.id == "re" and each.func.attr in FUNCTIONS:
                yield each, is_outside
        inside = isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from calls_in(each, is_outside and not inside)


def flags_of(call):
    """Return the flags that a call names."""
    given = [each.value for each in call.keywords if each.arg == "flags"]
    given += [each for each in call.args[1:] if ast.unparse(each).startswith("re.")]
    return eval(ast.unparse(given[0]), {"re": re}) if given else 0


def written():
    """Return the patterns that calls name, as `{name: (pattern, what is asked of it)}`."""
    found = {}
    for path, _is_outside, call in calls():
        text, function = call.args[0], call.func.attr
        if isinstance(text, ast.Constant) and function != "compile":
            asked = function if function in ("match", "fullmatch", "search") else "sub"
            found[f"{path}:{text.value}"] = (re.compile(text.value, flags_of(call)), (asked,))
    return found


def patterns():
    """Return every pattern once, as `{name: (pattern, what is asked of it)}`."""
    found = {name: (pattern, ALL) for name, pattern in held().items()}
    found |= written()
    found |= {path: (re.compile(text), ("match", "fullmatch")) for path, text in PUT_TOGETHER.items()}
    return {pair: name for name, pair in reversed(found.items())}


def signs_in(parsed):
    """Yield signs that a pattern, as it was parsed, has something to do with."""
    for operation, argument in parsed:
        name = str(operation)
        if name in ("LITERAL", "NOT_LITERAL"):
            yield chr(argument)
        elif name == "RANGE":
            yield chr(argument[0])
        elif name == "CATEGORY":
            yield {"DIGIT": "7", "SPACE": "\u2003", "WORD": "ß"}[str(argument).rpartition("_")[2]]
        elif name == "IN":
            yield from signs_in(argument)
        else:
            yield from signs_beneath(argument)


def signs_beneath(argument):
    """Yield the signs of the patterns within one: groups, repetitions, branches, what stands around."""
    if isinstance(argument, re._parser.SubPattern):
        yield from signs_in(argument)
    elif isinstance(argument, tuple | list):
        for each in argument:
            yield from signs_beneath(each)


def pieces_for(pattern):
    """Return what the texts for a pattern are made of: pieces for all, its own signs, and these in pairs."""
    own = list(dict.fromkeys(signs_in(re._parser.parse(pattern.pattern, pattern.flags))))
    pairs = map("".join, permutations(own[:MOST_OWN], 2))
    return dict.fromkeys((*PIECES, *own, *pairs))


def asked(pattern, function, text, limit):
    """Return how many seconds of a processor a pattern takes, the best of five times where it is over."""
    ask = getattr(pattern, function)
    arguments = ("", text) if function == "sub" else (text,)
    return quickest(lambda: ask(*arguments), limit)[0]


def hostile_text(pattern, functions=ALL):
    """Return what makes a pattern slow, as `(function, piece, frame, length, seconds)`, or None."""
    for piece in pieces_for(pattern):
        for frame in FRAMES:
            for function in functions:
                if found := slow_at(pattern, function, piece, frame):
                    return function, piece, frame, *found
    return None


def slow_at(pattern, function, piece, frame):
    """Return the length of the text for which a pattern takes too long, and how long; None where none is."""
    taken = {}
    for length in (*SHORT, *LONG):
        text = frame[0] + piece * (length // len(piece)) + frame[1]
        limit = MOST if length in LONG else MOST_FOR_SHORT
        # Before it is held against the shorter one, the longest is asked again as well.
        taken[length] = asked(pattern, function, text, SLOW if length == LONG[1] else limit)
        if taken[length] > limit:
            return length, taken[length]
    first, last = (taken[length] for length in LONG)
    return (LONG[1], last) if last > SLOW and last > first * MOST_GROWTH else None


@pytest.mark.parametrize("which", patterns().items(), ids=lambda which: which[1])
def test_no_text_makes_it_slow(which):
    (pattern, functions), _name = which
    assert hostile_text(pattern, functions) is None


@pytest.mark.parametrize("bad", [r"(a|a)*$", r"(a+)+$", r"\s+$", r"^(?:\w+\s?)*$", r"a*-", r"<[^>]*>"])
def test_it_would_see_a_slow_one(bad):
    assert hostile_text(re.compile(bad)) is not None


def test_every_pattern_is_seen():
    """What is put together while the portal serves is listed, and all else is a value or a literal."""
    unseen = {
        path
        for path, is_outside, call in calls()
        if (not isinstance(call.args[0], ast.Constant) and not (is_outside and call.func.attr == "compile"))
        or (call.func.attr == "compile" and not is_outside)
    }
    assert unseen == set(PUT_TOGETHER)
    seen = {pattern for pattern, _functions in patterns()}
    assert {rule for rule, _new in FRENCH_RULES} <= seen
    assert importlib.import_module("initiatives.models.fields").CODE.regex in seen
    assert len(seen) > 60
