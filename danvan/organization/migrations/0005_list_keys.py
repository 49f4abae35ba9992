from django.db import migrations

SEGMENT, ORDER = 8, 6


def fill(apps, schema_editor):
    """Compute the place in the tree of the placements that were there before the column."""
    orders = dict(apps.get_model("organization", "Unit").objects.values_list("pk", "order"))
    placements = apps.get_model("organization", "UnitPlacement").objects.only("pk", "path")
    rows = []
    for row in placements.iterator(2000):
        segments = [row.path[i : i + SEGMENT] for i in range(0, len(row.path), SEGMENT)]
        row.list_key = "".join(str(orders.get(int(part), 0)).zfill(ORDER) + part for part in segments)
        rows.append(row)
    placements.model.objects.bulk_update(rows, ["list_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("organization", "0004_units_in_time")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
