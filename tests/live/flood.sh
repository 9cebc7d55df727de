#!/bin/sh
# A flood from random sources at hosts of a hospital, as fast as it goes, for ten minutes; somebody scans
# that hospital meanwhile. The sensor names the scan and the flood, and its memory stays below what it
# reserved for its tables when it began, which is what the configuration lets it have.
# usage: flood.sh RELEASE_PROGRAM SCENE_FOLDER SCENARIO [SECONDS]
set -eu

program=$1
scene=$2
scenario=$3
seconds=${4:-600}
. "$(dirname "$0")/common.sh"

# A line of the process's status, in kB: VmData, what it may write to; RssAnon, what it has of that.
memory() { sed -n "s/^$1:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$sensor_pid/status"; }

alerted() { grep -q "\"code\":\"$1\".*\"source\":{\"address\":\"$2\"" "$work/out"; } # RULE SOURCE

make_namespaces
need tcpreplay jq
connect
# Documentation addresses in the quickstart's ranges, strangers in 10.0.0.0/8 and 2001:db8:f::/48.
cat >"$work/flood.scene" <<END
host portal  192.0.2.10
host portal6 2001:db8:1::10
at 2026-06-01T09:00:00Z
meanwhile {
    flood 10.0.0.0/8 portal port 443 count 1000000 every 1us
    flood 2001:db8:f::/48 portal6 port 443 count 500000 every 2us
    flood 10.0.0.0/8 portal port 53 count 500000 every 2us udp
}
END
"$scenario" -o "$work/flood.pcap" "$work/flood.scene"
cat >"$work/scan.scene" <<END
host portal  192.0.2.10
host stranger 203.0.113.17
at 2026-06-01T09:00:00Z
repeat 1000 every 20s { scan stranger portal ports 20-60 every 250ms refused }
END
"$scenario" -o "$work/scan.pcap" "$work/scan.scene"

start_sensor -c "$scene/sectorwatch.conf" -o ecs -l '' -s json
reserved=$(memory VmData)
ip netns exec "$id-a" tcpreplay -q -i out --topspeed --loop=0 "$work/flood.pcap" >"$work/tcpreplay.flood" 2>&1 &
pids="$! $pids"
sleep 5
ip netns exec "$id-a" tcpreplay -q -i out --loop=0 "$work/scan.pcap" >"$work/tcpreplay.scan" 2>&1 &
pids="$! $pids"

most=0
ends=$(($(date +%s) + seconds))
while [ "$(date +%s)" -lt "$ends" ]; do
    sleep 1
    is_child "$sensor_pid" || fail "the sensor has ended"
    now=$(memory RssAnon)
    [ "$now" -le "$most" ] || most=$now
done
[ "$most" -le "$reserved" ] || fail "$most kB in use, of $reserved reserved when it began"
grown=$(($(memory VmData) - reserved))
[ "$grown" -le $((reserved / 20)) ] || fail "$grown kB more were reserved, beside $reserved"
stop_sensor || fail "exit status $?"

alerted SW-HEALTH-001 203.0.113.17 || fail "the scan was not named"
grep -q '"code":"SW-HEALTH-008"' "$work/out" || fail "the flood was not named"
tail -n 1 "$work/log" | jq -r '"\(.packets) packets, \(.counters["capture.ring_dropped"] // 0) dropped by the ring, \(.counters["classify.flows"]) flows"'
echo "$((most / 1024)) MiB in use at most, of $((reserved / 1024)) MiB reserved; the scan was named among $(wc -l <"$work/out") alerts"
