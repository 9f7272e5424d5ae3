"""The changes as Atom (RFC 4287): all of them, and those of one worksite, sector or office."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..language import joined
from ..models import Objective, rights
from ..models.publisher import publisher
from ..models.version import Revision, RevisionQuerySet
from .render import main_objective
from .versions import by_moment, published_item

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
    """Return the feed. What changed at one moment is one entry; its id is the permalink of its first version.

    An edited note makes no new entry.
    """
    strategy, who = objective.strategy, publisher()
    source = f"{_('Source:')} {strategy.publisher}, {objective.source_url}"
    feed = Atom1Feed(
        title=title,
        link=settings.SITE_URL + path,
        description=None,
        language=f"{request.LANGUAGE_CODE}-BE",
        feed_url=settings.SITE_URL + request.path,
        subtitle=f"{strategy.context_sentence} {source}",
        author_name=who.name,
        author_link=who.url or settings.SITE_URL + reverse("initiatives:about", current_app=get_language()),
        feed_copyright=rights.sentence(strategy),
    )
    for moment in by_moment(revisions[:MAX_ENTRIES]):
        revision, several = moment.first, len(moment.rows)
        entry, place = moment.rows[0].name, moment.rows[0].path or path
        if several > 1:
            count = ngettext("%(count)s page or part", "%(count)s pages and parts", several)
            entry, place = count % {"count": several}, path
        feed.add_item(
            title=entry,
            link=settings.SITE_URL + place,
            description=joined(":", revision.action_name, *filter(None, [revision.note])),
            unique_id=f"{settings.SITE_URL}/id/{revision.kind}/{revision.code}/{revision.number}",
            pubdate=revision.at,
            updateddate=revision.at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
