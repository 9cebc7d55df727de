#!/bin/sh
# Reloads of a sensor that captures the bundled scene live over a veth pair between two network
# namespaces of its own: other rules, broken ones, a list renewed by somebody else, a database written
# over while in use. No packet may be missed by it.
# usage: reload.sh PROGRAM SCENE_FOLDER CONF_FOLDER
set -eu

program=$1
scene=$2
conf=$3
. "$(dirname "$0")/common.sh"

replay_scene() {
    replay "$1" "$scene/quickstart.pcap"
    sent=$((sent + n_packets))
}

make_namespaces
need tcpreplay jq
connect

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

start_sensor -c "$work/scene/sectorwatch.conf" -j 2 -o ecs -l '' -s json
replay_scene 2000

# The same policy, over and over, while packets come.
( sleep 0.1; for _ in $(seq 20); do kill -HUP "$sensor_pid"; sleep 0.1; done ) &
reloads_pid=$!
replay_scene 300
wait "$reloads_pid"
wait_for logged 'is in use now' 5

rm "$work/scene/rules/60-space.conf"
kill -HUP "$sensor_pid"
wait_for logged 'removed rule: SW-SPACE'

echo 'rules = ( { id = 5; } );' >"$work/scene/rules/99-broken.conf"
( sleep 0.1; for _ in $(seq 5); do kill -HUP "$sensor_pid"; sleep 0.2; done ) &
reloads_pid=$!
replay_scene 300
wait "$reloads_pid"
wait_for logged '99-broken.conf:1: error: '
wait_for logged 'stays in use: errors in the configuration: '
rm "$work/scene/rules/99-broken.conf"

echo 203.0.113.201 >>"$work/scene/listed.txt"
wait_for logged 'asked for: .*/listed.txt'
wait_for logged 'changed list: example-c2: 3 entries'

# cp empties the file first: whoever has it mapped dies of that.
head -c 1000000 "$database" >"$work/short.mmdb"
cp "$work/short.mmdb" "$work/scene/places.mmdb"
replay_scene 2000
wait_for logged 'places.mmdb: error: '
cp "$database" "$work/scene/places.mmdb"
n=$(grep -c 'is in use now' "$work/log")
wait_for logged 'is in use now' $((n + 1))
replay_scene 2000

sleep 1
stop_sensor || fail "exit status $?"
received=$(tail -n 1 "$work/log" | jq .packets)
[ "$received" = "$sent" ] || fail "sent $sent packets, captured $received"
[ -s "$work/out" ] || fail "no alerts"
waited=$(sed -n 's/.*packets waited \([0-9.]*\) ms/\1/p' "$work/log" | sort -n | tail -n 1)
echo "$received packets through $(grep -c 'is in use now' "$work/log") reloads; they waited $waited ms at most"
