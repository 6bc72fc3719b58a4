"""For every type the least that makes one: properties, what it needs beside it (`with`), and a change in place (`then`).

`Ref`s are short here: 'ref:Vpc' is a Ref, 'att:Role.Arn' a GetAtt.
"""

TRUST = {
    'Version': '2012-10-17',
    'Statement': [{'Effect': 'Allow', 'Action': 'sts:AssumeRole', 'Principal': {'Service': 'lambda.amazonaws.com'}}],
}
RESTORED = {'Algorithm': 'LATEST_WITHIN_WINDOW', 'IncludeVaults': ['*'], 'RecoveryPointTypes': ['SNAPSHOT']}
ALLOW = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': '*'}]}

TO_QUEUE = {'Sqs': {'QueueUrl': 'ref:Queue', 'RoleArn': 'att:Role.Arn'}}


def open_to(action: str, resource='*') -> dict:
    return {
        'Version': '2012-10-17',
        'Statement': [
            {'Effect': 'Allow', 'Action': action, 'Resource': resource, 'Principal': {'AWS': 'ref:AWS::AccountId'}}
        ],
    }


HELPERS: dict[str, dict] = {
    'BakedPart': {
        'Type': 'AWS::ImageBuilder::Component',
        'Properties': {
            'Name': 'page',
            'Version': '1.0.0',
            'Platform': 'Linux',
            'Data': 'schemaVersion: 1.0\nphases: [{name: build, steps: []}]\n',
        },
    },
    'Recipe': {
        'Type': 'AWS::ImageBuilder::ImageRecipe',
        'Properties': {
            'Name': 'page',
            'Version': '1.0.0',
            'ParentImage': 'arn:aws:imagebuilder:us-east-1:aws:image/amazon-linux-2023-arm64/x.x.x',
            'Components': [{'ComponentArn': 'ref:BakedPart'}],
        },
    },
    'BakePlace': {
        'Type': 'AWS::ImageBuilder::InfrastructureConfiguration',
        'Properties': {'Name': 'page', 'InstanceProfileName': 'builder'},
    },
    'BakedFor': {
        'Type': 'AWS::ImageBuilder::DistributionConfiguration',
        'Properties': {
            'Name': 'page',
            'Distributions': [
                {
                    'Region': 'us-east-1',
                    'AmiDistributionConfiguration': {'Name': 'page {{ imagebuilder:buildDate }}'},
                    'SsmParameterConfigurations': [{'ParameterName': '/imagebuilder/page'}],
                }
            ],
        },
    },
    'Vpc': {'Type': 'AWS::EC2::VPC', 'Properties': {'CidrBlock': '10.0.0.0/16'}},
    'Vpc2': {'Type': 'AWS::EC2::VPC', 'Properties': {'CidrBlock': '10.1.0.0/16'}},
    'Subnet': {
        'Type': 'AWS::EC2::Subnet',
        'Properties': {'VpcId': 'ref:Vpc', 'CidrBlock': '10.0.0.0/24', 'AvailabilityZone': 'us-east-1a'},
    },
    'Subnet2': {
        'Type': 'AWS::EC2::Subnet',
        'Properties': {'VpcId': 'ref:Vpc', 'CidrBlock': '10.0.1.0/24', 'AvailabilityZone': 'us-east-1b'},
    },
    'Table': {'Type': 'AWS::EC2::RouteTable', 'Properties': {'VpcId': 'ref:Vpc'}},
    'Gateway': {'Type': 'AWS::EC2::InternetGateway'},
    'Attached': {
        'Type': 'AWS::EC2::VPCGatewayAttachment',
        'Properties': {'VpcId': 'ref:Vpc', 'InternetGatewayId': 'ref:Gateway'},
    },
    'Group': {'Type': 'AWS::EC2::SecurityGroup', 'Properties': {'GroupDescription': 'x', 'VpcId': 'ref:Vpc'}},
    'Acl': {'Type': 'AWS::EC2::NetworkAcl', 'Properties': {'VpcId': 'ref:Vpc'}},
    'Settings': {'Type': 'AWS::AppConfig::Application', 'Properties': {'Name': 'shop'}},
    'SettingsPlace': {
        'Type': 'AWS::AppConfig::Environment',
        'Properties': {'ApplicationId': 'ref:Settings', 'Name': 'live'},
    },
    'SettingsProfile': {
        'Type': 'AWS::AppConfig::ConfigurationProfile',
        'Properties': {'ApplicationId': 'ref:Settings', 'Name': 'flags', 'LocationUri': 'hosted'},
    },
    'SettingsVersion': {
        'Type': 'AWS::AppConfig::HostedConfigurationVersion',
        'Properties': {
            'ApplicationId': 'ref:Settings',
            'ConfigurationProfileId': 'ref:SettingsProfile',
            'ContentType': 'application/json',
            'Content': '{}',
        },
    },
    'SettingsStrategy': {
        'Type': 'AWS::AppConfig::DeploymentStrategy',
        'Properties': {
            'Name': 'slow',
            'ReplicateTo': 'NONE',
            'GrowthFactor': 20,
            'DeploymentDurationInMinutes': 10,
            'FinalBakeTimeInMinutes': 10,
        },
    },
    'Role': {'Type': 'AWS::IAM::Role', 'Properties': {'AssumeRolePolicyDocument': TRUST}},
    'PipelineRole': {
        'Type': 'AWS::IAM::Role',
        'Properties': {
            'AssumeRolePolicyDocument': {
                'Version': '2012-10-17',
                'Statement': [
                    {
                        'Effect': 'Allow',
                        'Action': 'sts:AssumeRole',
                        'Principal': {'Service': 'codepipeline.amazonaws.com'},
                    }
                ],
            }
        },
    },
    'User': {'Type': 'AWS::IAM::User'},
    'Key': {'Type': 'AWS::KMS::Key', 'Properties': {'Description': 'x'}},
    'Bucket': {'Type': 'AWS::S3::Bucket'},
    'Queue': {'Type': 'AWS::SQS::Queue'},
    'Topic': {'Type': 'AWS::SNS::Topic'},
    'MailSet': {'Type': 'AWS::SES::ConfigurationSet', 'Properties': {'Name': 'mail-set'}},
    'Schedules': {'Type': 'AWS::Scheduler::ScheduleGroup'},
    'Logs': {'Type': 'AWS::Logs::LogGroup'},
    'Function': {
        'Type': 'AWS::Lambda::Function',
        'Properties': {
            'Code': {'ZipFile': 'exports.handler = async () => 1'},
            'Handler': 'index.handler',
            'Runtime': 'nodejs22.x',
            'Role': 'att:Role.Arn',
        },
    },
    'Version': {'Type': 'AWS::Lambda::Version', 'Properties': {'FunctionName': 'ref:Function'}},
    'Rest': {'Type': 'AWS::ApiGateway::RestApi', 'Properties': {'Name': 'x'}},
    'Method': {
        'Type': 'AWS::ApiGateway::Method',
        'Properties': {
            'RestApiId': 'ref:Rest',
            'ResourceId': 'att:Rest.RootResourceId',
            'HttpMethod': 'GET',
            'AuthorizationType': 'NONE',
            'Integration': {'Type': 'MOCK'},
        },
    },
    'Deployment': {
        'Type': 'AWS::ApiGateway::Deployment',
        'Properties': {'RestApiId': 'ref:Rest'},
        'DependsOn': 'Method',
    },
    'Stage': {
        'Type': 'AWS::ApiGateway::Stage',
        'Properties': {'RestApiId': 'ref:Rest', 'DeploymentId': 'ref:Deployment', 'StageName': 'live'},
    },
    'Plan': {'Type': 'AWS::ApiGateway::UsagePlan', 'Properties': {}},
    'ApiKey': {'Type': 'AWS::ApiGateway::ApiKey', 'Properties': {'Enabled': True}},
    'Domain': {
        'Type': 'AWS::ApiGateway::DomainName',
        'Properties': {
            'DomainName': 'api.example.com',
            'RegionalCertificateArn': 'ref:Certificate',
            'EndpointConfiguration': {'Types': ['REGIONAL']},
        },
    },
    'Certificate': {'Type': 'AWS::CertificateManager::Certificate', 'Properties': {'DomainName': 'example.com'}},
    'Http': {'Type': 'AWS::ApiGatewayV2::Api', 'Properties': {'Name': 'x', 'ProtocolType': 'HTTP'}},
    'Integration': {
        'Type': 'AWS::ApiGatewayV2::Integration',
        'Properties': {
            'ApiId': 'ref:Http',
            'IntegrationType': 'HTTP_PROXY',
            'IntegrationUri': 'https://example.com',
            'IntegrationMethod': 'GET',
            'PayloadFormatVersion': '1.0',
        },
    },
    'HttpStage': {'Type': 'AWS::ApiGatewayV2::Stage', 'Properties': {'ApiId': 'ref:Http', 'StageName': '$default'}},
    'HttpDomain': {
        'Type': 'AWS::ApiGatewayV2::DomainName',
        'Properties': {
            'DomainName': 'http.example.com',
            'DomainNameConfigurations': [{'CertificateArn': 'ref:Certificate', 'EndpointType': 'REGIONAL'}],
        },
    },
    'Route': {'Type': 'AWS::ApiGatewayV2::Route', 'Properties': {'ApiId': 'ref:Http', 'RouteKey': 'GET /'}},
    'Balancer': {
        'Type': 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        'Properties': {'Subnets': ['ref:Subnet', 'ref:Subnet2']},
    },
    'Targets': {
        'Type': 'AWS::ElasticLoadBalancingV2::TargetGroup',
        'Properties': {'Port': 80, 'Protocol': 'HTTP', 'VpcId': 'ref:Vpc', 'TargetType': 'ip'},
    },
    'Listener': {
        'Type': 'AWS::ElasticLoadBalancingV2::Listener',
        'Properties': {
            'LoadBalancerArn': 'ref:Balancer',
            'Port': 80,
            'Protocol': 'HTTP',
            'DefaultActions': [{'Type': 'forward', 'TargetGroupArn': 'ref:Targets'}],
        },
    },
    'Template': {
        'Type': 'AWS::EC2::LaunchTemplate',
        'Properties': {'LaunchTemplateData': {'ImageId': 'ami-12c6146b', 'InstanceType': 't3.micro'}},
    },
    'Scaled': {
        'Type': 'AWS::AutoScaling::AutoScalingGroup',
        'Properties': {
            'MinSize': '0',
            'MaxSize': '1',
            'VPCZoneIdentifier': ['ref:Subnet'],
            'LaunchTemplate': {'LaunchTemplateId': 'ref:Template', 'Version': 'att:Template.LatestVersionNumber'},
        },
    },
    'Instance': {
        'Type': 'AWS::EC2::Instance',
        'Properties': {'ImageId': 'ami-12c6146b', 'InstanceType': 't3.micro', 'SubnetId': 'ref:Subnet'},
    },
    'Interface': {'Type': 'AWS::EC2::NetworkInterface', 'Properties': {'SubnetId': 'ref:Subnet'}},
    'Volume': {'Type': 'AWS::EC2::Volume', 'Properties': {'AvailabilityZone': 'us-east-1a', 'Size': 1}},
    'Hub': {'Type': 'AWS::EC2::TransitGateway'},
    'HubAttachment': {
        'Type': 'AWS::EC2::TransitGatewayVpcAttachment',
        'Properties': {'TransitGatewayId': 'ref:Hub', 'VpcId': 'ref:Vpc', 'SubnetIds': ['ref:Subnet']},
    },
    'HubTable': {'Type': 'AWS::EC2::TransitGatewayRouteTable', 'Properties': {'TransitGatewayId': 'ref:Hub'}},
    'PrivateGateway': {'Type': 'AWS::EC2::VPNGateway', 'Properties': {'Type': 'ipsec.1'}},
    'Customer': {
        'Type': 'AWS::EC2::CustomerGateway',
        'Properties': {'Type': 'ipsec.1', 'BgpAsn': 65000, 'IpAddress': '203.0.113.1'},
    },
    'Vpn': {
        'Type': 'AWS::EC2::VPNConnection',
        'Properties': {
            'Type': 'ipsec.1',
            'CustomerGatewayId': 'ref:Customer',
            'VpnGatewayId': 'ref:PrivateGateway',
            'StaticRoutesOnly': True,
        },
    },
    'Cluster': {'Type': 'AWS::ECS::Cluster'},
    'Task': {
        'Type': 'AWS::ECS::TaskDefinition',
        'Properties': {
            'Cpu': '256',
            'Memory': '512',
            'NetworkMode': 'awsvpc',
            'RequiresCompatibilities': ['FARGATE'],
            'ContainerDefinitions': [{'Name': 'web', 'Image': 'nginx'}],
        },
    },
    'Files': {'Type': 'AWS::EFS::FileSystem'},
    'Pool': {'Type': 'AWS::Cognito::UserPool', 'Properties': {}},
    'Identities': {'Type': 'AWS::Cognito::IdentityPool', 'Properties': {'AllowUnauthenticatedIdentities': False}},
    'PoolClient': {'Type': 'AWS::Cognito::UserPoolClient', 'Properties': {'UserPoolId': 'ref:Pool'}},
    'PoolUser': {'Type': 'AWS::Cognito::UserPoolUser', 'Properties': {'UserPoolId': 'ref:Pool', 'Username': 'ann'}},
    'PoolGroup': {
        'Type': 'AWS::Cognito::UserPoolGroup',
        'Properties': {'UserPoolId': 'ref:Pool', 'GroupName': 'readers'},
    },
    'InsightsPath': {
        'Type': 'AWS::EC2::NetworkInsightsPath',
        'Properties': {'Source': 'ref:Gateway', 'Destination': 'ref:Instance', 'Protocol': 'tcp', 'DestinationPort': 443},
    },
    'InsightsScope': {
        'Type': 'AWS::EC2::NetworkInsightsAccessScope',
        'Properties': {
            'MatchPaths': [
                {
                    'Source': {'ResourceStatement': {'ResourceTypes': ['AWS::EC2::InternetGateway']}},
                    'Destination': {'ResourceStatement': {'Resources': ['ref:Subnet']}},
                }
            ]
        },
    },
    'Zone': {'Type': 'AWS::Route53::HostedZone', 'Properties': {'Name': 'example.com'}},
    'ZoneKey': {
        'Type': 'AWS::Route53::KeySigningKey',
        'Properties': {
            'HostedZoneId': 'ref:Zone',
            'Name': 'signing',
            'Status': 'ACTIVE',
            'KeyManagementServiceArn': 'att:Key.Arn',
        },
    },
    'Secret': {
        'Type': 'AWS::SecretsManager::Secret',
        'Properties': {
            'GenerateSecretString': {
                'SecretStringTemplate': '{"username":"root"}',
                'GenerateStringKey': 'password',
                'ExcludePunctuation': True,
            }
        },
    },
    'Subnets': {
        'Type': 'AWS::RDS::DBSubnetGroup',
        'Properties': {'DBSubnetGroupDescription': 'x', 'SubnetIds': ['ref:Subnet', 'ref:Subnet2']},
    },
    'Database': {
        'Type': 'AWS::RDS::DBInstance',
        'DeletionPolicy': 'Delete',
        'Properties': {
            'Engine': 'postgres',
            'DBInstanceClass': 'db.t3.micro',
            'AllocatedStorage': '20',
            'MasterUsername': 'root1',
            'MasterUserPassword': 'password1',
        },
    },
    'Proxy': {
        'Type': 'AWS::RDS::DBProxy',
        'Properties': {
            'DBProxyName': 'proxy',
            'EngineFamily': 'POSTGRESQL',
            'RoleArn': 'att:Role.Arn',
            'VpcSubnetIds': ['ref:Subnet', 'ref:Subnet2'],
            'Auth': [{'AuthScheme': 'SECRETS', 'SecretArn': 'ref:Secret', 'IAMAuth': 'DISABLED'}],
        },
    },
    'Stream': {'Type': 'AWS::Kinesis::Stream', 'Properties': {'ShardCount': 1}},
    'Bus': {'Type': 'AWS::Events::EventBus', 'Properties': {'Name': 'bus'}},
    'BusErrors': {
        'Type': 'AWS::Logs::DeliverySource',
        'Properties': {'Name': 'bus-errors', 'LogType': 'ERROR_LOGS', 'ResourceArn': 'att:Bus.Arn'},
    },
    'BusErrorPlace': {
        'Type': 'AWS::Logs::DeliveryDestination',
        'Properties': {'Name': 'bus-error-place', 'DestinationResourceArn': 'att:Logs.Arn'},
    },
    'Connection': {
        'Type': 'AWS::Events::Connection',
        'Properties': {
            'AuthorizationType': 'API_KEY',
            'AuthParameters': {'ApiKeyAuthParameters': {'ApiKeyName': 'k', 'ApiKeyValue': 'v'}},
        },
    },
    'Machine': {
        'Type': 'AWS::StepFunctions::StateMachine',
        'Properties': {
            'RoleArn': 'att:Role.Arn',
            'DefinitionString': '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}',
        },
    },
    'Acl2': {
        'Type': 'AWS::WAFv2::WebACL',
        'Properties': {
            'Scope': 'REGIONAL',
            'DefaultAction': {'Allow': {}},
            'VisibilityConfig': {'SampledRequestsEnabled': True, 'CloudWatchMetricsEnabled': True, 'MetricName': 'x'},
        },
    },
    'Vault': {'Type': 'AWS::Backup::BackupVault', 'Properties': {'BackupVaultName': 'vault'}},
    'BackupPlan': {
        'Type': 'AWS::Backup::BackupPlan',
        'Properties': {
            'BackupPlan': {
                'BackupPlanName': 'p',
                'BackupPlanRule': [{'RuleName': 'r', 'TargetBackupVault': 'ref:Vault'}],
            }
        },
    },
    'Organisation': {'Type': 'AWS::Organizations::Organization', 'Properties': {'FeatureSet': 'ALL'}},
    'Kubernetes': {
        'Type': 'AWS::EKS::Cluster',
        'Properties': {'RoleArn': 'att:Role.Arn', 'ResourcesVpcConfig': {'SubnetIds': ['ref:Subnet', 'ref:Subnet2']}},
    },
    'CacheSubnets': {
        'Type': 'AWS::ElastiCache::SubnetGroup',
        'Properties': {'Description': 'x', 'SubnetIds': ['ref:Subnet']},
    },
    'GlueDatabase': {
        'Type': 'AWS::Glue::Database',
        'Properties': {'CatalogId': 'ref:AWS::AccountId', 'DatabaseInput': {'Name': 'things'}},
    },
    'Window': {
        'Type': 'AWS::SSM::MaintenanceWindow',
        'Properties': {
            'Name': 'window',
            'AllowUnassociatedTargets': True,
            'Cutoff': 1,
            'Duration': 2,
            'Schedule': 'rate(1 day)',
        },
    },
    'Graph': {'Type': 'AWS::AppSync::GraphQLApi', 'Properties': {'Name': 'x', 'AuthenticationType': 'API_KEY'}},
    'Source': {
        'Type': 'AWS::AppSync::DataSource',
        'Properties': {'ApiId': 'att:Graph.ApiId', 'Name': 'none', 'Type': 'NONE'},
    },
    'FirewallPolicy': {
        'Type': 'AWS::NetworkFirewall::FirewallPolicy',
        'Properties': {
            'FirewallPolicyName': 'policy',
            'FirewallPolicy': {
                'StatelessDefaultActions': ['aws:pass'],
                'StatelessFragmentDefaultActions': ['aws:pass'],
            },
        },
    },
    'Record': {
        'Type': 'AWS::ServiceDiscovery::PrivateDnsNamespace',
        'Properties': {'Name': 'internal', 'Vpc': 'ref:Vpc'},
    },
    'Resolved': {
        'Type': 'AWS::Route53Resolver::ResolverRule',
        'Properties': {
            'DomainName': 'corp.example.com',
            'RuleType': 'FORWARD',
            'ResolverEndpointId': 'ref:Outbound',
            'TargetIps': [{'Ip': '10.0.0.9'}],
        },
    },
    'Outbound': {
        'Type': 'AWS::Route53Resolver::ResolverEndpoint',
        'Properties': {
            'Direction': 'OUTBOUND',
            'Name': 'out',
            'SecurityGroupIds': ['ref:Group'],
            'IpAddresses': [{'SubnetId': 'ref:Subnet'}, {'SubnetId': 'ref:Subnet2'}],
        },
    },
    'QueryLog': {
        'Type': 'AWS::Route53Resolver::ResolverQueryLoggingConfig',
        'Properties': {'DestinationArn': 'att:Logs.Arn'},
    },
    'Domains': {
        'Type': 'AWS::Route53Resolver::FirewallDomainList',
        'Properties': {'Domains': ['example.net', '*.example.net']},
    },
    'Rules': {
        'Type': 'AWS::Route53Resolver::FirewallRuleGroup',
        'Properties': {
            'FirewallRules': [
                {
                    'Priority': 100,
                    'Action': 'BLOCK',
                    'BlockResponse': 'NXDOMAIN',
                    'FirewallDomainListId': 'ref:Domains',
                }
            ]
        },
    },
    'PublicKey': {
        'Type': 'AWS::CloudFront::PublicKey',
        'Properties': {'PublicKeyConfig': {'CallerReference': 'x', 'Name': 'key', 'EncodedKey': 'pem'}},
    },
    'Service': {
        'Type': 'AWS::EC2::VPCEndpointService',
        'Properties': {'NetworkLoadBalancerArns': ['ref:NetworkBalancer']},
    },
    'NetworkBalancer': {
        'Type': 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        'Properties': {'Type': 'network', 'Subnets': ['ref:Subnet', 'ref:Subnet2']},
    },
    'Accelerator': {'Type': 'AWS::GlobalAccelerator::Accelerator', 'Properties': {'Name': 'world'}},
    'WorldPort': {
        'Type': 'AWS::GlobalAccelerator::Listener',
        'Properties': {
            'AcceleratorArn': 'ref:Accelerator',
            'Protocol': 'TCP',
            'PortRanges': [{'FromPort': 80, 'ToPort': 80}],
        },
    },
    'Scalable': {
        'Type': 'AWS::ApplicationAutoScaling::ScalableTarget',
        'Properties': {
            'MinCapacity': 1,
            'MaxCapacity': 2,
            'ResourceId': {'Fn::Sub': 'table/${Items}'},
            'RoleARN': 'att:Role.Arn',
            'ScalableDimension': 'dynamodb:table:ReadCapacityUnits',
            'ServiceNamespace': 'dynamodb',
        },
    },
    'Items': {
        'Type': 'AWS::DynamoDB::Table',
        'Properties': {
            'AttributeDefinitions': [{'AttributeName': 'id', 'AttributeType': 'S'}],
            'KeySchema': [{'AttributeName': 'id', 'KeyType': 'HASH'}],
            'ProvisionedThroughput': {'ReadCapacityUnits': 1, 'WriteCapacityUnits': 1},
        },
    },
    'Application': {'Type': 'AWS::CodeDeploy::Application', 'Properties': {'ComputePlatform': 'Lambda'}},
}

FIELDS = {
    'Name': 'f',
    'CallerReference': 'x',
    'EncryptionEntities': [{'PublicKeyId': 'ref:PublicKey', 'ProviderId': 'p', 'FieldPatterns': ['card_*']}],
}
FORMS = {
    'CallerReference': 'x',
    'ContentTypeProfileConfig': {
        'ForwardWhenContentTypeIsUnknown': False,
        'ContentTypeProfiles': [
            {'ContentType': 'application/x-www-form-urlencoded', 'Format': 'URLEncoded', 'ProfileId': 'P1'}
        ],
    },
    'QueryArgProfileConfig': {'ForwardWhenQueryArgProfileIsUnknown': False, 'QueryArgProfiles': []},
}
DISTRIBUTION = {
    'Enabled': True,
    'Origins': [{'Id': 'o', 'DomainName': 'example.com', 'CustomOriginConfig': {'OriginProtocolPolicy': 'https-only'}}],
    'DefaultCacheBehavior': {
        'TargetOriginId': 'o',
        'ViewerProtocolPolicy': 'https-only',
        'CachePolicyId': '658327ea-f89d-4fab-a63d-7e88639e58f6',
    },
}
KEYS = {
    'CookiesConfig': {'CookieBehavior': 'none'},
    'HeadersConfig': {'HeaderBehavior': 'none'},
    'QueryStringsConfig': {'QueryStringBehavior': 'none'},
}
CACHE_KEYS = {**KEYS, 'EnableAcceptEncodingGzip': True}
ITEMS = HELPERS['Items']['Properties']
RECORDED = {
    'Name': 'www.example.com',
    'Type': 'A',
    'TTL': '60',
    'ResourceRecords': ['192.0.2.1'],
    'HostedZoneId': 'ref:Zone',
}
WEIGHED = {
    'Name': 'api.example.com',
    'Type': 'A',
    'TTL': '60',
    'ResourceRecords': ['192.0.2.1'],
    'SetIdentifier': 'one',
    'Weight': 1,
}
ALARM = {
    'ComparisonOperator': 'GreaterThanThreshold',
    'EvaluationPeriods': 1,
    'MetricName': 'Errors',
    'Namespace': 'x',
    'Period': 60,
    'Statistic': 'Sum',
    'Threshold': 0,
}
SCHEDULE = {
    'GroupName': 'ref:Schedules',
    'FlexibleTimeWindow': {'Mode': 'OFF'},
    'Target': {'Arn': 'att:Queue.Arn', 'RoleArn': 'att:Role.Arn'},
}
RULE = {'IpProtocol': 'tcp', 'FromPort': 80, 'ToPort': 80, 'CidrIp': '10.0.0.0/8'}

HELD = {
    'AvailabilityZone': 'us-east-1a',
    'InstanceType': 'c6g.medium',
    'InstancePlatform': 'Linux/UNIX',
    'EndDateType': 'unlimited',
}
INTERFACE = {
    'DeviceIndex': '0',
    'SubnetId': 'ref:Subnet',
    'GroupSet': ['ref:Group'],
    'AssociatePublicIpAddress': True,
}


def own(name: str, **properties) -> tuple[dict, dict]:
    """A helper as the thing that is tested, and a change of it."""
    base = HELPERS[name].get('Properties', {})
    return base, {**base, **properties}


TYPES: dict[str, tuple[dict, dict | None]] = {
    'AWS::CDK::Metadata': ({'Analytics': 'x'}, {'Analytics': 'y'}),
    'AWS::CloudFormation::WaitConditionHandle': ({}, None),
    'AWS::CloudFormation::WaitCondition': ({'Handle': 'https://example.com', 'Timeout': '1'}, None),
    # network
    'AWS::EC2::VPC': own('Vpc', EnableDnsHostnames=True),
    'AWS::EC2::VPCCidrBlock': ({'VpcId': 'ref:Vpc', 'AmazonProvidedIpv6CidrBlock': True}, None),
    'AWS::EC2::Subnet': own('Subnet', MapPublicIpOnLaunch=True),
    'AWS::EC2::SubnetCidrBlock': ({'SubnetId': 'ref:Subnet', 'Ipv6CidrBlock': '2600:1f18:1:1::/64'}, None),
    'AWS::EC2::RouteTable': own('Table', Tags=[{'Key': 'a', 'Value': 'b'}]),
    'AWS::EC2::Route': (
        {'RouteTableId': 'ref:Table', 'DestinationCidrBlock': '0.0.0.0/0', 'GatewayId': 'ref:Gateway'},
        None,
    ),
    'AWS::EC2::SubnetRouteTableAssociation': ({'RouteTableId': 'ref:Table', 'SubnetId': 'ref:Subnet'}, None),
    'AWS::EC2::GatewayRouteTableAssociation': ({'RouteTableId': 'ref:Table', 'GatewayId': 'ref:Gateway'}, None),
    'AWS::EC2::InternetGateway': ({}, {'Tags': [{'Key': 'a', 'Value': 'b'}]}),
    'AWS::EC2::EgressOnlyInternetGateway': ({'VpcId': 'ref:Vpc'}, None),
    'AWS::EC2::VPCGatewayAttachment': own('Attached'),
    'AWS::EC2::EIP': ({'Domain': 'vpc'}, {'Domain': 'vpc', 'Tags': [{'Key': 'a', 'Value': 'b'}]}),
    'AWS::EC2::EIPAssociation': ({'AllocationId': 'att:Address.AllocationId', 'InstanceId': 'ref:Instance'}, None),
    'AWS::EC2::NatGateway': ({'SubnetId': 'ref:Subnet', 'AllocationId': 'att:Address.AllocationId'}, None),
    'AWS::EC2::NetworkInsightsPath': own('InsightsPath'),
    'AWS::EC2::NetworkInsightsAnalysis': ({'NetworkInsightsPathId': 'ref:InsightsPath'}, None),
    'AWS::EC2::NetworkInsightsAccessScope': own('InsightsScope'),
    'AWS::EC2::NetworkInsightsAccessScopeAnalysis': ({'NetworkInsightsAccessScopeId': 'ref:InsightsScope'}, None),
    'AWS::EC2::NetworkAcl': own('Acl'),
    'AWS::EC2::NetworkAclEntry': (
        {
            'NetworkAclId': 'ref:Acl',
            'RuleNumber': 100,
            'Protocol': 6,
            'RuleAction': 'allow',
            'CidrBlock': '10.0.0.0/8',
            'PortRange': {'From': 80, 'To': 80},
        },
        {
            'NetworkAclId': 'ref:Acl',
            'RuleNumber': 100,
            'Protocol': 6,
            'RuleAction': 'deny',
            'CidrBlock': '10.0.0.0/8',
            'PortRange': {'From': 80, 'To': 81},
        },
    ),
    'AWS::EC2::SubnetNetworkAclAssociation': ({'NetworkAclId': 'ref:Acl', 'SubnetId': 'ref:Subnet'}, None),
    'AWS::EC2::FlowLog': (
        {
            'ResourceId': 'ref:Vpc',
            'ResourceType': 'VPC',
            'TrafficType': 'ALL',
            'LogDestinationType': 's3',
            'LogDestination': 'att:Bucket.Arn',
        },
        None,
    ),
    'AWS::EC2::VPCEndpoint': (
        {'VpcId': 'ref:Vpc', 'ServiceName': 'com.amazonaws.us-east-1.s3'},
        {'VpcId': 'ref:Vpc', 'ServiceName': 'com.amazonaws.us-east-1.s3', 'RouteTableIds': ['ref:Table']},
    ),
    'AWS::EC2::DHCPOptions': ({'DomainName': 'example.com'}, None),
    'AWS::EC2::VPCDHCPOptionsAssociation': ({'VpcId': 'ref:Vpc', 'DhcpOptionsId': 'default'}, None),
    # machines
    'AWS::EC2::SecurityGroup': own('Group', SecurityGroupIngress=[RULE]),
    'AWS::EC2::SecurityGroupIngress': (
        {'GroupId': 'ref:Group', **RULE},
        {'GroupId': 'ref:Group', **RULE, 'Description': 'y'},
    ),
    'AWS::EC2::SecurityGroupEgress': (
        {'GroupId': 'ref:Group', **RULE},
        {'GroupId': 'ref:Group', **RULE, 'Description': 'y'},
    ),
    'AWS::EC2::LaunchTemplate': own(
        'Template', LaunchTemplateData={'ImageId': 'ami-12c6146b', 'InstanceType': 't3.small'}
    ),
    'AWS::EC2::Instance': (
        {'ImageId': 'ami-12c6146b', 'InstanceType': 't3.micro', 'NetworkInterfaces': [INTERFACE], 'Monitoring': False},
        {
            'ImageId': 'ami-12c6146b',
            'InstanceType': 't3.micro',
            'NetworkInterfaces': [INTERFACE],
            'DisableApiTermination': False,
        },
    ),
    'AWS::EC2::NetworkInterfaceAttachment': (
        {
            'NetworkInterfaceId': 'ref:Interface',
            'InstanceId': 'ref:Instance',
            'DeviceIndex': '1',
            'DeleteOnTermination': False,
        },
        None,
    ),
    'AWS::EC2::InstanceConnectEndpoint': ({'SubnetId': 'ref:Subnet'}, None),
    'AWS::EC2::KeyPair': ({'KeyName': 'pair'}, None),
    'AWS::EC2::PlacementGroup': ({'Strategy': 'partition', 'PartitionCount': 3}, None),
    'AWS::EC2::CapacityReservation': (
        {**HELD, 'InstanceCount': 1},
        {**HELD, 'InstanceCount': 2},
    ),
    'AWS::EC2::Volume': own('Volume', Size=2),
    'AWS::EC2::VolumeAttachment': (
        {'Device': '/dev/sdh', 'InstanceId': 'ref:Instance', 'VolumeId': 'ref:Volume'},
        None,
    ),
    'AWS::DLM::LifecyclePolicy': (
        {
            'Description': 'x',
            'ExecutionRoleArn': 'att:Role.Arn',
            'State': 'ENABLED',
            'PolicyDetails': {
                'ResourceTypes': ['VOLUME'],
                'TargetTags': [{'Key': 'a', 'Value': 'b'}],
                'Schedules': [{'Name': 's', 'CreateRule': {'Interval': 24}, 'RetainRule': {'Count': 1}}],
            },
        },
        {
            'Description': 'y',
            'ExecutionRoleArn': 'att:Role.Arn',
            'State': 'ENABLED',
            'PolicyDetails': {
                'ResourceTypes': ['VOLUME'],
                'TargetTags': [{'Key': 'a', 'Value': 'b'}],
                'Schedules': [{'Name': 's', 'CreateRule': {'Interval': 24}, 'RetainRule': {'Count': 2}}],
            },
        },
    ),
    'AWS::Rbin::Rule': (
        {'ResourceType': 'EBS_SNAPSHOT', 'RetentionPeriod': {'RetentionPeriodUnit': 'DAYS', 'RetentionPeriodValue': 7}},
        {'ResourceType': 'EBS_SNAPSHOT', 'RetentionPeriod': {'RetentionPeriodUnit': 'DAYS', 'RetentionPeriodValue': 8}},
    ),
    'AWS::EC2::NetworkInterface': ({'SubnetId': 'ref:Subnet'}, {'SubnetId': 'ref:Subnet', 'SourceDestCheck': False}),
    # connections
    'AWS::EC2::TransitGateway': ({'Description': 'x'}, {'Description': 'y'}),
    'AWS::EC2::TransitGatewayAttachment': own('HubAttachment', SubnetIds=['ref:Subnet', 'ref:Subnet2']),
    'AWS::EC2::TransitGatewayVpcAttachment': own('HubAttachment', AddSubnetIds=['ref:Subnet2']),
    'AWS::EC2::TransitGatewayRouteTable': own('HubTable'),
    'AWS::EC2::TransitGatewayRouteTableAssociation': (
        {'TransitGatewayRouteTableId': 'ref:HubTable', 'TransitGatewayAttachmentId': 'ref:HubAttachment'},
        None,
    ),
    'AWS::EC2::TransitGatewayRouteTablePropagation': (
        {'TransitGatewayRouteTableId': 'ref:HubTable', 'TransitGatewayAttachmentId': 'ref:HubAttachment'},
        None,
    ),
    'AWS::EC2::TransitGatewayRoute': (
        {
            'TransitGatewayRouteTableId': 'ref:HubTable',
            'TransitGatewayAttachmentId': 'ref:HubAttachment',
            'DestinationCidrBlock': '10.9.0.0/16',
        },
        None,
    ),
    'AWS::EC2::VPCPeeringConnection': ({'VpcId': 'ref:Vpc', 'PeerVpcId': 'ref:Vpc2'}, None),
    'AWS::EC2::VPNGateway': own('PrivateGateway'),
    'AWS::EC2::CustomerGateway': own('Customer'),
    'AWS::EC2::VPNConnection': own('Vpn'),
    'AWS::EC2::VPNConnectionRoute': ({'VpnConnectionId': 'ref:Vpn', 'DestinationCidrBlock': '192.168.0.0/16'}, None),
    'AWS::EC2::VPNGatewayRoutePropagation': (
        {'RouteTableIds': ['ref:Table'], 'VpnGatewayId': 'ref:PrivateGateway'},
        None,
    ),
    'AWS::EC2::PrefixList': (
        {'AddressFamily': 'IPv4', 'MaxEntries': 5, 'PrefixListName': 'list', 'Entries': [{'Cidr': '10.0.0.0/8'}]},
        {
            'AddressFamily': 'IPv4',
            'MaxEntries': 5,
            'PrefixListName': 'list',
            'Entries': [{'Cidr': '10.0.0.0/8'}, {'Cidr': '11.0.0.0/8'}],
        },
    ),
    'AWS::EC2::VPCEndpointService': own('Service'),
    'AWS::EC2::VPCEndpointServicePermissions': (
        {'ServiceId': 'ref:Service', 'AllowedPrincipals': ['arn:aws:iam::123456789012:root']},
        None,
    ),
    'AWS::EC2::VPCEndpointConnectionNotification': (
        {
            'ConnectionEvents': ['Connect'],
            'ConnectionNotificationArn': 'ref:Topic',
            'ServiceId': 'ref:Service',
        },
        {
            'ConnectionEvents': ['Connect', 'Accept'],
            'ConnectionNotificationArn': 'ref:Topic',
            'ServiceId': 'ref:Service',
        },
    ),
    # identity and keys
    'AWS::IAM::Role': own('Role', Description='y'),
    'AWS::IAM::Policy': (
        {'PolicyName': 'p', 'PolicyDocument': ALLOW, 'Roles': ['ref:Role']},
        {'PolicyName': 'p', 'PolicyDocument': {**ALLOW, 'Id': 'y'}, 'Roles': ['ref:Role']},
    ),
    'AWS::IAM::ManagedPolicy': ({'PolicyDocument': ALLOW}, {'PolicyDocument': ALLOW, 'Roles': ['ref:Role']}),
    'AWS::IAM::InstanceProfile': ({'Roles': ['ref:Role']}, None),
    'AWS::IAM::User': ({}, {'ManagedPolicyArns': ['arn:aws:iam::aws:policy/ReadOnlyAccess']}),
    'AWS::IAM::Group': ({}, {'Policies': [{'PolicyName': 'p', 'PolicyDocument': ALLOW}]}),
    'AWS::IAM::UserToGroupAddition': ({'GroupName': 'ref:Readers', 'Users': ['ref:User']}, None),
    'AWS::IAM::AccessKey': ({'UserName': 'ref:User'}, {'UserName': 'ref:User', 'Status': 'Inactive'}),
    'AWS::IAM::OIDCProvider': (
        {'Url': 'https://token.example.com', 'ThumbprintList': ['a' * 40]},
        {'Url': 'https://token.example.com', 'ThumbprintList': ['b' * 40]},
    ),
    'AWS::IAM::SAMLProvider': ({'SamlMetadataDocument': 'x' * 1000}, {'SamlMetadataDocument': 'y' * 1000}),
    'AWS::IAM::ServiceLinkedRole': ({'AWSServiceName': 'autoscaling.amazonaws.com'}, None),
    'AWS::KMS::Key': own('Key', EnableKeyRotation=True),
    'AWS::KMS::Alias': ({'AliasName': 'alias/x', 'TargetKeyId': 'ref:Key'}, None),
    # storage
    'AWS::S3::Bucket': ({}, {'VersioningConfiguration': {'Status': 'Enabled'}}),
    'AWS::S3::BucketPolicy': (
        {'Bucket': 'ref:Bucket', 'PolicyDocument': open_to('s3:GetObject', {'Fn::Sub': '${Bucket.Arn}/*'})},
        None,
    ),
    'AWS::FSx::FileSystem': (
        {
            'FileSystemType': 'LUSTRE',
            'StorageCapacity': 1200,
            'SubnetIds': ['ref:Subnet'],
            'LustreConfiguration': {'DeploymentType': 'SCRATCH_2'},
        },
        None,
    ),
    'AWS::DirectoryService::MicrosoftAD': (
        {
            'Name': 'corp.example.internal',
            'Password': 'Opens-Nothing-1',
            'VpcSettings': {'VpcId': 'ref:Vpc', 'SubnetIds': ['ref:Subnet', 'ref:Subnet2']},
        },
        None,
    ),
    'AWS::EFS::FileSystem': ({}, {'LifecyclePolicies': [{'TransitionToIA': 'AFTER_7_DAYS'}]}),
    'AWS::EFS::MountTarget': (
        {'FileSystemId': 'ref:Files', 'SubnetId': 'ref:Subnet', 'SecurityGroups': ['ref:Group']},
        None,
    ),
    'AWS::EFS::AccessPoint': ({'FileSystemId': 'ref:Files', 'PosixUser': {'Uid': '1000', 'Gid': '1000'}}, None),
    # messages
    'AWS::SQS::Queue': ({}, {'VisibilityTimeout': 60}),
    'AWS::SQS::QueuePolicy': ({'Queues': ['ref:Queue'], 'PolicyDocument': open_to('sqs:SendMessage')}, None),
    'AWS::SNS::Topic': ({}, {'DisplayName': 'y'}),
    'AWS::SNS::Subscription': (
        {'TopicArn': 'ref:Topic', 'Protocol': 'sqs', 'Endpoint': 'att:Queue.Arn'},
        {'TopicArn': 'ref:Topic', 'Protocol': 'sqs', 'Endpoint': 'att:Queue.Arn', 'RawMessageDelivery': True},
    ),
    'AWS::SNS::TopicPolicy': ({'Topics': ['ref:Topic'], 'PolicyDocument': open_to('sns:Publish')}, None),
    'AWS::Events::Rule': (
        {'ScheduleExpression': 'rate(1 day)'},
        {'ScheduleExpression': 'rate(1 day)', 'Targets': [{'Id': 'q', 'Arn': 'att:Queue.Arn'}]},
    ),
    'AWS::Events::EventBus': own('Bus'),
    'AWS::Events::EventBusPolicy': (
        {'StatementId': 's', 'Action': 'events:PutEvents', 'Principal': '123456789012'},
        None,
    ),
    'AWS::SES::EmailIdentity': (
        {'EmailIdentity': 'example.com'},
        {'EmailIdentity': 'example.com', 'FeedbackAttributes': {'EmailForwardingEnabled': False}},
    ),
    'AWS::SES::ConfigurationSet': own('MailSet', SendingOptions={'SendingEnabled': False}),
    'AWS::SES::ConfigurationSetEventDestination': (
        {
            'ConfigurationSetName': 'ref:MailSet',
            'EventDestination': {'MatchingEventTypes': ['bounce'], 'SnsDestination': {'TopicARN': 'ref:Topic'}},
        },
        {
            'ConfigurationSetName': 'ref:MailSet',
            'EventDestination': {
                'MatchingEventTypes': ['bounce', 'renderingFailure'],
                'SnsDestination': {'TopicARN': 'ref:Topic'},
            },
        },
    ),
    'AWS::Events::Archive': ({'SourceArn': 'att:Bus.Arn'}, {'SourceArn': 'att:Bus.Arn', 'RetentionDays': 3}),
    'AWS::Events::Connection': own('Connection', Description='y'),
    'AWS::Events::ApiDestination': (
        {'ConnectionArn': 'att:Connection.Arn', 'HttpMethod': 'POST', 'InvocationEndpoint': 'https://example.com'},
        None,
    ),
    'AWS::Pipes::Pipe': (
        {
            'RoleArn': 'att:Role.Arn',
            'Source': 'att:Queue.Arn',
            'Target': 'att:Stream.Arn',
            'TargetParameters': {'KinesisStreamParameters': {'PartitionKey': 'x'}},
        },
        None,
    ),
    'AWS::StepFunctions::StateMachine': own(
        'Machine', DefinitionString='{"StartAt":"B","States":{"B":{"Type":"Succeed"}}}'
    ),
    'AWS::StepFunctions::Activity': ({'Name': 'activity'}, None),
    'AWS::AppConfig::Application': own('Settings', Description='y'),
    'AWS::AppConfig::Environment': own('SettingsPlace', Description='y'),
    'AWS::AppConfig::ConfigurationProfile': own('SettingsProfile', Description='y'),
    'AWS::AppConfig::HostedConfigurationVersion': (HELPERS['SettingsVersion']['Properties'], None),
    'AWS::AppConfig::DeploymentStrategy': own('SettingsStrategy', GrowthFactor=50),
    'AWS::AppConfig::Deployment': (
        {
            'ApplicationId': 'ref:Settings',
            'EnvironmentId': 'ref:SettingsPlace',
            'ConfigurationProfileId': 'ref:SettingsProfile',
            'ConfigurationVersion': 'ref:SettingsVersion',
            'DeploymentStrategyId': 'ref:SettingsStrategy',
        },
        None,
    ),
    'AWS::IoT::TopicRule': (
        {'TopicRulePayload': {'Sql': "SELECT * FROM 'a'", 'Actions': [TO_QUEUE]}},
        {'TopicRulePayload': {'Sql': "SELECT * FROM 'b'", 'Actions': [TO_QUEUE]}},
    ),
    'AWS::Kinesis::Stream': own('Stream', RetentionPeriodHours=48),
    'AWS::Kinesis::StreamConsumer': ({'ConsumerName': 'reader', 'StreamARN': 'att:Stream.Arn'}, None),
    'AWS::KinesisFirehose::DeliveryStream': (
        {'S3DestinationConfiguration': {'BucketARN': 'att:Bucket.Arn', 'RoleARN': 'att:Role.Arn'}},
        None,
    ),
    'AWS::Scheduler::ScheduleGroup': ({}, None),
    'AWS::Scheduler::Schedule': (
        {**SCHEDULE, 'ScheduleExpression': 'rate(1 day)'},
        {**SCHEDULE, 'ScheduleExpression': 'rate(2 days)'},
    ),
    # functions
    'AWS::Lambda::Function': own('Function', Timeout=9),
    'AWS::Lambda::Version': own('Version'),
    'AWS::Lambda::Alias': (
        {'FunctionName': 'ref:Function', 'FunctionVersion': 'att:Version.Version', 'Name': 'live'},
        {'FunctionName': 'ref:Function', 'FunctionVersion': 'att:Version.Version', 'Name': 'live', 'Description': 'y'},
    ),
    'AWS::Lambda::Permission': (
        {'Action': 'lambda:InvokeFunction', 'FunctionName': 'ref:Function', 'Principal': 'sns.amazonaws.com'},
        None,
    ),
    'AWS::Lambda::LayerVersion': ({'Content': {'S3Bucket': 'layers', 'S3Key': 'layer.zip'}}, None),
    'AWS::Lambda::EventSourceMapping': (
        {'FunctionName': 'ref:Function', 'EventSourceArn': 'att:Queue.Arn'},
        {'FunctionName': 'ref:Function', 'EventSourceArn': 'att:Queue.Arn', 'BatchSize': 5},
    ),
    'AWS::Lambda::EventInvokeConfig': (
        {'FunctionName': 'ref:Function', 'Qualifier': '$LATEST', 'MaximumRetryAttempts': 1},
        {'FunctionName': 'ref:Function', 'Qualifier': '$LATEST', 'MaximumRetryAttempts': 0},
    ),
    'AWS::Lambda::Url': (
        {'AuthType': 'NONE', 'TargetFunctionArn': 'ref:Function'},
        {'AuthType': 'AWS_IAM', 'TargetFunctionArn': 'ref:Function'},
    ),
    # REST APIs
    'AWS::ApiGateway::RestApi': own('Rest', Description='y'),
    'AWS::ApiGateway::Resource': (
        {'RestApiId': 'ref:Rest', 'ParentId': 'att:Rest.RootResourceId', 'PathPart': 'things'},
        None,
    ),
    'AWS::ApiGateway::Method': own('Method', ApiKeyRequired=True),
    'AWS::ApiGateway::Model': (
        {'RestApiId': 'ref:Rest', 'ContentType': 'application/json', 'Schema': {'type': 'object'}},
        None,
    ),
    'AWS::ApiGateway::RequestValidator': (
        {'RestApiId': 'ref:Rest', 'ValidateRequestBody': True},
        {'RestApiId': 'ref:Rest', 'ValidateRequestBody': False},
    ),
    'AWS::ApiGateway::GatewayResponse': (
        {'RestApiId': 'ref:Rest', 'ResponseType': 'DEFAULT_4XX'},
        {'RestApiId': 'ref:Rest', 'ResponseType': 'DEFAULT_4XX', 'StatusCode': '400'},
    ),
    'AWS::ApiGateway::Deployment': own('Deployment'),
    'AWS::ApiGateway::Stage': own('Stage', Description='y'),
    'AWS::ApiGateway::UsagePlan': ({}, {'Throttle': {'RateLimit': 5, 'BurstLimit': 5}}),
    'AWS::ApiGateway::UsagePlanKey': ({'KeyId': 'ref:ApiKey', 'KeyType': 'API_KEY', 'UsagePlanId': 'ref:Plan'}, None),
    'AWS::ApiGateway::ApiKey': own('ApiKey', Enabled=False),
    'AWS::ApiGateway::Authorizer': (
        {
            'RestApiId': 'ref:Rest',
            'Name': 'a',
            'Type': 'TOKEN',
            'IdentitySource': 'method.request.header.Authorization',
            'AuthorizerUri': 'arn:aws:apigateway:us-east-1:lambda:path/x',
        },
        {
            'RestApiId': 'ref:Rest',
            'Name': 'b',
            'Type': 'TOKEN',
            'IdentitySource': 'method.request.header.Authorization',
            'AuthorizerUri': 'arn:aws:apigateway:us-east-1:lambda:path/x',
        },
    ),
    'AWS::ApiGateway::Account': ({'CloudWatchRoleArn': 'att:Role.Arn'}, None),
    'AWS::ApiGateway::DomainName': own('Domain'),
    'AWS::ApiGateway::BasePathMapping': (
        {'DomainName': 'ref:Domain', 'RestApiId': 'ref:Rest', 'Stage': 'ref:Stage'},
        None,
    ),
    # HTTP APIs
    'AWS::ApiGatewayV2::Api': own('Http', Description='y'),
    'AWS::ApiGatewayV2::Stage': own('HttpStage', Description='y'),
    'AWS::ApiGatewayV2::Deployment': ({'ApiId': 'ref:Http'}, None),
    'AWS::ApiGatewayV2::Integration': own('Integration', Description='y'),
    'AWS::ApiGatewayV2::Route': own('Route', OperationName='y'),
    'AWS::ApiGatewayV2::Authorizer': (
        {
            'ApiId': 'ref:Http',
            'AuthorizerType': 'JWT',
            'Name': 'a',
            'IdentitySource': ['$request.header.Authorization'],
            'JwtConfiguration': {'Issuer': 'https://example.com', 'Audience': ['x']},
        },
        {
            'ApiId': 'ref:Http',
            'AuthorizerType': 'JWT',
            'Name': 'b',
            'IdentitySource': ['$request.header.Authorization'],
            'JwtConfiguration': {'Issuer': 'https://example.com', 'Audience': ['x']},
        },
    ),
    'AWS::ApiGatewayV2::Model': (
        {'ApiId': 'ref:Http', 'Name': 'm', 'ContentType': 'application/json', 'Schema': {'type': 'object'}},
        None,
    ),
    'AWS::ApiGatewayV2::IntegrationResponse': (
        {'ApiId': 'ref:Http', 'IntegrationId': 'ref:Integration', 'IntegrationResponseKey': '/200/'},
        None,
    ),
    'AWS::ApiGatewayV2::RouteResponse': (
        {'ApiId': 'ref:Http', 'RouteId': 'ref:Route', 'RouteResponseKey': '$default'},
        None,
    ),
    'AWS::ApiGatewayV2::DomainName': own('HttpDomain'),
    'AWS::ApiGatewayV2::ApiMapping': (
        {'ApiId': 'ref:Http', 'DomainName': 'ref:HttpDomain', 'Stage': 'ref:HttpStage'},
        None,
    ),
    'AWS::ApiGatewayV2::VpcLink': (
        {'Name': 'link', 'SubnetIds': ['ref:Subnet']},
        {'Name': 'link2', 'SubnetIds': ['ref:Subnet']},
    ),
    # tables and databases
    'AWS::DynamoDB::Table': own('Items', ProvisionedThroughput={'ReadCapacityUnits': 2, 'WriteCapacityUnits': 1}),
    'AWS::DynamoDB::GlobalTable': (
        {
            'AttributeDefinitions': ITEMS['AttributeDefinitions'],
            'KeySchema': ITEMS['KeySchema'],
            'BillingMode': 'PAY_PER_REQUEST',
            'Replicas': [{'Region': 'us-east-1'}],
        },
        {
            'AttributeDefinitions': ITEMS['AttributeDefinitions'],
            'KeySchema': ITEMS['KeySchema'],
            'BillingMode': 'PAY_PER_REQUEST',
            'Replicas': [
                {'Region': 'us-east-1', 'PointInTimeRecoverySpecification': {'PointInTimeRecoveryEnabled': True}}
            ],
        },
    ),
    'AWS::RDS::DBInstance': own('Database', AllocatedStorage='30'),
    'AWS::RDS::DBCluster': (
        {'Engine': 'aurora-postgresql', 'MasterUsername': 'root1', 'MasterUserPassword': 'password1'},
        {
            'Engine': 'aurora-postgresql',
            'MasterUsername': 'root1',
            'MasterUserPassword': 'password1',
            'BackupRetentionPeriod': 7,
        },
    ),
    'AWS::RDS::DBSubnetGroup': own('Subnets', DBSubnetGroupDescription='y'),
    'AWS::RDS::DBParameterGroup': (
        {'Family': 'postgres16', 'Description': 'x'},
        {'Family': 'postgres16', 'Description': 'x', 'Parameters': {'log_statement': 'all'}},
    ),
    'AWS::RDS::DBClusterParameterGroup': (
        {'Family': 'aurora-postgresql16', 'Description': 'x', 'Parameters': {'log_statement': 'all'}},
        None,
    ),
    'AWS::RDS::DBProxy': own('Proxy'),
    'AWS::RDS::DBProxyTargetGroup': (
        {'DBProxyName': 'ref:Proxy', 'TargetGroupName': 'default', 'DBInstanceIdentifiers': ['ref:Database']},
        None,
    ),
    'AWS::RDS::OptionGroup': (
        {'EngineName': 'mysql', 'MajorEngineVersion': '5.6', 'OptionGroupDescription': 'x'},
        None,
    ),
    'AWS::RDS::GlobalCluster': ({'Engine': 'aurora-postgresql'}, None),
    'AWS::RDS::EventSubscription': ({'SnsTopicArn': 'ref:Topic'}, None),
    'AWS::ElastiCache::SubnetGroup': own('CacheSubnets', Description='y'),
    'AWS::ElastiCache::ReplicationGroup': (
        {
            'ReplicationGroupDescription': 'x',
            'Engine': 'redis',
            'CacheNodeType': 'cache.t3.micro',
            'NumCacheClusters': 1,
        },
        {
            'ReplicationGroupDescription': 'y',
            'Engine': 'redis',
            'CacheNodeType': 'cache.t3.micro',
            'NumCacheClusters': 1,
        },
    ),
    'AWS::ElastiCache::CacheCluster': (
        {'Engine': 'redis', 'CacheNodeType': 'cache.t3.micro', 'NumCacheNodes': 1},
        None,
    ),
    'AWS::ElastiCache::User': (
        {
            'Engine': 'redis',
            'UserId': 'ann',
            'UserName': 'ann',
            'AccessString': 'on ~* +@all',
            'NoPasswordRequired': True,
        },
        None,
    ),
    'AWS::SecretsManager::Secret': own('Secret', Description='y'),
    'AWS::SecretsManager::SecretTargetAttachment': (
        {'SecretId': 'ref:Secret', 'TargetId': 'ref:Database', 'TargetType': 'AWS::RDS::DBInstance'},
        None,
    ),
    'AWS::SecretsManager::RotationSchedule': (
        {
            'SecretId': 'ref:Secret',
            'RotationLambdaARN': 'att:Function.Arn',
            'RotationRules': {'AutomaticallyAfterDays': 30},
        },
        None,
    ),
    'AWS::SecretsManager::ResourcePolicy': (
        {'SecretId': 'ref:Secret', 'ResourcePolicy': open_to('secretsmanager:GetSecretValue')},
        None,
    ),
    # load balancing and scaling
    'AWS::GlobalAccelerator::Accelerator': ({'Name': 'world'}, {'Name': 'world', 'Enabled': False}),
    'AWS::GlobalAccelerator::Listener': own('WorldPort', ClientAffinity='SOURCE_IP'),
    'AWS::GlobalAccelerator::EndpointGroup': (
        {'ListenerArn': 'ref:WorldPort', 'EndpointGroupRegion': 'us-east-1'},
        {
            'ListenerArn': 'ref:WorldPort',
            'EndpointGroupRegion': 'us-east-1',
            'TrafficDialPercentage': 50,
            'EndpointConfigurations': [{'EndpointId': 'ref:NetworkBalancer', 'Weight': 1}],
        },
    ),
    'AWS::ElasticLoadBalancingV2::LoadBalancer': own(
        'Balancer', LoadBalancerAttributes=[{'Key': 'idle_timeout.timeout_seconds', 'Value': '30'}]
    ),
    'AWS::ElasticLoadBalancingV2::TargetGroup': own('Targets', HealthCheckPath='/health', Targets=[{'Id': '10.0.0.10', 'Port': 80}]),
    'AWS::ElasticLoadBalancingV2::Listener': own('Listener', Port=81),
    'AWS::ElasticLoadBalancingV2::ListenerCertificate': (
        {'ListenerArn': 'ref:Listener', 'Certificates': [{'CertificateArn': 'ref:Certificate'}]},
        None,
    ),
    'AWS::ElasticLoadBalancingV2::ListenerRule': (
        {
            'ListenerArn': 'ref:Listener',
            'Priority': 1,
            'Conditions': [{'Field': 'path-pattern', 'PathPatternConfig': {'Values': ['/x']}}],
            'Actions': [{'Type': 'forward', 'TargetGroupArn': 'ref:Targets'}],
        },
        {
            'ListenerArn': 'ref:Listener',
            'Priority': 2,
            'Conditions': [{'Field': 'path-pattern', 'PathPatternConfig': {'Values': ['/y']}}],
            'Actions': [{'Type': 'forward', 'TargetGroupArn': 'ref:Targets'}],
        },
    ),
    'AWS::AutoScaling::AutoScalingGroup': own('Scaled', MaxSize='2'),
    'AWS::AutoScaling::ScalingPolicy': (
        {
            'AutoScalingGroupName': 'ref:Scaled',
            'PolicyType': 'TargetTrackingScaling',
            'TargetTrackingConfiguration': {
                'TargetValue': 50,
                'PredefinedMetricSpecification': {'PredefinedMetricType': 'ASGAverageCPUUtilization'},
            },
        },
        {
            'AutoScalingGroupName': 'ref:Scaled',
            'PolicyType': 'TargetTrackingScaling',
            'TargetTrackingConfiguration': {
                'TargetValue': 60,
                'PredefinedMetricSpecification': {'PredefinedMetricType': 'ASGAverageCPUUtilization'},
            },
        },
    ),
    'AWS::AutoScaling::ScheduledAction': (
        {'AutoScalingGroupName': 'ref:Scaled', 'Recurrence': '0 8 * * *', 'MinSize': 1},
        None,
    ),
    'AWS::AutoScaling::LifecycleHook': (
        {'AutoScalingGroupName': 'ref:Scaled', 'LifecycleTransition': 'autoscaling:EC2_INSTANCE_TERMINATING'},
        None,
    ),
    'AWS::AutoScaling::WarmPool': ({'AutoScalingGroupName': 'ref:Scaled', 'MinSize': 0}, None),
    'AWS::AutoScaling::LaunchConfiguration': ({'ImageId': 'ami-12c6146b', 'InstanceType': 't3.micro'}, None),
    'AWS::ApplicationAutoScaling::ScalableTarget': own('Scalable', MaxCapacity=3),
    'AWS::ApplicationAutoScaling::ScalingPolicy': (
        {
            'PolicyName': 'p',
            'PolicyType': 'TargetTrackingScaling',
            'ScalingTargetId': 'ref:Scalable',
            'TargetTrackingScalingPolicyConfiguration': {
                'TargetValue': 70,
                'PredefinedMetricSpecification': {'PredefinedMetricType': 'DynamoDBReadCapacityUtilization'},
            },
        },
        None,
    ),
    # the edge and names
    'AWS::CloudFront::Distribution': (
        {'DistributionConfig': DISTRIBUTION},
        {'DistributionConfig': {**DISTRIBUTION, 'Comment': 'y'}},
    ),
    'AWS::CloudFront::OriginAccessControl': (
        {
            'OriginAccessControlConfig': {
                'Name': 'o',
                'OriginAccessControlOriginType': 's3',
                'SigningBehavior': 'always',
                'SigningProtocol': 'sigv4',
            }
        },
        {
            'OriginAccessControlConfig': {
                'Name': 'o',
                'OriginAccessControlOriginType': 's3',
                'SigningBehavior': 'never',
                'SigningProtocol': 'sigv4',
            }
        },
    ),
    'AWS::CloudFront::CachePolicy': (
        {
            'CachePolicyConfig': {
                'Name': 'c',
                'DefaultTTL': 1,
                'MaxTTL': 2,
                'MinTTL': 0,
                'ParametersInCacheKeyAndForwardedToOrigin': CACHE_KEYS | {'EnableAcceptEncodingBrotli': True},
            }
        },
        {
            'CachePolicyConfig': {
                'Name': 'c',
                'DefaultTTL': 2,
                'MaxTTL': 3,
                'MinTTL': 0,
                'ParametersInCacheKeyAndForwardedToOrigin': CACHE_KEYS | {'EnableAcceptEncodingBrotli': True},
            }
        },
    ),
    'AWS::CloudFront::OriginRequestPolicy': ({'OriginRequestPolicyConfig': {'Name': 'r', **KEYS}}, None),
    'AWS::CloudFront::ResponseHeadersPolicy': (
        {
            'ResponseHeadersPolicyConfig': {
                'Name': 'h',
                'SecurityHeadersConfig': {'ContentTypeOptions': {'Override': True}},
            }
        },
        None,
    ),
    'AWS::CloudFront::CloudFrontOriginAccessIdentity': (
        {'CloudFrontOriginAccessIdentityConfig': {'Comment': 'x'}},
        None,
    ),
    'AWS::CloudFront::Function': (
        {
            'Name': 'f',
            'FunctionCode': 'function handler(e) { return e.request }',
            'FunctionConfig': {'Comment': 'x', 'Runtime': 'cloudfront-js-2.0'},
            'AutoPublish': True,
        },
        {
            'Name': 'f',
            'FunctionCode': 'function handler(e) { return e.response }',
            'FunctionConfig': {'Comment': 'x', 'Runtime': 'cloudfront-js-2.0'},
            'AutoPublish': True,
        },
    ),
    'AWS::CloudFront::KeyValueStore': ({'Name': 'values', 'Comment': 'x'}, {'Name': 'values', 'Comment': 'y'}),
    'AWS::CloudFront::PublicKey': own('PublicKey'),
    'AWS::CloudFront::KeyGroup': (
        {'KeyGroupConfig': {'Name': 'g', 'Items': ['ref:PublicKey']}},
        {'KeyGroupConfig': {'Name': 'h', 'Items': ['ref:PublicKey']}},
    ),
    'AWS::CloudFront::FieldLevelEncryptionProfile': (
        {'FieldLevelEncryptionProfileConfig': FIELDS},
        {'FieldLevelEncryptionProfileConfig': {**FIELDS, 'Comment': 'y'}},
    ),
    'AWS::CloudFront::FieldLevelEncryptionConfig': (FORMS, {**FORMS, 'Comment': 'y'}),
    'AWS::Route53::HostedZone': own('Zone', HostedZoneConfig={'Comment': 'y'}),
    'AWS::Route53::RecordSet': (RECORDED, {**RECORDED, 'TTL': '120'}),
    'AWS::Route53::RecordSetGroup': (
        {'HostedZoneId': 'ref:Zone', 'RecordSets': [WEIGHED]},
        {'HostedZoneId': 'ref:Zone', 'RecordSets': [{**WEIGHED, 'Weight': 2}]},
    ),
    'AWS::Route53::CidrCollection': (
        {'Name': 'offices', 'Locations': [{'LocationName': 'one', 'CidrList': ['18.234.0.0/16']}]},
        {'Name': 'offices', 'Locations': [{'LocationName': 'other', 'CidrList': ['18.235.0.0/16']}]},
    ),
    'AWS::Route53::KeySigningKey': own('ZoneKey', Status='INACTIVE'),
    'AWS::Route53::DNSSEC': ({'HostedZoneId': 'ref:Zone'}, None),
    'AWS::Route53::HealthCheck': (
        {'HealthCheckConfig': {'Type': 'HTTP', 'FullyQualifiedDomainName': 'example.com', 'Port': 80}},
        None,
    ),
    'AWS::CertificateManager::Certificate': own('Certificate'),
    'AWS::Route53Resolver::ResolverEndpoint': own('Outbound'),
    'AWS::Route53Resolver::ResolverRule': own('Resolved'),
    'AWS::Route53Resolver::ResolverRuleAssociation': ({'ResolverRuleId': 'ref:Resolved', 'VPCId': 'ref:Vpc'}, None),
    'AWS::Route53Resolver::ResolverQueryLoggingConfig': own('QueryLog'),
    'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation': (
        {'ResolverQueryLogConfigId': 'ref:QueryLog', 'ResourceId': 'ref:Vpc'},
        None,
    ),
    'AWS::Route53Resolver::FirewallDomainList': own('Domains', Domains=['example.org']),
    'AWS::Route53Resolver::FirewallRuleGroup': own(
        'Rules', FirewallRules=[{'Priority': 5, 'Action': 'ALLOW', 'FirewallDomainListId': 'ref:Domains'}]
    ),
    'AWS::Route53Resolver::FirewallRuleGroupAssociation': (
        {'FirewallRuleGroupId': 'ref:Rules', 'VpcId': 'ref:Vpc', 'Priority': 101},
        {'FirewallRuleGroupId': 'ref:Rules', 'VpcId': 'ref:Vpc', 'Priority': 9899},
    ),
    'AWS::Route53Resolver::FirewallConfig': (
        {'ResourceId': 'ref:Vpc', 'FirewallFailOpen': 'ENABLED'},
        {'ResourceId': 'ref:Vpc', 'FirewallFailOpen': 'DISABLED'},
    ),
    'AWS::ServiceDiscovery::PrivateDnsNamespace': own('Record'),
    'AWS::ServiceDiscovery::HttpNamespace': ({'Name': 'names'}, None),
    'AWS::ServiceDiscovery::Service': (
        {'NamespaceId': 'ref:Record', 'DnsConfig': {'DnsRecords': [{'Type': 'A', 'TTL': 60}]}},
        None,
    ),
    'AWS::CloudFront::VpcOrigin': (
        {'VpcOriginEndpointConfig': {'Name': 'inside', 'Arn': 'ref:Balancer', 'OriginProtocolPolicy': 'http-only'}},
        {'VpcOriginEndpointConfig': {'Name': 'inside', 'Arn': 'ref:Balancer', 'OriginProtocolPolicy': 'https-only'}},
    ),
    'AWS::WAFv2::WebACL': own('Acl2', Description='y'),
    'AWS::WAFv2::IPSet': (
        {'Scope': 'REGIONAL', 'IPAddressVersion': 'IPV4', 'Addresses': ['192.0.2.0/24']},
        {'Scope': 'REGIONAL', 'IPAddressVersion': 'IPV4', 'Addresses': ['192.0.3.0/24']},
    ),
    'AWS::WAFv2::RegexPatternSet': (
        {'Scope': 'REGIONAL', 'RegularExpressionList': ['a+']},
        {'Scope': 'REGIONAL', 'RegularExpressionList': ['b+']},
    ),
    'AWS::WAFv2::RuleGroup': (
        {
            'Scope': 'REGIONAL',
            'Capacity': 5,
            'VisibilityConfig': {'SampledRequestsEnabled': True, 'CloudWatchMetricsEnabled': True, 'MetricName': 'x'},
        },
        None,
    ),
    'AWS::WAFv2::WebACLAssociation': ({'WebACLArn': 'att:Acl2.Arn', 'ResourceArn': 'ref:Balancer'}, None),
    'AWS::WAFv2::LoggingConfiguration': (
        {
            'ResourceArn': 'att:Acl2.Arn',
            'LogDestinationConfigs': ['arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-x'],
        },
        None,
    ),
    'AWS::NetworkFirewall::FirewallPolicy': own('FirewallPolicy'),
    'AWS::NetworkFirewall::RuleGroup': (
        {
            'RuleGroupName': 'rules',
            'Type': 'STATEFUL',
            'Capacity': 10,
            'RuleGroup': {'RulesSource': {'RulesString': 'pass tcp any any -> any any (sid:1;)'}},
        },
        None,
    ),
    'AWS::NetworkFirewall::Firewall': (
        {
            'FirewallName': 'wall',
            'FirewallPolicyArn': 'ref:FirewallPolicy',
            'VpcId': 'ref:Vpc',
            'SubnetMappings': [{'SubnetId': 'ref:Subnet'}],
        },
        None,
    ),
    # people
    'AWS::Cognito::UserPool': ({}, {'DeletionProtection': 'INACTIVE'}),
    'AWS::Cognito::UserPoolClient': (
        {'UserPoolId': 'ref:Pool'},
        {'UserPoolId': 'ref:Pool', 'ExplicitAuthFlows': ['ALLOW_USER_PASSWORD_AUTH']},
    ),
    'AWS::Cognito::UserPoolDomain': ({'UserPoolId': 'ref:Pool', 'Domain': 'sign-in'}, None),
    'AWS::Cognito::ManagedLoginBranding': (
        {'UserPoolId': 'ref:Pool', 'ClientId': 'ref:PoolClient', 'UseCognitoProvidedValues': True},
        {
            'UserPoolId': 'ref:Pool',
            'ClientId': 'ref:PoolClient',
            'UseCognitoProvidedValues': False,
            'Settings': {'components': {'form': {'borderRadius': 4}}},
        },
    ),
    'AWS::Cognito::UserPoolGroup': own('PoolGroup', Description='y'),
    'AWS::Cognito::UserPoolResourceServer': (
        {'UserPoolId': 'ref:Pool', 'Identifier': 'api', 'Name': 'api'},
        {'UserPoolId': 'ref:Pool', 'Identifier': 'api', 'Name': 'api2'},
    ),
    'AWS::Cognito::UserPoolIdentityProvider': (
        {
            'UserPoolId': 'ref:Pool',
            'ProviderName': 'Google',
            'ProviderType': 'Google',
            'ProviderDetails': {'client_id': 'x', 'client_secret': 'y', 'authorize_scopes': 'email'},
        },
        None,
    ),
    'AWS::Cognito::UserPoolUser': own('PoolUser'),
    'AWS::Cognito::UserPoolUserToGroupAttachment': (
        {'UserPoolId': 'ref:Pool', 'Username': 'ref:PoolUser', 'GroupName': 'ref:PoolGroup'},
        None,
    ),
    'AWS::Cognito::IdentityPool': own('Identities', AllowUnauthenticatedIdentities=True),
    'AWS::Cognito::IdentityPoolRoleAttachment': (
        {'IdentityPoolId': 'ref:Identities', 'Roles': {'authenticated': 'att:Role.Arn'}},
        None,
    ),
    # media
    'AWS::MediaConvert::Queue': ({'PricingPlan': 'ON_DEMAND'}, {'PricingPlan': 'ON_DEMAND', 'Description': 'y'}),
    # images
    'AWS::ImageBuilder::Component': own('BakedPart'),
    'AWS::ImageBuilder::ImageRecipe': own('Recipe'),
    'AWS::ImageBuilder::InfrastructureConfiguration': own('BakePlace', InstanceTypes=['t4g.micro']),
    'AWS::ImageBuilder::DistributionConfiguration': own('BakedFor', Description='y'),
    'AWS::ImageBuilder::ImagePipeline': (
        {
            'Name': 'pages',
            'ImageRecipeArn': 'ref:Recipe',
            'InfrastructureConfigurationArn': 'ref:BakePlace',
            'DistributionConfigurationArn': 'ref:BakedFor',
        },
        {
            'Name': 'pages',
            'ImageRecipeArn': 'ref:Recipe',
            'InfrastructureConfigurationArn': 'ref:BakePlace',
            'DistributionConfigurationArn': 'ref:BakedFor',
            'Description': 'y',
        },
    ),
    'AWS::ImageBuilder::Image': (
        {
            'ImageRecipeArn': 'ref:Recipe',
            'InfrastructureConfigurationArn': 'ref:BakePlace',
            'DistributionConfigurationArn': 'ref:BakedFor',
        },
        None,
    ),
    # containers
    'AWS::ECR::Repository': ({}, {'ImageTagMutability': 'IMMUTABLE'}),
    'AWS::ECS::Cluster': ({}, {'ClusterSettings': [{'Name': 'containerInsights', 'Value': 'enabled'}]}),
    'AWS::ECS::TaskDefinition': own('Task'),
    'AWS::ECS::Service': (
        {
            'Cluster': 'ref:Cluster',
            'TaskDefinition': 'ref:Task',
            'DesiredCount': 1,
            'LaunchType': 'FARGATE',
            'NetworkConfiguration': {'AwsvpcConfiguration': {'Subnets': ['ref:Subnet']}},
        },
        {
            'Cluster': 'ref:Cluster',
            'TaskDefinition': 'ref:Task',
            'DesiredCount': 2,
            'LaunchType': 'FARGATE',
            'NetworkConfiguration': {'AwsvpcConfiguration': {'Subnets': ['ref:Subnet']}},
        },
    ),
    'AWS::ECS::CapacityProvider': (
        {'Name': 'machines', 'AutoScalingGroupProvider': {'AutoScalingGroupArn': 'att:Scaled.AutoScalingGroupARN'}},
        None,
    ),
    'AWS::ECS::ClusterCapacityProviderAssociations': (
        {
            'Cluster': 'ref:Cluster',
            'CapacityProviders': ['FARGATE'],
            'DefaultCapacityProviderStrategy': [{'CapacityProvider': 'FARGATE'}],
        },
        None,
    ),
    'AWS::EKS::Cluster': own('Kubernetes'),
    'AWS::EKS::Nodegroup': (
        {'ClusterName': 'ref:Kubernetes', 'NodeRole': 'att:Role.Arn', 'Subnets': ['ref:Subnet']},
        None,
    ),
    'AWS::EKS::FargateProfile': (
        {
            'ClusterName': 'ref:Kubernetes',
            'PodExecutionRoleArn': 'att:Role.Arn',
            'Selectors': [{'Namespace': 'default'}],
        },
        None,
    ),
    # operations
    'AWS::Logs::LogGroup': ({}, {'RetentionInDays': 7}),
    'AWS::Logs::LogStream': ({'LogGroupName': 'ref:Logs'}, None),
    'AWS::Logs::MetricFilter': (
        {
            'LogGroupName': 'ref:Logs',
            'FilterPattern': 'ERROR',
            'MetricTransformations': [{'MetricName': 'm', 'MetricNamespace': 'n', 'MetricValue': '1'}],
        },
        None,
    ),
    'AWS::Logs::SubscriptionFilter': (
        {'LogGroupName': 'ref:Logs', 'FilterPattern': '', 'DestinationArn': 'att:Function.Arn'},
        None,
    ),
    'AWS::Logs::DeliverySource': (
        {'Name': 'source', 'LogType': 'ERROR_LOGS', 'ResourceArn': 'att:Bus.Arn'},
        None,
    ),
    'AWS::Logs::DeliveryDestination': (
        {'Name': 'destination', 'DestinationResourceArn': 'att:Logs.Arn'},
        None,
    ),
    'AWS::Logs::Delivery': (
        {'DeliverySourceName': 'ref:BusErrors', 'DeliveryDestinationArn': 'att:BusErrorPlace.Arn'},
        None,
    ),
    'AWS::Logs::ResourcePolicy': (
        {'PolicyName': 'p', 'PolicyDocument': '{}'},
        {'PolicyName': 'p', 'PolicyDocument': '{"Version":"2012-10-17"}'},
    ),
    'AWS::Logs::Destination': (
        {'DestinationName': 'd', 'RoleArn': 'att:Role.Arn', 'TargetArn': 'att:Stream.Arn'},
        None,
    ),
    'AWS::Logs::QueryDefinition': ({'Name': 'q', 'QueryString': 'fields @message'}, None),
    'AWS::CloudWatch::Alarm': (ALARM, {**ALARM, 'Threshold': 1}),
    'AWS::CloudWatch::CompositeAlarm': ({'AlarmRule': 'ALARM(x)'}, {'AlarmRule': 'OK(x)'}),
    'AWS::CloudWatch::Dashboard': (
        {'DashboardBody': '{"widgets":[]}'},
        {'DashboardBody': '{"widgets":[],"periodOverride":"auto"}'},
    ),
    'AWS::SSM::Parameter': ({'Type': 'String', 'Value': 'x'}, {'Type': 'String', 'Value': 'y'}),
    'AWS::SSM::Document': (
        {'DocumentType': 'Command', 'Content': {'schemaVersion': '2.2', 'description': 'x', 'mainSteps': []}},
        None,
    ),
    'AWS::SSM::MaintenanceWindow': own('Window'),
    'AWS::SSM::MaintenanceWindowTarget': (
        {'WindowId': 'ref:Window', 'ResourceType': 'INSTANCE', 'Targets': [{'Key': 'tag:a', 'Values': ['b']}]},
        None,
    ),
    'AWS::SSM::MaintenanceWindowTask': (
        {
            'WindowId': 'ref:Window',
            'TaskType': 'RUN_COMMAND',
            'TaskArn': 'AWS-RunShellScript',
            'Priority': 1,
            'Targets': [{'Key': 'InstanceIds', 'Values': ['i-1']}],
        },
        None,
    ),
    'AWS::SSM::PatchBaseline': ({'Name': 'baseline'}, None),
    'AWS::CodeDeploy::Application': own('Application'),
    'AWS::CodeDeploy::DeploymentGroup': (
        {'ApplicationName': 'ref:Application', 'ServiceRoleArn': 'att:Role.Arn'},
        {
            'ApplicationName': 'ref:Application',
            'ServiceRoleArn': 'att:Role.Arn',
            'DeploymentConfigName': 'CodeDeployDefault.LambdaAllAtOnce',
        },
    ),
    'AWS::CodeBuild::Project': (
        {
            'ServiceRole': 'att:Role.Arn',
            'Artifacts': {'Type': 'NO_ARTIFACTS'},
            'Environment': {
                'ComputeType': 'BUILD_GENERAL1_SMALL',
                'Image': 'aws/codebuild/standard:7.0',
                'Type': 'LINUX_CONTAINER',
            },
            'Source': {'Type': 'NO_SOURCE', 'BuildSpec': '{}'},
        },
        None,
    ),
    'AWS::CodePipeline::Pipeline': (
        {
            'RoleArn': 'att:PipelineRole.Arn',
            'ArtifactStore': {'Type': 'S3', 'Location': 'ref:Bucket'},
            'Stages': [
                {
                    'Name': 'Source',
                    'Actions': [
                        {
                            'Name': 's',
                            'ActionTypeId': {'Category': 'Source', 'Owner': 'AWS', 'Provider': 'S3', 'Version': '1'},
                            'OutputArtifacts': [{'Name': 'a'}],
                            'Configuration': {'S3Bucket': 'b', 'S3ObjectKey': 'k'},
                        }
                    ],
                },
                {
                    'Name': 'Deploy',
                    'Actions': [
                        {
                            'Name': 'd',
                            'ActionTypeId': {'Category': 'Deploy', 'Owner': 'AWS', 'Provider': 'S3', 'Version': '1'},
                            'InputArtifacts': [{'Name': 'a'}],
                            'Configuration': {'BucketName': 'b', 'Extract': 'true'},
                        }
                    ],
                },
            ],
        },
        None,
    ),
    'AWS::CodeCommit::Repository': ({'RepositoryName': 'code'}, None),
    # audit and money
    'AWS::CloudTrail::Trail': (
        {'IsLogging': True, 'S3BucketName': 'ref:Bucket'},
        {'IsLogging': False, 'S3BucketName': 'ref:Bucket'},
    ),
    'AWS::Config::ConfigurationRecorder': ({'RoleARN': 'att:Role.Arn'}, None),
    'AWS::Config::DeliveryChannel': ({'S3BucketName': 'ref:Bucket'}, None),
    'AWS::Config::ConfigRule': ({'Source': {'Owner': 'AWS', 'SourceIdentifier': 'S3_BUCKET_VERSIONING_ENABLED'}}, None),
    'AWS::GuardDuty::Detector': ({'Enable': True}, {'Enable': False}),
    'AWS::SecurityHub::Hub': ({}, None),
    'AWS::Macie::Session': ({}, None),
    'AWS::AccessAnalyzer::Analyzer': ({'Type': 'ACCOUNT'}, None),
    'AWS::Budgets::Budget': (
        {'Budget': {'BudgetType': 'COST', 'TimeUnit': 'MONTHLY', 'BudgetLimit': {'Amount': 5, 'Unit': 'USD'}}},
        {'Budget': {'BudgetType': 'COST', 'TimeUnit': 'MONTHLY', 'BudgetLimit': {'Amount': 6, 'Unit': 'USD'}}},
    ),
    'AWS::Backup::BackupVault': own('Vault'),
    'AWS::Backup::BackupPlan': own(
        'BackupPlan',
        BackupPlan={'BackupPlanName': 'p', 'BackupPlanRule': [{'RuleName': 'r2', 'TargetBackupVault': 'ref:Vault'}]},
    ),
    'AWS::Backup::BackupSelection': (
        {
            'BackupPlanId': 'ref:BackupPlan',
            'BackupSelection': {'IamRoleArn': 'att:Role.Arn', 'SelectionName': 's', 'Resources': ['*']},
        },
        None,
    ),
    'AWS::Backup::RestoreTestingPlan': (
        {
            'RestoreTestingPlanName': 'weekly',
            'ScheduleExpression': 'cron(0 6 ? * SUN *)',
            'RecoveryPointSelection': RESTORED,
        },
        {
            'RestoreTestingPlanName': 'weekly',
            'ScheduleExpression': 'cron(0 7 ? * SUN *)',
            'RecoveryPointSelection': RESTORED,
        },
    ),
    'AWS::Backup::RestoreTestingSelection': (
        {
            'RestoreTestingPlanName': 'weekly',
            'RestoreTestingSelectionName': 'tables',
            'ProtectedResourceType': 'DynamoDB',
            'ProtectedResourceArns': ['*'],
            'IamRoleArn': 'att:Role.Arn',
        },
        None,
    ),
    'AWS::Organizations::Organization': own('Organisation'),
    'AWS::Organizations::OrganizationalUnit': (
        {'Name': 'unit', 'ParentId': 'att:Organisation.RootId'},
        {'Name': 'unit2', 'ParentId': 'att:Organisation.RootId'},
    ),
    'AWS::Organizations::Account': ({'AccountName': 'one', 'Email': 'one@example.com'}, None),
    'AWS::Organizations::Policy': (
        {'Name': 'p', 'Type': 'SERVICE_CONTROL_POLICY', 'Content': ALLOW, 'TargetIds': ['att:Organisation.RootId']},
        {'Name': 'p2', 'Type': 'SERVICE_CONTROL_POLICY', 'Content': ALLOW, 'TargetIds': ['att:Organisation.RootId']},
    ),
    # analytics
    'AWS::Glue::Database': own('GlueDatabase', DatabaseInput={'Name': 'things', 'Description': 'y'}),
    'AWS::Glue::Table': (
        {'CatalogId': 'ref:AWS::AccountId', 'DatabaseName': 'ref:GlueDatabase', 'TableInput': {'Name': 'rows'}},
        {
            'CatalogId': 'ref:AWS::AccountId',
            'DatabaseName': 'ref:GlueDatabase',
            'TableInput': {'Name': 'rows', 'Description': 'y'},
        },
    ),
    'AWS::Glue::Crawler': (
        {'Role': 'att:Role.Arn', 'DatabaseName': 'ref:GlueDatabase', 'Targets': {'S3Targets': [{'Path': 's3://x'}]}},
        None,
    ),
    'AWS::Glue::Job': ({'Role': 'att:Role.Arn', 'Command': {'Name': 'glueetl', 'ScriptLocation': 's3://x/y.py'}}, None),
    'AWS::Glue::Trigger': ({'Type': 'ON_DEMAND', 'Actions': [{'JobName': 'x'}]}, None),
    'AWS::Athena::WorkGroup': ({'Name': 'group'}, {'Name': 'group', 'Description': 'y'}),
    'AWS::Athena::NamedQuery': ({'Database': 'things', 'QueryString': 'SELECT 1'}, None),
    'AWS::Athena::DataCatalog': (
        {'Name': 'catalog', 'Type': 'LAMBDA', 'Parameters': {'function': 'att:Function.Arn'}},
        None,
    ),
    # graphs
    'AWS::AppSync::GraphQLApi': own('Graph', XrayEnabled=True),
    'AWS::AppSync::GraphQLSchema': ({'ApiId': 'att:Graph.ApiId', 'Definition': 'type Query { a: String }'}, None),
    'AWS::AppSync::ApiKey': ({'ApiId': 'att:Graph.ApiId'}, {'ApiId': 'att:Graph.ApiId', 'Description': 'y'}),
    'AWS::AppSync::DataSource': own('Source', Description='y'),
    'AWS::AppSync::Resolver': (
        {'ApiId': 'att:Graph.ApiId', 'TypeName': 'Query', 'FieldName': 'a', 'DataSourceName': 'att:Source.Name'},
        None,
    ),
    'AWS::AppSync::FunctionConfiguration': (
        {'ApiId': 'att:Graph.ApiId', 'Name': 'f', 'DataSourceName': 'att:Source.Name'},
        None,
    ),
}
HELPERS |= {
    'Address': {'Type': 'AWS::EC2::EIP', 'Properties': {'Domain': 'vpc'}},
    'Readers': {'Type': 'AWS::IAM::Group'},
}
# What must stand beside a thing though nothing in it says so.
BESIDE = {
    'AWS::EC2::Route': ['Attached'],
    'AWS::EC2::GatewayRouteTableAssociation': ['Attached'],
    'AWS::EC2::VPNGatewayRoutePropagation': ['PrivateAttached'],
    'AWS::ApiGateway::Deployment': ['Method'],
    'AWS::Organizations::Account': ['Organisation'],
    'AWS::Config::DeliveryChannel': ['Recorder'],
    'AWS::Route53::DNSSEC': ['ZoneKey'],
}
HELPERS |= {
    'PrivateAttached': {
        'Type': 'AWS::EC2::VPCGatewayAttachment',
        'Properties': {'VpcId': 'ref:Vpc', 'VpnGatewayId': 'ref:PrivateGateway'},
    },
    'Recorder': {'Type': 'AWS::Config::ConfigurationRecorder', 'Properties': {'RoleARN': 'att:Role.Arn'}},
}


def written(value):
    """The short references as a template writes them."""
    if isinstance(value, dict):
        return {key: written(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [written(item) for item in value]
    if isinstance(value, str) and value.startswith('ref:'):
        return {'Ref': value[4:]}
    if isinstance(value, str) and value.startswith('att:'):
        return {'Fn::GetAtt': value[4:].split('.', 1)}
    return value


def template_of(type_name: str, changed: bool = False) -> dict:
    """The resources of a template with one of the type, named It, and what it needs."""
    from stacks.order import depends_on, references

    first, then = TYPES[type_name]
    beside = BESIDE.get(type_name, [])
    it = {'Type': type_name, 'Properties': written(then if changed else first), 'DeletionPolicy': 'Delete'}
    if beside:
        it['DependsOn'] = beside
    found = {'It': it}
    # A change may need more beside it; both templates have all of it.
    wanted = references(written(first)) | references(written(then or {})) | set(beside)
    while wanted:
        name = wanted.pop()
        if name in found or name.startswith('AWS::'):
            continue
        found[name] = written(HELPERS[name])
        wanted |= references(found[name].get('Properties', {})) | set(depends_on(found[name]))
    return found
