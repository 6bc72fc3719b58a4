"""Taking a target out of a pool that it is not in does nothing, as on AWS; moto refuses it."""

from moto.elbv2.models import FakeTargetGroup


def install():
    deregister = FakeTargetGroup.deregister

    def known(self, targets):
        deregister(self, [target for target in targets if target['Id'] in self.targets])

    FakeTargetGroup.deregister = known
