"""Connections below HTTP: what listens at the addresses of Network Load Balancers and accelerators, and where it leads."""


def start(authority):
    """Opens doors as load balancers and accelerators come, and closes them as they go."""
    from . import doors, web_balancer

    web_balancer.use(authority)
    doors.start()


def stop():
    """Ends every program that was started."""
    from . import machines

    machines.stop_all()
