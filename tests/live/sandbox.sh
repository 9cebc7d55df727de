#!/bin/sh
# The sensor in its sandbox, with every layer: it captures, writes alerts to file and socket, takes a
# rotated file, keeps its metrics, and goes on when its link was down.
# usage: sandbox.sh PROGRAM SCENE_FOLDER
set -eu

program=$1
scene=$2
. "$(dirname "$0")/common.sh"

n_alerts() { cat "$work/alerts/a.ndjson" 2>/dev/null | wc -l; }
has_more_alerts() { [ "$(n_alerts)" -gt "$1" ]; }

make_namespaces
need tcpreplay
"$program" version | grep -q "^sandbox:.* no " && skip "this system lacks a layer of the sandbox"
connect

cp -r "$scene" "$work/scene"
mkdir "$work/alerts" "$work/metrics" "$work/state"
chmod 755 "$work"
sed -i 's|^alert = {|alert = { file = "'"$work"'/alerts/a.ndjson"; syslog = "";|' "$work/scene/sectorwatch.conf"
echo 'ctl = { folder = "'"$work"'/run"; suppress = "'"$work"'/state/suppress.conf"; };' >>"$work/scene/sectorwatch.conf"
echo 'metrics = { folder = "'"$work"'/metrics"; };' >>"$work/scene/sectorwatch.conf"
start_sensor -j 2 --sandbox=strict -c "$work/scene/sectorwatch.conf"

# The process and each thread of it.
for status in /proc/"$sensor_pid"/task/*/status; do
    for line in CapInh:.0000000000000000 CapPrm:.0000000000000000 CapEff:.0000000000000000 \
        CapAmb:.0000000000000000 NoNewPrivs:.1 Seccomp:.2; do
        grep -q "^$line\$" "$status" || fail "$status has not $line"
    done
done

replay 5000 "$scene/quickstart.pcap"
wait_for has_more_alerts 5

mv "$work/alerts/a.ndjson" "$work/alerts/a.ndjson.1"
kill -HUP "$sensor_pid"
wait_for test -e "$work/alerts/a.ndjson"
ip -n "$id-b" link set in down
sleep 0.5
ip -n "$id-b" link set in up
replay 5000 "$scene/quickstart.pcap"
wait_for has_more_alerts 0
wait_for test -s "$work/metrics/sectorwatch-in.prom"

ctl() { "$program" ctl -c "$work/scene/sectorwatch.conf" "$@"; }
ctl status | grep -q "^sandbox.landlock *true" || fail "no status"
ctl incidents | grep -q SW-HEALTH-001 || fail "no incidents"
ctl suppress rule=SW-HEALTH-001 until=2099-01-01 reason="a test" | grep -q "in force" || fail "no suppression"
ctl reload >/dev/null || fail "no reload"
echo 'rules = { folders = [ "nowhere" ]; };' >>"$work/scene/sectorwatch.conf"
! ctl reload 2>"$work/refusal" || fail "a wrong policy was taken"
grep -q nowhere "$work/refusal" || fail "refused without the reason"
sed -i '$d' "$work/scene/sectorwatch.conf"
"$program" check -c "$work/scene/sectorwatch.conf" | grep -q "1 suppressions" || fail "the suppression is not read"
! ctl suppress rule=SW-HEALTH-999 until=2099-01-01 reason="a test" 2>"$work/refusal" || fail "an unknown rule was taken"
grep -q "unknown rule" "$work/refusal" || fail "refused without the reason"
if command -v curl >/dev/null; then
    curl -s --unix-socket "$work/run/in/metrics" http://sensor/metrics >"$work/openmetrics"
    grep -q '^sectorwatch_table_entries{interface="in",table="flow"} [1-9]' "$work/openmetrics" || fail "no metrics"
    [ "$(tail -n 1 "$work/openmetrics")" = "# EOF" ] || fail "metrics without an end"
fi
! setpriv --reuid=65534 --regid=65534 --clear-groups "$program" ctl -c "$work/scene/sectorwatch.conf" status \
    2>"$work/refusal" || fail "anybody may ask"

stop_sensor || fail "ended with status $?"
! grep -E '^sandbox:|cannot be opened anew|cannot be written' "$work/log" || fail "the log complains"
echo "all held"
