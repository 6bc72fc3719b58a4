"""MediaConvert: queues, and jobs that end. Nothing is transcoded: each output is the input's bytes.

A job fails as on AWS where its input is not there or is no video by its first bytes. Each end is told on the default bus.
"""

import datetime
import random
import string
import threading
import time
from urllib.parse import unquote

from moto.s3.models import s3_backends

from missing.registry import Call, operation, refused, state
from missing.shelf import shelf
from runtime import event_bus
from runtime.functions import complain

# Within this many seconds the same token stands for the same job.
_SAME = 60
_DURATION = 10_000
_EXTENSIONS = {'MP4': 'mp4', 'MOV': 'mov', 'WEBM': 'webm', 'M3U8': 'm3u8', 'RAW': 'raw'}
_FIRST_BOXES = (b'ftyp', b'moov', b'mdat', b'wide', b'free', b'skip')
_EBML = b'\x1a\x45\xdf\xa3'


def _queue(call: Call, given: dict, name: str) -> dict:
    return {
        'Name': name,
        'Arn': call.arn('mediaconvert', f'queues/{name}'),
        'PricingPlan': given.get('PricingPlan', 'ON_DEMAND'),
        'Status': given.get('Status', 'ACTIVE'),
        'Type': 'CUSTOM',
    }


shelf(
    'mediaconvert',
    'Queue',
    key='Name',
    record=_queue,
    create='CreateQueue',
    get='GetQueue',
    update='UpdateQueue',
    delete='DeleteQueue',
    list='ListQueues',
    missing='NotFoundException',
    exists='ConflictException',
)


@operation('mediaconvert', 'TagResource')
def tag(call: Call, given: dict):
    state(call, 'mediaconvert/tags').setdefault(given['Arn'], {}).update(given['Tags'])


@operation('mediaconvert', 'UntagResource')
def untag(call: Call, given: dict):
    for key in given['TagKeys']:
        state(call, 'mediaconvert/tags').get(unquote(given['Arn']), {}).pop(key, None)


@operation('mediaconvert', 'ListTagsForResource')
def list_tags(call: Call, given: dict):
    arn = unquote(given['Arn'])
    return {'ResourceTags': {'Arn': arn, 'Tags': state(call, 'mediaconvert/tags').get(arn, {})}}


@operation('mediaconvert', 'CreateJob')
def create_job(call: Call, given: dict):
    jobs, now = state(call, 'mediaconvert/jobs'), time.time()
    token = given.get('ClientRequestToken')
    for job in jobs.values():
        if token and job['ClientRequestToken'] == token and now - job['began'] < _SAME:
            return {'Job': _shown(job)}
    name = given.get('Queue') or 'Default'
    queue = name if name.startswith('arn:') else call.arn('mediaconvert', f'queues/{name}')
    if queue.rsplit('/', 1)[-1] != 'Default' and not _is_queue(call, queue):
        raise refused('NotFoundException', f'The specified queue does not exist: {queue}')
    job_id = f'{int(now * 1000)}-{"".join(random.choices(string.ascii_lowercase + string.digits, k=6))}'
    job = {
        **given,
        'Id': job_id,
        'Arn': call.arn('mediaconvert', f'jobs/{job_id}'),
        'Queue': queue,
        'ClientRequestToken': token,
        'Status': 'SUBMITTED',
        'CreatedAt': datetime.datetime.fromtimestamp(now, datetime.timezone.utc),
        'began': now,
    }
    jobs[job_id] = job
    threading.Timer(0.5, _work, (call, job)).start()
    return {'Job': _shown(job)}


@operation('mediaconvert', 'GetJob')
def get_job(call: Call, given: dict):
    job = state(call, 'mediaconvert/jobs').get(given['Id'])
    if job is None:
        raise refused('NotFoundException', f"The specified job does not exist: {given['Id']}")
    return {'Job': _shown(job)}


@operation('mediaconvert', 'ListJobs')
def list_jobs(call: Call, given: dict):
    jobs = [job for job in state(call, 'mediaconvert/jobs').values() if given.get('Status') in (None, job['Status'])]
    if given.get('Queue'):
        jobs = [job for job in jobs if job['Queue'].endswith(given['Queue'])]
    return {'Jobs': [_shown(job) for job in jobs]}


def _is_queue(call: Call, arn: str) -> bool:
    return any(queue['Arn'] == arn for queue in state(call, 'mediaconvert/Queue').values())


def _shown(job: dict) -> dict:
    return {name: value for name, value in job.items() if name != 'began' and value is not None}


def _work(call: Call, job: dict):
    try:
        source = _read(call, job['Settings']['Inputs'][0]['FileInput'])
        groups = [_make(call, group, job, source) for group in job['Settings']['OutputGroups']]
        job['Status'] = 'COMPLETE'
        more = {'outputGroupDetails': groups}
    except _Failed as error:
        job.update(Status='ERROR', ErrorCode=error.code, ErrorMessage=str(error))
        more = {'errorCode': error.code, 'errorMessage': str(error)}
    except Exception as error:
        complain(f'MediaConvert job {job["Id"]}: {type(error).__name__}: {error}')
        raise
    detail = {
        'timestamp': int(time.time() * 1000),
        'accountId': call.account,
        'queue': job['Queue'],
        'jobId': job['Id'],
        'status': job['Status'],
        'userMetadata': job.get('UserMetadata') or {},
        **more,
    }
    event_bus.put(
        call.account, call.region, 'aws.mediaconvert', 'MediaConvert Job State Change', detail, [job['Arn']]
    )


class _Failed(Exception):
    def __init__(self, code: int, message: str):
        super().__init__(message)
        self.code = code


def _place(url: str) -> tuple[str, str]:
    bucket, _, key = url.removeprefix('s3://').partition('/')
    return bucket, unquote(key)


def _read(call: Call, url: str) -> bytes:
    bucket, key = _place(url)
    backend = s3_backends[call.account]['aws']
    found = backend.get_object(bucket, key) if bucket in backend.buckets else None
    if found is None:
        raise _Failed(1404, f'Unable to open input file [{url}]: [Failed probe/open: [Failed to read data: HeadObject failed]]')
    content = found.value
    if not (content[4:8] in _FIRST_BOXES or content[:4] == _EBML):
        raise _Failed(1030, f'Video codec is not recognized in [{url}]')
    return content


def _make(call: Call, group: dict, job: dict, content: bytes) -> dict:
    bucket, prefix = _place(group['OutputGroupSettings']['FileGroupSettings']['Destination'])
    if prefix.endswith('/'):
        prefix += _place(job['Settings']['Inputs'][0]['FileInput'])[1].rsplit('/', 1)[-1].rsplit('.', 1)[0]
    details = []
    for output in group['Outputs']:
        extension = _EXTENSIONS[output['ContainerSettings']['Container']]
        key = f"{prefix}{output.get('NameModifier', '')}.{extension}"
        s3_backends[call.account]['aws'].put_object(bucket, key, content)
        video = output.get('VideoDescription') or {}
        details.append(
            {
                'outputFilePaths': [f's3://{bucket}/{key}'],
                'durationInMs': _DURATION,
                'videoDetails': {'widthInPx': video.get('Width', 1920), 'heightInPx': video.get('Height', 1080)},
            }
        )
    return {'outputDetails': details, 'type': 'FILE_GROUP'}
