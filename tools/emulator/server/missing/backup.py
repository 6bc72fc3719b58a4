"""Backup: selections, plans that are changed, and plans of restores."""

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


def _rehearsal(call, given, name):
    arn = call.arn('backup', f'restore-testing-plan:{name}')
    about = {'RestoreTestingPlanName': name, 'RestoreTestingPlanArn': arn, 'CreationTime': given['CreatedTime']}
    return {**about, 'RestoreTestingPlan': {**given['RestoreTestingPlan'], **about}}


shelf(
    'backup',
    'plan of restores',
    key='RestoreTestingPlanName',
    id=lambda _call, given: given['RestoreTestingPlan']['RestoreTestingPlanName'],
    record=_rehearsal,
    create='CreateRestoreTestingPlan',
    get='GetRestoreTestingPlan',
    update='UpdateRestoreTestingPlan',
    delete='DeleteRestoreTestingPlan',
    list='ListRestoreTestingPlans',
    exists='AlreadyExistsException',
)


def _restored(_call, given, name):
    about = {'RestoreTestingPlanName': given['RestoreTestingPlanName'], 'RestoreTestingSelectionName': name}
    told = {**given['RestoreTestingSelection'], **about, 'CreationTime': given['CreatedTime']}
    return {**told, 'RestoreTestingSelection': told}


shelf(
    'backup',
    'selection of restores',
    key=('RestoreTestingPlanName', 'RestoreTestingSelectionName'),
    id=lambda _call, given: given['RestoreTestingSelection']['RestoreTestingSelectionName'],
    record=_restored,
    create='CreateRestoreTestingSelection',
    get='GetRestoreTestingSelection',
    update='UpdateRestoreTestingSelection',
    delete='DeleteRestoreTestingSelection',
    list='ListRestoreTestingSelections',
    exists='AlreadyExistsException',
)


@operation('backup', 'UpdateBackupPlan')
def update_backup_plan(call, given):
    plan = backup_backends[call.account][call.region].get_backup_plan(given['BackupPlanId'], None)
    plan.backup_plan = given['BackupPlan']
    return {'BackupPlanId': plan.backup_plan_id, 'BackupPlanArn': plan.backup_plan_arn, 'VersionId': plan.version_id}
