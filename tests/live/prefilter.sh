#!/bin/sh
# A sensor whose kernel withholds what touches no critical range: on an interface and on all of them at
# once, totals and critical packets are those of one that gets every frame; and a range that a reload
# brings is seen from then on.
# usage: prefilter.sh PROGRAM SCENE_FOLDER CAPTURE_FOLDER
set -eu

program=$1
scene=$2
captures=$3
. "$(dirname "$0")/common.sh"

files=
for name in quickstart ipv6 vlan tunnels fragments; do
    files="$files $captures/$name.pcap"
done

# Starts a sensor with a value of capture.prefilter and other options.
start() { # VALUE [OPTION...]
    value=$1
    shift
    sed "s/PREFILTER/$value/" "$work/conf/prefilter.conf" >"$work/conf/sectorwatch.conf"
    rm -f "$work/log" # Of the one before, which captured too.
    start_sensor -c "$work/conf/sectorwatch.conf" -o ecs -l '' -s json "$@"
}

# Ends it, and leaves what it counted.
stop() { # NAME
    stop_sensor || fail "exit status $?"
    tail -n 1 "$work/log" >"$work/$1.json"
}

ctl() { "$program" ctl -c "$work/conf/sectorwatch.conf" "$@"; }

# A counter of the sensor that runs.
counter() { ctl counters | sed -n "s/^counters.$1 *//p"; } # NAME
has_packets() { [ "$(counter capture.packets)" = "$1" ]; }

# A number of what it left.
count() { jq ".$2 // .counters.\"$2\"" "$work/$1.json"; } # NAME COUNTER

# What the program counts of captures in files.
count_of() { # COUNTER FILE...
    counter=$1
    shift
    "$program" read -c "$work/conf/sectorwatch.conf" -n -o ecs -s json "$@" 2>&1 >/dev/null | jq ".$counter"
}

ranges() { # PREFIXES
    echo "source = { name = \"test\"; }; organisations = ( { name = \"Port\"; sector = \"maritime\"; prefixes = [ $1 ]; } );" >"$work/conf/ranges.conf"
}

make_namespaces
need tcpreplay jq
connect
cp -r "$scene" "$work/conf"
ranges '"198.51.100.0/26", "2001:db8:5::/48"'
sed 's/^sectors = {/sectors = { catalogue = false;/' "$scene/sectorwatch.conf" >"$work/conf/prefilter.conf"
cat >>"$work/conf/prefilter.conf" <<END
capture = { prefilter = "PREFILTER"; };
ctl = { folder = "$work/run"; };
END

start auto
! logged 'the kernel does not filter' || skip "$(grep 'the kernel does not filter' "$work/log")"
stop probe

n_packets=$(count_of packets $files)
for interface in in any; do
    interfaces="-i $interface"
    for value in off on; do
        start "$value"
        for file in $files; do
            replay 2000 "$file"
        done
        wait_for has_packets "$n_packets"
        stop "$value"
    done
    [ "$(count off critical_packets)" -gt 50 ] || fail "$interface: too few critical packets"
    [ "$(count off capture.withheld)" = 0 ] || fail "$interface: frames withheld though it is off"
    [ "$(count on capture.withheld)" -gt 300 ] || fail "$interface: few frames withheld: $(count on capture.withheld)"
    for counter in packets bytes critical_packets capture.fragments capture.tunnelled capture.not_ip capture.bad; do
        [ "$(count off $counter)" = "$(count on $counter)" ] ||
            fail "$interface: $counter: $(count on $counter), but $(count off $counter) without"
    done
    decoded=$(($(count on capture.decoded) + $(count on capture.withheld)))
    [ "$decoded" = "$(count off capture.decoded)" ] ||
        fail "$interface: $decoded decoded or withheld, but $(count off capture.decoded) without"
    echo "$interface: $(count on capture.withheld) of $(count on packets) frames withheld"
done

# A reload brings a range, and another takes it away.
few='"198.51.100.0/26", "2001:db8:5::/48"'
interfaces='-i in'
start on
critical=0 packets=0
for prefixes in "$few" "$few, \"203.0.113.0/25\"" "$few"; do
    ranges "$prefixes"
    ctl reload force=1 >"$work/reload"
    critical=$((critical + $(count_of critical_packets "$captures/quickstart.pcap")))
    packets=$((packets + $(count_of packets "$captures/quickstart.pcap")))
    replay 2000 "$captures/quickstart.pcap"
    wait_for has_packets "$packets"
    [ "$(counter classify.critical_packets)" = "$critical" ] ||
        fail "with $prefixes: $(counter classify.critical_packets) critical packets, not $critical"
    counter capture.withheld >>"$work/withheld"
done
stop reload
awk '{ n[NR] = $1 - last; last = $1 } END { exit !(n[1] > n[2] && n[1] == n[3]) }' "$work/withheld" ||
    fail "withheld after each reload: $(tr '\n' ' ' <"$work/withheld")"

# Beside a capture filter there is none.
start auto -f 'tcp'
logged 'in: the kernel does not filter by critical ranges: there is a capture filter' || fail "the log does not say why"
stop filter
sed 's/PREFILTER/on/' "$work/conf/prefilter.conf" >"$work/conf/sectorwatch.conf"
status=0
ip netns exec "$id-b" "$program" run -i in -c "$work/conf/sectorwatch.conf" -o ecs -l '' -f tcp >"$work/out" 2>"$work/log" || status=$?
[ "$status" = 1 ] && logged 'error: the kernel does not filter by critical ranges' || fail "captures without, status $status"
echo "all held"
