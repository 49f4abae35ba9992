from django.db import migrations, models
from django.db.models.functions import Coalesce

TAKEN = "2xx"
"""What the server said is not known any more. That it said yes is: nothing else made a mail a sent one."""


def complete_what_was_sent(apps, schema_editor):
    mails = apps.get_model("mail", "OutgoingMail").objects.using(schema_editor.connection.alias)
    mails.filter(state="sent", sent_at=None).update(sent_at=models.F("created_at"))
    mails.filter(state="sent", answer="").update(answer=TAKEN)
    mails.filter(attempts__gt=0, attempted_at=None).update(attempted_at=Coalesce("sent_at", "created_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0003_not_before'),
    ]

    operations = [
        migrations.RunPython(complete_what_was_sent, migrations.RunPython.noop),
        migrations.RemoveIndex(
            model_name='outgoingmail',
            name='mail_to_drain',
        ),
        migrations.AddField(
            model_name='outgoingmail',
            name='is_urgent',
            field=models.BooleanField(default=False, help_text='Goes before all others: somebody waits for it, as for a password.', verbose_name='urgent'),
        ),
        migrations.AddIndex(
            model_name='outgoingmail',
            index=models.Index(condition=models.Q(('next_attempt_at__isnull', False)), fields=['-is_urgent', 'next_attempt_at', 'id'], name='mail_to_drain'),
        ),
        migrations.AddConstraint(
            model_name='outgoingmail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='sent_mail_has_its_time'),
        ),
    ]
