from django.db import migrations

from danvan.access.triggers import SameUnit


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0001_initial"),
        ("notices", "0003_words_and_indexes"),
    ]

    operations = [
        SameUnit("Settlement", "file", owner="unit", target="unit"),
    ]
