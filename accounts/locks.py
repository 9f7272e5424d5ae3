"""A lock that processes share: that of a file or a folder which all of them have."""

import fcntl


def is_locked(descriptor: int) -> bool:
    """Take the lock of an open file; return whether it was free. It ends with the file's being closed."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
