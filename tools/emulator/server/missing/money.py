"""Budgets that are changed."""

from moto.budgets.models import budgets_backends

from missing.registry import operation, refused


@operation('budgets', 'UpdateBudget')
def update_budget(call, given):
    backend = budgets_backends[call.account]['aws']
    name = given['NewBudget']['BudgetName']
    if name not in backend.budgets[given['AccountId']]:
        raise refused('NotFoundException', f'Unable to get budget: {name} - the budget doesn\'t exist.')
    backend.budgets[given['AccountId']][name].budget |= given['NewBudget']
