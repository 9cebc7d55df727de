#!/bin/sh
# Captures the bundled scene live over a veth pair between two network namespaces of its own, and
# reads the same packets from a file that tcpdump wrote beside: the alerts must be the same, but for
# the fields that speak of the capture itself.
# usage: veth.sh PROGRAM SCENE_FOLDER
set -eu

program=$1
scene=$2
id=sw$$
work=$(mktemp -d)

skip() {
    echo "skipped: $1"
    exit 77
}

cleanup() {
    for pid in ${tcpdump_pid:-} ${program_pid:-}; do
        kill "$pid" 2>/dev/null || true
    done
    ip netns del "$id-a" 2>/dev/null || true
    ip netns del "$id-b" 2>/dev/null || true
    [ -n "${KEEP:-}" ] || rm -rf "$work"
}

# Waits up to ten seconds until a command succeeds.
wait_for() {
    for _ in $(seq 100); do
        "$@" && return
        sleep 0.1
    done
    echo "timed out waiting for: $*" >&2
    exit 1
}

# What is left of an alert when the fields that speak of the capture itself are gone: emit time,
# interface, process id, and when the input ended.
comparable() {
    jq -c -S 'del(.event.created, .observer.ingress, .process) |
        if .labels.incident_end == "end-of-input" then del(."@timestamp") else . end' "$1"
}

[ "$(id -u)" = 0 ] || skip "needs root"
for tool in ip tcpdump tcpreplay jq; do
    command -v "$tool" >/dev/null || skip "needs $tool"
done
trap cleanup EXIT
ip netns add "$id-a" 2>/dev/null || skip "no network namespaces here"
ip netns exec "$id-a" true 2>/dev/null || skip "network namespaces cannot be entered here"
ip netns add "$id-b"
ip -n "$id-a" link add out type veth peer name in netns "$id-b"
for end in "$id-a out" "$id-b in"; do
    set -- $end
    ip netns exec "$1" sysctl -q -w net.ipv6.conf.all.disable_ipv6=1
    ip -n "$1" link set "$2" up arp off
done

ip netns exec "$id-b" tcpdump -q -i in --time-stamp-precision=nano -B 16384 -U -w "$work/live.pcap" 2>"$work/tcpdump.log" &
tcpdump_pid=$!
ip netns exec "$id-b" "$program" run -i in -c "$scene/sectorwatch.conf" -o ecs -l '' -s json \
    >"$work/live.ecs" 2>"$work/live.log" &
program_pid=$!
wait_for grep -q listening "$work/tcpdump.log"
wait_for grep -q 'capturing on in' "$work/live.log"

sent=$("$program" read -c "$scene/sectorwatch.conf" -o ecs -s json "$scene/quickstart.pcap" 2>&1 >/dev/null |
    jq .packets)
ip netns exec "$id-a" tcpreplay -q -i out --pps=2000 "$scene/quickstart.pcap" >"$work/tcpreplay.log" 2>&1
sleep 1
kill -TERM "$program_pid" "$tcpdump_pid"
wait "$program_pid"
wait "$tcpdump_pid" || true

"$program" read -c "$scene/sectorwatch.conf" -o ecs -s none "$work/live.pcap" >"$work/file.ecs"
received=$(tail -n 1 "$work/live.log" | jq .packets)
[ "$received" = "$sent" ] || {
    echo "sent $sent packets, captured $received" >&2
    exit 1
}
comparable "$work/live.ecs" >"$work/live.comparable"
comparable "$work/file.ecs" >"$work/file.comparable"
[ -s "$work/live.comparable" ] || {
    echo "no alerts" >&2
    exit 1
}
diff "$work/file.comparable" "$work/live.comparable" >"$work/difference" || {
    cut -c 1-2000 "$work/difference" >&2
    exit 1
}
echo "the same $(wc -l <"$work/live.comparable") alerts from $received packets"
