"""Mends of moto's CloudFront: what a distribution was given is kept whole, and invalidations take copies away."""

import copy

from moto.cloudfront.models import CloudFrontBackend, Distribution, DistributionConfig, Origin, random_id

from front import edge_cache


def install():
    original_distribution = Distribution.__init__
    original_update = CloudFrontBackend.update_distribution
    original_invalidation = CloudFrontBackend.create_invalidation
    original_origin = Origin.__init__
    original_config = DistributionConfig.__init__

    def __init__(self, account_id, region_name, config):
        given = copy.deepcopy(config)
        original_distribution(self, account_id, region_name, config)
        self.given = given
        # moto leaves out the empty region, and no policy that names the distribution would fit.
        self.arn = f'arn:aws:cloudfront::{account_id}:distribution/{self.distribution_id}'

    def update_distribution(self, dist_config, _id, if_match):
        given = copy.deepcopy(dist_config)
        distribution, location, _ = original_update(self, dist_config, _id, if_match)
        distribution.given = given
        # moto keeps the ETag of the first version for ever.
        distribution.etag = random_id()
        return distribution, location, distribution.etag

    def create_invalidation(self, dist_id, paths, caller_ref):
        # A reference that is known is the same wish, tried again.
        for known in self.invalidations.get(dist_id, []):
            if known.caller_ref == caller_ref and known.paths == paths:
                return known
        invalidation = original_invalidation(self, dist_id, paths, caller_ref)
        edge_cache.invalidate(dist_id, paths)
        return invalidation

    def origin(self, given):
        # moto forgets which access control an origin has, and so does not show it either.
        original_origin(self, given)
        self.origin_access_control_id = given.get('OriginAccessControlId') or ''

    def config_(self, config):
        # moto looks for what answers by default among the origins alone, and so knows no group there.
        wanted = config['DefaultCacheBehavior']['TargetOriginId']
        groups = (config.get('OriginGroups') or {}).get('Items') or []
        group = next((each for each in groups if each['Id'] == wanted), None)
        if group:
            config['DefaultCacheBehavior']['TargetOriginId'] = group['Members']['Items'][0]['OriginId']
        original_config(self, config)
        self.DefaultCacheBehavior.target_origin_id = wanted

    Distribution.__init__ = __init__
    DistributionConfig.__init__ = config_
    CloudFrontBackend.update_distribution = update_distribution
    CloudFrontBackend.create_invalidation = create_invalidation
    Origin.__init__ = origin
