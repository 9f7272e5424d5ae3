"""The addresses of the site; those of the content, in both languages, are in initiatives/urls.py."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from initiatives.pages import embed as card
from initiatives.pages import permalinks as citing
from initiatives.pages import sitemap as sitemaps
from initiatives.pages import views
from initiatives.pages.urls import pages

from . import well_known as machine

ADMIN = settings.ADMIN_PATH.removeprefix("/")

urlpatterns = [
    path("", views.chooser, name="chooser"),
    path("nl/", include((pages("nl"), "initiatives"), namespace="nl")),
    path("fr/", include((pages("fr"), "initiatives"), namespace="fr")),
    path("id/<slug:kind>/<str:code>", citing.permalink, name="permalink"),
    path("id/<slug:kind>/<str:code>/", citing.without_slash),
    path("id/<slug:kind>/<str:code>/<int:number>", citing.permalink, name="version-permalink"),
    path("picture/<slug:kind>/<str:code>.<str:language>.png", citing.picture, name="picture"),
    path("oembed", card.oembed, name="oembed"),
    path("data/", citing.data),
    path("data/", include("initiatives.opendata.urls")),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("robots.txt", machine.robots, name="robots"),
    path(".well-known/security.txt", machine.security, name="security"),
    path("healthz", machine.healthz, name="healthz"),
    path("readyz", machine.readyz, name="readyz"),
    path(f"{ADMIN}language/", include("django.conf.urls.i18n")),
    path(ADMIN, admin.site.urls),
]

handler400 = "go4brussels.errors.bad_request"
handler403 = "go4brussels.errors.forbidden"
handler404 = "go4brussels.errors.not_found"
handler500 = "go4brussels.errors.server_error"
