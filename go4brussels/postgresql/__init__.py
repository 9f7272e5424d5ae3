"""Django's PostgreSQL, which gives up on a server that does not answer; see base.py."""


class Patience:
    """For how many seconds a server may leave a question unanswered; None for as long as it takes.

    A command of manage.py has all the time of the world, what serves readers has not: see wsgi.py, which sets
    this once, at the start. (Here and not in base.py, which SQLite has no need to import.)
    """

    SERVING = 2.8
    seconds: float | None = None
