/* Writes the captures that bench/run measures with: the same bytes every time.
 *
 *     bench_captures CATALOGUE_FOLDER KIND [N] >FILE
 *
 *     mix    everyday traffic; one conversation in thirty has an end in a critical range
 *     none   the same without any
 *     web    downloads: large packets
 *     flood  N SYNs (default 10,000,000) from random IPv4 and IPv6 sources to a few assets
 *
 * N is the number of conversations of the first three. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "rand.h"
#include "scenarios/wire.h"
#include "traffic.h"
#include "world.h"

enum { N_TARGETS = 4, FLOOD_GAP_NS = 100, OUTPUT_SIZE = 1 << 20 };

/* draft-ietf-opsawg-pcap, little-endian, nanoseconds, LINKTYPE_ETHERNET. */
static void
write_file_header(FILE *out)
{
    struct buffer header = { 0 };

    buffer_le32(&header, 0xa1b23c4d);
    buffer_le16(&header, 2);
    buffer_le16(&header, 4);
    buffer_le32(&header, 0);
    buffer_le32(&header, 0);
    buffer_le32(&header, 262144);
    buffer_le32(&header, 1);
    (void) fwrite(header.bytes, 1, header.n, out);
    buffer_fini(&header);
}

static void
write_frame(struct buffer *record, const struct buffer *frame, uint64_t time_ns, FILE *out)
{
    record->n = 0;
    buffer_le32(record, (uint32_t) (time_ns / NS_PER_SECOND));
    buffer_le32(record, (uint32_t) (time_ns % NS_PER_SECOND));
    buffer_le32(record, (uint32_t) frame->n);
    buffer_le32(record, (uint32_t) frame->n);
    (void) fwrite(record->bytes, 1, record->n, out);
    (void) fwrite(frame->bytes, 1, frame->n, out);
}

static void
write_traffic(const struct world *world, const struct traffic_config *config, FILE *out)
{
    struct traffic *traffic = traffic_new(config, world);
    struct buffer frame = { 0 }, record = { 0 };
    uint64_t time_ns;

    while (traffic_next(traffic, &frame, &time_ns)) {
        write_frame(&record, &frame, time_ns, out);
    }
    buffer_fini(&frame);
    buffer_fini(&record);
    traffic_free(traffic);
}

static void
write_syn(struct buffer *frame, const struct wire_ip *ip, uint64_t *random)
{
    struct buffer transport = { 0 };
    const struct wire_tcp tcp = { .source_port =
                                      (uint16_t) (1024 + rand_below(random, 64512)),
                                  .destination_port = 443,
                                  .sequence = (uint32_t) rand_next(random),
                                  .flags = WIRE_SYN };
    frame->n = 0;
    buffer_u32(frame, 0x02005e10);
    buffer_u32(frame, 0x00010200);
    buffer_u32(frame, 0x5e100002);
    buffer_u16(frame, ip_is_v4(ip->source) ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
    wire_add_tcp(&transport, ip, &tcp, NULL, 0);
    wire_add_ip(frame, ip, &transport);
    if (frame->n < 60) {
        buffer_fill(frame, 0, 60 - frame->n);
    }
    buffer_fini(&transport);
}

static void
write_flood(const struct world *world, uint64_t n, FILE *out)
{
    struct buffer frame = { 0 }, record = { 0 };
    struct ip_address targets[2][N_TARGETS];
    uint64_t random = UINT64_C(0xf100d), time_ns = UINT64_C(1780272000) * NS_PER_SECOND;

    for (unsigned i = 0; i < 2 * N_TARGETS; i++) {
        targets[i % 2][i / 2] = world_critical(world, i % 2 == 1, &random);
    }
    for (uint64_t i = 0; i < n; i++, time_ns += FLOOD_GAP_NS) {
        const bool v6 = rand_below(&random, 4) == 0;
        const struct wire_ip ip = { .source = world_random(world, v6, &random),
                                    .destination =
                                        targets[v6][rand_below(&random, N_TARGETS)],
                                    .id = (uint16_t) i,
                                    .protocol = PROTOCOL_TCP,
                                    .ttl = 50 };

        write_syn(&frame, &ip, &random);
        write_frame(&record, &frame, time_ns, out);
    }
    buffer_fini(&frame);
    buffer_fini(&record);
}

static int
usage(void)
{
    fputs("usage: bench_captures CATALOGUE_FOLDER mix|none|web|flood [N] >FILE\n", stderr);
    return 2;
}

int
main(int argc, char **argv)
{
    const char *kind = argc > 2 ? argv[2] : "";
    const uint64_t n = argc > 3 ? strtoull(argv[3], NULL, 10) : 0;
    struct traffic_config config = { .n_conversations = (uint32_t) (n > 0 ? n : 500000),
                                     .per_second = 2000 };
    struct world *world;

    if (strcmp(kind, "mix") == 0) {
        config.critical_per_mille = 33;
    } else if (strcmp(kind, "web") == 0) {
        config.is_web = true;
        config.per_second = 100;
        config.n_conversations = (uint32_t) (n > 0 ? n : 6000);
    } else if (strcmp(kind, "none") != 0 && strcmp(kind, "flood") != 0) {
        return usage();
    }
    world = world_new(argv[1]);
    (void) setvbuf(stdout, NULL, _IOFBF, OUTPUT_SIZE);
    write_file_header(stdout);
    if (strcmp(kind, "flood") == 0) {
        write_flood(world, n > 0 ? n : 10000000, stdout);
    } else {
        write_traffic(world, &config, stdout);
    }
    world_free(world);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
