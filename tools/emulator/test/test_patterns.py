"""Patterns and policies, without a server."""

import unittest

from . import support  # noqa: F401  puts the server's folder on the path


class Patterns(unittest.TestCase):
    def test_every_condition(self):
        from runtime.patterns import matches

        event = {
            'a': 'apple',
            'n': 5,
            'none': None,
            'flag': True,
            'list': ['x', 'y'],
            'deep': {'ip': '10.0.0.9', 'path': 'a/b/c'},
        }
        fits = [
            {'a': ['apple', 'pear']},
            {'a': [{'prefix': 'ap'}]},
            {'a': [{'suffix': 'le'}]},
            {'a': [{'prefix': {'equals-ignore-case': 'AP'}}]},
            {'a': [{'equals-ignore-case': 'APPLE'}]},
            {'a': [{'anything-but': ['pear', 'fig']}]},
            {'a': [{'anything-but': {'prefix': 'b'}}]},
            {'a': [{'anything-but': {'suffix': ['x', 'y']}}]},
            {'a': [{'anything-but': {'wildcard': '*z*'}}]},
            {'n': [5]},
            {'n': [5.0]},
            {'n': [{'numeric': ['>', 0, '<=', 5]}]},
            {'none': [None]},
            {'flag': [True]},
            {'list': ['y']},
            {'deep': {'ip': [{'cidr': '10.0.0.0/24'}]}},
            {'deep': {'path': [{'wildcard': 'a/*/c'}]}},
            {'missing': [{'exists': False}]},
            {'deep': {'missing': [{'exists': False}]}},
            {'other': {'missing': [{'exists': False}]}},
            {'a': [{'exists': True}]},
            {'$or': [{'a': ['pear']}, {'n': [5]}]},
        ]
        for pattern in fits:
            self.assertTrue(matches(pattern, event), pattern)
        fits_not = [
            {'a': ['pear']},
            {'a': [{'prefix': 'le'}]},
            {'a': [{'anything-but': 'apple'}]},
            {'a': [{'anything-but': {'prefix': ['x', 'app']}}]},
            {'a': [{'numeric': ['=', 5]}]},
            {'n': ['5']},
            {'n': [True]},
            {'n': [{'numeric': ['>', 5]}]},
            {'flag': [1]},
            {'missing': [{'anything-but': 'x'}]},
            {'missing': ['x']},
            {'missing': {'deep': ['x']}},
            {'deep': {'ip': [{'cidr': '10.1.0.0/16'}]}},
            {'deep': {'path': [{'wildcard': 'a/*/d'}]}},
            {'a': [{'exists': False}]},
            {'a': ['apple'], 'n': [6]},
        ]
        for pattern in fits_not:
            self.assertFalse(matches(pattern, event), pattern)

    def test_one_object_of_a_list_must_fit_as_a_whole(self):
        from runtime.patterns import matches

        event = {'records': [{'kind': 'a', 'size': 1}, {'kind': 'b', 'size': 2}]}
        self.assertTrue(matches({'records': {'kind': ['b'], 'size': [2]}}, event))
        self.assertFalse(matches({'records': {'kind': ['a'], 'size': [2]}}, event))

    def test_fails_when_a_condition_is_unknown(self):
        from runtime.patterns import PatternError, matches

        with self.assertRaisesRegex(PatternError, 'unknown condition "like"; known are exists, prefix, suffix'):
            matches({'a': [{'like': 'x'}]}, {'a': 'x'})


class LogPatterns(unittest.TestCase):
    def test_terms_and_json(self):
        from runtime.log_patterns import fits

        line = '{"message": "message refused", "level": "ERROR", "n": 5, "deep": {"list": [1, "x"]}, "none": null, "ok": true}'
        for pattern in (
            '',
            'refused',
            '"message refused" -absent',
            '?absent ?ERROR',
            '{ $.message = "message refused" }',
            '{ $.message = "message*" && $.n >= 5 }',
            '{ ($.n = 4 || $.n = 5) && $.level != "INFO" }',
            '{ $.deep.list[1] = x }',
            '{ $.none IS NULL }',
            '{ $.ok IS TRUE }',
            '{ $.gone NOT EXISTS }',
        ):
            self.assertTrue(fits(pattern, line), pattern)
        for pattern in (
            'absent',
            'refused -ERROR',
            '{ $.message = "refused" }',
            '{ $.n > 5 }',
            '{ $.gone = "x" }',
            '{ $.n = 5 && $.level = "INFO" }',
        ):
            self.assertFalse(fits(pattern, line), pattern)
        self.assertFalse(fits('{ $.message = "*" }', 'no JSON'))

    def test_fields(self):
        from runtime.log_patterns import fits

        pattern = '[source, port=22 || port=3389, packets>1 && packets<9, action=REJ*]'
        for line in ('10.0.0.1 22 2 REJECT', '10.0.0.1 3389 8 REJECT'):
            self.assertTrue(fits(pattern, line), line)
        for line in (
            '10.0.0.1 2222 2 REJECT',
            '10.0.0.1 22 9 REJECT',
            '10.0.0.1 22 2 ACCEPT',
            '10.0.0.1 22 - REJECT',
            '10.0.0.1 22 2 REJECT more',
            '22 2 REJECT',
        ):
            self.assertFalse(fits(pattern, line), line)

    def test_fails_when_a_pattern_is_none(self):
        from runtime.log_patterns import LogPatternError, fits

        for pattern, words in (
            ('[a, b', 'closing bracket'),
            ('[a, ...]', 'left out'),
            ('[a~b, c]', 'not a condition'),
            ('{ $.a = }', 'comparison is missing'),
            ('{ ($.a = 1 }', 'closing bracket'),
        ):
            with self.assertRaisesRegex(LogPatternError, words):
                fits(pattern, '{"a": 1}')


class Policies(unittest.TestCase):
    def allows(
        self,
        statements,
        action='s3:GetObject',
        resource='arn:aws:s3:::b/k',
        principal='cloudfront.amazonaws.com',
        **context,
    ):
        from runtime.policies import allows

        return allows({'Statement': statements}, {'Service': principal}, action, resource, context)

    def test_a_statement_allows_what_it_names_and_a_denial_wins(self):
        read = {
            'Effect': 'Allow',
            'Principal': {'Service': 'cloudfront.amazonaws.com'},
            'Action': 's3:Get*',
            'Resource': 'arn:aws:s3:::b/*',
        }
        self.assertTrue(self.allows(read))
        self.assertFalse(self.allows([]))
        self.assertFalse(self.allows(read, action='s3:PutObject'))
        self.assertFalse(self.allows(read, resource='arn:aws:s3:::c/k'))
        self.assertFalse(self.allows(read, principal='s3.amazonaws.com'))
        own = {**read, 'Condition': {'StringEquals': {'AWS:SourceArn': 'distribution/1'}}}
        self.assertTrue(self.allows(own, **{'aws:sourcearn': 'distribution/1'}))
        self.assertFalse(self.allows(own, **{'aws:sourcearn': 'distribution/2'}))
        self.assertFalse(self.allows(own))
        plain = {
            'Effect': 'Deny',
            'Principal': '*',
            'Action': '*',
            'Resource': '*',
            'Condition': {'Bool': {'aws:SecureTransport': 'false'}},
        }
        self.assertFalse(self.allows([read, plain], **{'aws:securetransport': 'false'}))
        self.assertTrue(self.allows([read, plain], **{'aws:securetransport': 'true'}))

    def test_fails_when_an_operator_is_unknown(self):
        odd = {'Effect': 'Allow', 'Principal': '*', 'Action': '*', 'Condition': {'StringAlmost': {'a': 'b'}}}
        with self.assertRaisesRegex(ValueError, 'the condition operator StringAlmost is not known'):
            self.allows(odd, a='b')
