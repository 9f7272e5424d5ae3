"""What goes wrong with backups."""


class BackupError(Exception):
    """Why a backup was not made or not put back: a sentence."""
