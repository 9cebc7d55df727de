#!/bin/sh
# Every capture of malformed packets, sent to a sensor as fast as it goes, for which every address is
# critical, several times over. It lives, it reports what it could not read, and alerts come as before.
# usage: malformed.sh PROGRAM SCENE_FOLDER [ROUNDS]
set -eu

program=$1
scene=$2
rounds=${3:-5}
. "$(dirname "$0")/common.sh"

captures=${SECTORWATCH_SHARED:-$(dirname "$0")/../../../shared}/captures/malformed
alerted() { grep -q '"code":"SW-HEALTH-001"' "$work/out"; }

make_namespaces
need tcpreplay jq
[ -d "$captures" ] || skip "the captures of SECTORWATCH_SHARED (else ../shared) are not here"
connect
# Room for what is longer than Ethernet allows.
ip -n "$id-b" link set in mtu 65535
ip -n "$id-a" link set out mtu 65535

start_sensor -c "$scene/sectorwatch.conf" -n -r 0.0.0.0/0=energy -r ::/0=energy -o ecs -l '' -s json
n_sent=0
n_refused=0
for _ in $(seq "$rounds"); do
    for capture in "$captures"/*.pcap*; do
        # tcpreplay sends Ethernet only, and ends at what it does not like in a capture.
        if ip netns exec "$id-a" tcpreplay -i out --topspeed "$capture" >"$work/tcpreplay.log" 2>&1; then
            n_sent=$((n_sent + 1))
        else
            n_refused=$((n_refused + 1))
        fi
        is_child "$sensor_pid" || fail "the sensor ended with $capture"
    done
done
[ "$n_sent" -gt $((100 * rounds)) ] || fail "only $n_sent captures could be sent"

replay 5000 "$scene/quickstart.pcap"
wait_for alerted
stop_sensor || fail "exit status $?"
tail -n 1 "$work/log" >"$work/summary"
[ "$(jq '.counters["capture.bad"]' "$work/summary")" -gt 0 ] || fail "nothing was counted as damaged"
jq -r '"\(.packets) packets, of which \(.counters["capture.bad"]) damaged, \(.counters["capture.fragments_bad"]) bad fragments"' "$work/summary"
echo "$n_sent captures sent, $n_refused that tcpreplay does not send"
