"""What can go wrong with a mirror."""


class MirrorError(Exception):
    """There is no new mirror, for the reason that it says; the one before stands."""
