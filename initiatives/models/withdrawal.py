"""What becomes of a page that was public once: it is gone, and its address says why."""

from typing import TypeVar

from django.http import Http404

from .base import Page
from .querysets import RecordQuerySet

PageT = TypeVar("PageT", bound=Page)


class Gone(Exception):
    """The page existed and was withdrawn; `page` says why."""

    def __init__(self, page: Page) -> None:
        super().__init__(str(page))
        self.page = page


class Moved(Exception):
    """The page was merged with another, `successor`: its addresses lead there for ever."""

    def __init__(self, page: Page, successor: Page) -> None:
        super().__init__(str(page))
        self.page = page
        self.successor = successor


def get_or_gone(queryset: RecordQuerySet[PageT], **lookup: str) -> PageT:
    """Return the one published page that matches.

    Raises Moved where it was merged with another, Gone where it was withdrawn, Http404 where there never was
    one.
    """
    if page := queryset.published().with_version().filter(**lookup).first():
        return page
    if withdrawn := queryset.model.objects.withdrawn().filter(**lookup).first():
        raise Moved(withdrawn, withdrawn.successor) if withdrawn.successor else Gone(withdrawn)
    raise Http404
