#ifndef CLASSIFY_FLOW_KEY_H
#define CLASSIFY_FLOW_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "capture/packet.h"
#include "classify/flow.h"

/* What a packet has in common with its flow, seen from the packet's sender. */
struct flow_key {
    struct ip_address source, destination;
    uint16_t source_port, destination_port; /* As struct flow_end.port has them. */
    uint32_t vlans; /* flow_vlans(), 0 if VLANs do not tell flows apart. */
    uint8_t protocol;
    bool is_one_way; /* ICMP that nothing answers: the other direction is another flow. */
    bool is_reply;   /* ICMP that answers. */
};

/* Sets what ICMP has instead of ports; see struct flow_end. */
void flow_key_set_icmp(struct flow_key *key);

static inline struct flow_key
flow_key_of(const struct packet *packet, bool use_vlan)
{
    struct flow_key key = {
        .source = packet->inner.source,
        .destination = packet->inner.destination,
        .source_port = packet->inner.source_port, /* 0 if there is none to be read. */
        .destination_port = packet->inner.destination_port,
        .protocol = packet->inner.protocol,
    };

    if ((key.protocol == IP_PROTOCOL_ICMP || key.protocol == IP_PROTOCOL_ICMPV6) &&
        packet->has_transport) {
        flow_key_set_icmp(&key);
    }
    if (use_vlan && packet->n_vlans > 0) {
        key.vlans = flow_vlans(packet->vlan[0], packet->n_vlans > 1 ? packet->vlan[1] : 0);
    }
    return key;
}

/* The same for both directions. */
static inline uint32_t
flow_key_hash(const struct flow_key *key, struct hash_seed seed)
{
    const uint64_t source =
        hash_mix(key->source.high ^ seed.words[0] ^ (uint64_t) key->source_port << 16,
                 key->source.low ^ seed.words[1] ^ (uint64_t) key->source_port << 48);
    const uint64_t destination = hash_mix(
        key->destination.high ^ seed.words[0] ^ (uint64_t) key->destination_port << 16,
        key->destination.low ^ seed.words[1] ^ (uint64_t) key->destination_port << 48);
    const uint64_t rest = (uint64_t) key->vlans << 16 | (uint64_t) key->protocol;

    return (uint32_t) hash_mix(source + destination,
                               rest ^ seed.words[1] ^ UINT64_C(0xa0761d6478bd642f));
}

/* Whether the packet belongs to 'flow'; '*ret_sender' is then the end that sent it. */
static inline bool
flow_key_matches(const struct flow_key *key, const struct flow *flow, unsigned *ret_sender)
{
    const struct flow_end *initiator = &flow->ends[FLOW_INITIATOR];
    const struct flow_end *responder = &flow->ends[FLOW_RESPONDER];

    if (flow->protocol != key->protocol) {
        return false;
    }
    if (ip_equal(initiator->address, key->source) && initiator->port == key->source_port &&
        ip_equal(responder->address, key->destination) &&
        responder->port == key->destination_port) {
        *ret_sender = FLOW_INITIATOR;
        return true;
    }
    if (!key->is_one_way && ip_equal(responder->address, key->source) &&
        responder->port == key->source_port &&
        ip_equal(initiator->address, key->destination) &&
        initiator->port == key->destination_port) {
        *ret_sender = FLOW_RESPONDER;
        return true;
    }
    return false;
}

#endif
