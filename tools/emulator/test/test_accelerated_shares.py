"""What the project's simulation says of an accelerator, and whom the emulator's leads a client to: the same, whatever the dials, weights and
health. The emulator draws lots, so that shares are compared as far as two thousand lots tell them.
"""

import os
import random
import unittest
from collections import Counter
from unittest import mock

from test.inside import Inside  # noqa: I001  (finds the server's modules)
from test.support import ROOT

REGIONS = ('us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2')
LOTS = 2000
# Four and a half deviations of a share of one half.
FAR = 0.05


class Shares(Inside):
    @mock.patch.dict(os.environ, EMULATOR_NODE_MODULES=str(ROOT / 'node_modules'))
    def test_the_emulator_and_the_simulation_agree(self):
        from runtime.own_program import OwnProgram
        from transport import accelerator

        simulation, chance = OwnProgram('emulator/test/shares.ts'), random.Random(20)
        for number in range(40):
            # us-east-1 is the nearest to the clients of an emulator, and the others follow in this order.
            groups = [
                {
                    'dial': chance.choice((0, 0, 30, 50, 100)),
                    'endpoints': [
                        {
                            'name': f'{region}-{at}',
                            'weight': chance.choice((0, 1, 128, 255)),
                            'isWell': chance.random() < 0.6,
                        }
                        for at in range(chance.randint(1, 2))
                    ],
                }
                for region in REGIONS[: chance.randint(1, 5)]
            ]
            if not any(group['dial'] for group in groups):
                continue
            with self.subTest(groups):
                self.assertClose(simulation.ask({'groups': groups}), self.drawn(accelerator, number, groups))

    def assertClose(self, expected: dict[str, float], drawn: Counter):
        for name, share in expected.items():
            self.assertAlmostEqual(drawn[name] / LOTS, share, delta=FAR, msg=name)
            if share in (0, 1):
                self.assertEqual(drawn[name] / LOTS, share, name)

    def drawn(self, accelerator, number: int, groups: list[dict]) -> Counter:
        from missing.registry import STATE
        from moto.core import DEFAULT_ACCOUNT_ID

        arn = f'arn:aws:globalaccelerator::{DEFAULT_ACCOUNT_ID}:accelerator/{number}/listener/1'
        listener = {
            'ListenerArn': arn,
            'Protocol': 'TCP',
            'ClientAffinity': 'NONE',
            'PortRanges': [{'FromPort': 80, 'ToPort': 80}],
        }
        order = [region for region in accelerator._nearest(tuple(sorted(REGIONS))) if region in REGIONS[: len(groups)]]
        made = {
            f'{arn}/endpoint-group/{region}': {
                'EndpointGroupRegion': region,
                'TrafficDialPercentage': group['dial'],
                'EndpointConfigurations': [
                    {'EndpointId': one['name'], 'Weight': one['weight'], 'well': one['isWell']}
                    for one in group['endpoints']
                ],
                'PortOverrides': [],
            }
            for region, group in zip(order, groups)
        }
        key = (DEFAULT_ACCOUNT_ID, accelerator.HOME, 'globalaccelerator/EndpointGroup')
        with (
            mock.patch.dict(STATE, {key: made}),
            mock.patch.object(accelerator, 'health', lambda _group, one: (one['well'], '')),
            mock.patch.object(accelerator, '_target', lambda _group, one, *_more: one['EndpointId']),
        ):
            return Counter(accelerator._choose(listener, 80, ('127.0.0.1', 1)) for _ in range(LOTS))


if __name__ == '__main__':
    unittest.main()
