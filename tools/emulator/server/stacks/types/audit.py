"""Who did what and what it costs: trails, configuration, findings, budgets, backups, organisations."""

import json

from stacks.kinds import Name, goes_with_its_owner, kind
from stacks.reading import whole
from stacks.schema import plain

TRAIL_ONLY = (
    'EventSelectors',
    'AdvancedEventSelectors',
    'InsightSelectors',
    'IsLogging',
    'Tags',
    'AggregationConfigurations',
)


def _trail(at, props):
    name = props.get('TrailName') or at.name(128)
    given = at.shaped('cloudtrail', 'create_trail', props.without('TrailName', *TRAIL_ONLY), RENAMED)
    made = at.call('cloudtrail', 'create_trail', **{**given, 'Name': name})
    _trail_settings(at, name, props)
    return name, {'Arn': made['TrailARN'], 'SnsTopicArn': made.get('SnsTopicARN')}


RENAMED = {'CloudWatchLogsLogGroupArn': 'CloudWatchLogsLogGroupArn', 'KMSKeyId': 'KmsKeyId'}


def _trail_settings(at, name, props):
    on = plain(props.get('IsLogging', True)) == 'true'
    at.call('cloudtrail', 'start_logging' if on else 'stop_logging', Name=name)
    selectors = at.shaped('cloudtrail', 'put_event_selectors', props.only('EventSelectors', 'AdvancedEventSelectors'))
    if selectors:
        at.call('cloudtrail', 'put_event_selectors', TrailName=name, **selectors)
    if 'InsightSelectors' in props:
        at.call(
            'cloudtrail', 'put_insight_selectors', TrailName=name, InsightSelectors=whole(props['InsightSelectors'])
        )


def _trail_changed(at, name, _old, props):
    given = at.shaped('cloudtrail', 'update_trail', props.without('TrailName', *TRAIL_ONLY), RENAMED)
    at.call('cloudtrail', 'update_trail', **{**given, 'Name': name})
    _trail_settings(at, name, props)


kind(
    'AWS::CloudTrail::Trail',
    'cloudtrail',
    create=_trail,
    update=_trail_changed,
    key='Name',
    delete='delete_trail',
    tagged='Arn',
    not_carried={'AggregationConfigurations': 'moto sums up no events'},
    stand_in='it is kept, and writes no events: what happens here is in no trail',
)


def _recorder(at, props):
    name = props.get('Name') or 'default'
    given = {'name': name, 'roleARN': props['RoleARN']}
    if 'RecordingGroup' in props:
        shaped = at.shaped(
            'config', 'put_configuration_recorder', {'ConfigurationRecorder': props.only('RecordingGroup')}
        )
        given |= shaped['ConfigurationRecorder']
    at.call('config', 'put_configuration_recorder', ConfigurationRecorder=given)
    return name


kind(
    'AWS::Config::ConfigurationRecorder',
    'config',
    create=_recorder,
    update=lambda at, _id, _old, new: _recorder(at, new) and None,
    key='ConfigurationRecorderName',
    delete='delete_configuration_recorder',
    stand_in='it is kept, and records nothing',
    not_carried={'RecordingMode': 'moto records nothing'},
)


def _channel(at, props):
    name = props.get('Name') or 'default'
    given = {'name': name, 's3BucketName': props['S3BucketName']}
    for key, api in (('S3KeyPrefix', 's3KeyPrefix'), ('SnsTopicARN', 'snsTopicARN'), ('S3KmsKeyArn', 's3KmsKeyArn')):
        if key in props:
            given[api] = props[key]
    if 'ConfigSnapshotDeliveryProperties' in props:
        given['configSnapshotDeliveryProperties'] = {
            'deliveryFrequency': props['ConfigSnapshotDeliveryProperties']['DeliveryFrequency']
        }
    at.call('config', 'put_delivery_channel', DeliveryChannel=given)
    return name


kind(
    'AWS::Config::DeliveryChannel',
    'config',
    create=_channel,
    update=lambda at, _id, _old, new: _channel(at, new) and None,
    key='DeliveryChannelName',
    delete='delete_delivery_channel',
)


def _config_rule(at, props):
    name = props.get('ConfigRuleName') or at.name(128)
    return _put_rule(at, name, props)


def _put_rule(at, name, props):
    given = at.shaped('config', 'put_config_rule', {'ConfigRule': props.without('ConfigRuleName', 'Compliance')})[
        'ConfigRule'
    ]
    at.call('config', 'put_config_rule', ConfigRule={**given, 'ConfigRuleName': name})
    found = at.call('config', 'describe_config_rules', ConfigRuleNames=[name])['ConfigRules'][0]
    return name, {'Arn': found['ConfigRuleArn'], 'ConfigRuleId': found['ConfigRuleId']}


kind(
    'AWS::Config::ConfigRule',
    'config',
    create=_config_rule,
    update=lambda at, name, _old, new: _put_rule(at, name, new),
    key='ConfigRuleName',
    delete='delete_config_rule',
    stand_in='it is kept, and judges nothing',
)
kind(
    'AWS::GuardDuty::Detector',
    'guardduty',
    create='create_detector',
    id='DetectorId',
    attributes={'Id': 'id'},
    update='update_detector',
    key='DetectorId',
    delete='delete_detector',
    stand_in='it is kept, and finds nothing',
    not_carried={'Tags': 'they are those of the creation in moto'},
)
kind(
    'AWS::SecurityHub::Hub',
    'securityhub',
    create='enable_security_hub',
    id='arn:aws:securityhub:{region}:{account}:hub/default',
    attributes={'ARN': 'id'},
    delete='disable_security_hub',
    update=goes_with_its_owner,
    stand_in='it is kept, and finds nothing',
    not_carried={'AutoEnableControls': 'moto has no controls', 'ControlFindingGenerator': 'moto has no controls'},
)
kind(
    'AWS::Macie::Session',
    'macie2',
    create='enable_macie',
    id='{account}',
    attributes={
        'AwsAccountId': '{account}',
        'ServiceRole': 'arn:aws:iam::{account}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie',
    },
    delete='disable_macie',
    stand_in='it is kept, and finds nothing',
)
kind(
    'AWS::AccessAnalyzer::Analyzer',
    'accessanalyzer',
    create='create_analyzer',
    rename={'AnalyzerConfiguration': 'configuration'},
    name=Name('AnalyzerName', 255),
    id='arn',
    attributes={'Arn': 'id'},
    key={'analyzerName': '{id/1}'},
    delete='delete_analyzer',
    stand_in='it is kept, and finds nothing',
)


def _budget(at, props):
    budget = _budget_of(at, props, props['Budget'].get('BudgetName') or at.name(100))
    notices = at.shaped('budgets', 'create_budget', props.only('NotificationsWithSubscribers'))
    at.call('budgets', 'create_budget', AccountId=at.account, Budget=budget, **notices)
    return budget['BudgetName']


def _budget_of(at, props, name):
    budget = at.shaped('budgets', 'create_budget', {'Budget': props['Budget'].without('BudgetName')})['Budget']
    if 'BudgetLimit' in budget:
        budget['BudgetLimit']['Amount'] = plain(budget['BudgetLimit']['Amount'])
    return {**budget, 'BudgetName': name}


def _budget_changed(at, name, _old, props):
    at.call('budgets', 'update_budget', AccountId=at.account, NewBudget=_budget_of(at, props, name))
    if 'NotificationsWithSubscribers' in props:
        at.call('budgets', 'delete_budget', AccountId=at.account, BudgetName=name)
        notices = at.shaped('budgets', 'create_budget', props.only('NotificationsWithSubscribers'))
        at.call('budgets', 'create_budget', AccountId=at.account, Budget=_budget_of(at, props, name), **notices)


kind(
    'AWS::Budgets::Budget',
    'budgets',
    create=_budget,
    update=_budget_changed,
    key={'AccountId': '{account}', 'BudgetName': '{id}'},
    delete='delete_budget',
    not_carried={'ResourceTags': 'moto tags no budgets'},
    stand_in='nothing costs anything here, so it tells nobody',
)


def _vault(at, props):
    name = props['BackupVaultName']
    made = at.call('backup', 'create_backup_vault', BackupVaultName=name, **props.pick('EncryptionKeyArn'))
    _vault_settings(at, name, None, props)
    return name, {'BackupVaultArn': made['BackupVaultArn'], 'BackupVaultName': name}


def _vault_settings(at, name, _old, props):
    if 'LockConfiguration' in props:
        given = at.shaped('backup', 'put_backup_vault_lock_configuration', props['LockConfiguration'])
        at.call('backup', 'put_backup_vault_lock_configuration', BackupVaultName=name, **given)
    if 'AccessPolicy' in props:
        at.call(
            'backup',
            'put_backup_vault_access_policy',
            BackupVaultName=name,
            Policy=json.dumps(whole(props['AccessPolicy'])),
        )
    if 'Notifications' in props:
        given = at.shaped('backup', 'put_backup_vault_notifications', props['Notifications'])
        at.call('backup', 'put_backup_vault_notifications', BackupVaultName=name, **given)


kind(
    'AWS::Backup::BackupVault',
    'backup',
    create=_vault,
    update=_vault_settings,
    key='BackupVaultName',
    delete='delete_backup_vault',
    not_carried={'BackupVaultTags': 'moto tags no vaults'},
)


def _plan_of(at, props):
    plan = props['BackupPlan']
    rules = []
    for rule in plan['BackupPlanRule']:
        shaped = at.shaped(
            'backup', 'create_backup_plan', {'BackupPlan': {'Rules': [rule.without('TargetBackupVault')]}}
        )
        rules.append({**shaped['BackupPlan']['Rules'][0], 'TargetBackupVaultName': rule['TargetBackupVault']})
    made = {'BackupPlanName': plan['BackupPlanName'], 'Rules': rules}
    if 'AdvancedBackupSettings' in plan:
        made['AdvancedBackupSettings'] = whole(plan['AdvancedBackupSettings'])
    return made


def _plan(at, props):
    made = at.call('backup', 'create_backup_plan', BackupPlan=_plan_of(at, props))
    return made['BackupPlanId'], {
        'BackupPlanId': made['BackupPlanId'],
        'BackupPlanArn': made['BackupPlanArn'],
        'VersionId': made['VersionId'],
    }


kind(
    'AWS::Backup::BackupPlan',
    'backup',
    create=_plan,
    update=lambda at, plan, _old, new: at.call(
        'backup', 'update_backup_plan', BackupPlanId=plan, BackupPlan=_plan_of(at, new)
    )
    and None,
    key='BackupPlanId',
    delete='delete_backup_plan',
    not_carried={'BackupPlanTags': 'moto tags no plans'},
    stand_in='it is kept, and backs up nothing',
)
kind(
    'AWS::Backup::BackupSelection',
    'backup',
    create='create_backup_selection',
    id='SelectionId',
    attributes={'SelectionId': 'id', 'BackupPlanId': '{BackupPlanId}', 'Id': 'id'},
    key={'BackupPlanId': '{BackupPlanId}', 'SelectionId': '{id}'},
    delete='delete_backup_selection',
)


def _rehearsal_of(at, props, operation):
    return at.shaped('backup', operation, {'RestoreTestingPlan': props.without('RestoreTestingPlanName', 'Tags')})


def _rehearsal(at, props):
    name = props['RestoreTestingPlanName']
    given = _rehearsal_of(at, props, 'create_restore_testing_plan')['RestoreTestingPlan']
    made = at.call(
        'backup', 'create_restore_testing_plan', RestoreTestingPlan={**given, 'RestoreTestingPlanName': name}
    )
    return name, {'RestoreTestingPlanArn': made['RestoreTestingPlanArn'], 'RestoreTestingPlanName': name}


def _rehearsal_changed(at, name, _old, props):
    given = _rehearsal_of(at, props, 'update_restore_testing_plan')
    at.call('backup', 'update_restore_testing_plan', RestoreTestingPlanName=name, **given)


kind(
    'AWS::Backup::RestoreTestingPlan',
    'backup',
    create=_rehearsal,
    update=_rehearsal_changed,
    key='RestoreTestingPlanName',
    delete='delete_restore_testing_plan',
    not_carried={'Tags': 'moto tags no plans'},
    stand_in='it is kept, and restores nothing',
)


def _restored(at, props):
    plan, name = props['RestoreTestingPlanName'], props['RestoreTestingSelectionName']
    given = {'RestoreTestingSelection': props.without('RestoreTestingPlanName')}
    at.call(
        'backup',
        'create_restore_testing_selection',
        RestoreTestingPlanName=plan,
        **at.shaped('backup', 'create_restore_testing_selection', given),
    )
    return f'{plan}|{name}'


def _restored_gone(at, _id, props):
    at.call(
        'backup',
        'delete_restore_testing_selection',
        RestoreTestingPlanName=props['RestoreTestingPlanName'],
        RestoreTestingSelectionName=props['RestoreTestingSelectionName'],
    )


kind('AWS::Backup::RestoreTestingSelection', 'backup', create=_restored, delete=_restored_gone)


def _organisation(at, props):
    made = at.call('organizations', 'create_organization', **props.pick('FeatureSet'))['Organization']
    root = at.call('organizations', 'list_roots')['Roots'][0]
    return made['Id'], {
        'Id': made['Id'],
        'Arn': made['Arn'],
        'RootId': root['Id'],
        'ManagementAccountId': made['MasterAccountId'],
        'ManagementAccountArn': made['MasterAccountArn'],
        'ManagementAccountEmail': made['MasterAccountEmail'],
    }


kind('AWS::Organizations::Organization', 'organizations', create=_organisation, delete='delete_organization')
kind(
    'AWS::Organizations::OrganizationalUnit',
    'organizations',
    create='create_organizational_unit',
    id='OrganizationalUnit.Id',
    attributes={'Id': 'id', 'Arn': 'OrganizationalUnit.Arn'},
    update='update_organizational_unit',
    key='OrganizationalUnitId',
    delete='delete_organizational_unit',
    tagged='{id}',
)


def _member(at, props):
    given = at.shaped('organizations', 'create_account', props.without('ParentIds', 'Tags'))
    account = at.call('organizations', 'create_account', **given)['CreateAccountStatus']['AccountId']
    shown = at.call('organizations', 'describe_account', AccountId=account)['Account']
    for parent in props.get('ParentIds') or []:
        now = at.call('organizations', 'list_parents', ChildId=account)['Parents'][0]['Id']
        if now != parent:
            at.call('organizations', 'move_account', AccountId=account, SourceParentId=now, DestinationParentId=parent)
    return account, {'AccountId': account, 'Arn': shown['Arn'], 'Status': shown['Status']}


def _member_changed(at, account, _old, props):
    for parent in props.get('ParentIds') or []:
        now = at.call('organizations', 'list_parents', ChildId=account)['Parents'][0]['Id']
        if now != parent:
            at.call('organizations', 'move_account', AccountId=account, SourceParentId=now, DestinationParentId=parent)


def _member_gone(at, account, _props):
    at.call('organizations', 'close_account', AccountId=account)
    # AWS keeps a closed account for ninety days; here it would stand in the way of its organisation for ever.
    at.call('organizations', 'remove_account_from_organization', AccountId=account)


kind(
    'AWS::Organizations::Account',
    'organizations',
    create=_member,
    update=_member_changed,
    delete=_member_gone,
    tagged='{id}',
)


def _scp(at, props):
    kind_ = props['Type']
    root = at.call('organizations', 'list_roots')['Roots'][0]
    if kind_ not in [t['Type'] for t in root.get('PolicyTypes', [])]:
        at.call('organizations', 'enable_policy_type', RootId=root['Id'], PolicyType=kind_)
    content = props['Content'] if isinstance(props['Content'], str) else json.dumps(whole(props['Content']))
    given = {'Name': props['Name'], 'Type': kind_, 'Content': content, 'Description': props.get('Description') or ''}
    made = at.call('organizations', 'create_policy', **given)['Policy']['PolicySummary']
    for target in props.get('TargetIds') or []:
        at.call('organizations', 'attach_policy', PolicyId=made['Id'], TargetId=target)
    return made['Id'], {'Id': made['Id'], 'Arn': made['Arn'], 'AwsManaged': False}


def _scp_changed(at, policy, old, props):
    content = props['Content'] if isinstance(props['Content'], str) else json.dumps(whole(props['Content']))
    at.call(
        'organizations',
        'update_policy',
        PolicyId=policy,
        Name=props['Name'],
        Description=props.get('Description') or '',
        Content=content,
    )
    before, after = old.get('TargetIds') or [], props.get('TargetIds') or []
    for target in after:
        if target not in before:
            at.call('organizations', 'attach_policy', PolicyId=policy, TargetId=target)
    for target in before:
        if target not in after:
            at.call('organizations', 'detach_policy', PolicyId=policy, TargetId=target)


def _scp_gone(at, policy, props):
    for target in props.get('TargetIds') or []:
        at.call('organizations', 'detach_policy', PolicyId=policy, TargetId=target)
    at.call('organizations', 'delete_policy', PolicyId=policy)


kind('AWS::Organizations::Policy', 'organizations', create=_scp, update=_scp_changed, delete=_scp_gone, tagged='{id}')
