"""Follow-ups know the upload that they follow, and count down what is left to fix in it."""

import django.db.models.deletion
from django.db import migrations, models


def link_follow_ups(apps, schema_editor):
    """Retries and undos that were made before know their origin already, each in its own way."""
    tasks = apps.get_model("course_discovery_bulk", "BulkOperationTask").objects.using(schema_editor.connection.alias)
    tasks.filter(parent__isnull=False).update(origin_id=models.F("parent_id"), origin_kind="retry")
    for pk, options in tasks.filter(options__has_key="undoes").values_list("pk", "options"):
        origin = tasks.filter(pk=options.pop("undoes")).values_list("pk", flat=True).first()
        tasks.filter(pk=pk).update(origin_id=origin, origin_kind="undo", options=options)


class Migration(migrations.Migration):

    dependencies = [
        ('course_discovery_bulk', '0007_edits'),
    ]

    operations = [
        migrations.AddField(
            model_name='bulkoperationtask',
            name='origin',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='follow_ups', to='course_discovery_bulk.bulkoperationtask', verbose_name='follows'),
        ),
        migrations.AddField(
            model_name='bulkoperationtask',
            name='origin_kind',
            field=models.CharField(blank=True, choices=[('correction', 'Correction'), ('retry', 'Retry'), ('undo', 'Undo')], default='', max_length=16, verbose_name='kind of follow-up'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='bulkoperationtask',
            name='fixed_count',
            field=models.PositiveIntegerField(default=0, verbose_name='rows that a follow-up has fixed'),
        ),
        migrations.AddField(
            model_name='bulkoperationrow',
            name='origin_line',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='line in the upload that it follows'),
        ),
        migrations.AddField(
            model_name='bulkoperationrow',
            name='fixed_by',
            field=models.PositiveBigIntegerField(blank=True, null=True, verbose_name='follow-up that fixed it'),
        ),
        migrations.RunPython(link_follow_ups, migrations.RunPython.noop, elidable=True),
    ]
