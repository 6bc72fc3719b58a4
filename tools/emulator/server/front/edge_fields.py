"""Fields of forms that a distribution encrypts before it asks the origin: each a message of the AWS Encryption SDK, in base64.

The messages are made by that library. What CloudFront answers where it refuses is documented as an error alone; here it is 400.
"""

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from runtime import targets
from runtime.own_program import OwnProgram

from .incoming import Incoming

_ENCRYPTER = OwnProgram('field-encryption/emulator.ts')
_LARGEST_BODY, _LARGEST_FIELD, _MOST_FIELDS = 1_048_576, 16_384, 10


class Refused(Exception):
    """What is not passed on, because it could not be encrypted."""


def encrypted(behaviour: dict, request: Incoming) -> Incoming:
    """The request as the origin gets it."""
    configuration = behaviour.get('FieldLevelEncryptionId')
    if not configuration or request.method not in ('POST', 'PUT') or not request.body:
        return request
    client = targets.client('cloudfront', 'us-east-1')
    config = client.get_field_level_encryption(Id=configuration)['FieldLevelEncryption']['FieldLevelEncryptionConfig']
    profile = _profile(config['ContentTypeProfileConfig'], request)
    if not profile:
        return request
    pairs = _pairs(request)
    made = client.get_field_level_encryption_profile(Id=profile)['FieldLevelEncryptionProfile']
    for entity in made['FieldLevelEncryptionProfileConfig']['EncryptionEntities']['Items']:
        pairs = _with_sealed(client, entity, pairs)
    headers = tuple((name, value) for name, value in request.headers if name.lower() != 'content-length')
    return replace(request, body=urlencode(pairs).encode(), headers=headers)


def _profile(config: dict, request: Incoming) -> str | None:
    """The profile of a form's content type; none where one that is not known passes as it is."""
    content_type = (request.header('content-type') or '').split(';')[0].strip().lower()
    for each in (config.get('ContentTypeProfiles') or {}).get('Items') or []:
        if each['ContentType'] == content_type:
            return each.get('ProfileId')
    if str(config['ForwardWhenContentTypeIsUnknown']).lower() == 'true':
        return None
    raise Refused(f'This distribution encrypts fields of forms, and takes none as {content_type or "nothing"}.')


def _pairs(request: Incoming) -> list[tuple[str, str]]:
    if len(request.body) > _LARGEST_BODY:
        raise Refused('A form whose fields are encrypted has 1 MB at most.')
    try:
        return parse_qsl(request.body.decode(), keep_blank_values=True, strict_parsing=True)
    except ValueError as error:
        raise Refused(f'The form cannot be read: {error}') from error


def _with_sealed(client, entity: dict, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    patterns = entity['FieldPatterns']['Items']
    places = [place for place, (name, _) in enumerate(pairs) if any(_fits(name, pattern) for pattern in patterns)]
    if not places:
        return pairs
    if len(places) > _MOST_FIELDS or any(len(pairs[place][1].encode()) > _LARGEST_FIELD for place in places):
        raise Refused('Of a form ten fields of 16 KB each are encrypted at most.')
    key = client.get_public_key(Id=entity['PublicKeyId'])['PublicKey']['PublicKeyConfig']
    messages = _ENCRYPTER.ask(
        {
            'providerId': entity['ProviderId'],
            'keyName': key['Name'],
            'publicKey': key['EncodedKey'],
            'texts': [pairs[place][1] for place in places],
        }
    )
    sealed = dict(zip(places, messages))
    return [(name, sealed.get(place, value)) for place, (name, value) in enumerate(pairs)]


def _fits(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith('*') else name == pattern
