#!/bin/sh
# A disk that is full, under the file of alerts, the metrics and the operator's suppressions: each
# says so, nothing is lost, and all go on when there is room, with whole lines only, whatever was done
# to make room. The same alerts on standard output tell what there should be.
# usage: disk_full.sh PROGRAM SCENE_FOLDER
set -eu

program=$1
scene=$2
. "$(dirname "$0")/common.sh"
disk=$work/disk
alerts=$disk/a.ndjson

ctl() { "$program" ctl -c "$work/scene/sectorwatch.conf" "$@"; }
has_trouble() { ctl status | grep '^trouble ' | grep -q "$1"; }
n_waiting() { ctl status | sed -n 's/^alerts_waiting *//p'; }
have_waiting() { [ "$(n_waiting)" -gt 0 ]; }
ends_in_line() { [ -n "$(tail -c 1 "$alerts")" ]; }
fill() { ! cat /dev/zero >"$disk/fill" 2>/dev/null || fail "the disk does not fill"; }
replay_scene() { replay 5000 "$scene/quickstart.pcap"; }

# Each line of the file is whole, but for so many.
expect_lines() { # BROKEN
    broken=$(jq -R 'fromjson? // "broken"' "$alerts" | grep -c '^"broken"$' || true)
    [ "$broken" = "$1" ] || fail "broken lines in the file: $broken, expected $1"
    ! ends_in_line || fail "the file ends within a line"
}

# What came after so many lines of standard output is at the end of the file.
expect_all_since() { # LINES
    tail -n +"$(($1 + 1))" "$work/out" >"$work/expected"
    [ -s "$work/expected" ] || fail "no alerts"
    tail -n "$(wc -l <"$work/expected")" "$alerts" | cmp -s - "$work/expected" ||
        fail "not all alerts are in the file"
}

make_namespaces
need tcpreplay jq mount
connect
mkdir "$disk"
mount -t tmpfs -o size=256k tmpfs "$disk" 2>/dev/null || skip "nothing can be mounted here"
cp -r "$scene" "$work/scene"
sed -i "s|^alert = {|alert = { file = \"$alerts\"; syslog = \"\"; heartbeat = \"10s\";|" "$work/scene/sectorwatch.conf"
cat >>"$work/scene/sectorwatch.conf" <<END
ctl = { folder = "$work/run"; suppress = "$disk/suppress.conf"; };
metrics = { folder = "$disk"; };
incident = { window = "1s"; }; // So that there are alerts each time.
END

step "full: alerts wait, and the sensor says so"
start_sensor -c "$work/scene/sectorwatch.conf" --sandbox=on -o ecs
replay_scene
wait_for test -s "$alerts"
wait_for test -s "$disk/sectorwatch-in.prom"
fill
replay_scene
wait_for logged 'a.ndjson" takes no alerts: write: No space left on device'
wait_for logged 'sectorwatch-in.prom cannot be written: No space left on device'
wait_for has_trouble 'alerts wait to be taken by .*a.ndjson'
wait_for has_trouble 'the metrics cannot be written: No space left on device'
wait_for grep -q '"trouble":"[^"]*alerts wait to be taken by' "$work/out"
! ctl suppress rule=SW-HEALTH-001 until=2099-01-01 reason="a test" 2>"$work/refusal" || fail "suppressed without a file"
grep -q 'suppress.conf cannot be written: No space left on device' "$work/refusal" || fail "refused without the reason"
[ ! -e "$disk/suppress.conf" ] || fail "half a file of suppressions"

step "room again: all alerts are there, in order, in whole lines"
rm "$disk/fill"
wait_for logged 'takes alerts again: [1-9][0-9]* were late, 0 are lost'
wait_for logged 'sectorwatch-in.prom is written again'
ctl suppress rule=SW-SPACE-001 until=2099-01-01 reason="a test" >/dev/null || fail "no suppression"
cmp "$alerts" "$work/out" || fail "not the same alerts"
expect_lines 0

step "emptied to make room: what came since the disk was full is there"
fill
replay_scene
wait_for ends_in_line
wait_for have_waiting
n=$(n_waiting)
since=$(($(wc -l <"$work/out") - n))
: >"$alerts" # There may be room from now on.
rm "$disk/fill"
wait_for logged 'takes alerts again' 2
expect_all_since "$since"
expect_lines 0

step "removed to make room: there is a new file"
since=$(wc -l <"$work/out")
rm "$alerts"
replay_scene
wait_for test -s "$alerts"
logged 'a.ndjson" was removed; there is a new one now' || fail "removed without a word"
expect_all_since "$since"

step "stopped while full: says how many are lost, status 1"
fill
replay_scene
wait_for have_waiting
! stop_sensor || fail "all well, with alerts that were not delivered"
logged 'a.ndjson": [1-9][0-9]* alerts were never delivered: write: No space left on device' || fail "alerts are lost unseen"

step "started while full, with a line left unfinished: no other is broken by it"
if ! ends_in_line; then
    rm "$disk/fill"
    printf '{"half' >>"$alerts"
    fill
fi
start_sensor -c "$work/scene/sectorwatch.conf" --sandbox=on -o ecs
replay_scene
wait_for have_waiting
rm "$disk/fill"
wait_for logged 'takes alerts again'
stop_sensor || fail "exit status $?"
expect_all_since 0
expect_lines 1
echo "all held"
