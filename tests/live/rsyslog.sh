#!/bin/sh
# Sends alerts to a real rsyslogd, which has to understand every one: header fields, each
# structured-data element, names in UTF-8, escaped characters.
# usage: rsyslog.sh SEND_SAMPLES
set -eu

send_samples=$1
. "$(dirname "$0")/common.sh"

show_log() { cat "$work/errors"; }
has_lines() {
    [ -f "$work/out" ] && [ "$(wc -l <"$work/out")" -ge "$1" ]
}

# Fails unless line NUMBER of what rsyslogd wrote contains TEXT.
expect() {
    if ! sed -n "$1p" "$work/out" | grep -qF -- "$2"; then
        fail "line $1 should contain \"$2\": $(sed -n "$1p" "$work/out")"
    fi
}

PATH=$PATH:/usr/sbin:/sbin
need rsyslogd

# The special parser of imuxsock expects what syslog(3) writes, not RFC 5424; and unless told
# otherwise it puts the time of arrival in place of the packet's.
cat >"$work/rsyslog.conf" <<END
global(workDirectory="$work")
module(load="imuxsock" SysSock.Use="off")
module(load="mmpstrucdata")
input(type="imuxsock" Socket="$work/log" UseSpecialParser="off" ParseHostname="on"
      IgnoreTimestamp="off")
template(name="fields" type="list") {
    property(name="pri") constant(value="|")
    property(name="timereported" dateFormat="rfc3339") constant(value="|")
    property(name="hostname") constant(value="|")
    property(name="app-name") constant(value="|")
    property(name="procid") constant(value="|")
    property(name="msgid") constant(value="|")
    property(name="\$!rfc5424-sd") constant(value="|")
    property(name="msg") constant(value="\n")
}
action(type="mmpstrucdata" sd_name.lowercase="off")
action(type="omfile" file="$work/out" template="fields")
END
rsyslogd -n -C -f "$work/rsyslog.conf" -i "$work/pid" 2>"$work/errors" &
pids=$!
wait_for test -S "$work/log"
"$send_samples" "$work/log"
wait_for has_lines 9

expect 1 '131|2026-06-01T11:00:00.123456Z|sensor1.example.org|sectorwatch|-|SW-ENERGY-003|'
expect 1 '"origin": { "enterpriseId": "32473", "software": "sectorwatch"'
expect 1 '"meta": { "sequenceId": "1" }'
expect 1 '"concern": "JS-P4-ENERGY", "para": "4", "relation": "relevant-to", "evidence": "verified"'
expect 1 '"src": "198.51.100.23", "spt": "51544", "srcCc": "FR", "srcAsn": "64496"'
expect 1 '"basis@32473": { "range": "203.0.113.0\/25", "rangeList": "sectors\/grid.conf"'
expect 1 '|IEC 60870-5-104 contact from outside the energy sector: 198.51.100.23:51544 (FR)'
expect 5 '"org": "卫星地上局 Étoile Sàrl"'
expect 5 '"tunnel": "vxlan", "outerSrc": "192.0.2.251"'
expect 9 '|SW?"odd]"?id?with?spaces?and?mor|'
expect 9 '"dstAs": "a]b\"c\\d"'
[ "$(wc -l <"$work/out")" -eq 9 ]
echo "rsyslogd $(rsyslogd -v | sed -n '1s/^rsyslogd *\([^ ]*\).*/\1/p') understood 9 of 9 alerts"
