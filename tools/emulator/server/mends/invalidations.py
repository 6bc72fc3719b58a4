"""An invalidation that is done says so in the word that AWS uses.

moto writes COMPLETED where the API says Completed: whoever waits for it, as the CDK's deployment of files does, waits ten minutes.
"""

from moto.cloudfront.models import Invalidation


def install():
    original = Invalidation.__init__

    def __init__(self, *args, **more):
        original(self, *args, **more)
        self.status = 'Completed'

    Invalidation.__init__ = __init__
