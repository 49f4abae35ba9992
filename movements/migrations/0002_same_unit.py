import django.db.models.deletion
from django.db import migrations, models

from danvan.access.triggers import SameUnit


class Migration(migrations.Migration):
    dependencies = [
        ("movements", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="registration",
            name="exemplar",
            field=models.ForeignKey(
                blank=True,
                help_text="A model of the same unit. Leave empty for a new one.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="registrations",
                to="movements.exemplar",
                verbose_name="continues the model",
            ),
        ),
        SameUnit("Registration", "exemplar", owner="unit", target="unit"),
        SameUnit("ReportFile", "file", owner="report__unit", target="unit"),
    ]
