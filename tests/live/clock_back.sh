#!/bin/sh
# The time of day is set back an hour, and forward again, under a running sensor: it says so, in its log
# and among the alerts, heartbeats go on, and alerts come as before, each once and in order. And one with two
# rings began when the clock was an hour fast: it sees what comes once that is set right.
#
# libfaketime tells the sensor another time of day than the kernel does, since Linux gives no process one of
# its own. Packets keep the kernel's: what becomes of those that go back in time is for tests of classify.
# usage: clock_back.sh PROGRAM SCENE_FOLDER
set -eu

real=$1
scene=$2
. "$(dirname "$0")/common.sh"

n_heartbeats() { grep -c '"action":"heartbeat"' "$work/out" || true; }
has_more_heartbeats() { [ "$(n_heartbeats)" -gt "$1" ]; }
n_alerts() { grep -c '"kind":"alert"' "$work/out" || true; }
has_more_alerts() { [ "$(n_alerts)" -gt "$1" ]; }
set_clock() {
    echo "$1" >"$work/offset.new"
    mv "$work/offset.new" "$work/offset"
}

make_namespaces
need tcpreplay jq
faketime=$(ls /usr/lib/*/faketime/libfaketime.so.1 2>/dev/null | head -n 1)
[ -n "$faketime" ] || skip "needs libfaketime"
connect
cp -r "$scene" "$work/scene"
sed -i 's|^alert = {|alert = { syslog = ""; heartbeat = "10s";|' "$work/scene/sectorwatch.conf"
cat >>"$work/scene/sectorwatch.conf" <<END
ctl = { folder = ""; };
incident = { window = "2s"; }; // So that there are alerts each time.
END
# The library of the address sanitizer, if there is one, has to come before all others.
sanitizer=$(ldd "$real" | sed -n 's/.*libasan[^ ]* => \([^ ]*\).*/\1/p')
program=$work/sensor
cat >"$program" <<END
#!/bin/sh
export LD_PRELOAD='$sanitizer $faketime' FAKETIME_TIMESTAMP_FILE='$work/offset' FAKETIME_NO_CACHE=1
export FAKETIME_DONT_FAKE_MONOTONIC=1 NO_FAKE_STAT=1
exec '$(realpath "$real")' "\$@"
END
chmod +x "$program"

set_clock +0
start_sensor -c "$work/scene/sectorwatch.conf" --sandbox=off -o ecs
replay 5000 "$scene/quickstart.pcap"
wait_for has_more_alerts 5
wait_for has_more_heartbeats 0

for change in back:-1h forward:+0; do
    way=${change%:*}
    step "an hour $way"
    heartbeats=$(n_heartbeats)
    set_clock "${change#*:}"
    wait_for logged "the clock was set $way by 3\(599\|600\)\.[0-9]* s"
    wait_for grep -q "\"trouble\":\"[^\"]*the clock was set $way by 3600 s" "$work/out"
    wait_for has_more_heartbeats $((heartbeats + 1))
    alerts=$(n_alerts)
    replay 5000 "$scene/quickstart.pcap"
    wait_for has_more_alerts $((alerts + 5))
done

stop_sensor || fail "exit status $?"
jq -r 'select(.event.kind == "alert").event.sequence' "$work/out" >"$work/sequence"
seq "$(wc -l <"$work/sequence")" | cmp - "$work/sequence" || fail "alerts out of order, lost or doubled"
jq -e -s 'map(select(.event.kind == "alert").event.created) | sort as $sorted | . != $sorted' "$work/out" >/dev/null ||
    fail "the time of alerts did not go back"
told="$(wc -l <"$work/sequence") alerts and $(n_heartbeats) heartbeats in order"

step "begun with a fast clock, which is set right"
echo 'capture = { rings = 2; };' >>"$work/scene/sectorwatch.conf"
set_clock +1h
start_sensor -c "$work/scene/sectorwatch.conf" --sandbox=off -o ecs
sleep 2 # It looks at the clock each second.
set_clock +0
wait_for logged "the clock was set back by 3\(599\|600\)\.[0-9]* s"
replay 5000 "$scene/quickstart.pcap"
wait_for has_more_alerts 5
stop_sensor || fail "exit status $?"
echo "$told"
