#!/bin/sh
# A thousand reloads, each of other ranges and of the rules in another order, while the bundled scene is
# replayed over and over: a sensor with two rings and the prefilter says what a read of the same packets
# says, no packet is missed, and memory stays flat.
# usage: reloads.sh RELEASE_PROGRAM SCENE_FOLDER CONF_FOLDER [RELOADS]
set -eu

program=$1
scene=$2
conf=$3
n_reloads=${4:-1000}
. "$(dirname "$0")/common.sh"
there=$work/scene

ctl() { "$program" ctl -c "$there/sectorwatch.conf" "$@"; }
rss_kb() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$sensor_pid/status"; }

# What of alerts does not depend on the capture itself or on when the sensor was asked to end.
told() {
    jq -c 'select(.event.kind == "alert") | [.rule.id, .labels.incident_state, .event.start, .event.end,
        .source.ip, .source.port, .destination.ip, .destination.port, .labels.detail, .labels.incident_count]' "$1"
}

# A range that the scene does not touch comes or goes, and with it the order of the rules.
change() { # NUMBER
    case $(($1 % 2)) in
    1)
        cp "$work/more.conf" "$there/ranges/more.conf"
        mv "$there/rules/60-space.conf" "$there/rules/05-space.conf"
        ;;
    0)
        rm "$there/ranges/more.conf"
        mv "$there/rules/05-space.conf" "$there/rules/60-space.conf"
        ;;
    esac
}

make_namespaces
need tcpdump tcpreplay jq
connect
cp -r "$scene" "$there"
cp -r "$conf/rules" "$there/rules"
mkdir "$there/ranges"
# Half of the scene touches no range then.
sed '/Savings Bank/,+1d; /International Airport/,+1d; /Port Authority/,+1d' "$there/ranges.conf" >"$there/ranges/ranges.conf"
cat >"$work/more.conf" <<END
source = { name = "more"; };
organisations = ( { name = "More"; sector = "space"; prefixes = [ "100.64.0.0/12", "2001:db8:fffe::/48" ]; } );
END
sed -i 's|"ranges.conf"|"ranges/*.conf"|; s|^alert = {|alert = { syslog = "";|' "$there/sectorwatch.conf"
cat >>"$there/sectorwatch.conf" <<END
rules = { folders = [ "rules" ]; };
capture = { rings = 2; };
ctl = { folder = "$work/run"; suppress = "$work/suppress.conf"; };
END

ip netns exec "$id-b" tcpdump -q -i in --time-stamp-precision=nano -B 65536 -w "$work/live.pcap" 2>"$work/tcpdump.log" &
tcpdump_pid=$!
pids=$tcpdump_pid
wait_for grep -q listening "$work/tcpdump.log"
start_sensor -c "$there/sectorwatch.conf" -o ecs -s json
ip netns exec "$id-a" tcpreplay -q -i out --preload-pcap --pps=5000 --loop=100000000 "$scene/quickstart.pcap" >"$work/tcpreplay.log" 2>&1 &
tcpreplay_pid=$!
pids="$tcpreplay_pid $pids"

for i in $(seq "$n_reloads"); do
    change "$i"
    ctl reload >"$work/reload" 2>&1 || fail "reload $i was refused: $(cat "$work/reload")"
    grep -q 'of "More"' "$work/reload" && tail -n 1 "$work/reload" | grep -q 'is in use now' || fail "reload $i changed nothing: $(cat "$work/reload")"
    [ "$i" -gt $((n_reloads / 10)) ] || rss_before=$(rss_kb)
done
rss=$(rss_kb)
kill "$tcpreplay_pid"
wait "$tcpreplay_pid" 2>/dev/null || true
sleep 1
kill "$tcpdump_pid"
wait "$tcpdump_pid" 2>/dev/null || true
stop_sensor || fail "exit status $?"

grep -q '^0 packets dropped by kernel' "$work/tcpdump.log" || fail "tcpdump itself missed packets"
tail -n 1 "$work/log" >"$work/live.json"
"$program" read -c "$there/sectorwatch.conf" -o ecs -s json "$work/live.pcap" >"$work/read" 2>"$work/read.log"
tail -n 1 "$work/read.log" >"$work/read.json"
for count in packets critical_packets; do
    [ "$(jq ".$count" "$work/live.json")" = "$(jq ".$count" "$work/read.json")" ] ||
        fail "$count: $(jq ".$count" "$work/live.json"), but $(jq ".$count" "$work/read.json") without reloads"
done
told "$work/read" >"$work/expected"
told "$work/out" >"$work/seen"
[ -s "$work/expected" ] || fail "no alerts"
diff "$work/expected" "$work/seen" >"$work/difference" || fail "not the same alerts: $(cut -c 1-2000 "$work/difference")"
echo "$n_reloads reloads, $(jq .packets "$work/live.json") packets of which" \
    "$(jq '.counters["capture.withheld"]' "$work/live.json") withheld: the same $(wc -l <"$work/seen") alerts;" \
    "memory $rss kB, after a tenth of them $rss_before kB"
# The address sanitizer keeps what is freed for a while.
ldd "$program" | grep -q libasan || [ "$rss" -le $((rss_before + rss_before / 20)) ] || fail "memory grows"
