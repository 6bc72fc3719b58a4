"""The transform of SAM, by the library AWS itself has it in, which comes with cfn-lint.

It is the one macro there is here. Parameters count with their defaults where SAM needs a value to write a template out, such as the kind of a release.
"""

import logging
import os

from stacks.faults import Refused

NAME = 'AWS::Serverless-2016-10-31'


def is_serverless(transform) -> bool:
    return transform == NAME or transform == [NAME]


def written_out(template: dict) -> dict:
    """The template with CloudFormation's own types in the place of SAM's."""
    # Loaded when it is needed: it takes a second.
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.translator.transform import transform

    logging.getLogger('samtranslator').setLevel(logging.ERROR)
    os.environ.setdefault('AWS_DEFAULT_REGION', 'us-east-1')
    try:
        made = transform(template, {}, _NoManagedPolicies())
    except InvalidDocumentException as error:
        reasons = ' '.join(cause.message for cause in error.causes)
        raise Refused(f'Transform {NAME} failed with: Invalid Serverless Application Specification document. {reasons}') from error
    return {section: value for section, value in made.items() if section not in ('Transform', 'Globals')}


class _NoManagedPolicies:
    """What asks IAM for the policies AWS manages, by whose short names a template may name them. ARNs work without."""

    def load(self) -> dict:
        return {}
