"""How each program is made to read a capture file and to write nothing of weight."""

import os
import shutil
import subprocess

ALL = ["-n", "-r", "0.0.0.0/0=energy", "-r", "::/0=energy"]

# Debian packages of the programs that are measured beside sectorwatch.  Suricata 7 is in
# Debian 12 by way of its backports only.
PACKAGES = ["tcpdump", "nfdump", "softflowd", "pmacct", "argus-server", "libndpi-bin"]
BACKPORTS = ["suricata"]


def sectorwatch(build, path, options=()):
    return [f"{build}/sectorwatch", "read", "-q", "-s", "none", "-o", "ecs", *options, path]


def loop(build, path):
    return [f"{build}/bench/bench_pcap_loop", path]


def write_suricata(work, prefixes):
    """The least configuration that still looks up addresses: no application layers, no
    stream inspection, a rule for each prefix, and one for a country."""
    os.makedirs(f"{work}/suricata", exist_ok=True)
    with open(f"{work}/suricata/addresses.rules", "w", encoding="ascii") as rules:
        for i, prefix in enumerate(prefixes):
            rules.write(f'alert ip any any -> {prefix} any (msg:"range {i}"; '
                        f"geoip:src,KP; sid:{i + 1};)\n")
    with open(f"{work}/suricata/suricata.yaml", "w", encoding="ascii") as config:
        config.write("%YAML 1.1\n---\n"
                     f"default-rule-path: {work}/suricata\n"
                     "rule-files: [ addresses.rules ]\n"
                     f"default-log-dir: {work}/suricata\n"
                     "stats: { enabled: no }\n"
                     "outputs: [ { fast: { enabled: yes, filename: fast.log } } ]\n"
                     "app-layer: { protocols: { } }\n"
                     "max-pending-packets: 1024\n"
                     "runmode: single\n")
    return f"{work}/suricata/suricata.yaml"


def peers(work, path, prefixes):
    """Programs that are installed: name -> command."""
    os.makedirs(f"{work}/flows", exist_ok=True)
    commands = {
        "tcpdump": ["tcpdump", "-n", "-r", path, "-w", "/dev/null"],
        "nfpcapd": ["nfpcapd", "-r", path, "-l", f"{work}/flows"],
        "softflowd": ["softflowd", "-r", path, "-n", "127.0.0.1:9", "-d", "-m", "1000000"],
        "pmacctd": ["pmacctd", "-I", path, "-P", "print", "-o", "/dev/null",
                    "-c", "src_host,dst_host,src_port,dst_port,proto", "-L", "262144"],
        "argus": ["argus", "-r", path, "-w", "/dev/null"],
        "ndpiReader": ["ndpiReader", "-i", path, "-q"],
        "suricata": ["suricata", "-c", write_suricata(work, prefixes), "-r", path,
                     "--runmode", "single", "-k", "none"],
    }
    return {name: command for name, command in commands.items()
            if shutil.which(name) is not None}


def install_peers():
    """Installs what Debian has of them; says what it does not have."""
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    subprocess.run([*sudo, "apt-get", "update", "-qq"], check=True)
    for package in PACKAGES + [f"{name}/bookworm-backports" for name in BACKPORTS]:
        install = [*sudo, "apt-get", "install", "-y", "-qq", "--no-install-recommends",
                   package]
        if subprocess.run(install, check=False, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode != 0:
            print(f"{package}: cannot be installed here")
