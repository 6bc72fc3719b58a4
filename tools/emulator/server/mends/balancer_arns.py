"""The ARN of a load balancer says of which kind it is, and so do those of its listeners and the dimension of its figures, which are made of it; moto
takes every one for an Application Load Balancer."""

from moto.elbv2.models import ELBv2Backend

_WORDS = {'network': 'net', 'gateway': 'gwy'}


def install():
    create = ELBv2Backend.create_load_balancer

    def of_its_kind(self, *args, **named):
        made = create(self, *args, **named)
        if made.type in _WORDS:
            _rename(self, made, made.arn.replace(':loadbalancer/app/', f':loadbalancer/{_WORDS[made.type]}/'))
        return made

    ELBv2Backend.create_load_balancer = of_its_kind


def _rename(backend, balancer, arn: str):
    backend.tagging_service.copy_tags(balancer.arn, arn)
    backend.tagging_service.delete_all_tags_for_resource(balancer.arn)
    backend.load_balancers[arn] = backend.load_balancers.pop(balancer.arn)
    balancer.arn = arn
