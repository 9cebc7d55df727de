#!/bin/sh
# Reloads of a sensor that captures the bundled scene live over a veth pair between two network
# namespaces of its own: other rules, broken ones, a list renewed by somebody else, a database written
# over while in use. No packet may be missed by it.
# usage: reload.sh PROGRAM SCENE_FOLDER CONF_FOLDER
set -eu

program=$1
scene=$2
conf=$3
id=sw$$
work=$(mktemp -d)

skip() {
    echo "skipped: $1"
    exit 77
}

cleanup() {
    if [ -n "${program_pid:-}" ]; then
        kill "$program_pid" 2>/dev/null || true
    fi
    ip netns del "$id-a" 2>/dev/null || true
    ip netns del "$id-b" 2>/dev/null || true
    rm -rf "$work"
}

fail() {
    echo "FAILED: $1" >&2
    tail -n 20 "$work/log" | cut -c 1-300 >&2
    exit 1
}

# Waits up to thirty seconds until the log has a line that matches, so many times.
wait_for() {
    for _ in $(seq 300); do
        [ "$(grep -c "$2" "$work/log")" -ge "$1" ] && return
        sleep 0.1
    done
    fail "not in the log $1 times: $2"
}

replay() {
    ip netns exec "$id-a" tcpreplay -q -i out --pps="$1" "$scene/quickstart.pcap" >"$work/tcpreplay.log" 2>&1
    sent=$((sent + n_packets))
}

[ "$(id -u)" = 0 ] || skip "needs root"
for tool in ip tcpreplay jq; do
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

n_packets=$("$program" read -c "$scene/sectorwatch.conf" -n -o ecs -s json "$scene/quickstart.pcap" 2>&1 >/dev/null | jq .packets)
sent=0
cp -r "$scene" "$work/scene"
cp -r "$conf/rules" "$work/scene/rules"
database=$(dirname "$program")/share/geo/sectorwatch-geo-2026-06.mmdb
cp "$database" "$work/scene/places.mmdb"
cat >>"$work/scene/sectorwatch.conf" <<END
rules = { folders = [ "rules" ]; };
END
sed -i 's|^geo = {|geo = { databases = [ "places.mmdb" ];|; s|^sectors = {|sectors = { catalogue = false;|' "$work/scene/sectorwatch.conf"

ip netns exec "$id-b" "$program" run -i in -c "$work/scene/sectorwatch.conf" -j 2 -o ecs -l '' -s json \
    >"$work/alerts" 2>"$work/log" &
program_pid=$!
wait_for 1 'capturing on in'
replay 2000

# The same policy, over and over, while packets come.
( sleep 0.1; for _ in $(seq 20); do kill -HUP "$program_pid"; sleep 0.1; done ) &
reloads_pid=$!
replay 300
wait "$reloads_pid"
wait_for 5 'is in use now'

rm "$work/scene/rules/60-space.conf"
kill -HUP "$program_pid"
wait_for 1 'removed rule: SW-SPACE'

echo 'rules = ( { id = 5; } );' >"$work/scene/rules/99-broken.conf"
( sleep 0.1; for _ in $(seq 5); do kill -HUP "$program_pid"; sleep 0.2; done ) &
reloads_pid=$!
replay 300
wait "$reloads_pid"
wait_for 1 '99-broken.conf:1: error: '
wait_for 1 'stays in use: errors in the configuration: '
rm "$work/scene/rules/99-broken.conf"

echo 203.0.113.201 >>"$work/scene/listed.txt"
wait_for 1 'asked for: .*/listed.txt'
wait_for 1 'changed list: example-c2: 3 entries'

# cp empties the file first: whoever has it mapped dies of that.
head -c 1000000 "$database" >"$work/short.mmdb"
cp "$work/short.mmdb" "$work/scene/places.mmdb"
replay 2000
wait_for 1 'places.mmdb: error: '
cp "$database" "$work/scene/places.mmdb"
n=$(grep -c 'is in use now' "$work/log")
wait_for $((n + 1)) 'is in use now'
replay 2000

sleep 1
kill -TERM "$program_pid"
wait "$program_pid" || fail "exit status $?"
received=$(tail -n 1 "$work/log" | jq .packets)
[ "$received" = "$sent" ] || fail "sent $sent packets, captured $received"
[ -s "$work/alerts" ] || fail "no alerts"
waited=$(sed -n 's/.*packets waited \([0-9.]*\) ms/\1/p' "$work/log" | sort -n | tail -n 1)
echo "$received packets through $(grep -c 'is in use now' "$work/log") reloads; they waited $waited ms at most"
