"""What two lists have in common, as difflib finds it, with a ceiling on the work.

difflib looks for the longest run that both have, and then before and after it: with the cube of the length
where the same few words come again and again, and old versions hold texts of any length.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import accumulate, takewhile

from ..search.effort import Effort

# A text with more signs is not compared: what went and what came are shown whole.
LONGEST = 100_000
# Pairs of equal words that may be looked at for one answer: about a tenth of a second.
MOST_PAIRS = 1_000_000
# What a run costs beside its pairs: it is found, and becomes a piece of a page, or several.
COST_OF_RUN = 500
# What it costs, in pairs, to part lines in words, for each sign, and to look up each of the words.
COST_OF_SIGN, COST_OF_WORD = 1, 5

Opcode = tuple[str, int, int, int, int]


def effort_of_a_page() -> Effort:
    """Return how many pairs may be looked at for all that one page compares."""
    return Effort(MOST_PAIRS)


class Matching:
    """How one list becomes another; where the effort ends, a part of the one becomes a part of the other."""

    def __init__(self, old: Sequence[str], new: Sequence[str], effort: Effort) -> None:
        self.is_whole = True  # whether all of it was compared
        self.old, self.new = old, new
        self.effort = effort
        # Without it, only what both begin and end with is found.
        self.is_read = effort.allows(COST_OF_WORD * (len(old) + len(new)))
        if not self.is_read:
            return
        self.matcher = SequenceMatcher(None, "", new, autojunk=False)
        self.matcher.set_seq1(old)
        counts = Counter(new)
        # How many pairs there are up to each place: a search looks at all of those in its part.
        self.pairs = list(accumulate((counts[each] + 1 for each in old), initial=0))

    def opcodes(self) -> list[Opcode]:
        """Return what to do, as SequenceMatcher.get_opcodes() has it."""
        found: list[Opcode] = []
        a = c = 0
        for start, new_start, size in [*self.runs(), (len(self.old), len(self.new), 0)]:
            if a < start or c < new_start:
                kind = "replace" if a < start and c < new_start else "delete" if a < start else "insert"
                found.append((kind, a, start, c, new_start))
            a, c = start + size, new_start + size
            if size:
                found.append(("equal", start, a, new_start, c))
        return found

    def runs(self) -> list[tuple[int, int, int]]:
        """Return (place in the old, place in the new, length) of each run that both have, in order."""
        found = sorted(run for run in self.found() if run[2])
        joined: list[tuple[int, int, int]] = []
        for start, new_start, size in found:
            if joined and (end := joined[-1])[0] + end[2] == start and end[1] + end[2] == new_start:
                joined[-1] = (end[0], end[1], end[2] + size)
            else:
                joined.append((start, new_start, size))
        return joined

    def found(self) -> Iterator[tuple[int, int, int]]:
        parts = [(0, len(self.old), 0, len(self.new))]
        while parts:
            start, end, new_start, new_end = parts.pop()
            if start == end or new_start == new_end:
                continue
            if self.is_read and self.effort.allows(self.pairs[end] - self.pairs[start] + COST_OF_RUN):
                a, c, size = self.matcher.find_longest_match(start, end, new_start, new_end)
                if size:
                    yield a, c, size
                    parts += [(start, a, new_start, c), (a + size, end, c + size, new_end)]
                continue
            # What both begin and end with is found in one pass.
            same = self.common(range(start, end), range(new_start, new_end))
            last = self.common(
                range(end - 1, start + same - 1, -1), range(new_end - 1, new_start + same - 1, -1)
            )
            yield from ((start, new_start, same), (end - last, new_end - last, last))
            if same or last:
                parts.append((start + same, end - last, new_start + same, new_end - last))
            else:
                self.is_whole = False

    def common(self, places: Iterable[int], new_places: Iterable[int]) -> int:
        """Return how many are the same at these places, one after the other."""
        alike = (self.old[a] == self.new[c] for a, c in zip(places, new_places, strict=False))
        return sum(1 for _each in takewhile(bool, alike))
