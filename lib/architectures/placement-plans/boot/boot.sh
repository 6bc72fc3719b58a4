#!/bin/bash
# Tells a new server where it stands, as a store wants to know it before it puts copies of its data anywhere: servers of one fault
# domain may fail together. Ends well only when that is written down; any failure ends the program with its status.
#
# Given by the caller: STRATEGY, one of spread, partition and cluster. For trying it elsewhere: BOOT_ROOT, PATIENCE,
# AWS_EC2_METADATA_SERVICE_ENDPOINT.
set -euo pipefail

root="${BOOT_ROOT:-}"
metadata="${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}"

# Runs a command until it succeeds, at most five times.
patiently() {
  local attempt
  for attempt in 1 2 3 4; do
    "$@" && return
    sleep "$((attempt * ${PATIENCE:-5}))"
  done
  "$@"
}

get() {
  curl --fail --silent --show-error --max-time 5 "$@"
}

# Reads one fact about this instance; the metadata service answers only to who holds a token.
about() {
  get --header "X-aws-ec2-metadata-token: $token" "$metadata/latest/meta-data/$1"
}

token="$(patiently get --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$metadata/latest/api/token")"
instance="$(about instance-id)"
zone="$(about placement/availability-zone-id)"
group="$(about placement/group-name)"

case "$STRATEGY" in
  # A rack of its own.
  spread) domain="$zone/$instance" ;;
  partition) domain="$zone/partition-$(about placement/partition-number)" ;;
  # All of them may stand on one rack.
  cluster) domain="$zone/$group" ;;
  *)
    echo "STRATEGY is $STRATEGY; give spread, partition or cluster" >&2
    exit 2
    ;;
esac

mkdir -p "$root/etc"
cat >"$root/etc/placement" <<FACTS
instance=$instance
zone=$zone
group=$group
fault_domain=$domain
FACTS
