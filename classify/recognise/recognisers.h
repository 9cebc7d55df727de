#ifndef CLASSIFY_RECOGNISE_RECOGNISERS_H
#define CLASSIFY_RECOGNISE_RECOGNISERS_H

#include <stdint.h>

#include "classify/flow.h"
#include "classify/recognise/recogniser.h"

/* Inside this folder: all recognisers, each in a file of its name.  Those that refine
 * another one stand before it. */
#define RECOGNISER_TABLE(X) \
    X(ais)                  \
    X(fhir)                 \
    X(ocpp)                 \
    X(stratum)              \
    X(tor)                  \
    X(tor_directory)        \
    X(dicom)                \
    X(hl7)                  \
    X(fix)                  \
    X(iso8583)              \
    X(mqtt)                 \
    X(amqp)                 \
    X(sip)                  \
    X(adsb)                 \
    X(asterix)              \
    X(modbus)               \
    X(iec104)               \
    X(dnp3)                 \
    X(opcua)                \
    X(c37118)               \
    X(dlms)                 \
    X(hart_ip)              \
    X(enip)                 \
    X(s7comm)               \
    X(s7comm_plus)          \
    X(mms)                  \
    X(bacnet)               \
    X(nmea)                 \
    X(marine_radar)         \
    X(mavlink)              \
    X(ccsds)                \
    X(tls)                  \
    X(dtls)                 \
    X(dns)                  \
    X(quic)                 \
    X(http)                 \
    X(ssh)                  \
    X(ftp)                  \
    X(telnet)               \
    X(smtp)                 \
    X(pop3)                 \
    X(imap)                 \
    X(ldap)                 \
    X(kerberos)             \
    X(snmp)                 \
    X(ntp)                  \
    X(rdp)                  \
    X(vnc)                  \
    X(smb)                  \
    X(bittorrent)           \
    X(bitcoin)              \
    X(mysql)                \
    X(postgres)             \
    X(mssql)                \
    X(oracle)               \
    X(mongodb)              \
    X(redis)                \
    X(dhcp)                 \
    X(radius)               \
    X(wireguard)            \
    X(openvpn)              \
    X(socks)

#define X(name) extern const struct recogniser recogniser_##name;
RECOGNISER_TABLE(X)
#undef X

enum recogniser_number {
#define X(name) RECOGNISER_##name,
    RECOGNISER_TABLE(X)
#undef X
        N_RECOGNISERS
};

extern const struct recogniser *const recognisers[N_RECOGNISERS];

/* Makes the tables that the functions below look into, and which they need; again it does
 * nothing.  Any thread may call it. */
void recognisers_prepare(void);

/* Those that may be the protocol of a dialogue, by their numbers: of its transport and, of
 * a stream, that do not refuse the first byte of either side by itself.  Most do, which
 * saves asking them. */
uint64_t recognisers_for(const struct dialogue *dialogue);

/* Those of the service that a port stands for, and those that refine it: who asks them
 * first need seldom ask the others. */
uint64_t recognisers_of_port(enum service by_port);

/* The recogniser of a service, the first if there are several; NULL if there is none. */
const struct recogniser *recognisers_of_service(enum service service);

#endif
