"""Buckets, with everything a template says of them, and bucket policies."""

import json

from stacks.convert import converted
from stacks.kinds import kind
from stacks.reading import whole
from stacks.schema import alike


def _bucket(at, props):
    name = props.get('BucketName') or _own_name(at, props) or at.name(63, lower=True)
    given = {'Bucket': name}
    if at.region != 'us-east-1':
        given['CreateBucketConfiguration'] = {'LocationConstraint': at.region}
    if str(props.get('ObjectLockEnabled', False)).lower() == 'true':
        given['ObjectLockEnabledForBucket'] = True
    owns = (props.get('OwnershipControls') or {}).get('Rules') or []
    if owns:
        given['ObjectOwnership'] = owns[0]['ObjectOwnership']
    at.call('s3', 'create_bucket', **given)
    for setting in SETTINGS:
        if setting in props:
            SETTINGS[setting](at, name, props[setting])
    return name, _attributes(at, name)


def _own_name(at, props) -> str | None:
    """A name in the account's own namespace."""
    if props.get('BucketNamespace') != 'account-regional' or 'BucketNamePrefix' not in props:
        return None
    return f'{props["BucketNamePrefix"]}-{at.account}-{at.region}-an'


def _attributes(at, name: str) -> dict:
    regional = f'{name}.s3.{at.region}.amazonaws.com'
    dash = (
        '-'
        if at.region in ('us-east-1', 'us-west-1', 'us-west-2', 'eu-west-1', 'ap-southeast-1', 'ap-southeast-2')
        else '.'
    )
    return {
        'Arn': f'arn:{at.partition}:s3:::{name}',
        'DomainName': f'{name}.s3.amazonaws.com',
        'RegionalDomainName': regional,
        'DualStackDomainName': f'{name}.s3.dualstack.{at.region}.amazonaws.com',
        'WebsiteURL': f'http://{name}.s3-website{dash}{at.region}.amazonaws.com',
    }


def _bucket_changed(at, name, old, new):
    for setting, put in SETTINGS.items():
        if setting in new and not alike(old.get(setting), dict.get(new, setting)):
            put(at, name, new[setting])
        elif setting in old and setting not in new and setting in OFF:
            OFF[setting](at, name)


def _shaped(at, operation: str, member: str, value, rename=None):
    made = at.client('s3')
    shape = made.meta.service_model.operation_model(made.meta.method_to_api_mapping[operation]).input_shape.members[
        member
    ]
    return converted(shape, value, rename)


def _plainly(operation: str, member: str, rename=None):
    """A setting whose words are the API's."""

    def put(at, name, value):
        at.call('s3', operation, Bucket=name, **{member: _shaped(at, operation, member, value, rename)})

    return put


def _encryption(at, name, value):
    rules = []
    for rule in value['ServerSideEncryptionConfiguration']:
        made = (
            {'ApplyServerSideEncryptionByDefault': whole(rule['ServerSideEncryptionByDefault'])}
            if 'ServerSideEncryptionByDefault' in rule
            else {}
        )
        if 'BucketKeyEnabled' in rule:
            made['BucketKeyEnabled'] = str(rule['BucketKeyEnabled']).lower() == 'true'
        if 'BlockedEncryptionTypes' in rule:
            made['BlockedEncryptionTypes'] = whole(rule['BlockedEncryptionTypes'])
        rules.append(made)
    at.call('s3', 'put_bucket_encryption', Bucket=name, ServerSideEncryptionConfiguration={'Rules': rules})


def _versioning(at, name, value):
    at.call('s3', 'put_bucket_versioning', Bucket=name, VersioningConfiguration={'Status': value['Status']})


def _logging(at, name, value):
    enabled = {
        'TargetBucket': value.get('DestinationBucketName') or name,
        'TargetPrefix': value.get('LogFilePrefix') or '',
    }
    if 'TargetObjectKeyFormat' in value:
        enabled['TargetObjectKeyFormat'] = whole(value['TargetObjectKeyFormat'])
    at.call('s3', 'put_bucket_logging', Bucket=name, BucketLoggingStatus={'LoggingEnabled': enabled})


def _number(rule, made, name, group, member):
    if name in rule:
        made.setdefault(group, {})[member] = int(rule[name])


def _lifecycle_rule(rule, number: int) -> dict:
    made = {'ID': rule.get('Id') or f'rule-{number}', 'Status': rule['Status'], 'Filter': _lifecycle_filter(rule)}
    _number(rule, made, 'ExpirationInDays', 'Expiration', 'Days')
    if 'ExpirationDate' in rule:
        made.setdefault('Expiration', {})['Date'] = rule['ExpirationDate']
    if 'ExpiredObjectDeleteMarker' in rule:
        made.setdefault('Expiration', {})['ExpiredObjectDeleteMarker'] = (
            str(rule['ExpiredObjectDeleteMarker']).lower() == 'true'
        )
    _number(rule, made, 'NoncurrentVersionExpirationInDays', 'NoncurrentVersionExpiration', 'NoncurrentDays')
    if 'NoncurrentVersionExpiration' in rule:
        made['NoncurrentVersionExpiration'] = {k: int(v) for k, v in rule['NoncurrentVersionExpiration'].items()}
    if 'AbortIncompleteMultipartUpload' in rule:
        days = int(rule['AbortIncompleteMultipartUpload']['DaysAfterInitiation'])
        made['AbortIncompleteMultipartUpload'] = {'DaysAfterInitiation': days}
    moves = [*(rule.get('Transitions') or []), *([rule['Transition']] if 'Transition' in rule else [])]
    if moves:
        made['Transitions'] = [
            {
                'StorageClass': move['StorageClass'],
                **(
                    {'Days': int(move['TransitionInDays'])}
                    if 'TransitionInDays' in move
                    else {'Date': move['TransitionDate']}
                ),
            }
            for move in moves
        ]
    older = [*(rule.get('NoncurrentVersionTransitions') or [])]
    older += [rule['NoncurrentVersionTransition']] if 'NoncurrentVersionTransition' in rule else []
    if older:
        made['NoncurrentVersionTransitions'] = [
            {
                'StorageClass': move['StorageClass'],
                'NoncurrentDays': int(move['TransitionInDays']),
                **(
                    {'NewerNoncurrentVersions': int(move['NewerNoncurrentVersions'])}
                    if 'NewerNoncurrentVersions' in move
                    else {}
                ),
            }
            for move in older
        ]
    return made


def _lifecycle_filter(rule) -> dict:
    parts = {}
    if 'Prefix' in rule:
        parts['Prefix'] = rule['Prefix']
    if rule.get('TagFilters'):
        parts['Tags'] = whole(rule['TagFilters'])
    for name in ('ObjectSizeGreaterThan', 'ObjectSizeLessThan'):
        if name in rule:
            parts[name] = int(rule[name])
    if not parts:
        return {'Prefix': ''}
    if len(parts) == 1 and 'Tags' not in parts:
        return parts
    if list(parts) == ['Tags'] and len(parts['Tags']) == 1:
        return {'Tag': parts['Tags'][0]}
    return {'And': parts}


def _lifecycle(at, name, value):
    rules = [_lifecycle_rule(rule, number) for number, rule in enumerate(value['Rules'])]
    given = {'LifecycleConfiguration': {'Rules': rules}}
    if 'TransitionDefaultMinimumObjectSize' in value:
        given['TransitionDefaultMinimumObjectSize'] = value['TransitionDefaultMinimumObjectSize']
    at.call('s3', 'put_bucket_lifecycle_configuration', Bucket=name, **given)


def _notifications(at, name, value):
    made = {}
    for group, member, api_group, api_member in (
        ('QueueConfigurations', 'Queue', 'QueueConfigurations', 'QueueArn'),
        ('TopicConfigurations', 'Topic', 'TopicConfigurations', 'TopicArn'),
        ('LambdaConfigurations', 'Function', 'LambdaFunctionConfigurations', 'LambdaFunctionArn'),
    ):
        for entry in value.get(group) or []:
            one = {api_member: entry[member], 'Events': [entry['Event']]}
            if 'Filter' in entry:
                one['Filter'] = {'Key': {'FilterRules': whole(entry['Filter']['S3Key']['Rules'])}}
            made.setdefault(api_group, []).append(one)
    if 'EventBridgeConfiguration' in value:
        if str(value['EventBridgeConfiguration'].get('EventBridgeEnabled', True)).lower() == 'true':
            made['EventBridgeConfiguration'] = {}
    at.call('s3', 'put_bucket_notification_configuration', Bucket=name, NotificationConfiguration=made)


def _cors(at, name, value):
    rules = []
    for rule in value['CorsRules']:
        made = {key: list(rule[key]) for key in ('AllowedHeaders', 'AllowedMethods', 'AllowedOrigins') if key in rule}
        if 'ExposedHeaders' in rule:
            made['ExposeHeaders'] = list(rule['ExposedHeaders'])
        if 'MaxAge' in rule:
            made['MaxAgeSeconds'] = int(rule['MaxAge'])
        if 'Id' in rule:
            made['ID'] = rule['Id']
        rules.append(made)
    at.call('s3', 'put_bucket_cors', Bucket=name, CORSConfiguration={'CORSRules': rules})


def _website(at, name, value):
    made = {}
    if 'IndexDocument' in value:
        made['IndexDocument'] = {'Suffix': value['IndexDocument']}
    if 'ErrorDocument' in value:
        made['ErrorDocument'] = {'Key': value['ErrorDocument']}
    if 'RedirectAllRequestsTo' in value:
        made['RedirectAllRequestsTo'] = whole(value['RedirectAllRequestsTo'])
    if 'RoutingRules' in value:
        made['RoutingRules'] = [
            {
                'Redirect': whole(r['RedirectRule']),
                **({'Condition': whole(r['RoutingRuleCondition'])} if 'RoutingRuleCondition' in r else {}),
            }
            for r in value['RoutingRules']
        ]
    at.call('s3', 'put_bucket_website', Bucket=name, WebsiteConfiguration=made)


def _ownership(at, name, value):
    at.call('s3', 'put_bucket_ownership_controls', Bucket=name, OwnershipControls={'Rules': whole(value['Rules'])})


def _replication(at, name, value):
    made = _shaped(at, 'put_bucket_replication', 'ReplicationConfiguration', value, {'Id': 'ID'})
    at.call('s3', 'put_bucket_replication', Bucket=name, ReplicationConfiguration=made)


def _many(operation: str, member: str, rename=None):
    def put(at, name, value):
        for entry in value:
            at.call(
                's3', operation, Bucket=name, Id=entry['Id'], **{member: _shaped(at, operation, member, entry, rename)}
            )

    return put


def _tiering(at, name, value):
    for entry in value:
        made = {
            'Id': entry['Id'],
            'Status': entry['Status'],
            'Tierings': [{'AccessTier': t['AccessTier'], 'Days': int(t['Days'])} for t in entry['Tierings']],
        }
        if 'Prefix' in entry:
            made['Filter'] = {'Prefix': entry['Prefix']}
        at.call(
            's3',
            'put_bucket_intelligent_tiering_configuration',
            Bucket=name,
            Id=entry['Id'],
            IntelligentTieringConfiguration=made,
        )


def _acl(at, name, value):
    words = {
        'AwsExecRead': 'aws-exec-read',
        'BucketOwnerRead': 'bucket-owner-read',
        'BucketOwnerFullControl': 'bucket-owner-full-control',
    }
    words |= {
        'LogDeliveryWrite': 'log-delivery-write',
        'PublicRead': 'public-read',
        'PublicReadWrite': 'public-read-write',
    }
    words |= {'AuthenticatedRead': 'authenticated-read', 'Private': 'private'}
    at.call('s3', 'put_bucket_acl', Bucket=name, ACL=words.get(value, value))


SETTINGS = {
    'OwnershipControls': _ownership,
    'AccessControl': _acl,
    'VersioningConfiguration': _versioning,
    'BucketEncryption': _encryption,
    'PublicAccessBlockConfiguration': _plainly('put_public_access_block', 'PublicAccessBlockConfiguration'),
    'LifecycleConfiguration': _lifecycle,
    'LoggingConfiguration': _logging,
    'CorsConfiguration': _cors,
    'WebsiteConfiguration': _website,
    'ObjectLockConfiguration': _plainly('put_object_lock_configuration', 'ObjectLockConfiguration'),
    'AccelerateConfiguration': lambda at, name, value: at.call(
        's3',
        'put_bucket_accelerate_configuration',
        Bucket=name,
        AccelerateConfiguration={'Status': value['AccelerationStatus']},
    ),
    'ReplicationConfiguration': _replication,
    'NotificationConfiguration': _notifications,
    'InventoryConfigurations': _many('put_bucket_inventory_configuration', 'InventoryConfiguration'),
    'IntelligentTieringConfigurations': _tiering,
}
OFF = {
    'BucketEncryption': lambda at, name: at.call('s3', 'delete_bucket_encryption', Bucket=name),
    'PublicAccessBlockConfiguration': lambda at, name: at.call('s3', 'delete_public_access_block', Bucket=name),
    'LifecycleConfiguration': lambda at, name: at.call('s3', 'delete_bucket_lifecycle', Bucket=name),
    'CorsConfiguration': lambda at, name: at.call('s3', 'delete_bucket_cors', Bucket=name),
    'WebsiteConfiguration': lambda at, name: at.call('s3', 'delete_bucket_website', Bucket=name),
    'LoggingConfiguration': lambda at, name: at.call('s3', 'put_bucket_logging', Bucket=name, BucketLoggingStatus={}),
    'NotificationConfiguration': lambda at, name: at.call(
        's3', 'put_bucket_notification_configuration', Bucket=name, NotificationConfiguration={}
    ),
    'VersioningConfiguration': lambda at, name: at.call(
        's3', 'put_bucket_versioning', Bucket=name, VersioningConfiguration={'Status': 'Suspended'}
    ),
    'ReplicationConfiguration': lambda at, name: at.call('s3', 'delete_bucket_replication', Bucket=name),
    'OwnershipControls': lambda at, name: at.call('s3', 'delete_bucket_ownership_controls', Bucket=name),
}


def _tag(at, name, fresh, gone):
    answer = at.client('s3')
    try:
        had = {t['Key']: t['Value'] for t in answer.get_bucket_tagging(Bucket=name)['TagSet']}
    except answer.exceptions.ClientError:
        had = {}
    tags = {**{key: value for key, value in had.items() if key not in gone}, **fresh}
    at.call(
        's3', 'put_bucket_tagging', Bucket=name, Tagging={'TagSet': [{'Key': k, 'Value': v} for k, v in tags.items()]}
    )


kind(
    'AWS::S3::Bucket',
    's3',
    create=_bucket,
    update=_bucket_changed,
    key='Bucket',
    delete='delete_bucket',
    tagged=_tag,
    not_carried={
        'LoggingConfiguration': 'its log is not delivered: S3 does so within hours, longer than anything lives here',
        'BucketEncryption.ServerSideEncryptionConfiguration.BlockedEncryptionTypes': 'moto forgets which encryption is blocked',
        'MetricsConfigurations': 'moto has no request metrics of buckets',
        'AnalyticsConfigurations': 'moto has no storage class analysis',
    },
)


def _policy(at, props):
    at.call('s3', 'put_bucket_policy', Bucket=props['Bucket'], Policy=json.dumps(whole(props['PolicyDocument'])))
    return props['Bucket']


kind(
    'AWS::S3::BucketPolicy',
    's3',
    create=_policy,
    update=lambda at, _id, _old, new: _policy(at, new) and None,
    key={'Bucket': '{Bucket}'},
    delete='delete_bucket_policy',
)
