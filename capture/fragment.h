#ifndef CAPTURE_FRAGMENT_H
#define CAPTURE_FRAGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/hash.h"
#include "base/ip.h"

/* Packets that came in fragments and are being put together (RFC 791 section 3.2, RFC 8200
 * section 4.5).
 *
 * Memory is fixed: a number of packets and a number of pages for their data.  When either
 * is used up the packet begun longest ago gives way and is counted, so a flood of fragments
 * costs old packets but never memory; and since the bytes of a packet are marked in a
 * bitmap instead of a list of fragments, every fragment costs the same, however many there
 * are and in whatever order.  Time is packet time.
 *
 * Fragments that overlap.  One that brings again exactly what is there is a duplicate and
 * is passed over.  Any other overlap is counted; of an IPv4 packet the bytes that came
 * first stay; an IPv6 packet is dropped as a whole, with what still comes of it (RFC 8200).
 * A fragment that contradicts itself or what is known of its packet's length is refused
 * alone: nobody can spoil a packet with one. */
struct fragment_table;

enum {
    FRAGMENT_PACKET_MAX = 65535, /* Most bytes of a packet put together. */
    FRAGMENT_PAGE_SIZE = 2048,
    FRAGMENT_IPV6 = 256, /* In place of a protocol number. */
};

/* What the fragments of one packet have in common. */
struct fragment_key {
    struct ip_address source, destination;
    uint32_t id;    /* Identification field. */
    uint32_t vlans; /* The outer two VLAN ids: each VLAN may have addresses of its own. */
    uint16_t protocol; /* FRAGMENT_IPV6 for IPv6, whose fragments may differ in it. */
    uint16_t depth;    /* Tunnels around it. */
};

struct fragment {
    struct fragment_key key;
    uint64_t time_ns;
    const uint8_t *bytes;
    uint32_t size;
    uint32_t offset;     /* In bytes, a multiple of 8. */
    uint32_t wire_bytes; /* Of the frame that carried it. */
    uint8_t protocol;    /* What follows, as this fragment says; the first one's counts. */
    bool has_more;       /* It is not the last one. */
    bool is_ipv6;
};

/* A packet put together, valid until the next fragment_table_add(). */
struct fragment_whole {
    const uint8_t *bytes;
    uint32_t size;
    uint32_t wire_bytes; /* Sum over the frames that carried its fragments. */
    uint8_t protocol;
};

enum fragment_status {
    FRAGMENT_KEPT,
    FRAGMENT_COMPLETE, /* The packet is whole. */
    FRAGMENT_REFUSED,  /* It cannot be used; counted. */
};

/* Makes an empty table for up to 'n_packets' at a time (0 to 2^20; with 0 every fragment is
 * refused) and 'n_bytes' of memory for their data.  A packet not complete 'timeout_ns'
 * after its first fragment is dropped.  The caller frees it with fragment_table_free(). */
struct fragment_table *fragment_table_new(uint32_t n_packets, uint64_t n_bytes,
                                          uint64_t timeout_ns, struct hash_seed seed);
void fragment_table_free(struct fragment_table *table);

/* Adds a fragment; sets '*ret' if that makes its packet whole. */
enum fragment_status fragment_table_add(struct fragment_table *table,
                                        const struct fragment *fragment,
                                        struct counters *counters,
                                        struct fragment_whole *ret);

/* Packets that are being put together. */
uint32_t fragment_table_n(const struct fragment_table *table);

/* Drops and counts all packets that are not complete: nothing more will come. */
void fragment_table_flush(struct fragment_table *table, struct counters *counters);

#endif
