#!/bin/sh
# Captures the bundled scene live over a veth pair between two network namespaces of its own, and
# reads the same packets from a file that tcpdump wrote beside: the alerts must be the same, but for
# the fields that speak of the capture itself.
# usage: veth.sh PROGRAM SCENE_FOLDER
set -eu

program=$1
scene=$2
. "$(dirname "$0")/common.sh"

# What is left of an alert when the fields that speak of the capture itself are gone: emit time,
# interface, process id, and when the input ended.
comparable() {
    jq -c -S 'del(.event.created, .observer.ingress, .process) |
        if .labels.incident_end == "end-of-input" then del(."@timestamp") else . end' "$1"
}

make_namespaces
need tcpdump tcpreplay jq
connect

ip netns exec "$id-b" tcpdump -q -i in --time-stamp-precision=nano -B 16384 -U -w "$work/live.pcap" 2>"$work/tcpdump.log" &
tcpdump_pid=$!
pids=$tcpdump_pid
wait_for grep -q listening "$work/tcpdump.log"
start_sensor -c "$scene/sectorwatch.conf" -o ecs -l '' -s json

sent=$("$program" read -c "$scene/sectorwatch.conf" -o ecs -s json "$scene/quickstart.pcap" 2>&1 >/dev/null |
    jq .packets)
replay 2000 "$scene/quickstart.pcap"
sleep 1
kill -TERM "$tcpdump_pid"
stop_sensor || fail "exit status $?"
wait "$tcpdump_pid" || true

"$program" read -c "$scene/sectorwatch.conf" -o ecs -s none "$work/live.pcap" >"$work/file.ecs"
received=$(tail -n 1 "$work/log" | jq .packets)
[ "$received" = "$sent" ] || fail "sent $sent packets, captured $received"
comparable "$work/out" >"$work/live.comparable"
comparable "$work/file.ecs" >"$work/file.comparable"
[ -s "$work/live.comparable" ] || fail "no alerts"
diff "$work/file.comparable" "$work/live.comparable" >"$work/difference" || fail "not the same alerts: $(cut -c 1-2000 "$work/difference")"
echo "the same $(wc -l <"$work/live.comparable") alerts from $received packets"
