"""What a target group says of its targets, whichever kind of balancer leads to them."""

from .probe import answers


def port_of(group, target: str) -> int:
    return int(group.targets[target].get('Port') or group.port)


def is_well(group, target: str, host: str) -> bool:
    given = str(group.health_check_port or 'traffic-port')
    port = port_of(group, target) if given == 'traffic-port' else int(given)
    codes = (getattr(group, 'matcher', None) or {}).get('HttpCode') or '200-399'
    return answers(group.health_check_protocol or 'TCP', host, port, group.health_check_path or '/', codes)
