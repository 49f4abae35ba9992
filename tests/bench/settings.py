"""The suite's settings, and beside our templates the admin's own, which the look of ours replaces."""

from pathlib import Path

import django

from danvan.settings.test import *  # noqa: F403
from danvan.settings.test import DATABASES, TEMPLATES

ROOT_URLCONF = "tests.bench.urls"

# The tables come from the models: what migrations leave behind must not differ, and they take longer.
DATABASES["default"].setdefault("TEST", {})["MIGRATE"] = False

STOCK_TEMPLATES = Path(django.__file__).parent / "contrib" / "admin" / "templates"
STOCK_FILTER = "stock/filter.html"  # list filters ask all engines in turn: under its own name ours would answer
TEMPLATES = [
    *TEMPLATES,
    {
        "NAME": "stock",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [STOCK_TEMPLATES],
        "OPTIONS": {
            "context_processors": TEMPLATES[0]["OPTIONS"]["context_processors"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        (
                            "django.template.loaders.locmem.Loader",
                            {STOCK_FILTER: (STOCK_TEMPLATES / "admin" / "filter.html").read_text()},
                        ),
                    ],
                )
            ],
        },
    },
]
