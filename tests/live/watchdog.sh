#!/bin/sh
# The threads of a sensor with two rings and two workers are held in turn, while packets come: the service
# manager's watchdog hears nothing more, and hears again once the thread goes on. Only the one that serves the
# sockets may be held without it. The workers are held together: of one that is held without having work in
# hand, the other takes all.
# usage: watchdog.sh PROGRAM SCENE_FOLDER
set -eu

program=$1
scene=$2
. "$(dirname "$0")/common.sh"

n_beats() { grep -c . "$work/beats" || true; }
has_more_beats() { [ "$(n_beats)" -gt "$1" ]; }

make_namespaces
need tcpreplay python3
connect

# What the service manager would hear.
cat >"$work/manager.py" <<'END'
import socket, sys
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind(sys.argv[1])
while True:
    if manager.recv(4096) == b"WATCHDOG=1":
        print("beat", flush=True)
END
# Holds threads as a debugger does, until it is ended itself; ptrace(2), linux/ptrace.h.
cat >"$work/hold.py" <<'END'
import ctypes, os, sys, time
SEIZE, INTERRUPT, WALL = 0x4206, 0x4207, 0x40000000
ptrace = ctypes.CDLL(None, use_errno=True).ptrace
ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
for thread in map(int, sys.argv[1:]):
    for request in SEIZE, INTERRUPT:
        if ptrace(request, thread, None, None) != 0:
            sys.exit(f"no thread is held here: {os.strerror(ctypes.get_errno())}")
    os.waitpid(thread, WALL)
print("held", flush=True)
time.sleep(600)
END
python3 "$work/manager.py" "$work/notify" >"$work/beats" &
pids=$!
wait_for test -S "$work/notify"

cp -r "$scene" "$work/scene"
cat >>"$work/scene/sectorwatch.conf" <<END
capture = { rings = 2; };
ctl = { folder = "$work/run"; };
END
export NOTIFY_SOCKET="$work/notify" WATCHDOG_USEC=1000000
start_sensor -c "$work/scene/sectorwatch.conf" -j 2 -o ecs -l ''
unset NOTIFY_SOCKET WATCHDOG_USEC
ip netns exec "$id-a" tcpreplay -q -i out --preload-pcap --pps=5000 --loop=100000000 "$scene/quickstart.pcap" >"$work/tcpreplay.log" 2>&1 &
pids="$! $pids"
wait_for has_more_beats 0

# Holds threads for a while; counts whether beats were missed.
hold() {
    : >"$work/hold"
    python3 "$work/hold.py" "$@" >"$work/hold" 2>"$work/hold.log" &
    holder_pid=$!
    for _ in $(seq 100); do
        grep -q held "$work/hold" && break
        kill -0 "$holder_pid" 2>/dev/null || skip "$(cat "$work/hold.log")"
        sleep 0.1
    done
    sleep 2 # What it said before.
    beats=$(n_beats)
    sleep 2
    [ "$(n_beats)" != "$beats" ] || n_missed=$((n_missed + 1))
    n_held=$((n_held + 1))
    kill "$holder_pid"
    wait "$holder_pid" 2>/dev/null || true
    wait_for has_more_beats "$(n_beats)"
}

n_held=0
n_missed=0
workers=
for thread in $(ls "/proc/$sensor_pid/task"); do
    if [ "$(cat "/proc/$sensor_pid/task/$thread/comm")" = worker ]; then
        workers="$workers $thread"
    else
        hold "$thread"
    fi
done
[ "$(echo "$workers" | wc -w)" = 2 ] || fail "workers:$workers"
# shellcheck disable=SC2086
hold $workers
# The workers, one that reads each ring, the one that merges them, and the sockets'.
[ "$n_held" -ge 5 ] || fail "only $n_held held"
[ "$n_missed" = $((n_held - 1)) ] || fail "the watchdog missed $n_missed of $n_held that were held"
stop_sensor || fail "exit status $?"
echo "the watchdog missed $n_missed of $n_held that were held"
