"""What a fault showed, and how a row of the table is told."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .ground import Ground


@dataclass
class Seen:
    """What was seen, sentence by sentence, and what should not have been; `left_out` says why nothing was."""

    told: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    left_out: str = ""

    def tell(self, sentence: str, is_right: bool = True) -> None:
        """Note what was seen, and whether it is as it has to be."""
        (self.told if is_right else self.faults).append(sentence)

    @property
    def holds(self) -> bool:
        return not self.faults

    @property
    def verdict(self) -> str:
        return "left out" if self.left_out else "yes" if self.holds else "NO"

    def __str__(self) -> str:
        return self.left_out or "; ".join([*(f"NOT: {each}" for each in self.faults), *self.told])


@dataclass(frozen=True)
class Fault:
    """A row of the table: what is done, what has to hold, and the function that does it and looks."""

    name: str
    what: str
    to_hold: str
    make: Callable[[Ground], Seen]
