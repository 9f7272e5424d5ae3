"""The changes as Atom (RFC 4287): all of them, and those of one worksite, sector or office."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.characters import plain, plain_line

from ..language import joined
from ..models import Objective, rights
from ..models.naming import item_name
from ..models.publisher import publisher
from ..models.version import Revision, RevisionQuerySet
from .render import main_objective
from .versions import heading, path_of, published_item

MAX_ENTRIES = 50


@require_safe
def all_changes(request: HttpRequest) -> HttpResponse:
    objective = main_objective()
    title = joined(":", f"{objective.strategy.name}, {objective.code}", _("Changes"))
    path = reverse("initiatives:changes", current_app=request.LANGUAGE_CODE)
    return feed_response(request, objective, title, path, Revision.objects.published().changes())


@require_safe
def changes_of_item(request: HttpRequest, kind: str, **lookup: str) -> HttpResponse:
    page, objective = published_item(kind, **lookup), main_objective()
    mine = Revision.objects.published().changes().of(page)
    title = joined(":", objective.strategy.name, page.title, _("Changes"))
    return feed_response(request, objective, title, page.get_absolute_url(), mine)


def feed_response(
    request: HttpRequest, objective: Objective, title: str, path: str, revisions: RevisionQuerySet
) -> HttpResponse:
    """Return the feed. What changed at one moment is one entry.

    An edited note makes no new entry. What the tables have from before any of it was looked at may hold signs
    that XML 1.0 cannot (section 2.2).
    """
    strategy, who = objective.strategy, publisher()
    source = f"{_('Source:')} {strategy.publisher}, {objective.source_url}"
    feed = Atom1Feed(
        title=plain_line(title),
        link=settings.SITE_URL + path,
        description=None,
        language=f"{request.LANGUAGE_CODE}-BE",
        feed_url=settings.SITE_URL + request.path,
        subtitle=plain_line(f"{strategy.context_sentence} {source}"),
        author_name=who.name,
        author_link=who.url or settings.SITE_URL + reverse("initiatives:about", current_app=get_language()),
        feed_copyright=plain_line(rights.sentence(strategy)),
    )
    for entry in entries_of(revisions):
        feed.add_item(
            title=plain_line(entry.title),
            link=entry.link or settings.SITE_URL + path,
            description=plain(entry.description),
            unique_id=entry.unique_id,
            pubdate=entry.at,
            updateddate=entry.at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


@dataclass(frozen=True)
class Entry:
    """What was changed at one moment: by `revision`, and in all in so many pages and parts."""

    revision: Revision
    count: int

    @property
    def at(self) -> datetime:
        return self.revision.at

    @property
    def title(self) -> str:
        if self.count == 1:
            return item_name(self.revision)
        several = ngettext("%(count)s page or part", "%(count)s pages and parts", self.count)
        return several % {"count": self.count}

    @property
    def link(self) -> str:
        """Return the address of the only page that was changed, or "" where there is none."""
        path = path_of(self.revision) if self.count == 1 else ""
        return settings.SITE_URL + path if path else ""

    @property
    def description(self) -> str:
        """Return what was done and why, as HTML: a note in the other language says so."""
        note = self.revision.note_shown
        if not note:
            return self.revision.action_name
        text = linebreaksbr(note.text, autoescape=True)
        if note.is_foreign:
            text = format_html('<span lang="{}">{}</span>', note.language, text)
        return format_html("{}{}", joined(":", self.revision.action_name, ""), text)

    @property
    def unique_id(self) -> str:
        """Return the id of the entry, for ever (RFC 4287, 4.2.6): the permalink of its version.

        What stands in it otherwise has an id of its own: in the other language, and as one of several.
        """
        marks = ["all"] if self.count > 1 else []
        marks += [get_language() or ""] if get_language() != settings.LANGUAGE_CODE else []
        permalink = f"{settings.SITE_URL}/id/{self.revision.kind}/{self.revision.code}/{self.revision.number}"
        return "#".join([permalink, *filter(None, ["-".join(marks)])])


def entries_of(revisions: RevisionQuerySet) -> list[Entry]:
    """Return the entries of the newest moments, each of them whole: what is cut off is only what is older.

    Of what is told by its number alone, no content is read.
    """
    moments = list(revisions.order_by("-at").values_list("at", flat=True).distinct()[:MAX_ENTRIES])
    rows = revisions.filter(at__gte=moments[-1]).defer("records") if moments else ()
    groups = [list(together) for _at, together in groupby(rows, key=lambda revision: revision.at)]
    single = revisions.in_bulk([group[0].pk for group in groups if len(group) == 1])
    return [Entry(single.get(group[0].pk) or heading(group), len(group)) for group in groups]
