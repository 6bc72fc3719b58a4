#!/bin/bash
set -euo pipefail
echo "warm"
