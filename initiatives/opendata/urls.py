"""The addresses of the data, which have both languages in one; they stand under /data/."""

from django.urls import path

from . import views
from .documents import DATASETS

urlpatterns = [
    *(
        path(f"{name}.{form}", views.dataset, {"name": name, "form": form})
        for name in DATASETS
        for form in ("json", "csv")
    ),
    path("<str:name>.zip", views.archive),
    path("datapackage.json", views.datapackage),
    path("openapi.json", views.openapi),
    path("catalogue.jsonld", views.dcat),
]
