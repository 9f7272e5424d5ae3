"""The addresses of the site; those of the content, in both languages, are in initiatives/pages/urls.py."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from initiatives.pages import embed, permalinks, sitemap, views
from initiatives.pages.urls import pages

from . import well_known

ADMIN = settings.ADMIN_PATH.removeprefix("/")

urlpatterns = [
    path("", views.chooser, name="chooser"),
    path("nl/", include((pages("nl"), "initiatives"), namespace="nl")),
    path("fr/", include((pages("fr"), "initiatives"), namespace="fr")),
    path("id/<slug:kind>/<str:code>", permalinks.permalink, name="permalink"),
    path("id/<slug:kind>/<str:code>/<number:number>", permalinks.permalink, name="version-permalink"),
    path("picture/<slug:kind>/<str:code>.<str:language>.png", permalinks.picture, name="picture"),
    path("oembed", embed.oembed, name="oembed"),
    path("data/", permalinks.data),
    path("data/", include("initiatives.opendata.urls")),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("robots.txt", well_known.robots, name="robots"),
    path(".well-known/security.txt", well_known.security, name="security"),
    path("healthz", well_known.healthz, name="healthz"),
    path("readyz", well_known.readyz, name="readyz"),
    path(f"{ADMIN}language/", include("django.conf.urls.i18n")),
    path(ADMIN, admin.site.urls),
]

handler400 = "go4brussels.errors.bad_request"
handler403 = "go4brussels.errors.forbidden"
handler404 = "go4brussels.errors.not_found"
handler500 = "go4brussels.errors.server_error"
