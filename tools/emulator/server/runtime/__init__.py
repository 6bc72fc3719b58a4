"""Functions that run, and everything that calls them: event sources, notifications, rules, schedules, custom
resources.
"""
