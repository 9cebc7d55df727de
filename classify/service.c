#include "classify/service.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "capture/packet.h"

/* One array a transport, indexed by port, so that a look-up is one load and a port given
 * twice is a warning of the compiler.
 *
 * "IANA": registered for this protocol.  "Convention": what the makers or the standard of
 * the protocol use without a registration, or although the number is registered for
 * something else: a weaker hint, and an operator may well use another port. */

/* clang-format off */
static const uint8_t tcp_services[UINT16_MAX + 1] = {
    /* Healthcare. */
    [104] = SERVICE_DICOM,        /* IANA acr-nema. */
    [2761] = SERVICE_DICOM,       /* IANA dicom-iscl. */
    [2762] = SERVICE_DICOM,       /* IANA dicom-tls. */
    [11112] = SERVICE_DICOM,      /* IANA dicom. */
    [4242] = SERVICE_DICOM,       /* Convention: Orthanc. */
    [2575] = SERVICE_HL7,         /* IANA hl7. */

    /* Energy, industry, buildings. */
    [102] = SERVICE_S7COMM,       /* IANA iso-tsap; S7 and MMS both run over it. */
    [502] = SERVICE_MODBUS,       /* IANA mbap. */
    [802] = SERVICE_MODBUS,       /* IANA mbap-s. */
    [20000] = SERVICE_DNP3,       /* IANA dnp. */
    [19999] = SERVICE_DNP3,       /* IANA dnp-sec. */
    [2404] = SERVICE_IEC104,      /* IANA iec-104. */
    [19998] = SERVICE_IEC104,     /* IANA iec-104-sec. */
    [44818] = SERVICE_ENIP,       /* IANA EtherNet-IP-2. */
    [2221] = SERVICE_ENIP,        /* IANA ethernet-ip-s. */
    [2222] = SERVICE_ENIP,        /* IANA EtherNet-IP-1. */
    [4840] = SERVICE_OPCUA,       /* IANA opcua-tcp. */
    [4843] = SERVICE_OPCUA,       /* IANA opcua-tls. */
    [47808] = SERVICE_BACNET,     /* IANA bacnet. */
    [4712] = SERVICE_C37118,      /* Convention: IEEE C37.118.2, default port. */
    [4059] = SERVICE_DLMS,        /* IANA dlms-cosem. */
    [5094] = SERVICE_HARTIP,      /* IANA hart-ip. */
    [9600] = SERVICE_FINS,        /* Convention: Omron. */
    [5006] = SERVICE_MELSEC,      /* Convention: Mitsubishi. */
    [5007] = SERVICE_MELSEC,      /* Convention: Mitsubishi. */
    [18245] = SERVICE_SRTP_GE,    /* Convention: GE. */
    [18246] = SERVICE_SRTP_GE,    /* Convention: GE. */
    [2455] = SERVICE_CODESYS,     /* Convention: WAGO and others, version 2. */
    [11740] = SERVICE_CODESYS,    /* Convention: version 3 gateways. */
    [48898] = SERVICE_ADS,        /* Convention: Beckhoff. */
    [1962] = SERVICE_PCWORX,      /* Convention: Phoenix Contact. */
    [34962] = SERVICE_PROFINET,   /* IANA profinet-rt. */
    [34963] = SERVICE_PROFINET,   /* IANA profinet-rtm. */
    [34964] = SERVICE_PROFINET,   /* IANA profinet-cm. */
    [34980] = SERVICE_ETHERCAT,   /* IANA ethercat. */
    [1089] = SERVICE_FF_HSE,      /* IANA ff-annunc. */
    [1090] = SERVICE_FF_HSE,      /* IANA ff-fms. */
    [1091] = SERVICE_FF_HSE,      /* IANA ff-sm. */
    [3671] = SERVICE_KNX,         /* IANA efcp. */
    [1628] = SERVICE_LONTALK,     /* IANA lontalk-norm. */
    [1629] = SERVICE_LONTALK,     /* IANA lontalk-urgnt. */
    [1911] = SERVICE_FOX,         /* Convention: Tridium. */
    [4911] = SERVICE_FOX,         /* Convention: Tridium, over TLS. */
    [10001] = SERVICE_ATG,        /* Convention: Veeder-Root. */

    /* Finance. */
    [9878] = SERVICE_FIX,         /* Convention: examples of the QuickFIX engines. */
    [9880] = SERVICE_FIX,         /* Convention: the same. */
    [8583] = SERVICE_ISO8583,     /* Convention: after the standard's number. */

    /* Aviation, maritime, space. */
    [8600] = SERVICE_ASTERIX,     /* Convention: EUROCONTROL; sites choose their own. */
    [5671] = SERVICE_AMQP,        /* IANA amqps. */
    [5672] = SERVICE_AMQP,        /* IANA amqp. */
    [30002] = SERVICE_ADSB,       /* Convention: dump1090, raw frames. */
    [30003] = SERVICE_ADSB,       /* Convention: BaseStation text. */
    [30005] = SERVICE_ADSB,       /* Convention: dump1090, Beast frames. */
    [5760] = SERVICE_MAVLINK,     /* Convention: ArduPilot. */
    [10110] = SERVICE_NMEA,       /* IANA nmea-0183. */
    [10111] = SERVICE_NMEA,       /* IANA nmea-onenet. */
    [4556] = SERVICE_CCSDS,       /* IANA dtn-bundle: CCSDS 734.2; RFC 9174. */

    /* General. */
    [53] = SERVICE_DNS,           /* IANA domain. */
    [853] = SERVICE_DNS,          /* IANA domain-s. */
    [5353] = SERVICE_DNS,         /* IANA mdns. */
    [443] = SERVICE_TLS,          /* IANA https. */
    [8443] = SERVICE_TLS,         /* IANA pcsync-https. */
    [80] = SERVICE_HTTP,          /* IANA http. */
    [591] = SERVICE_HTTP,         /* IANA http-alt. */
    [3128] = SERVICE_HTTP,        /* Convention: Squid. */
    [8000] = SERVICE_HTTP,        /* Convention. */
    [8008] = SERVICE_HTTP,        /* IANA http-alt. */
    [8080] = SERVICE_HTTP,        /* IANA http-alt. */
    [8888] = SERVICE_HTTP,        /* Convention. */
    [22] = SERVICE_SSH,           /* IANA ssh. */
    [23] = SERVICE_TELNET,        /* IANA telnet. */
    [992] = SERVICE_TELNET,       /* IANA telnets. */
    [2323] = SERVICE_TELNET,      /* Convention: devices; botnets try it. */
    [20] = SERVICE_FTP,           /* IANA ftp-data. */
    [21] = SERVICE_FTP,           /* IANA ftp. */
    [990] = SERVICE_FTP,          /* IANA ftps. */
    [25] = SERVICE_SMTP,          /* IANA smtp. */
    [465] = SERVICE_SMTP,         /* IANA submissions. */
    [587] = SERVICE_SMTP,         /* IANA submission. */
    [110] = SERVICE_POP3,         /* IANA pop3. */
    [995] = SERVICE_POP3,         /* IANA pop3s. */
    [143] = SERVICE_IMAP,         /* IANA imap. */
    [993] = SERVICE_IMAP,         /* IANA imaps. */
    [3389] = SERVICE_RDP,         /* IANA ms-wbt-server. */
    [5900] = SERVICE_VNC,         /* IANA rfb. */
    [5901] = SERVICE_VNC,         /* Convention: display 1. */
    [5902] = SERVICE_VNC,         /* Convention: display 2. */
    [5903] = SERVICE_VNC,         /* Convention: display 3. */
    [139] = SERVICE_SMB,          /* IANA netbios-ssn. */
    [445] = SERVICE_SMB,          /* IANA microsoft-ds. */
    [389] = SERVICE_LDAP,         /* IANA ldap. */
    [636] = SERVICE_LDAP,         /* IANA ldaps. */
    [3268] = SERVICE_LDAP,        /* IANA msft-gc. */
    [3269] = SERVICE_LDAP,        /* IANA msft-gc-ssl. */
    [88] = SERVICE_KERBEROS,      /* IANA kerberos. */
    [464] = SERVICE_KERBEROS,     /* IANA kpasswd. */
    [161] = SERVICE_SNMP,         /* IANA snmp. */
    [162] = SERVICE_SNMP,         /* IANA snmptrap. */
    [123] = SERVICE_NTP,          /* IANA ntp. */
    [4460] = SERVICE_NTP,         /* IANA ntske. */
    [1883] = SERVICE_MQTT,        /* IANA mqtt. */
    [8883] = SERVICE_MQTT,        /* IANA secure-mqtt. */
    [5060] = SERVICE_SIP,         /* IANA sip. */
    [5061] = SERVICE_SIP,         /* IANA sips. */
    [135] = SERVICE_MSRPC,        /* IANA epmap. */
    [593] = SERVICE_MSRPC,        /* IANA http-rpc-epmap. */
    [5985] = SERVICE_WINRM,       /* IANA wsman. */
    [5986] = SERVICE_WINRM,       /* IANA wsmans. */
    [111] = SERVICE_RPCBIND,      /* IANA sunrpc. */
    [2049] = SERVICE_NFS,         /* IANA nfs. */
    [873] = SERVICE_RSYNC,        /* IANA rsync. */
    [6000] = SERVICE_X11,         /* IANA x11. */
    [6001] = SERVICE_X11,         /* IANA x11. */
    [1433] = SERVICE_MSSQL,       /* IANA ms-sql-s. */
    [3306] = SERVICE_MYSQL,       /* IANA mysql. */
    [5432] = SERVICE_POSTGRES,    /* IANA postgresql. */
    [1521] = SERVICE_ORACLE,      /* Convention: Oracle listeners. */
    [2483] = SERVICE_ORACLE,      /* IANA ttc. */
    [2484] = SERVICE_ORACLE,      /* IANA ttc-ssl. */
    [6379] = SERVICE_REDIS,       /* IANA redis. */
    [27017] = SERVICE_MONGODB,    /* IANA mongodb. */
    [9200] = SERVICE_ELASTIC,     /* Convention: Elasticsearch. */
    [9300] = SERVICE_ELASTIC,     /* Convention: Elasticsearch, between nodes. */
    [11211] = SERVICE_MEMCACHED,  /* IANA memcache. */
    [514] = SERVICE_SYSLOG,       /* Convention: the number is IANA's shell. */
    [601] = SERVICE_SYSLOG,       /* IANA syslog-conn. */
    [6514] = SERVICE_SYSLOG,      /* IANA syslog-tls. */
    [554] = SERVICE_RTSP,         /* IANA rtsp. */
    [8554] = SERVICE_RTSP,        /* IANA rtsp-alt. */
    [5683] = SERVICE_COAP,        /* IANA coap. */
    [5684] = SERVICE_COAP,        /* IANA coaps. */
    [19] = SERVICE_CHARGEN,       /* IANA chargen. */
    [17] = SERVICE_QOTD,          /* IANA qotd. */
    [49] = SERVICE_TACACS,        /* IANA tacacs. */
    [3868] = SERVICE_DIAMETER,    /* IANA diameter. */
    [5868] = SERVICE_DIAMETER,    /* IANA diameters. */
    [7547] = SERVICE_CWMP,        /* IANA cwmp. */
    [179] = SERVICE_BGP,          /* IANA bgp. */
    [1194] = SERVICE_OPENVPN,     /* IANA openvpn. */
    [1080] = SERVICE_SOCKS,       /* IANA socks. */

    /* Anonymisers and coins: all conventions. */
    [9001] = SERVICE_TOR,         /* Relays' onion-router port. */
    [9030] = SERVICE_TOR,         /* Relays' directory port. */
    [9050] = SERVICE_TOR,         /* A client's SOCKS port. */
    [9150] = SERVICE_TOR,         /* Tor Browser's SOCKS port. */
    [3333] = SERVICE_STRATUM,
    [4444] = SERVICE_STRATUM,
    [5555] = SERVICE_STRATUM,
    [7777] = SERVICE_STRATUM,
    [14433] = SERVICE_STRATUM,
    [14444] = SERVICE_STRATUM,
    [45700] = SERVICE_STRATUM,
    [18333] = SERVICE_BITCOIN,    /* Test network. */
    [18080] = SERVICE_MONERO,
    [18081] = SERVICE_MONERO,     /* Node control. */
    [18089] = SERVICE_MONERO,     /* Node control, restricted. */
    [30303] = SERVICE_ETHEREUM,
    [6881] = SERVICE_BITTORRENT,  /* Convention: BEP 3; the next ones if it is taken. */
    [8333] = SERVICE_BITCOIN,
};

static const uint8_t udp_services[UINT16_MAX + 1] = {
    /* Healthcare. */
    [2575] = SERVICE_HL7,         /* IANA hl7. */

    /* Energy, industry, buildings. */
    [502] = SERVICE_MODBUS,       /* IANA mbap. */
    [20000] = SERVICE_DNP3,       /* IANA dnp. */
    [19999] = SERVICE_DNP3,       /* IANA dnp-sec. */
    [2222] = SERVICE_ENIP,        /* IANA EtherNet-IP-1: input and output data. */
    [44818] = SERVICE_ENIP,       /* IANA EtherNet-IP-2. */
    [47808] = SERVICE_BACNET,     /* IANA bacnet. */
    [47809] = SERVICE_BACNET,     /* Convention: further networks, 0xBAC1. */
    [4713] = SERVICE_C37118,      /* Convention: IEEE C37.118.2, default port. */
    [4059] = SERVICE_DLMS,        /* IANA dlms-cosem. */
    [5094] = SERVICE_HARTIP,      /* IANA hart-ip. */
    [319] = SERVICE_PTP,          /* IANA ptp-event. */
    [320] = SERVICE_PTP,          /* IANA ptp-general. */
    [1502] = SERVICE_TRISTATION,  /* Convention: Triconex. */
    [9600] = SERVICE_FINS,        /* Convention: Omron. */
    [5006] = SERVICE_MELSEC,      /* Convention: Mitsubishi. */
    [5007] = SERVICE_MELSEC,      /* Convention: Mitsubishi. */
    [1740] = SERVICE_CODESYS,     /* Convention: version 3, first of four. */
    [1741] = SERVICE_CODESYS,     /* Convention. */
    [1742] = SERVICE_CODESYS,     /* Convention. */
    [1743] = SERVICE_CODESYS,     /* Convention. */
    [48899] = SERVICE_ADS,        /* Convention: Beckhoff, discovery. */
    [34962] = SERVICE_PROFINET,   /* IANA profinet-rt. */
    [34963] = SERVICE_PROFINET,   /* IANA profinet-rtm. */
    [34964] = SERVICE_PROFINET,   /* IANA profinet-cm. */
    [34980] = SERVICE_ETHERCAT,   /* IANA ethercat. */
    [1089] = SERVICE_FF_HSE,      /* IANA ff-annunc. */
    [1090] = SERVICE_FF_HSE,      /* IANA ff-fms. */
    [1091] = SERVICE_FF_HSE,      /* IANA ff-sm. */
    [3671] = SERVICE_KNX,         /* IANA efcp. */
    [1628] = SERVICE_LONTALK,     /* IANA lontalk-norm. */
    [1629] = SERVICE_LONTALK,     /* IANA lontalk-urgnt. */

    /* Aviation, maritime, space. */
    [8600] = SERVICE_ASTERIX,     /* Convention: EUROCONTROL; sites choose their own. */
    [14550] = SERVICE_MAVLINK,    /* Convention: ground stations. */
    [14551] = SERVICE_MAVLINK,    /* Convention. */
    [10110] = SERVICE_NMEA,       /* IANA nmea-0183. */
    [10111] = SERVICE_NMEA,       /* IANA nmea-onenet. */
    /* IEC 61162-450: transmission groups 239.192.0.1 to .16. */
    [60001] = SERVICE_NMEA, [60002] = SERVICE_NMEA, [60003] = SERVICE_NMEA,
    [60004] = SERVICE_NMEA, [60005] = SERVICE_NMEA, [60006] = SERVICE_NMEA,
    [60007] = SERVICE_NMEA, [60008] = SERVICE_NMEA, [60009] = SERVICE_NMEA,
    [60010] = SERVICE_NMEA, [60011] = SERVICE_NMEA, [60012] = SERVICE_NMEA,
    [60013] = SERVICE_NMEA, [60014] = SERVICE_NMEA, [60015] = SERVICE_NMEA,
    [60016] = SERVICE_NMEA,
    [6678] = SERVICE_MARINE_RADAR, /* Convention: Navico, images. */
    [6679] = SERVICE_MARINE_RADAR, /* Convention: Navico, reports. */
    [6680] = SERVICE_MARINE_RADAR, /* Convention: Navico, settings. */
    [10024] = SERVICE_MARINE_RADAR, /* Convention: Furuno. */
    [1113] = SERVICE_CCSDS,       /* IANA ltp-deepspace: CCSDS 734.1, RFC 7122. */
    [4556] = SERVICE_CCSDS,       /* IANA dtn-bundle: RFC 7122. */

    /* General. */
    [53] = SERVICE_DNS,           /* IANA domain. */
    [853] = SERVICE_DNS,          /* IANA domain-s: over DTLS and QUIC. */
    [5353] = SERVICE_DNS,         /* IANA mdns. */
    [5355] = SERVICE_DNS,         /* IANA llmnr, DNS by another name. */
    [443] = SERVICE_QUIC,         /* IANA https: HTTP/3. */
    [69] = SERVICE_TFTP,          /* IANA tftp. */
    [3389] = SERVICE_RDP,         /* IANA ms-wbt-server. */
    [389] = SERVICE_LDAP,         /* IANA ldap: connectionless. */
    [88] = SERVICE_KERBEROS,      /* IANA kerberos. */
    [464] = SERVICE_KERBEROS,     /* IANA kpasswd. */
    [161] = SERVICE_SNMP,         /* IANA snmp. */
    [162] = SERVICE_SNMP,         /* IANA snmptrap. */
    [123] = SERVICE_NTP,          /* IANA ntp. */
    [5060] = SERVICE_SIP,         /* IANA sip. */
    [137] = SERVICE_NETBIOS,      /* IANA netbios-ns. */
    [138] = SERVICE_NETBIOS,      /* IANA netbios-dgm. */
    [135] = SERVICE_MSRPC,        /* IANA epmap. */
    [111] = SERVICE_RPCBIND,      /* IANA sunrpc. */
    [2049] = SERVICE_NFS,         /* IANA nfs. */
    [1434] = SERVICE_MSSQL,       /* IANA ms-sql-m. */
    [11211] = SERVICE_MEMCACHED,  /* IANA memcache. */
    [514] = SERVICE_SYSLOG,       /* IANA syslog. */
    [6514] = SERVICE_SYSLOG,      /* IANA syslog-tls. */
    [623] = SERVICE_IPMI,         /* IANA asf-rmcp. */
    [664] = SERVICE_IPMI,         /* IANA asf-secure-rmcp. */
    [1900] = SERVICE_SSDP,        /* IANA ssdp. */
    [3702] = SERVICE_WS_DISCOVERY, /* IANA ws-discovery. */
    [5683] = SERVICE_COAP,        /* IANA coap. */
    [5684] = SERVICE_COAP,        /* IANA coaps. */
    [19] = SERVICE_CHARGEN,       /* IANA chargen. */
    [17] = SERVICE_QOTD,          /* IANA qotd. */
    [520] = SERVICE_RIP,          /* IANA router. */
    [521] = SERVICE_RIP,          /* IANA ripng. */
    [67] = SERVICE_DHCP,          /* IANA bootps. */
    [68] = SERVICE_DHCP,          /* IANA bootpc. */
    [546] = SERVICE_DHCP,         /* IANA dhcpv6-client. */
    [547] = SERVICE_DHCP,         /* IANA dhcpv6-server. */
    [1812] = SERVICE_RADIUS,      /* IANA radius. */
    [1813] = SERVICE_RADIUS,      /* IANA radius-acct. */
    [500] = SERVICE_IKE,          /* IANA isakmp. */
    [4500] = SERVICE_IKE,         /* IANA ipsec-nat-t. */
    [1194] = SERVICE_OPENVPN,     /* IANA openvpn. */
    [51820] = SERVICE_WIREGUARD,  /* Convention: WireGuard's examples. */
    [2123] = SERVICE_GTP,         /* IANA gtp-control. */
    [2152] = SERVICE_GTP,         /* IANA gtp-user. */
    [6881] = SERVICE_BITTORRENT,  /* Convention: BEP 5. */
    [30301] = SERVICE_ETHEREUM,   /* Convention: discovery of nodes. */
    [30303] = SERVICE_ETHEREUM,   /* Convention: discovery of nodes. */
};

static const uint8_t sctp_services[UINT16_MAX + 1] = {
    [5671] = SERVICE_AMQP,        /* IANA amqps. */
    [5672] = SERVICE_AMQP,        /* IANA amqp. */
    [2904] = SERVICE_SIGTRAN,     /* IANA m2ua. */
    [2905] = SERVICE_SIGTRAN,     /* IANA m3ua. */
    [3565] = SERVICE_SIGTRAN,     /* IANA m2pa. */
    [14001] = SERVICE_SIGTRAN,    /* IANA sua. */
    [3868] = SERVICE_DIAMETER,    /* IANA diameter. */
    [5868] = SERVICE_DIAMETER,    /* IANA diameters. */
    [36412] = SERVICE_S1AP,       /* IANA s1-control. */
    [38412] = SERVICE_S1AP,       /* IANA ng-control. */
    [179] = SERVICE_BGP,          /* IANA bgp. */
    [5060] = SERVICE_SIP,         /* IANA sip. */
    [5061] = SERVICE_SIP,         /* IANA sips. */
};
/* clang-format on */

static const char *const names[N_SERVICES + 1] = {
    "",
#define X(name, text, title) text,
#include "classify/service_table.h"
#undef X
    NULL,
};

static const char *const titles[N_SERVICES] = {
    "",
#define X(name, text, title) title,
#include "classify/service_table.h"
#undef X
};

static_assert(N_SERVICES <= UINT8_MAX, "a flow keeps its service in a byte");

const char *
service_name(enum service service)
{
    return names[service];
}

const char *
service_title(enum service service)
{
    return titles[service];
}

bool
service_parse(const char *name, enum service *ret)
{
    for (size_t i = 1; i < N_SERVICES; i++) {
        if (strcmp(names[i], name) == 0) {
            *ret = (enum service) i;
            return true;
        }
    }
    return false;
}

const char *const *
service_names(void)
{
    return &names[1];
}

enum service
service_by_port(uint8_t protocol, uint16_t port)
{
    switch (protocol) {
    case IP_PROTOCOL_TCP:
        return (enum service) tcp_services[port];
    case IP_PROTOCOL_UDP:
        return (enum service) udp_services[port];
    case IP_PROTOCOL_SCTP:
        return (enum service) sctp_services[port];
    default:
        return SERVICE_NONE;
    }
}

/* Services in pairs whose order does not matter. */
struct service_pair {
    enum service a, b;
};

static bool
has_pair(const struct service_pair *pairs, size_t n, enum service a, enum service b)
{
    for (size_t i = 0; i < n; i++) {
        if ((pairs[i].a == a && pairs[i].b == b) || (pairs[i].a == b && pairs[i].b == a)) {
            return true;
        }
    }
    return false;
}

bool
service_may_be(enum service service, enum service declared)
{
    /* Over UDP, HTTPS is QUIC. */
    static const struct service_pair carried[] = {
        { SERVICE_AIS, SERVICE_NMEA },          { SERVICE_FHIR, SERVICE_HTTP },
        { SERVICE_OCPP, SERVICE_HTTP },         { SERVICE_WINRM, SERVICE_HTTP },
        { SERVICE_ELASTIC, SERVICE_HTTP },      { SERVICE_CWMP, SERVICE_HTTP },
        { SERVICE_SSDP, SERVICE_HTTP },         { SERVICE_SOCKS, SERVICE_HTTP },
        { SERVICE_WS_DISCOVERY, SERVICE_HTTP }, { SERVICE_TLS, SERVICE_QUIC },
    };

    return service == declared || service == SERVICE_TLS || service == SERVICE_DTLS ||
           has_pair(carried, sizeof carried / sizeof carried[0], service, declared);
}

bool
service_may_have_port_of(enum service service, enum service by_port)
{
    static const struct service_pair sharing[] = {
        { SERVICE_S7COMM_PLUS, SERVICE_S7COMM },
        { SERVICE_MMS, SERVICE_S7COMM },
        { SERVICE_TOR, SERVICE_TLS },
        { SERVICE_TOR, SERVICE_HTTP },
    };

    return by_port == SERVICE_NONE || service_may_be(service, by_port) ||
           has_pair(sharing, sizeof sharing / sizeof sharing[0], service, by_port);
}
