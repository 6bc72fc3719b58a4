"""Front doors: what callers from outside reach by a host name, such as APIs, distributions, function URLs and load
balancers.
"""
