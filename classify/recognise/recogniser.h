#ifndef CLASSIFY_RECOGNISE_RECOGNISER_H
#define CLASSIFY_RECOGNISE_RECOGNISER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"
#include "capture/packet.h"
#include "classify/recognise/finding.h"
#include "classify/recognise/reassembly.h"
#include "classify/service.h"

/* Inside this folder: what a recogniser of one protocol is.
 *
 * It judges what both ends of a flow have said so far, as often as more is there, and
 * answers from the bytes alone: not from the port, nor from the order in which packets
 * came. Once it is sure it may read the protocol's messages, one by one. */

/* What is there of one direction: the beginning of a stream, as far as it was put in order,
 * or the last datagram; 'n' is 0 if there is nothing. */
struct side {
    const uint8_t *bytes;
    size_t n;    /* At most RECOGNISE_STREAM_MAX of a stream. */
    size_t size; /* Datagram: its length on the wire, more than 'n' if it was cut. */
};

enum { RECOGNISE_STREAM_MAX = 2048 };

struct dialogue {
    struct side sides[2]; /* FLOW_INITIATOR, FLOW_RESPONDER. */
    uint8_t protocol;     /* IANA number of the transport. */
};

enum opinion {
    OPINION_NO,         /* It is not that protocol, whatever follows. */
    OPINION_MORE,       /* It may be; there is too little to tell. */
    OPINION_CONSISTENT, /* It fits, but chance or another protocol would, too. */
    OPINION_VERIFIED,   /* Nothing else looks like that. */
};

/* One message of a recognised protocol, or what was captured of it. */
struct pdu {
    const uint8_t *bytes;
    size_t n;         /* Bytes at hand; at least one. */
    size_t size;      /* Its whole length; at least 'n'. */
    unsigned from;    /* FLOW_INITIATOR or FLOW_RESPONDER. */
    uint8_t protocol; /* IANA number of the transport. */
};

/* What measure() returns instead of a length. */
#define PDU_MORE 0        /* Too little is there to tell. */
#define PDU_NONE SIZE_MAX /* No message begins here. */

struct recogniser {
    enum service service;
    bool on_tcp, on_udp;

    /* A recogniser of a special case of another service, which must not claim the flow
     * before this one has said no; else SERVICE_NONE. */
    enum service refines;

    enum opinion (*judge)(const struct dialogue *dialogue);

    /* Reads a message once the protocol is verified.  NULL: there is nothing to read. */
    void (*read)(const struct pdu *pdu, struct findings *findings);

    /* The length of the message that begins at 'bytes', of which 'n' are there, at most
     * PDU_SIZE_MAX; PDU_MORE, or PDU_NONE.  A stream is followed to its end and cut up by
     * it, a datagram too, as it may hold several.  NULL: read() is called once for each
     * side, with what there is when the protocol is verified.  With 'reads_datagrams' it is
     * called for every datagram, as it is, and only streams are measured. */
    size_t (*measure)(const uint8_t *bytes, size_t n);
    bool reads_datagrams;

    /* Instead of read(), for a message whose pieces lie in several datagrams: adds those of
     * a datagram to what there is, and reads the message once it is whole or no more of it
     * will come.  Returns whether more is to come.  Over UDP only. */
    bool (*gather)(const struct pdu *pdu, struct reassembly *reassembly,
                   struct findings *findings);
};

enum { PDU_SIZE_MAX = 1 << 24 };

#endif
