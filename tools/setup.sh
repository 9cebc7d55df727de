# Sourced by ./quickstart and ./check: installs the Debian packages that are missing.

packages_build="gcc libc6-dev cmake ninja-build pkg-config libpcap-dev libmaxminddb-dev
    libconfig-dev libjansson-dev libidn2-dev nettle-dev libcap-ng-dev libseccomp-dev zlib1g-dev xz-utils"
# For .ci/nightly; promtool comes with the package prometheus, which starts a server where it is installed.
packages_nightly="curl debootstrap libfaketime procps python3 systemd-container"
packages_test="clang libclang-rt-14-dev clang-format libcmocka-dev iproute2 jq tcpdump tcpreplay rsyslog"

# Installs with apt, through sudo where not root, what dpkg does not have yet.
setup_packages() {
    wanted="$packages_build"
    [ "$1" = test ] && wanted="$wanted $packages_test"
    [ "$1" = nightly ] && wanted="$wanted $packages_test $packages_nightly"
    missing=
    for package in $wanted; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
            missing="$missing $package"
    done
    [ -z "$missing" ] && return
    echo "installing:$missing"
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    log=$(mktemp)
    # DEBIAN_FRONTEND keeps packages from asking; what apt says is shown only if it fails.
    { $as_root apt-get update -qq &&
        $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1 || {
        cat "$log" >&2
        rm -f "$log"
        exit 1
    }
    rm -f "$log"
}
