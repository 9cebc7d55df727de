#!/usr/bin/env python3
"""Renews truth.tsv: which protocol each flow of the real captures carries, by others' word.

    tests/detect/truth.py ../shared/captures >tests/detect/truth.tsv

The sources are Wireshark's dissectors (tshark must be installed), the logs that the origins
of the captures publish with them (Zeek's, IPAL transcripts), and what the index says of
captures of one protocol.  Only names and addresses of flows are written, no payload.
"""
import collections
import csv
import json
import pathlib
import re
import subprocess
import sys

# Names of others, to the names of classify/service_table.h.  A name that is not here stays as
# it is: the flow carries something that is none of ours.
SERVICES = {
    service: names.split()
    for service, names in {
        "ais": "ais",
        "amqp": "amqp",
        "asterix": "asterix",
        "bacnet": "bvlc bacnet bacapp",
        "bgp": "bgp",
        "bitcoin": "bitcoin",
        "bittorrent": "bittorrent bt-dht bt-utp",
        "c37118": "synphasor",
        "coap": "coap",
        "cwmp": "cwmp",
        "dhcp": "dhcp dhcpv6 bootp",
        "diameter": "diameter",
        "dicom": "dicom",
        "dlms": "dlms",
        "dnp3": "dnp3 dnp3_tcp dnp3_udp",
        "dns": "dns mdns llmnr",
        "enip": "enip cip cipio cipcm cipcls",
        "ethercat": "ecatf ecat",
        "fix": "fix",
        "ftp": "ftp ftp-data",
        "gtp": "gtp gtpv1 gtpv2",
        "hart-ip": "hart_ip",
        "hl7": "hl7",
        "http": "http http2",
        "iec104": "iec60870_104 iec60870_asdu iec104",
        "ike": "isakmp",
        "imap": "imap",
        "ipmi": "rmcp ipmi",
        "kerberos": "kerberos krb krb_tcp",
        "ldap": "ldap cldap ldap_tcp ldap_udp",
        "mavlink": "MAVLink",
        "memcached": "memcache",
        "mms": "mms",
        "modbus": "mbtcp modbus",
        "mongodb": "mongo",
        "mqtt": "mqtt",
        "mssql": "tds",
        "mysql": "mysql",
        "netbios": "nbns nbdgm",
        "nfs": "nfs",
        "nmea": "nmea0183 nmea0183udp iec450",
        "ntp": "ntp",
        "openvpn": "openvpn",
        "opcua": "opcua",
        "oracle": "tns",
        "pop3": "pop pop3",
        "postgres": "pgsql",
        "ptp": "ptp",
        "quic": "quic gquic",
        "radius": "radius",
        "rdp": "rdp",
        "redis": "resp redis",
        "rpcbind": "portmap",
        "rtsp": "rtsp",
        "s1ap": "s1ap ngap",
        "s7comm": "s7comm s7",
        "s7comm-plus": "s7comm-plus",
        "sigtran": "m3ua m2pa m2ua sua",
        "sip": "sip",
        "smb": "smb smb2 nbss",
        "smtp": "smtp",
        "snmp": "snmp",
        "socks": "socks",
        "ssdp": "ssdp",
        "ssh": "ssh",
        "syslog": "syslog",
        "telnet": "telnet",
        "tftp": "tftp",
        "dtls": "dtls",
        "tls": "tls ssl",
        "vnc": "vnc rfb",
        "wireguard": "wg",
        "x11": "x11",
    }.items()
}
SERVICE_OF = {name: service for service, names in SERVICES.items() for name in names}

# What dissectors add below or beside the protocol of a flow.
NO_PROTOCOL = set(
    "data tcp.segments vssmonitoring _ws.short tpkt image-gif image-jfif png media json xml "
    "data-text-lines urlencoded-form mime_multipart x509sat x509ce x509af x509if pkcs-1 "
    "pkix1explicit pkix1implicit rpc gssapi gss-api spnego ntlmssp sdp imf mp2t".split())

TRANSPORTS = ("tcp", "udp", "sctp")

# Zeek names these for the flow around a tunnel; the sensor follows the flows within.
TUNNELS = {"ayiya", "geneve", "gtpv1", "teredo", "vxlan"}

# What the index, or another text of a capture's origin, says of flows that tshark does not know:
# capture, transport, port, protocol, source.
BY_HAND = (
    (r"/ccsdspy-wrapped__", "udp", 10025, "ccsds", "index"),
    (r"/ipal_transcriber__BR24", "udp", None, "marine-radar", "index"),
    (r"/maritime-dissector__(br24|furuno)-", "udp", None, "marine-radar", "index"),
    (r"/maritime-dissector__(iec-61162-450|nmea-0183)", "udp", None, "nmea", "index"),
    (r"/tcpdump__dns_tcp_8053\.pcap", "tcp", 8053, "dns", "tcpdump"),
    (r"/cve-2021-44228__log4j-(attack|user_agent)", "tcp", 1389, "ldap", "zeek"),  # Notice LOG4J_LDAP_JAVA.
)


class Flows:
    """What each flow carries: names, in the order of how much they count, with sources."""

    def __init__(self):
        self.names = collections.defaultdict(dict)

    def add(self, transport, ends, names, source):
        flow = self.names[(transport, *sorted(ends))]
        for name in names:
            flow.setdefault(SERVICE_OF.get(name, name), set()).add(source)

    def rows(self):
        for flow, names in sorted(self.names.items()):
            ours = [name for name in names if name in SERVICES] or list(names)
            if ours:
                yield (*flow, ",".join(ours), "+".join(sorted(names[ours[0]])))


def end(address, port):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def innermost(layers):
    """The last network layer, the transport in it and the names above that; each layer with the
    number of its like before it.  None if a packet is quoted (ICMP), damaged, or has no transport.
    """
    counts = collections.Counter()
    network = transport = None
    above = []
    for layer in layers:
        above.append(layer)
        if layer in ("ip", "ipv6"):
            network, transport = (layer, counts[layer]), None
        elif layer in TRANSPORTS:
            transport, above = (layer, counts[layer]), []
        counts[layer] += 1
    if transport is None or not {"icmp", "icmpv6", "_ws.malformed"}.isdisjoint(layers):
        return None
    return network, transport, [name for name in above if name not in NO_PROTOCOL]


def run_tshark(path):
    """Yields for each packet the names of its layers, and a function that gives the value of the
    n-th field of a name."""
    fields = ["frame.protocols", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst"]
    fields += [f"{t}.{side}port" for t in TRANSPORTS for side in ("src", "dst")]
    command = ["tshark", "-n", "-r", path, "-T", "fields"]
    command += [argument for field in fields for argument in ("-e", field)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    for line in done.stdout.decode().splitlines():
        values = dict(zip(fields, (value.split(",") for value in line.split("\t"))))
        yield values["frame.protocols"][0].split(":"), lambda field, n: values[field][n]


def read_tshark(captures, file, flows):
    """Adds what tshark sees in the innermost packets, and what is known by hand of their flows."""
    for layers, value in run_tshark(captures / file):
        found = innermost(layers)
        if found is None:
            continue
        (network, n), (transport, m), names = found
        try:
            ends = [end(value(f"{network}.{side}", n), value(f"{transport}.{side}port", m))
                    for side in ("src", "dst")]
        except IndexError:  # Cut before its ports.
            continue
        flows.add(transport, ends, ["quic"] if "quic" in names else names, "tshark")
        for pattern, protocol, port, name, source in BY_HAND:
            if re.search(pattern, file) and protocol == transport and (
                    port is None or any(e.endswith(f":{port}") for e in ends)):
                flows.add(transport, ends, [name], source)


def read_zeek(path, flows):
    """Adds the services of a conn.log."""
    names = None
    for line in path.read_text(errors="replace").splitlines():
        if line.startswith("#fields"):
            names = line.split("\t")[1:]
        if line.startswith("#") or names is None:
            continue
        row = dict(zip(names, line.split("\t")))
        if row["proto"] in TRANSPORTS:
            ends = [end(row[f"id.{side}_h"], row[f"id.{side}_p"]) for side in ("orig", "resp")]
            services = [s for s in row["service"].split(",") if s != "-" and s not in TUNNELS]
            flows.add(row["proto"], ends, services, "zeek")


def read_ipal(path, flows):
    """Adds the messages of a transcript; to an address and port it may append a unit."""
    transport = "udp" if re.search("udp|MAVLink", path.name) else "tcp"
    for line in path.read_text().splitlines():
        message = json.loads(line)
        ends = [":".join(message[side].split(":")[:2]) for side in ("src", "dest")]
        if all(re.fullmatch(r"([0-9]+\.){3}[0-9]+:[0-9]+", e) for e in ends):
            flows.add(transport, ends, [message["protocol"]], "ipal")


def main():
    captures = pathlib.Path(sys.argv[1])
    print("# What flows of the real captures carry, by others' word.  Made by truth.py.")
    print("# capture", "transport", "end", "end", "protocol", "said by", sep="\t")
    with open(captures / "index.tsv", newline="") as index:
        for row in csv.DictReader(index, delimiter="\t", quoting=csv.QUOTE_NONE):
            flows = Flows()
            read_tshark(captures, row["file"], flows)
            for log in re.findall(r"_truth/[^;\]]*(?:conn\.log|\.ipal)", row["ground_truth"]):
                (read_ipal if log.endswith("ipal") else read_zeek)(captures / log, flows)
            for fields in flows.rows():
                print(row["file"], *fields, sep="\t")


main()
