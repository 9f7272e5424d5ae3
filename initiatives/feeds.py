"""The changes as Atom (RFC 4287): all of them, and those of one worksite, sector or office."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from . import opendata
from .changes import grouped, item
from .models import Revision
from .typography import joined
from .views import main_objective

ENTRIES = 50


@require_safe
def all_changes(request):
    objective = main_objective()
    title = joined(":", f"{objective.strategy.name}, {objective.code}", _("Changes"))
    path = reverse("initiatives:changes", current_app=request.LANGUAGE_CODE)
    return respond(request, title, path, Revision.objects.published().changes())


@require_safe
def changes_of_item(request, kind, **lookup):
    page = item(kind, **lookup)
    mine = Revision.objects.published().changes().of(page)
    title = joined(":", main_objective().strategy.name, page.title, _("Changes"))
    return respond(request, title, page.get_absolute_url(), mine)


def respond(request, title, path, revisions):
    """Give the feed. What changed at one moment is one entry; its id is the permalink of its first version.

    An edited note makes no new entry.
    """
    feed = Atom1Feed(
        title=title,
        link=settings.SITE_URL + path,
        description=None,
        language=f"{request.LANGUAGE_CODE}-BE",
        feed_url=settings.SITE_URL + request.path,
        author_name=_("Portal on objective 1.4 of Go4Brussels 2030"),
        feed_copyright=opendata.LICENCE,
    )
    for group in grouped(revisions[:ENTRIES]):
        revision, several = group["first"], len(group["rows"])
        entry, place = group["rows"][0]["name"], group["rows"][0]["path"] or path
        if several > 1:
            count = ngettext("%(count)s page or part", "%(count)s pages and parts", several)
            entry, place = count % {"count": several}, path
        feed.add_item(
            title=entry,
            link=settings.SITE_URL + place,
            description=joined(":", revision.done, *filter(None, [revision.note])),
            unique_id=f"{settings.SITE_URL}/id/{revision.kind}/{revision.code}/{revision.number}",
            pubdate=revision.at,
            updateddate=revision.at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
