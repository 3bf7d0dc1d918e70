"""A hall that already has a journal begins to push with its next decision, not with its first."""

from django.db import migrations

BEGIN = """
INSERT INTO trail_cursor (consumer, xid, event_id)
SELECT 'supervision.exchange', xid, id FROM trail_event ORDER BY xid DESC, id DESC LIMIT 1
ON CONFLICT (consumer) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [
        ("supervision", "0002_exchange_with_supervisors"),
        ("trail", "0002_find_events_by_place"),
    ]

    operations = [migrations.RunSQL(BEGIN, migrations.RunSQL.noop)]
