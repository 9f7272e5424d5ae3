"""A ceiling on the work that one answer may take, whatever texts it is about."""


class Effort:
    """How much work may still be done, for all that one answer reads or compares."""

    def __init__(self, most: int) -> None:
        self.left = most

    def allows(self, cost: int) -> bool:
        """Return whether so much more may be done, and count it if so."""
        if cost > self.left:
            return False
        self.left -= cost
        return True
