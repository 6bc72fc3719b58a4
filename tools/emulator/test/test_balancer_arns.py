"""What the ARNs of load balancers say, and what is made of them."""

from test.inside import Inside  # noqa: I001  (finds the server's modules)
from test.minimal import HELPERS, written


class BalancerArns(Inside):
    def test_an_arn_says_of_which_kind_a_balancer_is_and_so_do_its_listener_and_its_dimension(self):
        parts = {name: written(HELPERS[name]) for name in ('Vpc', 'Subnet', 'Subnet2')}
        for kind, word, protocol in (('application', 'app', 'HTTP'), ('network', 'net', 'TCP'), ('gateway', 'gwy', None)):
            with self.subTest(kind):
                balancer = {
                    'Type': 'AWS::ElasticLoadBalancingV2::LoadBalancer',
                    'Properties': {'Type': kind, 'Subnets': [{'Ref': 'Subnet'}, {'Ref': 'Subnet2'}]},
                }
                pool = {
                    'Type': 'AWS::ElasticLoadBalancingV2::TargetGroup',
                    'Properties': {
                        'Port': 80 if protocol else 6081,
                        'Protocol': protocol or 'GENEVE',
                        'VpcId': {'Ref': 'Vpc'},
                        'TargetType': 'ip',
                    },
                }
                listener = {
                    'Type': 'AWS::ElasticLoadBalancingV2::Listener',
                    'Properties': {
                        'LoadBalancerArn': {'Ref': 'It'},
                        **({'Port': 80, 'Protocol': protocol} if protocol else {}),
                        'DefaultActions': [{'Type': 'forward', 'TargetGroupArn': {'Ref': 'Pool'}}],
                    },
                }
                stack = f'arn-of-{kind}'
                shown = self.create(
                    stack,
                    {**parts, 'It': balancer, 'Pool': pool, 'Listener': listener},
                    Outputs={'Name': {'Value': {'Fn::GetAtt': ['It', 'LoadBalancerFullName']}}},
                    options={'Tags': [{'Key': 'owner', 'Value': 'test'}]},
                )
                arn = self.physical_id(stack)
                name = self.outputs(shown)['Name']
                self.assertRegex(arn, f':loadbalancer/{word}/[^/]+/[0-9a-f]+$')
                self.assertEqual(name, arn.split(':loadbalancer/')[1])
                self.assertIn(f':listener/{name}/', self.physical_id(stack, 'Listener'))
                api = self.client('elbv2')
                [told] = api.describe_load_balancers(LoadBalancerArns=[arn])['LoadBalancers']
                self.assertEqual(told['Type'], kind)
                tags = api.describe_tags(ResourceArns=[arn])['TagDescriptions'][0]['Tags']
                self.assertIn({'Key': 'owner', 'Value': 'test'}, tags)
                self.delete(stack)
                self.assertNotIn(arn, [one['LoadBalancerArn'] for one in api.describe_load_balancers()['LoadBalancers']])
