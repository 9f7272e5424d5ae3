"""A worksite in other people's pages: the card, the code that frames it, and oEmbed, which finds both."""

from collections.abc import Callable, Iterable
from math import ceil
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ..language import LANGUAGES, joined
from ..models import Objective, Worksite
from ..models.addresses import path_to
from ..models.withdrawal import get_or_gone
from ..opendata.problems import problem
from ..opendata.views import open_to_all
from . import share_image
from .page_title import TITLE, PageTitle, shortened
from .permalinks import picture_address, preferred_language
from .render import legislature, main_objective

View = TypeVar("View", bound=Callable[..., HttpResponse])
THEMES = ("light", "dark")
NARROWEST, WIDTH = 200, 600  # px: what the card can bear, and what it is drawn for
LOWEST, LOW, HIGH = 200, 300, 900
LETTERS = 52  # on a line of the measures, and on one of the offices beside them, 600 px wide
OFFICE_LETTERS = 26
LINE, FRAME = 24, 250  # px: the height of a line, and of what stands above and beneath the text


class CardForm(forms.Form):
    """How the card shall look. In other people's pages it never follows the reader's setting."""

    theme = forms.ChoiceField(required=False, choices=[(theme, theme) for theme in THEMES])

    def chosen(self) -> str:
        """Return the theme that was asked for; the light one where there is no such theme."""
        self.full_clean()
        return self.cleaned_data.get("theme") or THEMES[0]


def may_be_framed(view: View) -> View:
    """Mark a view that other sites may frame, the news that it is gone included, for ResponseHeaders."""
    view.may_be_framed = True  # type: ignore[attr-defined] # as Django's own decorators mark functions
    return view


@may_be_framed
@require_safe
def card(request: HttpRequest, slug: str) -> HttpResponse:
    """Return a worksite small, for an article elsewhere: the only page that may be framed."""
    worksite = get_or_gone(Worksite.objects.with_content(), slug=slug)
    objective, names = main_objective(), {"title": worksite.heading}
    description = _("%(title)s: this worksite on a card, to show in an article.") % names
    title = PageTitle(card_title(worksite, objective), description, part=worksite.heading)
    context = {
        "worksite": worksite,
        "objective": objective,
        "head_title": shortened(title.title, TITLE, title.part),
        "page_description": title.described(legislature(objective)),
        "canonical": settings.SITE_URL + worksite.get_absolute_url(),
        "theme": CardForm(request.GET).chosen(),
    }
    return render(request, "card.html", context)


def card_title(worksite: Worksite, objective: Objective) -> str:
    """Return what the card is called: what it shows, and of what."""
    words = {"code": objective.code, "strategy": objective.strategy.name}
    whole = _("Objective %(code)s of %(strategy)s") % words
    number = _("Worksite %(number)s") % {"number": worksite.number}
    return f"{joined(':', number, worksite.heading)} – {whole}"


def card_height(worksite: Worksite) -> int:
    """Return how high a frame of the usual width has to be, about: the card fills it, or scrolls."""
    measures, steering = worksite.measure_set.all(), worksite.steering_set.all()
    texts = [part for row in measures for part in (row.heading, row.text, row.slip, row.remark)]
    texts += [reference.wording for reference in worksite.crossreference_set.all()]
    offices = [part for row in steering for part in (row.wording, row.slip, row.remark)]
    lines = max(lines_of(texts, LETTERS), lines_of(offices, OFFICE_LETTERS))
    return min(max(FRAME + LINE * lines, LOW), HIGH)


def lines_of(texts: Iterable[str | None], letters: int) -> int:
    """Return how many lines the texts take, with a heading, and half a line between each two."""
    shown = list(filter(None, texts))
    return 2 + sum(ceil(len(line) / letters) for text in shown for line in text.split("\n")) + len(shown) // 2


def iframe(worksite: Worksite, title: str, width: int | str, tall: int) -> str:
    """Return the HTML that puts the card of a worksite in another site's page, in the language in force."""
    path = path_to("card", **worksite.url_kwargs())
    html = '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>'
    return str(format_html(html, settings.SITE_URL + path, title, width, tall))


# oEmbed ----------------------------------------------------------------------------------------------


class EmbedForm(forms.Form):
    """What a program asks of oEmbed: the page, and how large a frame may be."""

    url = forms.CharField(
        max_length=2000,
        error_messages={
            "required": gettext_lazy("Name a page of this portal in “url”."),
            "max_length": gettext_lazy("“url” is longer than 2,000 characters."),
        },
    )
    maxwidth = forms.IntegerField(
        required=False,
        min_value=NARROWEST,
        error_messages=dict.fromkeys(
            ("invalid", "min_value"), gettext_lazy("“maxwidth” is a number of pixels, 200 at least.")
        ),
    )
    maxheight = forms.IntegerField(
        required=False,
        min_value=LOWEST,
        error_messages=dict.fromkeys(
            ("invalid", "min_value"), gettext_lazy("“maxheight” is a number of pixels, 200 at least.")
        ),
    )


@open_to_all
def oembed(request: HttpRequest) -> HttpResponse:
    """Return the card of a worksite as oEmbed has it (oembed.com, type “rich”).

    Raises Gone where the worksite was withdrawn, Http404 where the address is of no worksite.
    """
    if request.GET.get("format", "json") not in ("json", ""):
        return problem(501)
    form = EmbedForm(request.GET)
    if not form.is_valid():
        wrong = [error.message for errors in form.errors.as_data().values() for error in errors]
        return problem(400, details=wrong)
    asked = form.cleaned_data
    worksite, language_of_page = worksite_at(asked["url"])
    wish = preferred_language(LANGUAGES, request.headers.get("Accept-Language", ""))
    language = language_of_page or wish or settings.LANGUAGE_CODE
    with override(language):
        content = oembed_document(worksite, asked["maxwidth"], asked["maxheight"])
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response.headers["Content-Language"] = language
    if language_of_page is None:
        patch_vary_headers(response, ["Accept-Language"])
    return response


def worksite_at(address: str) -> tuple[Worksite, str | None]:
    """Return the worksite at this address and the language of the page, None for that of a permalink.

    Raises Gone or Http404.
    """
    try:
        parts, ours = urlsplit(address), urlsplit(settings.SITE_URL)
        match = resolve(parts.path)
    except (ValueError, Resolver404):
        raise Http404 from None
    if parts.netloc != ours.netloc or parts.scheme not in ("http", "https"):
        raise Http404
    worksites = Worksite.objects.with_content().select_related("objective__strategy")
    if match.namespace in LANGUAGES and match.url_name in ("worksite", "card"):
        with override(match.namespace):
            return get_or_gone(worksites, slug=match.kwargs["slug"]), match.namespace
    if match.url_name == "permalink" and match.kwargs["kind"] == "worksite":
        return get_or_gone(worksites, code=match.kwargs["code"]), None
    raise Http404


def oembed_document(worksite: Worksite, maxwidth: int | None, maxheight: int | None) -> dict[str, Any]:
    """Return what oEmbed says of a card, in the language in force."""
    wide = min(WIDTH, maxwidth or WIDTH)
    tall = min(card_height(worksite) * WIDTH // wide, HIGH, maxheight or HIGH)
    title = card_title(worksite, worksite.objective)
    content = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": worksite.objective.strategy.name,
        "provider_url": settings.SITE_URL + reverse("initiatives:home", current_app=get_language()),
        "cache_age": 86400,
        "html": iframe(worksite, title, wide, tall),
        "width": wide,
        "height": tall,
    }
    picture_wide, picture_tall = share_image.SIZE
    if picture_wide <= (maxwidth or picture_wide) and picture_tall <= (maxheight or picture_tall):
        content["thumbnail_url"] = picture_address(worksite)
        content |= {"thumbnail_width": picture_wide, "thumbnail_height": picture_tall}
    return content
