#!/bin/sh
# promtool(1) finds nothing wrong with the metrics, nor with the shipped alert rules, and these
# say what they should.
# usage: prometheus.sh METRICS RULES
set -eu

metrics=$1
rules=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

command -v promtool >/dev/null || { echo "skipped: needs promtool"; exit 77; }
promtool check metrics <"$metrics"
promtool check rules "$rules"
sed "s|RULES|$rules|" "$here/prometheus-rules-test.yml" >"$work/test.yml"
promtool test rules "$work/test.yml"
# Each metric that a rule asks for is one that sensors keep.
for name in $(grep -o 'sectorwatch_[a-z_]*' "$rules" | sort -u); do
    grep -q "^$name{" "$metrics" || { echo "no metric $name"; exit 1; }
done
