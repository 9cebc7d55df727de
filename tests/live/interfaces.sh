#!/bin/sh
# One sensor on two interfaces, of which each carries one direction of the bundled scene, as those of a
# tap do: its alerts are those of a read of both together. One of them goes and comes again, the other
# goes down and gets another name. And one interface with two rings.
# usage: interfaces.sh PROGRAM SCENE_FOLDER
set -eu

program=$1
scene=$2
. "$(dirname "$0")/common.sh"

ctl() { "$program" ctl -i all -c "$work/scene/sectorwatch.conf" "$@"; }
ctl_says() { ctl status | grep -q "$1"; }
has_packets() { ctl status | grep -q "^packets *$1\$"; }
# What of alerts does not depend on where they were captured.
told() {
    jq -c 'select(.event.kind == "alert") | [.rule.id, .labels.incident_state, .event.start, .source.ip,
        .source.port, .destination.ip, .destination.port, .labels.detail, .labels.incident_count]' "$1"
}

make_namespaces
need tcpdump tcpprep tcpreplay jq
connect 1
connect 2

cp -r "$scene" "$work/scene"
cat >>"$work/scene/sectorwatch.conf" <<END
capture = { interfaces = [ "in1", "in2" ]; };
ctl = { folder = "$work/run"; };
END
interfaces=
start_sensor -c "$work/scene/sectorwatch.conf" -o ecs -l ''
logged 'capturing on in1, in2' || fail "does not say what it captures from"

ip netns exec "$id-b" tcpdump -q -i any --time-stamp-precision=nano -B 16384 -U -w "$work/both.pcap" 2>"$work/tcpdump.log" &
pids="$pids $!"
wait_for grep -q listening "$work/tcpdump.log"

# One program sends by both, in the order of the capture: who has an address of the hospital by the first.
tcpprep --cidr=192.0.2.0/24 --pcap="$scene/quickstart.pcap" --cachefile="$work/cache" 2>/dev/null
ip netns exec "$id-a" tcpreplay -q --cachefile="$work/cache" -i out1 -I out2 --pps=500 "$scene/quickstart.pcap" \
    >"$work/tcpreplay.log" 2>&1
n_packets=$(awk '/Successful packets:/ { n += $NF } END { print n }' "$work/tcpreplay.log")
wait_for has_packets "$n_packets"
ctl status | grep -q '^interface *in1, in2$' || fail "no status"
stop_sensor || fail "exit status $?"
for interface in in1 in2; do
    grep -q '"ingress":{"interface":{"name":"'$interface'"}}' "$work/out" || fail "no alert names $interface"
done
"$program" read -c "$scene/sectorwatch.conf" -o ecs -s none "$work/both.pcap" >"$work/read"
told "$work/read" >"$work/expected"
told "$work/out" >"$work/seen"
[ -s "$work/expected" ] || fail "no alerts"
diff "$work/expected" "$work/seen" >"$work/difference" || fail "not the alerts of both together: $(cut -c 1-2000 "$work/difference")"

# One of them is gone, and comes again: sandboxed, without rights, the sensor captures it anew.
start_sensor -c "$work/scene/sectorwatch.conf" -o ecs -l ''
ip -n "$id-a" link del out1
wait_for logged 'run: in1: is gone'
wait_for grep -q '"trouble":"in1 is gone' "$work/out"
replay 2000 "$scene/quickstart.pcap" 2
wait_for has_packets "$n_packets"
connect 1
wait_for logged 'run: in1: there is such an interface again'
wait_for ctl_says '^interfaces.in1.state *up$'
replay 2000 "$scene/quickstart.pcap" 1
wait_for has_packets $((2 * n_packets))
ctl_says "^interfaces.in1.packets *$n_packets\$" || fail "in1 brought other packets"

# Down, and by another name.
ip -n "$id-b" link set in2 down
wait_for logged 'run: in2: is down'
ip -n "$id-b" link set in2 name other
wait_for logged 'run: in2: is now called other'
ip -n "$id-b" link set other up
wait_for logged 'run: in2: is up'
replay 2000 "$scene/quickstart.pcap" 2
wait_for has_packets $((3 * n_packets))
ip -n "$id-b" link set other down
ip -n "$id-b" link set other name in2
ip -n "$id-b" link set in2 up
stop_sensor || fail "exit status $?"

# Two rings of one interface: the same alerts as a read; what shares the frames out cannot be bound
# again, so that the sensor ends when the interface does.
sed -i 's|^capture = .*|capture = { rings = 2; };|' "$work/scene/sectorwatch.conf"
interfaces='-i in1'
ip netns exec "$id-b" tcpdump -q -i in1 --time-stamp-precision=nano -B 16384 -U -w "$work/one.pcap" 2>"$work/tcpdump.log" &
tcpdump_pid=$!
wait_for grep -q listening "$work/tcpdump.log"
start_sensor -c "$work/scene/sectorwatch.conf" -o ecs -l ''
replay 500 "$scene/quickstart.pcap" 1
sleep 1
ip -n "$id-a" link del out1
status=0
wait "$sensor_pid" || status=$?
[ "$status" = 1 ] || fail "ended with status $status"
logged 'run: in1: .*gone' || fail "the log does not say why"
wait "$tcpdump_pid" || true
"$program" read -c "$scene/sectorwatch.conf" -o ecs -s none "$work/one.pcap" >"$work/read"
told "$work/read" >"$work/expected"
told "$work/out" >"$work/shared"
diff "$work/expected" "$work/shared" >"$work/difference" || fail "not the same with two rings: $(cut -c 1-2000 "$work/difference")"
echo "the same $(wc -l <"$work/seen") alerts from $n_packets packets, by two interfaces and by two rings"
