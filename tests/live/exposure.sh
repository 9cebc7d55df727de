#!/bin/sh
# Each unit is well formed, and what systemd-analyze(1) says of its exposure is at most 1.3.
# usage: exposure.sh UNIT...
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

command -v systemd-analyze >/dev/null || { echo "skipped: needs systemd-analyze"; exit 77; }
for unit in "$@"; do
    name=$(basename "$unit")
    # The program need not be installed for this.
    sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' "$unit" >"$work/$name"
    if ! systemd-analyze security --offline=true --no-pager "$work/$name" \
        >"$work/security" 2>"$work/complaints"; then
        grep -q "offline" "$work/complaints" && { echo "skipped: systemd is older than 250"; exit 77; }
        cat "$work/complaints"
        exit 1
    fi
    # A line of the unit that systemd does not understand is a complaint, not an error.
    if grep -F "$name" "$work/complaints"; then
        exit 1
    fi
    exposure=$(sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\).*/\1/p' "$work/security")
    echo "$name: exposure $exposure"
    if ! awk -v exposure="$exposure" 'BEGIN { exit !(exposure != "" && exposure <= 1.3) }'; then
        grep '✗' "$work/security"
        exit 1
    fi
done
