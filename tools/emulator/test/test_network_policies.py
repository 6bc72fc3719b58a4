"""What a function may do to a bucket by where it stands: its role, the endpoint of its network, and that endpoint's policy."""

import json

from botocore.exceptions import ClientError

from .support import EmulatorTest

PROBE = """
const { S3Client, PutObjectCommand, GetObjectCommand } = require('@aws-sdk/client-s3');
const s3 = new S3Client({ forcePathStyle: true });
exports.handler = async ({ bucket, get }) => {
  try {
    const at = { Bucket: bucket, Key: 'note' };
    if (get) return await (await s3.send(new GetObjectCommand(at))).Body.transformToString();
    await s3.send(new PutObjectCommand({ ...at, Body: 'hello' }));
    return 'written';
  } catch (error) {
    return error.$metadata.httpStatusCode;
  }
};
"""


def only(endpoint: str, *exempt: str) -> str:
    differs = {'StringNotEquals': {'aws:SourceVpce': endpoint}, 'ArnNotLike': {'aws:PrincipalArn': list(exempt)}}
    deny = {'Effect': 'Deny', 'Principal': '*', 'Action': 's3:*', 'Resource': '*', 'Condition': differs}
    return json.dumps({'Version': '2012-10-17', 'Statement': [deny]})


class Networks(EmulatorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ec2, s3 = cls.emulator.client('ec2'), cls.emulator.client('s3')
        vpc = ec2.create_vpc(CidrBlock='10.16.0.0/16')['Vpc']['VpcId']
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock='10.16.0.0/24')['Subnet']['SubnetId']
        table = ec2.create_route_table(VpcId=vpc)['RouteTable']['RouteTableId']
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        allowed = {'Effect': 'Allow', 'Principal': '*', 'Action': 's3:*', 'Resource': 'arn:aws:s3:::ours/*'}
        cls.endpoint = ec2.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName='com.amazonaws.us-east-1.s3',
            RouteTableIds=[table],
            PolicyDocument=json.dumps({'Statement': [allowed]}),
        )['VpcEndpoint']['VpcEndpointId']
        group = ec2.create_security_group(GroupName='probe', Description='probe', VpcId=vpc)['GroupId']
        for bucket in ('ours', 'other'):
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_policy(Bucket='ours', Policy=only(cls.endpoint, cls.emulator.role('keeper')))
        cls.emulator.function('inside', PROBE, VpcConfig={'SubnetIds': [subnet], 'SecurityGroupIds': [group]})
        cls.emulator.function('outside', PROBE)

    def ask(self, function: str, **event):
        return self.emulator.invoke(function, event)['Payload']

    def test_through_the_endpoint_a_locked_bucket_opens(self):
        self.assertEqual(self.ask('inside', bucket='ours'), 'written')
        self.assertEqual(self.ask('inside', bucket='ours', get=True), 'hello')

    def test_from_elsewhere_it_stays_shut(self):
        self.assertEqual(self.ask('outside', bucket='ours'), 403)
        with self.assertRaises(ClientError) as refused:
            self.emulator.client('s3').get_object(Bucket='ours', Key='note')
        self.assertEqual(refused.exception.response['ResponseMetadata']['HTTPStatusCode'], 403)

    def test_a_role_that_is_exempt_comes_from_anywhere(self):
        lam = self.emulator.client('lambda')
        lam.update_function_configuration(FunctionName='outside', Role=self.emulator.role('keeper'))
        self.addCleanup(lam.update_function_configuration, FunctionName='outside', Role=self.emulator.role())
        self.assertEqual(self.ask('outside', bucket='ours'), 'written')

    def test_the_endpoints_policy_names_what_is_let_through(self):
        self.assertEqual(self.ask('inside', bucket='other'), 403)
        self.assertEqual(self.ask('outside', bucket='other'), 'written')
