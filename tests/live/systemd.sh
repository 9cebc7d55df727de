#!/bin/sh
# The service under a real systemd: a Debian of its own in a container whose only interface is one
# end of a veth pair. Started, heard, asked, rotated, reloaded, its journal hung and killed, killed, hung, its
# link down and gone, stopped, refused. Downloads a small Debian, unless ROOT_FOLDER has it, which is kept.
# usage: systemd.sh RELEASE_FOLDER SCENE_FOLDER [ROOT_FOLDER]
set -eu

build=$1
scene=$2
. "$(dirname "$0")/common.sh"
root=${3:-$work/root}
alerts=/var/log/sectorwatch/alerts.ndjson
sensor=sectorwatch@in.service

show_log() { inside journalctl --no-pager -n 30 -u "$sensor" | cut -c 1-200 || true; }
inside() { nsenter -t "$leader" -m -u -i -n -p -- "$@"; }
property() { inside systemctl show --value -p "$1" "$sensor"; }
is_active() { [ "$(property ActiveState)" = active ]; }
n_alerts() { inside sh -c "cat $alerts 2>/dev/null | wc -l"; }
has_more_alerts() { [ "$(n_alerts)" -gt "$1" ]; }
is_dropped() { [ "$(inside "$sectorwatch" ctl counters | sed -n "s/^counters.sensor.log_dropped *//p")" -gt 0 ]; }
restarted() { is_active && [ "$(property NRestarts)" -ge "$1" ]; }

make_namespaces
need debootstrap systemd-nspawn tcpreplay cmake nsenter
connect

step "a Debian, and the program installed in it"
if [ ! -e "$root/sbin/init" ]; then
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,logrotate,libpcap0.8,libmaxminddb0,libconfig9,libjansson4,libidn2-0,libnettle8,libcap-ng0,libseccomp2,zlib1g \
        bookworm "$root" >"$work/debootstrap.log" 2>&1 || skip "debootstrap cannot fetch Debian here"
fi
rm -rf "$root/var/log/sectorwatch" "$root/scene"
DESTDIR=$root cmake --install "$build" >"$work/install.log"
cp -r "$scene" "$root/scene"
sed -i 's|^alert = {|alert = { file = "'$alerts'"; heartbeat = "10s";|' "$root/scene/sectorwatch.conf"
echo 'ctl = { group = "adm"; };' >>"$root/scene/sectorwatch.conf"
mkdir -p "$root/etc/systemd/system/$sensor.d"
program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$root"/usr/*/lib/systemd/system/sectorwatch@.service "$root"/usr/lib/systemd/system/sectorwatch@.service 2>/dev/null | head -n 1)
cat >"$root/etc/systemd/system/$sensor.d/scene.conf" <<END
[Service]
ExecStart=
ExecStart=$program run -i %I -c /scene/sectorwatch.conf
ExecReload=
ExecReload=$program check -c /scene/sectorwatch.conf
ExecReload=/bin/sh -c 'kill -HUP "\$MAINPID"'
SupplementaryGroups=adm
WatchdogSec=2s
RestartSec=200ms
END

# The container's own filter of system calls forbids Landlock and BPF, unless asked.
systemd-nspawn -q -D "$root" --capability=CAP_BPF \
    --system-call-filter="landlock_create_ruleset landlock_add_rule landlock_restrict_self bpf" --register=no --keep-unit --network-namespace-path="/run/netns/$id-b" \
    --console=pipe --boot >"$work/console" 2>&1 </dev/null &
nspawn_pid=$!
pids=$nspawn_pid # Told to end, it stops the container in order.
for _ in $(seq 100); do
    leader=$(pgrep -P "$nspawn_pid" | head -n 1) || true
    [ -n "$leader" ] && inside systemctl is-system-running --wait >/dev/null 2>&1 && break
    kill -0 "$nspawn_pid" 2>/dev/null || { cat "$work/console" >&2; skip "no container starts here"; }
    sleep 0.1
done
wait_for inside systemctl list-units
inside systemd-sysusers
inside systemd-tmpfiles --create

step "start: returns once it captures, as its own user, without a capability, in its sandbox"
inside systemctl start "$sensor" || fail "start"
is_active || fail "not active after start"
pid=$(property MainPID)
status=$(inside cat "/proc/$pid/status")
user=$(inside stat -c %U "/proc/$pid")
[ "$user" = sectorwatch ] || fail "runs as $user"
echo "$status" | grep -q "^CapEff:.0000000000000000$" || fail "has a capability"
! inside sh -c "journalctl -b -o cat -u $sensor | grep 'layer .* is missing'" || fail "a layer is missing"
echo "$status" | grep -q "^Seccomp:.2$" || fail "has no system call filter"

step "alerts of the scene in file and journal"
replay 5000 "$scene/quickstart.pcap"
wait_for has_more_alerts 5
wait_for inside sh -c "journalctl -o cat -u $sensor | grep -q 'SW-HEALTH'"
mode=$(inside stat -c '%a %U %G' "$alerts")
[ "$mode" = "640 sectorwatch adm" ] || fail "the file of alerts is $mode"
wait_for inside sh -c "systemctl show -p StatusText $sensor | grep -q 'packets/s'"

step "asked over its socket, by the unit's own folder"
sectorwatch=${program##* }
inside "$sectorwatch" ctl status | grep -q "^sandbox.capabilities *true" || fail "no status"
inside "$sectorwatch" ctl suppress rule=SW-HEALTH-001 until=2099-01-01 reason="a test" || fail "no suppression"
inside rm /var/lib/sectorwatch/suppress.conf

as_member() { inside setpriv --reuid=65534 --regid=65534 --groups="$1" "$sectorwatch" ctl status; }
as_member "$(inside getent group adm | cut -d : -f 3)" | grep -q "^interface *in" || fail "a member of ctl.group may not ask"
! as_member 65534 >/dev/null 2>&1 || fail "anybody may ask"

step "heartbeats in file and journal"
wait_for inside grep -q '"action":"heartbeat"' "$alerts"
wait_for inside sh -c "journalctl -o cat -u $sensor | grep -q HEARTBEAT"

step "logrotate: a new file, written on; nothing lost"
before=$(n_alerts)
conf=$(ls "$root"/etc/logrotate.d/sectorwatch "$root"/usr/local/etc/logrotate.d/sectorwatch 2>/dev/null | head -n 1)
inside logrotate -f "${conf#"$root"}" || fail "logrotate"
[ "$(inside sh -c "cat $alerts.1 | wc -l")" -ge "$before" ] || fail "alerts lost by rotation"
replay 5000 "$scene/quickstart.pcap"
wait_for has_more_alerts 0

step "reload: other ranges in use, by the same process; what is wrong is refused"
pid=$(property MainPID)
sed -i 's|Example Grid Operator|Renamed Grid|' "$root/scene/ranges.conf"
inside systemctl reload "$sensor" || fail "reload"
wait_for inside sh -c "journalctl -o cat -u $sensor | grep -q 'is in use now'"
inside sh -c "journalctl -o cat -u $sensor" | grep -q 'of "Renamed Grid"' || fail "the reload does not say what changed"
wait_for is_active
replay 5000 "$scene/quickstart.pcap"
wait_for inside grep -q 'Renamed Grid' "$alerts"
cp "$root/scene/ranges.conf" "$work/ranges.conf"
echo nonsense >>"$root/scene/ranges.conf"
! inside systemctl reload "$sensor" 2>/dev/null || fail "a wrong policy was reloaded"
is_active || fail "a refused reload ended the sensor"
inside sh -c "kill -HUP $pid"
wait_for inside sh -c "journalctl -o cat -u $sensor | grep -q 'stays in use: errors'"
wait_for is_active
wait_for inside grep -q 'the last reload was refused' "$alerts"
cp "$work/ranges.conf" "$root/scene/ranges.conf"
[ "$(property MainPID)" = "$pid" ] || fail "not the same process any more"
[ "$(property NRestarts)" = 0 ] || fail "restarted"

step "the journal hangs: messages are dropped, and nothing else"
logged_since() { inside journalctl -o cat -u "$sensor" --after-cursor="$cursor" | grep -q "$1"; }
journal() { inside systemctl kill -s "$1" systemd-journald; }
restarts=$(property NRestarts)
journal STOP
seq -f 'wrong%g = 1;' 1000 >>"$root/scene/ranges.conf" # So that there is much to log.
for _ in $(seq 20); do
    ! inside "$sectorwatch" ctl reload >/dev/null 2>&1 || fail "a wrong policy was reloaded"
    is_dropped && break
done
before=$(n_alerts)
replay 5000 "$scene/quickstart.pcap"
wait_for has_more_alerts "$before"
sleep 3
journal CONT
cp "$work/ranges.conf" "$root/scene/ranges.conf"
inside "$sectorwatch" ctl reload >/dev/null || fail "no reload"
wait_for inside sh -c "journalctl -o cat -u $sensor | grep -q 'log: messages dropped: '"
[ "$(property NRestarts)" = "$restarts" ] || fail "the journal held the sensor up"

step "the journal is killed: log and alerts come to the next one"
journal KILL
wait_for inside systemctl is-active systemd-journald
cursor=$(inside journalctl -n 0 --show-cursor | sed -n 's/^-- cursor: //p')
inside "$sectorwatch" ctl reload >/dev/null || fail "no reload"
wait_for logged_since 'is in use now'
wait_for logged_since HEARTBEAT
[ "$(property NRestarts)" = "$restarts" ] || fail "did not outlive the journal"

step "killed: started again"
inside sh -c "kill -KILL $(property MainPID)"
wait_for restarted 1

step "hung: the watchdog ends it, started again"
inside sh -c "kill -STOP $(property MainPID)"
wait_for restarted 2

step "link down and up: captures on"
ip -n "$id-b" link set in down
sleep 1
ip -n "$id-b" link set in up
before=$(n_alerts)
replay 5000 "$scene/quickstart.pcap"
wait_for has_more_alerts "$before"
is_active || fail "did not outlive the link"

step "interface gone and made again: captures again"
ip -n "$id-a" link del out
wait_for sh -c "! ip -n $id-b link show in"
sleep 1
connect
wait_for is_active
sleep 0.5
before=$(n_alerts)
replay 5000 "$scene/quickstart.pcap"
wait_for has_more_alerts "$before"

step "stop: alerts of what was open, exit status 0"
before=$(n_alerts)
inside systemctl stop "$sensor"
[ "$(property Result)" = success ] || fail "stopped with $(property Result)"
has_more_alerts "$before" || fail "no alerts at the end"

step "sectorwatch.service: one sensor for the interfaces that the configuration names"
mkdir -p "$root/etc/systemd/system/sectorwatch.service.d"
sed 's| -i %I||' "$root/etc/systemd/system/$sensor.d/scene.conf" >"$root/etc/systemd/system/sectorwatch.service.d/scene.conf"
echo 'capture = { interfaces = [ "in" ]; };' >>"$root/scene/sectorwatch.conf"
inside systemctl daemon-reload
one=$sensor
sensor=sectorwatch.service
before=$(n_alerts)
inside systemctl start "$sensor" || fail "start"
inside "$sectorwatch" ctl status | grep -q "^interfaces.in.state *up" || fail "no status"
replay 5000 "$scene/quickstart.pcap"
wait_for has_more_alerts "$before"
inside systemctl reload "$sensor" || fail "reload"
inside systemctl stop "$sensor"
[ "$(property Result)" = success ] || fail "stopped with $(property Result)"
sensor=$one

step "a wrong policy: start refused with the reason, and not tried again"
echo 'rules = { folders = [ "nowhere" ]; };' >>"$root/scene/sectorwatch.conf"
! inside systemctl start "$sensor" 2>/dev/null || fail "a wrong policy was started"
[ "$(property ExecMainStatus)" = 2 ] || fail "exit status $(property ExecMainStatus)"
wait_for inside sh -c "journalctl -o cat -u $sensor | grep -q 'error: '"
sleep 1
[ "$(property ActiveState)" = failed ] || fail "tried again"
echo "all held"
