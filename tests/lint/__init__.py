"""The house rules that no ready-made linter knows. ``python -m tests.lint`` runs them all."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "danvan.settings.test")
