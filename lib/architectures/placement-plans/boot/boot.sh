#!/bin/bash
# Tells a new server where it stands, as a store wants to know it before it puts copies of its data anywhere: servers of one fault
# domain may fail together. Ends well only when that is written down; any failure ends the program with its status.
#
# Given by the caller: BOOT_FILES, the folder that holds kit.sh, and STRATEGY, one of spread, partition and cluster. For trying it
# elsewhere: BOOT_ROOT.
set -euo pipefail

root="${BOOT_ROOT:-}"

# patiently, get and about
. "$BOOT_FILES/kit.sh"

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
