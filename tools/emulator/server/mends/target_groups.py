"""Taking a target out of a pool that it is not in does nothing, as on AWS; moto refuses it. And moto takes for healthy whoever is registered,
whether somebody answers there or not."""

from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup

from transport import network_balancer


def install():
    deregister, health_for = FakeTargetGroup.deregister, FakeTargetGroup.health_for

    def known(self, targets):
        deregister(self, [target for target in targets if target['Id'] in self.targets])

    def asked(self, target, ec2_backend):
        found = health_for(self, target, ec2_backend)
        if found.status != 'healthy' or not network_balancer.fails(self, target['Id']):
            return found
        why = ('unhealthy', 'Target.FailedHealthChecks', 'Health checks failed')
        return FakeHealthStatus(found.instance_id, found.port, found.health_check_port, *why)

    FakeTargetGroup.deregister = known
    FakeTargetGroup.health_for = asked
