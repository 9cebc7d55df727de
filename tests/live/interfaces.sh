#!/bin/sh
# One sensor on two interfaces: it captures from both, goes on with one when the other is gone, and
# ends when both are.
# usage: interfaces.sh PROGRAM SCENE_FOLDER
set -eu

program=$1
scene=$2
. "$(dirname "$0")/common.sh"

ctl() { "$program" ctl -i all -c "$work/scene/sectorwatch.conf" "$@"; }
has_packets() { ctl status | grep -q "^packets *$1\$"; }

make_namespaces
need tcpreplay jq
connect 1
connect 2

n_packets=$("$program" read -c "$scene/sectorwatch.conf" -n -o ecs -s json "$scene/quickstart.pcap" 2>&1 >/dev/null |
    jq .packets)
cp -r "$scene" "$work/scene"
cat >>"$work/scene/sectorwatch.conf" <<END
capture = { interfaces = [ "in1", "in2" ]; };
ctl = { folder = "$work/run"; };
END
interfaces=
start_sensor -c "$work/scene/sectorwatch.conf" -o ecs -l ''
logged 'capturing on in1, in2' || fail "does not say what it captures from"

replay 2000 "$scene/quickstart.pcap" 2
wait_for grep -q '"ingress":{"interface":{"name":"in2"}}' "$work/out"
replay 2000 "$scene/quickstart.pcap" 1
wait_for has_packets $((2 * n_packets))
ctl status | grep -q '^interface *in1, in2$' || fail "no status"

# One of them is gone.
ip -n "$id-a" link del out1
wait_for logged 'run: in1: '
wait_for grep -q '"trouble":"in1: ' "$work/out"
replay 2000 "$scene/quickstart.pcap" 2
wait_for has_packets $((3 * n_packets))

# And the other.
ip -n "$id-a" link del out2
status=0
wait "$sensor_pid" || status=$?
[ "$status" = 1 ] || fail "ended with status $status"
logged 'run: in2: ' || fail "the log does not say why"
echo "all held"
