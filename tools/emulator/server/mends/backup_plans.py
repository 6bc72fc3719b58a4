"""The name of a plan that was deleted is free again.

moto keeps deleted plans among the others, so that a stack with one could be made only once.
"""

from moto.backup.models import BackupBackend


def install():
    original = BackupBackend.create_backup_plan

    def create_backup_plan(self, *args, **more):
        self.plans = {name: plan for name, plan in self.plans.items() if plan.deletion_date is None}
        return original(self, *args, **more)

    BackupBackend.create_backup_plan = create_backup_plan
