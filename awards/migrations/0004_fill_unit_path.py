from django.db import migrations
from django.db.models import OuterRef, Subquery

MODELS = ("Commendation",)


def fill(apps, schema_editor):
    """Give the rows of before the place where their unit stands now: no unit has been moved until this version."""
    placements = apps.get_model("organization", "UnitPlacement").objects
    for name in MODELS:
        rows = apps.get_model("awards", name).objects
        path = placements.filter(unit=OuterRef("unit"), valid_to=None).values("path")[:1]
        known = rows.filter(unit__in=placements.filter(valid_to=None).values("unit"))
        known.update(unit_path=Subquery(path))


class Migration(migrations.Migration):
    dependencies = [("awards", "0003_unit_path"), ("organization", "0005_list_keys")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
