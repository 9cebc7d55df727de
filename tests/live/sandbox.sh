#!/bin/sh
# The sensor in its sandbox, with every layer: it captures, writes alerts to file and socket, takes a
# rotated file, keeps its metrics, and goes on when its link was down.
# usage: sandbox.sh PROGRAM SCENE_FOLDER
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
    [ -z "${program_pid:-}" ] || kill "$program_pid" 2>/dev/null || true
    ip netns del "$id-a" 2>/dev/null || true
    ip netns del "$id-b" 2>/dev/null || true
    rm -rf "$work"
}

fail() {
    echo "FAILED: $1" >&2
    cat "$work/log" >&2
    exit 1
}

# Waits up to twenty seconds until a command succeeds.
wait_for() {
    for _ in $(seq 200); do
        "$@" && return
        sleep 0.1
    done
    fail "timed out waiting for: $*"
}

n_alerts() { cat "$work/alerts/a.ndjson" 2>/dev/null | wc -l; }
has_more_alerts() { [ "$(n_alerts)" -gt "$1" ]; }
replay() {
    ip netns exec "$id-a" tcpreplay -q -i out --pps=5000 "$scene/quickstart.pcap" \
        >"$work/tcpreplay.log" 2>&1
}

[ "$(id -u)" = 0 ] || skip "needs root"
for tool in ip tcpreplay; do
    command -v "$tool" >/dev/null || skip "needs $tool"
done
"$program" version | grep -q "^sandbox:.* no " && skip "this system lacks a layer of the sandbox"
trap cleanup EXIT
ip netns add "$id-a" 2>/dev/null || skip "no network namespaces here"
ip netns exec "$id-a" true 2>/dev/null || skip "network namespaces cannot be entered here"
ip netns add "$id-b"
ip -n "$id-a" link add out type veth peer name in netns "$id-b"
ip -n "$id-a" link set out up arp off
ip -n "$id-b" link set in up arp off

cp -r "$scene" "$work/scene"
mkdir "$work/alerts" "$work/metrics" "$work/state"
chmod 755 "$work"
sed -i 's|^alert = {|alert = { file = "'"$work"'/alerts/a.ndjson"; syslog = "";|' "$work/scene/sectorwatch.conf"
echo 'ctl = { folder = "'"$work"'/run"; suppress = "'"$work"'/state/suppress.conf"; };' >>"$work/scene/sectorwatch.conf"
echo 'metrics = { folder = "'"$work"'/metrics"; };' >>"$work/scene/sectorwatch.conf"
ip netns exec "$id-b" "$program" run -i in -j 2 --sandbox=strict -c "$work/scene/sectorwatch.conf" \
    2>"$work/log" &
program_pid=$!
wait_for grep -q 'capturing on in' "$work/log"

# The process and each thread of it.
for status in /proc/"$program_pid"/task/*/status; do
    for line in CapInh:.0000000000000000 CapPrm:.0000000000000000 CapEff:.0000000000000000 \
        CapAmb:.0000000000000000 NoNewPrivs:.1 Seccomp:.2; do
        grep -q "^$line\$" "$status" || fail "$status has not $line"
    done
done

replay
wait_for has_more_alerts 5

mv "$work/alerts/a.ndjson" "$work/alerts/a.ndjson.1"
kill -HUP "$program_pid"
wait_for test -e "$work/alerts/a.ndjson"
ip -n "$id-b" link set in down
sleep 0.5
ip -n "$id-b" link set in up
replay
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

kill -TERM "$program_pid"
wait "$program_pid" || fail "ended with status $?"
! grep -E '^sandbox:|cannot be opened anew|cannot be written' "$work/log" || fail "the log complains"
echo "all held"
