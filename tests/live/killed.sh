#!/bin/sh
# A sensor that is killed again and again, while it writes alerts: of each life the file has at most one
# broken line, the last, which the next start closes. Now and then the file loses its last bytes too, as
# when the power fails.
# usage: killed.sh PROGRAM SCENE_FOLDER [LIVES] [SEED]
set -eu

program=$1
scene=$2
lives=${3:-40}
seed=${4:-$(date +%s)}
. "$(dirname "$0")/common.sh"
alerts=$work/a.ndjson

# So many numbers from 100 to 999, one a line.
random() { awk -v n="$1" -v seed="$seed" 'BEGIN { srand(seed); while (n-- > 0) print int(100 + 900 * rand()) }'; }

n_broken() { jq -R 'fromjson? // "broken"' "$alerts" | grep -c '^"broken"$' || true; }
ends_in_line() { [ -n "$(tail -c 1 "$alerts")" ]; }

# Starts the sensor, and counts the lines that it closes.
live_again() {
    start_sensor -c "$work/scene/sectorwatch.conf"
    ! logged 'ended within a line, which is closed now' || n_closed=$((n_closed + 1))
}

make_namespaces
need tcpreplay jq awk
connect
cp -r "$scene" "$work/scene"
sed -i "s|^alert = {|alert = { file = \"$alerts\"; syslog = \"\";|; s|^sectors = {|sectors = { catalogue = false;|" \
    "$work/scene/sectorwatch.conf"
cat >>"$work/scene/sectorwatch.conf" <<END
ctl = { folder = ""; };
// So that alerts come all the time.
incident = { window = "10ms"; };
flow = { idle_timeout = "10ms"; half_open_timeout = "10ms"; };
END
echo "seed $seed"

n_cut=0
n_closed=0
for delay in $(random "$lives"); do
    live_again
    ip netns exec "$id-a" tcpreplay -q -i out --pps=20000 --loop=1000 "$scene/quickstart.pcap" >"$work/tcpreplay.log" 2>&1 &
    tcpreplay_pid=$!
    pids="$tcpreplay_pid $pids"
    sleep "0.$delay"
    kill -KILL "$sensor_pid"
    kill "$tcpreplay_pid"
    wait "$sensor_pid" "$tcpreplay_pid" 2>/dev/null || true
    if [ $((delay % 3)) = 0 ] && [ -s "$alerts" ] && ! ends_in_line; then
        n_cut=$((n_cut + 1))
        truncate -s "-$((delay / 2))" "$alerts"
    fi
done
live_again
replay 5000 "$scene/quickstart.pcap"
stop_sensor || fail "exit status $?"
[ "$n_cut" -gt 0 ] || fail "no file was cut"
[ "$(n_broken)" = "$n_closed" ] || fail "$(n_broken) broken lines, of which $n_closed were closed"
[ "$n_closed" -ge "$n_cut" ] && [ "$n_closed" -le "$lives" ] || fail "$n_cut files were cut, $n_closed lines closed"
! ends_in_line || fail "the file ends within a line"
echo "$lives lives: $(wc -l <"$alerts") alerts, broken lines: $n_cut that were cut, $((n_closed - n_cut)) others"
