#!/bin/sh
# A real rsyslogd that is stopped, killed and hung while the sensor has alerts for it: they wait, the
# sensor says so, and rsyslogd has each of them in the end, once and in order, as standard output tells.
# usage: syslog_gone.sh PROGRAM SCENE_FOLDER
set -eu

program=$1
scene=$2
. "$(dirname "$0")/common.sh"
PATH=$PATH:/usr/sbin:/sbin

ctl() { "$program" ctl -c "$work/scene/sectorwatch.conf" "$@"; }
have_waiting() { [ "$(ctl status | sed -n 's/^alerts_waiting *//p')" -gt 0 ]; }
has_trouble() { ctl status | grep '^trouble ' | grep -q "$1"; }
replay_scene() { replay 5000 "$scene/quickstart.pcap"; }

start_rsyslogd() {
    rsyslogd -n -C -f "$work/rsyslog.conf" -i "$work/pid" 2>"$work/rsyslog.errors" &
    rsyslogd_pid=$!
    pids="$rsyslogd_pid $pids"
    wait_for test -S "$work/dev-log"
}

# What rsyslogd has is what was written to standard output, and trouble was over so many times.
expect_all() { # TIMES
    wait_for cmp "$work/received" "$work/out"
    logged 'takes alerts again: [1-9][0-9]* were late, 0 are lost' "$1" || fail "not said to be over"
}

make_namespaces
need rsyslogd tcpreplay
connect
# The message as it came, without what rsyslogd would make of it.
cat >"$work/rsyslog.conf" <<END
global(workDirectory="$work" maxMessageSize="64k")
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="$work/dev-log" UseSpecialParser="off" ParseHostname="on")
template(name="raw" type="list") { property(name="rawmsg") constant(value="\n") }
action(type="omfile" file="$work/received" template="raw")
END
cp -r "$scene" "$work/scene"
sed -i "s|^alert = {|alert = { syslog = \"$work/dev-log\"; heartbeat = \"10s\";|" "$work/scene/sectorwatch.conf"
cat >>"$work/scene/sectorwatch.conf" <<END
ctl = { folder = "$work/run"; suppress = "$work/suppress.conf"; };
incident = { window = "1s"; }; // So that there are alerts each time.
END

step "not there yet: alerts wait"
start_sensor -c "$work/scene/sectorwatch.conf" --sandbox=on -o rfc5424
replay_scene
wait_for have_waiting
wait_for has_trouble 'alerts wait to be taken by .*dev-log'
start_rsyslogd
expect_all 1

step "stopped, which takes the socket away, and started"
kill "$rsyslogd_pid"
wait "$rsyslogd_pid"
replay_scene
wait_for have_waiting
start_rsyslogd
expect_all 2

step "killed, which leaves the socket behind, and started"
kill -KILL "$rsyslogd_pid"
wait "$rsyslogd_pid" || true
replay_scene
wait_for have_waiting
start_rsyslogd
expect_all 3

step "hung until its socket is full, and awake again"
kill -STOP "$rsyslogd_pid"
replay_scene
wait_for have_waiting
kill -CONT "$rsyslogd_pid"
wait_for cmp "$work/received" "$work/out"

stop_sensor || fail "exit status $?"
wait_for cmp "$work/received" "$work/out"
echo "rsyslogd has all $(wc -l <"$work/out") messages"
