"""AWS's own managed policies exist.

moto knows their text but leaves them out unless it is told, for the speed of unit tests. Without them a role that attaches
`ReadOnlyAccess` is refused, and with it the bootstrap stack of the CDK.
"""

import os


def install():
    os.environ['MOTO_IAM_LOAD_MANAGED_POLICIES'] = 'true'
