"""The addresses of the data, which have both languages in one; they stand under /data/."""

from django.urls import path

from . import views
from .csv import TABLES
from .documents import DATASETS

urlpatterns = [
    *(path(f"{name}.json", views.dataset, {"name": name}) for name in DATASETS),
    *(path(f"{name}.csv", views.sheet, {"name": name, "form": "csv"}) for name in TABLES),
    *(path(f"semicolon/{name}.csv", views.sheet, {"name": name, "form": "semicolon"}) for name in TABLES),
    *(path(f"<str:name>.{form}", views.whole, {"form": form}) for form in views.WHOLE),
    path("datapackage.json", views.datapackage),
    path("openapi.json", views.openapi),
    path("catalogue.jsonld", views.dcat),
]
