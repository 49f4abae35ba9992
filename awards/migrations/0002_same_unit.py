from django.db import migrations

from danvan.access.triggers import SameUnit


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0001_initial"),
    ]

    operations = [
        SameUnit("DossierPaper", "file", owner="dossier__unit", target="unit"),
        SameUnit("Nomination", "person", owner="dossier__unit", target="unit"),
        SameUnit("Nomination", "collective", owner="dossier__unit", target="unit"),
        SameUnit("Nomination", "exemplar", owner="dossier__unit", target="unit"),
        SameUnit("ApprovalSlip", "file", owner=None, target="unit"),
        SameUnit("Decision", "signed_copy", owner=None, target="unit"),
    ]
