#!/bin/sh
# Who may ask a running sensor, and what the hostile can do: others than members of the group get nothing,
# a member gets what the socket is for, and rubbish, crowds and dawdlers at both sockets cost the sensor
# neither a packet nor its operators an answer.
# usage: ctl.sh PROGRAM SCENE_FOLDER
set -eu

program=$(realpath "$1")
scene=$2
. "$(dirname "$0")/common.sh"
conf=$work/scene/sectorwatch.conf

# A user without rights, with the one group given.
as_member() { # GROUP COMMAND...
    group=$(getent group "$1" | cut -d : -f 3)
    shift
    setpriv --reuid=65534 --regid=65534 --groups="$group" "$@"
}
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
ctl() { timeout 20 "$program" ctl -c "$conf" "$@"; }
metrics() { curl -s -m 20 --retry 5 --retry-all-errors --unix-socket "$work/run/in/metrics" http://sensor/metrics; }
counter() { ctl counters | sed -n "s/^counters\.$1 *//p"; }

make_namespaces
need tcpreplay jq setpriv curl perl
connect
chmod 755 "$work"
cp -r "$scene" "$work/scene"
sed -i 's|^alert = {|alert = { syslog = "";|' "$conf"
cat >>"$conf" <<END
ctl = { folder = "$work/run"; group = "adm"; suppress = "$work/suppress.conf"; };
metrics = { group = "games"; };
END
n_packets=$("$program" read -c "$conf" -n -o ecs -s json "$scene/quickstart.pcap" 2>&1 >/dev/null | jq .packets)
start_sensor -c "$conf" --sandbox=on -o ecs -s json

step "each group has its socket, and nobody else has any"
as_member adm "$program" ctl -c "$conf" status | grep -q '^interface *in$' || fail "a member may not ask"
as_member games curl -s -m 20 --unix-socket "$work/run/in/metrics" http://sensor/metrics |
    grep -q '^sectorwatch_up_seconds' || fail "a member has no metrics"
for who in "as_nobody" "as_member games"; do
    ! $who "$program" ctl -c "$conf" status >"$work/answer" 2>"$work/refusal" || fail "$who may ask"
    grep -q 'Permission denied' "$work/refusal" || fail "refused without the reason"
done
for who in "as_nobody" "as_member adm"; do
    ! $who curl -s -m 20 --unix-socket "$work/run/in/metrics" http://sensor/metrics || fail "$who has metrics"
done

step "a suppression is one entry, whatever is in its words, and says who asked for it"
as_member adm "$program" ctl -c "$conf" suppress rule=SW-HEALTH-001 until=2099-01-01 \
    reason='" }, { rule = \"*\"; \" ); // \\' owner='"; x' | grep -q 'in force' || fail "no suppression"
"$program" check -c "$conf" | grep -q ' 1 suppressions' || fail "not one suppression"
grep -q 'user 65534' "$work/suppress.conf" || fail "nobody asked for it"
! as_member adm "$program" ctl -c "$conf" suppress rule=SW-HEALTH-001 until=2099-01-01 \
    reason="$(printf 'two\nlines')" 2>"$work/refusal" || fail "control characters are taken"

step "rubbish, crowds and dawdlers at both sockets, while packets come"
cat >"$work/hostile.pl" <<'END'
use strict;
use Socket;

$SIG{PIPE} = 'IGNORE';
srand(1);
my ($path, $n) = @ARGV;
my @idle;
for my $i (1 .. $n) {
    socket(my $client, PF_UNIX, SOCK_STREAM, 0) or die;
    connect($client, sockaddr_un($path)) or next;
    my $rubbish = join '', map { chr int rand 256 } 1 .. rand 6000;
    my @said = ($rubbish, "$rubbish\n", "\n" x 5000, '{' x 4095 . "\n", '{"command":"status"', "GET / HTTP/1.1\r\n",
                '{"command":"incidents","max":4294967295}' . "\n", '{"command":"status"}' . "\n" x 100, '');
    syswrite($client, $said[$i % @said]);
    @idle < 12 and push @idle, $client; # There are 16 places.
}
sleep 15;
END
before=$(counter sensor.ctl_requests)
for socket in ctl metrics; do
    perl "$work/hostile.pl" "$work/run/in/$socket" 1000 &
    pids="$pids $!"
    hostile="${hostile:-} $!"
done
sent=0
for _ in $(seq 20); do
    replay 2000 "$scene/quickstart.pcap"
    sent=$((sent + n_packets))
    ctl status >/dev/null || fail "the operator has no answer"
    metrics >/dev/null || fail "Prometheus has no answer"
done
wait $hostile
[ "$(counter sensor.ctl_requests)" -gt $((before + 500)) ] || fail "hardly anything hostile came"
[ "$(counter sensor.ctl_dropped)" -gt 10 ] || fail "nobody was dropped"
stop_sensor || fail "exit status $?"
received=$(tail -n 1 "$work/log" | jq .packets)
[ "$received" = "$sent" ] || fail "sent $sent packets, captured $received"
echo "all held; $received packets of $sent"
