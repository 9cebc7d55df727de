# Sourced by the scripts beside it: a folder to work in, a veth pair between two network namespaces,
# the sensor $program at one end of it, and what to wait for. All of it goes when the script ends.

id=sw$$
work=$(mktemp -d)
pids= # Of children that are to be ended with the script.

skip() {
    echo "skipped: $1"
    exit 77
}

# What fail() shows; for scripts to define anew.
show_log() { [ ! -e "$work/log" ] || tail -n 20 "$work/log" | cut -c 1-300; }

fail() {
    echo "FAILED: $1" >&2
    show_log >&2
    exit 1
}

# By now its number may be that of a process of somebody else.
is_child() { grep -q "^PPid:.$$\$" "/proc/$1/status" 2>/dev/null; }

clean_up() {
    for pid in $pids; do
        if is_child "$pid"; then
            kill "$pid" 2>/dev/null || true
            kill -CONT "$pid" 2>/dev/null || true # Unless it has ended by now.
            wait "$pid" 2>/dev/null || true
        fi
    done
    for place in $(grep -o " $work/[^ ]*" /proc/mounts | sort -r); do
        umount -l "$place" || true
    done
    ip netns del "$id-a" 2>/dev/null || true
    ip netns del "$id-b" 2>/dev/null || true
    [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

step() { echo "-- $1"; }

need_root() { [ "$(id -u)" = 0 ] || skip "needs root"; }
need() {
    for tool; do
        command -v "$tool" >/dev/null || skip "needs $tool"
    done
}

# Waits up to thirty seconds until a command succeeds.
wait_for() {
    for _ in $(seq 300); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.1
    done
    fail "timed out waiting for: $*"
}

# Whether the log of the sensor has a line that matches, or so many.
logged() { [ "$(grep -c "$1" "$work/log")" -ge "${2:-1}" ]; }

make_namespaces() {
    need_root
    need ip
    ip netns add "$id-a" 2>/dev/null || skip "no network namespaces here"
    ip netns exec "$id-a" true 2>/dev/null || skip "network namespaces cannot be entered here"
    ip netns add "$id-b"
}

# "out" in namespace $id-a leads to "in" of $id-b, as do out1 to in1 where there are several;
# nothing but the script sends anything.
connect() { # [NUMBER]
    ip -n "$id-a" link add "out${1:-}" type veth peer name "in${1:-}" netns "$id-b"
    for end in "$id-a out${1:-}" "$id-b in${1:-}"; do
        ip netns exec "${end% *}" sysctl -q -w net.ipv6.conf.all.disable_ipv6=1
        ip -n "${end% *}" link set "${end#* }" up arp off
    done
}

# Starts the sensor, with the options given, on "in" unless $interfaces says otherwise, and waits
# until it captures.
start_sensor() {
    : >"$work/log"
    ip netns exec "$id-b" "$program" run ${interfaces--i in} "$@" >"$work/out" 2>"$work/log" &
    sensor_pid=$!
    pids="$pids $sensor_pid"
    wait_for logged 'capturing on '
}

# Ends it; its exit status.
stop_sensor() {
    kill -TERM "$sensor_pid"
    wait "$sensor_pid"
}

# Sends a capture, PACKETS a second.
replay() { # PACKETS CAPTURE [NUMBER]
    ip netns exec "$id-a" tcpreplay -q -i "out${3:-}" --pps="$1" "$2" >"$work/tcpreplay.log" 2>&1
}
