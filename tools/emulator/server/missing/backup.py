"""Backup: selections, and plans that are changed."""

from moto.backup.models import backup_backends

from missing.registry import operation
from missing.shelf import shelf

shelf(
    'backup',
    'selection',
    key=('BackupPlanId', 'SelectionId'),
    record=lambda _call, given, _id: {
        **given.get('BackupSelection', {}),
        'CreationDate': given['CreatedTime'],
    },
    create='CreateBackupSelection',
    get='GetBackupSelection',
    delete='DeleteBackupSelection',
    list='ListBackupSelections',
)


@operation('backup', 'UpdateBackupPlan')
def update_backup_plan(call, given):
    plan = backup_backends[call.account][call.region].get_backup_plan(given['BackupPlanId'], None)
    plan.backup_plan = given['BackupPlan']
    return {'BackupPlanId': plan.backup_plan_id, 'BackupPlanArn': plan.backup_plan_arn, 'VersionId': plan.version_id}
