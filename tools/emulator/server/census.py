"""What there is, asked of every service by its own list calls: `GET /_emulator/census`.

Whoever takes a stack away compares it before and after. It owes nothing to what the stacks part believes it has deleted.
"""

import json

import jmespath
from stacks import clients

# Service, list call, and which of its answer are there; what is only on its way out, or waits for its end, is not.
LISTS = (
    ('acm', 'list_certificates', 'CertificateSummaryList[].CertificateArn'),
    ('apigateway', 'get_rest_apis', 'items[].id'),
    ('apigateway', 'get_api_keys', 'items[].id'),
    ('apigateway', 'get_usage_plans', 'items[].id'),
    ('apigateway', 'get_domain_names', 'items[].domainName'),
    ('apigatewayv2', 'get_apis', 'Items[].ApiId'),
    ('appconfig', 'list_applications', 'Items[].Id'),
    ('appconfig', 'list_deployment_strategies', 'Items[].Id'),
    ('application-autoscaling', 'describe_scalable_targets:ServiceNamespace=ecs', 'ScalableTargets[].ResourceId'),
    ('application-autoscaling', 'describe_scalable_targets:ServiceNamespace=dynamodb', 'ScalableTargets[].ResourceId'),
    ('autoscaling', 'describe_auto_scaling_groups', 'AutoScalingGroups[].AutoScalingGroupName'),
    ('cloudfront', 'list_distributions', 'DistributionList.Items[].Id'),
    ('cloudfront', 'list_origin_access_controls', 'OriginAccessControlList.Items[].Id'),
    ('cloudwatch', 'describe_alarms', '[MetricAlarms, CompositeAlarms][][].AlarmName'),
    ('cloudwatch', 'list_dashboards', 'DashboardEntries[].DashboardName'),
    ('codebuild', 'list_projects', 'projects'),
    ('codedeploy', 'list_applications', 'applications'),
    ('codepipeline', 'list_pipelines', 'pipelines[].name'),
    ('cognito-idp', 'list_user_pools:MaxResults=60', 'UserPools[].Id'),
    ('dynamodb', 'list_tables', 'TableNames'),
    ('ec2', 'describe_vpcs', 'Vpcs[].VpcId'),
    ('ec2', 'describe_subnets', 'Subnets[].SubnetId'),
    ('ec2', 'describe_route_tables', 'RouteTables[].RouteTableId'),
    ('ec2', 'describe_network_acls', 'NetworkAcls[].NetworkAclId'),
    ('ec2', 'describe_security_groups', 'SecurityGroups[].GroupId'),
    ('ec2', 'describe_internet_gateways', 'InternetGateways[].InternetGatewayId'),
    ('ec2', 'describe_nat_gateways', "NatGateways[?State!='deleted'].NatGatewayId"),
    ('ec2', 'describe_addresses', 'Addresses[].AllocationId'),
    ('ec2', 'describe_vpc_endpoints', "VpcEndpoints[?State!='deleted'].VpcEndpointId"),
    ('ec2', 'describe_dhcp_options', 'DhcpOptions[].DhcpOptionsId'),
    ('ec2', 'describe_flow_logs', 'FlowLogs[].FlowLogId'),
    ('ec2', 'describe_network_interfaces', 'NetworkInterfaces[].NetworkInterfaceId'),
    ('ec2', 'describe_instances', "Reservations[].Instances[?State.Name!='terminated'][].InstanceId"),
    ('ec2', 'describe_volumes', 'Volumes[].VolumeId'),
    ('ec2', 'describe_placement_groups', 'PlacementGroups[].GroupName'),
    ('ec2', 'describe_capacity_reservations', "CapacityReservations[?State=='active'].CapacityReservationId"),
    ('ec2', 'describe_launch_templates', 'LaunchTemplates[].LaunchTemplateId'),
    ('ec2', 'describe_transit_gateways', "TransitGateways[?State!='deleted'].TransitGatewayId"),
    ('ecr', 'describe_repositories', 'repositories[].repositoryName'),
    ('ecs', 'list_clusters', 'clusterArns'),
    ('ecs', 'list_task_definitions', 'taskDefinitionArns'),
    ('efs', 'describe_file_systems', 'FileSystems[].FileSystemId'),
    ('elasticache', 'describe_replication_groups', 'ReplicationGroups[].ReplicationGroupId'),
    ('elbv2', 'describe_load_balancers', 'LoadBalancers[].LoadBalancerArn'),
    ('elbv2', 'describe_target_groups', 'TargetGroups[].TargetGroupArn'),
    ('events', 'list_event_buses', 'EventBuses[].Name'),
    ('events', 'list_rules', 'Rules[].Name'),
    ('ds', 'describe_directories', 'DirectoryDescriptions[].DirectoryId'),
    ('fsx', 'describe_file_systems', 'FileSystems[].FileSystemId'),
    ('firehose', 'list_delivery_streams', 'DeliveryStreamNames'),
    ('globalaccelerator', 'list_accelerators', 'Accelerators[].AcceleratorArn'),
    ('iam', 'list_roles', 'Roles[].RoleName'),
    ('iam', 'list_policies:Scope=Local', 'Policies[].Arn'),
    ('iam', 'list_instance_profiles', 'InstanceProfiles[].InstanceProfileName'),
    ('iam', 'list_users', 'Users[].UserName'),
    ('iam', 'list_groups', 'Groups[].GroupName'),
    ('kinesis', 'list_streams', 'StreamNames'),
    ('kms', 'list_aliases', "Aliases[?!starts_with(AliasName, 'alias/aws/')].AliasName"),
    ('lambda', 'list_functions', 'Functions[].FunctionName'),
    ('lambda', 'list_layers', 'Layers[].LayerName'),
    ('lambda', 'list_event_source_mappings', 'EventSourceMappings[].UUID'),
    ('logs', 'describe_log_groups', 'logGroups[].logGroupName'),
    ('rds', 'describe_db_instances', 'DBInstances[].DBInstanceIdentifier'),
    ('rds', 'describe_db_clusters', 'DBClusters[].DBClusterIdentifier'),
    ('route53', 'list_hosted_zones', 'HostedZones[].Id'),
    ('route53resolver', 'list_firewall_domain_lists', 'FirewallDomainLists[].Id'),
    ('route53resolver', 'list_firewall_rule_groups', 'FirewallRuleGroups[].Id'),
    ('route53resolver', 'list_resolver_query_log_configs', 'ResolverQueryLogConfigs[].Id'),
    ('s3', 'list_buckets', 'Buckets[].Name'),
    ('scheduler', 'list_schedules', 'Schedules[].Name'),
    ('scheduler', 'list_schedule_groups', 'ScheduleGroups[].Name'),
    ('secretsmanager', 'list_secrets', 'SecretList[].Name'),
    ('sns', 'list_topics', 'Topics[].TopicArn'),
    ('sns', 'list_subscriptions', 'Subscriptions[].SubscriptionArn'),
    ('sqs', 'list_queues', 'QueueUrls'),
    ('ssm', 'describe_parameters', "Parameters[?!starts_with(Name, '/aws/')].Name"),
    ('stepfunctions', 'list_state_machines', 'stateMachines[].stateMachineArn'),
    ('wafv2', 'list_web_acls:Scope=REGIONAL', 'WebACLs[].Name'),
)


def census(region: str) -> list[str]:
    """A line for each thing: service, list call, identifier. Sorted, so that two can be compared."""
    found = []
    for service, call, path in LISTS:
        operation, _, argument = call.partition(':')
        arguments = dict([argument.split('=')]) if argument else {}
        if 'MaxResults' in arguments:
            arguments['MaxResults'] = int(arguments['MaxResults'])
        client = clients.client(service, region=region)
        pages = (
            client.get_paginator(operation).paginate(**arguments)
            if client.can_paginate(operation)
            else [getattr(client, operation)(**arguments)]
        )
        for page in pages:
            found += [f'{service} {operation} {one}' for one in jmespath.search(path, page) or []]
    return sorted(found + [f'kms list_keys {key}' for key in _keys(region)])


def _keys(region: str) -> list[str]:
    """Keys that do not wait for their deletion, and that are not AWS's own, which a service makes when it first needs one."""
    kms = clients.client('kms', region=region)
    aliases = [alias for page in kms.get_paginator('list_aliases').paginate() for alias in page['Aliases']]
    of_aws = {alias.get('TargetKeyId') for alias in aliases if alias['AliasName'].startswith('alias/aws/')}
    keys = [key['KeyId'] for page in kms.get_paginator('list_keys').paginate() for key in page['Keys']]
    mine = [key for key in keys if key not in of_aws]
    return [key for key in mine if kms.describe_key(KeyId=key)['KeyMetadata']['KeyState'] != 'PendingDeletion']


def answer(environ, start_response):
    """A part of the application: answers what is its own, and None to the rest."""
    if environ.get('PATH_INFO') != '/_emulator/census':
        return None
    region = dict(pair.split('=', 1) for pair in environ.get('QUERY_STRING', '').split('&') if '=' in pair).get('region')
    data = json.dumps(census(region or 'us-east-1')).encode()
    start_response('200 OK', [('content-type', 'application/json'), ('content-length', str(len(data)))])
    return [data]
