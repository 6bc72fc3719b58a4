"""What is made as the template says, and then does nothing here: the report names it wherever a template has it, so that nobody takes
a deploy that went well for a proof of it.

Unlike a stand-in, all of it is there and can be read back, changed and deleted.
"""

from collections.abc import Callable

NETWORK = 'no packet passes through it: who reaches whom is proven from the template (reach)'
POWERS = 'what it may do is not enforced: that is proven from the template (access)'
NO_METRICS = 'no metrics are made, so it never goes off'
TRACES = 'no traces are taken'
NEVER_BOOTS = 'servers are there by name; behind a load balancer or its appliances nginx boots, and the one program of a ProgramBoot runs'
NOT_AGED = 'nothing grows old here: what it would expire stays until it is deleted'
ENCRYPTED = 'nothing is encrypted at rest here, and who may use the key is not enforced'


def _access_logs(properties: dict) -> bool:
    attributes = {each.get('Key'): str(each.get('Value')) for each in properties.get('LoadBalancerAttributes') or []}
    return attributes.get('access_logs.s3.enabled', '').lower() == 'true'


def _mail(properties: dict) -> bool:
    return str(properties.get('Protocol')) in ('email', 'email-json', 'sms')


def _several(properties: dict) -> bool:
    return int(properties.get('ParallelizationFactor') or 1) > 1


def _cache(properties: dict) -> bool:
    return str(properties.get('CacheClusterEnabled', '')).lower() == 'true'


def _traced(properties: dict) -> bool:
    active = (properties.get('TracingConfig') or {}).get('Mode') == 'Active'
    return active or str(properties.get('TracingEnabled', '')).lower() == 'true'


# Type -> what of it, and why it has no effect. What of it is '' for all of it, a path of properties, or a question about them.
IDLE: dict[str, tuple[tuple[str | Callable[[dict], bool], str], ...]] = {
    'AWS::ApiGateway::Stage': ((_cache, 'answers are not kept'), (_traced, TRACES)),
    'AWS::ApplicationAutoScaling::ScalingPolicy': (('', 'nothing scales: no metrics are made'),),
    'AWS::AutoScaling::AutoScalingGroup': (('', NEVER_BOOTS),),
    'AWS::AutoScaling::ScalingPolicy': (('', 'nothing scales: no metrics are made'),),
    'AWS::AutoScaling::ScheduledAction': (('', 'nothing scales by the clock'),),
    'AWS::CloudFront::Distribution': (
        ('DistributionConfig.Restrictions.GeoRestriction.Locations', 'readers from everywhere are let in'),
        ('DistributionConfig.Logging', 'its log is not written'),
        ('DistributionConfig.Aliases', 'only its own name leads to it'),
    ),
    'AWS::CloudWatch::Alarm': (('', NO_METRICS),),
    'AWS::CloudWatch::CompositeAlarm': (('', NO_METRICS),),
    'AWS::CodeDeploy::DeploymentGroup': (('', 'releases move in one step, and no alarm takes them back'),),
    'AWS::DynamoDB::GlobalTable': (('TimeToLiveSpecification', NOT_AGED),),
    'AWS::DynamoDB::Table': (('TimeToLiveSpecification', NOT_AGED),),
    'AWS::EC2::FlowLog': (('', 'it records nothing: there are no packets'),),
    'AWS::EC2::Instance': (('', NEVER_BOOTS),),
    'AWS::EC2::NatGateway': (('', NETWORK),),
    'AWS::EC2::NetworkAcl': (('', NETWORK),),
    'AWS::EC2::SecurityGroup': (('', NETWORK),),
    'AWS::EC2::VPC': (('', NETWORK),),
    'AWS::ElasticLoadBalancingV2::LoadBalancer': ((_access_logs, 'its log is not written'),),
    'AWS::GlobalAccelerator::Accelerator': (
        (lambda properties: properties.get('IpAddressType') == 'DUAL_STACK', 'nothing listens at its IPv6 addresses'),
    ),
    'AWS::IAM::Policy': (('', POWERS),),
    'AWS::IAM::ManagedPolicy': (('', POWERS),),
    'AWS::IAM::Role': (('', POWERS),),
    'AWS::IAM::User': (('', POWERS),),
    'AWS::KMS::Key': (('', ENCRYPTED),),
    'AWS::Lambda::Alias': (('ProvisionedConcurrencyConfig', 'nothing is kept ready beforehand'),),
    'AWS::Lambda::EventSourceMapping': ((_several, 'one batch of a shard is worked at a time'),),
    'AWS::Lambda::Function': (
        ('Runtime', 'it runs under the Node.js or Python of this machine, whatever its version and processor'),
        ('MemorySize', 'memory is not limited, and the share of the processor is that of the machine'),
        ('VpcConfig', 'it reaches what this machine reaches; only policies of endpoints to buckets count'),
        ('FileSystemConfigs', 'its files lie in a folder of this machine, and everybody may do everything with them'),
        (_traced, TRACES),
    ),
    'AWS::Logs::Delivery': (('', 'services write no logs here'),),
    'AWS::Logs::LogGroup': (('RetentionInDays', NOT_AGED),),
    'AWS::S3::Bucket': (('LifecycleConfiguration', NOT_AGED),),
    'AWS::SNS::Subscription': ((_mail, 'no mail and no message to a phone is sent'),),
    'AWS::SNS::Topic': (('DeliveryStatusLogging', 'deliveries are not logged'),),
    'AWS::WAFv2::LoggingConfiguration': (('', 'services write no logs here'),),
}


def reasons(type_name: str, properties: dict) -> list[str]:
    """Why a resource, or something of it, has no effect here."""
    return [why for what, why in IDLE.get(type_name, ()) if _applies(what, properties)]


def _applies(what: str | Callable[[dict], bool], properties: dict) -> bool:
    if callable(what):
        return what(properties)
    return what == '' or has(properties, what.split('.'))


def has(value, path: list[str]) -> bool:
    """Whether something is given at a path, in any element of the lists on the way."""
    if isinstance(value, list):
        return any(has(item, path) for item in value) if path else bool(value)
    if not path:
        return True
    return isinstance(value, dict) and path[0] in value and has(value[path[0]], path[1:])
