#!/bin/sh
# Two hundred reloads of broken files while packets come as fast as they can be sent: each is refused with
# its reason, the policy stays, no more packets are lost than without them, and memory stays flat.
# usage: broken_reloads.sh RELEASE_PROGRAM SCENE_FOLDER CONF_FOLDER [RELOADS]
set -eu

program=$1
scene=$2
conf=$3
n_reloads=${4:-200}
. "$(dirname "$0")/common.sh"
there=$work/scene

ctl() { "$program" ctl -c "$work/ctl.conf" "$@"; }
status() { ctl status | sed -n "s/^$1 *//p"; }
counter() { ctl counters | sed -n "s/^counters\.$1 *//p"; }
rss_kb() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$sensor_pid/status"; }

# Breaks the configuration in one of several ways, and says what the refusal has to name.
break_it() { # NUMBER
    case $(($1 % 5)) in
    0) echo 'rules = ( { id = 5; } );' >"$there/rules/99-broken.conf" && echo '99-broken.conf:1: ' ;;
    1) head -c 4096 /dev/urandom >"$there/rules/99-broken.conf" && echo '99-broken.conf:' ;;
    2) truncate -s 1000000 "$there/places.mmdb" && echo 'places.mmdb: ' ;;
    3) mv "$there/ranges.conf" "$there/away" && echo 'ranges.conf' ;;
    4) echo 'alert = { heartbeat = "soon"; };' >>"$there/sectorwatch.conf" && echo 'sectorwatch.conf:' ;;
    esac
}

mend_it() {
    rm -f "$there/rules/99-broken.conf"
    [ ! -e "$there/away" ] || mv "$there/away" "$there/ranges.conf"
    cp "$work/sectorwatch.conf" "$there/sectorwatch.conf"
    [ "$(stat -c %s "$there/places.mmdb")" != 1000000 ] || cp "$database" "$there/places.mmdb"
}

make_namespaces
need tcpreplay jq
connect
cp -r "$scene" "$there"
cp -r "$conf/rules" "$there/rules"
database=$(dirname "$program")/share/geo/sectorwatch-geo-2026-06.mmdb
cp "$database" "$there/places.mmdb"
sed -i 's|^geo = {|geo = { databases = [ "places.mmdb" ];|; s|^sectors = {|sectors = { catalogue = false;|
    s|^alert = {|alert = { syslog = "";|' "$there/sectorwatch.conf"
echo 'rules = { folders = [ "rules" ]; };' >>"$there/sectorwatch.conf"
echo "ctl = { folder = \"$work/run\"; suppress = \"$work/suppress.conf\"; };" | tee "$work/ctl.conf" >>"$there/sectorwatch.conf"
cp "$there/sectorwatch.conf" "$work/sectorwatch.conf"

# Packets as fast as they can be sent, until told to stop.
send() {
    ip netns exec "$id-a" tcpreplay -q -i out --topspeed --preload-pcap --loop=100000000 "$scene/quickstart.pcap" \
        >"$work/tcpreplay.log" 2>&1 &
    tcpreplay_pid=$!
    pids="$tcpreplay_pid $pids"
}

# Per mille of the packets since keep_counts() that were lost.
loss() {
    sleep 1 # Drops are read once a second.
    set -- "$(counter capture.packets)" "$(counter capture.ring_dropped)"
    echo $((1000 * ($2 - dropped) / ($1 - packets + $2 - dropped + 1)))
}
keep_counts() {
    packets=$(counter capture.packets)
    dropped=$(counter capture.ring_dropped)
}

start_sensor -c "$there/sectorwatch.conf" -o ecs --sandbox=on
policy=$(status policy)
send
sleep 2
keep_counts
sleep 10
undisturbed=$(loss)
rate=$(status packets_per_second)
keep_counts
for i in $(seq "$n_reloads"); do
    named=$(break_it "$i")
    ! ctl reload >/dev/null 2>"$work/refusal" || fail "reload $i was not refused"
    grep -q "$named" "$work/refusal" || fail "reload $i was refused without the reason: $(cat "$work/refusal")"
    tail -n 1 "$work/refusal" | grep -q '^sectorwatch: refused, policy .* stays in use: ' || fail "reload $i was refused, but not to the end: $(cat "$work/refusal")"
    mend_it
    [ "$i" != 20 ] || rss_before=$(rss_kb)
done
disturbed=$(loss)
rss=$(rss_kb)
[ "$(status policy)" = "$policy" ] || fail "another policy is in use"
[ "$(counter sensor.reloads_refused)" -ge "$n_reloads" ] || fail "refusals are not counted"
kill "$tcpreplay_pid"
ctl reload force=1 >/dev/null || fail "the mended policy is not taken"
stop_sensor || fail "exit status $?"
echo "$n_reloads broken reloads at ${rate%.*} packets/s: loss $disturbed per mille, without them $undisturbed;" \
    "memory $rss kB, after 20 of them $rss_before kB"
[ "$disturbed" -le $((undisturbed + 20)) ] || fail "more packets were lost than without reloads"
# The address sanitizer keeps what is freed for a while.
ldd "$program" | grep -q libasan || [ "$rss" -le $((rss_before + rss_before / 20)) ] || fail "memory grows"
