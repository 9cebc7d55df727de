/* The kernel withholds no frame that the program would have kept: frames of all kinds, made
 * at random, damaged and cut, and real captures, through both.
 *
 * What is withheld must be a packet that the decoder reads at once, and that touches a
 * range on no layer that is judged.  SECTORWATCH_FRAMES says how many are made. */
#include "support/support.h"

#include <fts.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/hash.h"
#include "capture/decode.h"
#include "capture/prefilter_run.h"
#include "capture/random_frame.h"
#include "capture/source.h"

enum { N_FRAMES = 100000 };

/* What both are asked. */
struct trial {
    bool (*is_critical)(struct ip_address address);
    struct prefilter *prefilter;
    struct prefilter_tap *taps[DLT_LINUX_SLL2 + 1]; /* By link type; NULL: not judged. */
    struct decoder *decoder;
    struct counters counters;
    uint64_t n, n_kept, n_withheld, bytes_withheld;
};

static void
trial_begin(struct trial *trial, const struct address_bits *bits,
            bool (*is_critical)(struct ip_address address))
{
    static const uint16_t link_types[] = { DLT_EN10MB, DLT_RAW, DLT_LINUX_SLL,
                                           DLT_LINUX_SLL2 };
    const struct decode_config config = { .tunnel_depth_max = 4,
                                          .fragment_packets_max = 64,
                                          .fragment_bytes_max = 1 << 20,
                                          .fragment_timeout_ns = 30000000000 };

    *trial =
        (struct trial){ .is_critical = is_critical, .prefilter = prefilter_or_fail(bits) };
    for (size_t i = 0; i < N_ELEMENTS(link_types); i++) {
        trial->taps[link_types[i]] = tap_or_fail(trial->prefilter, link_types[i]);
    }
    trial->decoder = decoder_new(&config, hash_seed_fixed());
}

/* Ends it after a look at the counters, and says how it went. */
static void
trial_end(struct trial *trial)
{
    struct prefilter_count count = { 0 };

    for (size_t i = 0; i < N_ELEMENTS(trial->taps); i++) {
        if (trial->taps[i] != NULL) {
            const struct prefilter_count one = prefilter_tap_withheld(trial->taps[i]);

            count.packets += one.packets;
            count.bytes += one.bytes;
            prefilter_tap_free(trial->taps[i]);
        }
    }
    assert_int_equal(count.packets, trial->n_withheld);
    assert_int_equal(count.bytes, trial->bytes_withheld);
    printf("%" PRIu64 " frames: the program keeps %" PRIu64 ", and of the other %" PRIu64
           " the kernel withholds %" PRIu64 "\n",
           trial->n, trial->n_kept, trial->n - trial->n_kept, trial->n_withheld);
    decoder_free(trial->decoder);
    prefilter_free(trial->prefilter);
}

/* Whether the program needs the frame: for a packet that is critical or in parts, or to
 * count what was odd about it. */
static bool
is_needed(struct trial *trial, const struct frame *frame)
{
    struct packet packet;

    if (decoder_decode(trial->decoder, frame, &packet, &trial->counters) != DECODE_OK) {
        return true;
    }
    return trial->is_critical(packet.inner.source) ||
           trial->is_critical(packet.inner.destination) ||
           (packet.n_tunnels > 0 && (trial->is_critical(packet.outer.source) ||
                                     trial->is_critical(packet.outer.destination)));
}

static void
trial_take(struct trial *trial, const struct frame *frame)
{
    const bool keeps = is_needed(trial, frame);
    const struct prefilter_tap *tap =
        frame->link_type <= DLT_LINUX_SLL2 ? trial->taps[frame->link_type] : NULL;

    if (tap == NULL || !is_judged(frame->link_type, frame->caplen)) {
        return;
    }
    trial->n++;
    trial->n_kept += keeps;
    if (judge(tap, frame->link_type, frame->bytes, frame->caplen) == 0) {
        trial->n_withheld++;
        trial->bytes_withheld += frame->caplen;
        if (keeps) {
            printf("link type %u: ", frame->link_type);
            for (uint32_t i = 0; i < frame->caplen; i++) {
                printf("%02x", frame->bytes[i]);
            }
            fail_msg("\nthe kernel withholds this, which the program keeps");
        }
    }
}

static const char *const range_texts[] = {
    "0.0.0.0/30",
    "10.0.0.0/9",
    "100.64.0.0/10",
    "172.16.0.0/23",
    "192.0.2.0/24",
    "198.51.100.128/25",
    "203.0.113.77/32",
    "255.255.255.255/32",
    "64:ff9b::/96",
    "2001:db8::/32",
    "2001:67c:2e8:22::/64",
    "2400:cb00:2048::/48",
    "2606:4700::/44",
    "2a00:1450::/29",
    "2a02:26f0:6800::/37",
    "2c0f:f248::/33",
    "3fff::/20",
    "fd00:1234:5678:9abc::1/128",
};

static struct ip_prefix ranges[N_ELEMENTS(range_texts)];

static bool
is_in_a_range(struct ip_address address)
{
    for (size_t i = 0; i < N_ELEMENTS(ranges); i++) {
        if (ip_prefix_contains(ranges[i], address)) {
            return true;
        }
    }
    return false;
}

static void
test_random(void **unused)
{
    static const uint16_t link_types[] = { DLT_EN10MB, DLT_EN10MB, DLT_RAW, DLT_LINUX_SLL };
    const char *wanted = getenv("SECTORWATCH_FRAMES");
    const uint64_t n = wanted == NULL ? N_FRAMES : strtoull(wanted, NULL, 10);
    uint64_t state = random_seed();
    struct random_frame made = { .state = &state,
                                 .ranges = ranges,
                                 .n_ranges = N_ELEMENTS(ranges) };
    struct address_bits *bits;
    struct trial trial;

    (void) unused;
    need_prefilter_or_skip();
    bits = address_bits_new();
    for (size_t i = 0; i < N_ELEMENTS(ranges); i++) {
        assert_int_equal(ip_prefix_parse(range_texts[i], &ranges[i]), IP_PARSE_OK);
        address_bits_add(bits, ranges[i]);
    }
    trial_begin(&trial, bits, is_in_a_range);
    for (uint64_t i = 0; i < n; i++) {
        const uint16_t link_type = link_types[i % N_ELEMENTS(link_types)];

        random_frame_make(&made, link_type);
        trial_take(&trial, &(struct frame){ .bytes = made.bytes,
                                            .time_ns = i * 1000,
                                            .caplen = (uint32_t) made.size,
                                            .len = (uint32_t) made.size,
                                            .link_type = link_type });
    }
    trial_end(&trial);
    assert_true(trial.n_kept > n / 4);
    assert_true(trial.n_withheld > n / 5);
    address_bits_free(bits);
}

/* Of the networks in captures every fourth is critical, by chance. */
static bool
is_in_a_fourth(struct ip_address address)
{
    const struct ip_address network = ip_mask(address, ip_is_v4(address) ? 120 : 48);

    return hash_ip(hash_seed_fixed(), network, 0) % 4 == 0;
}

/* Adds the critical addresses of a frame. */
static void
add_critical(struct trial *trial, const struct frame *frame, struct address_bits *bits)
{
    struct packet packet;
    const enum decode_status status =
        decoder_decode(trial->decoder, frame, &packet, &trial->counters);

    if (status == DECODE_OK) {
        const struct ip_address addresses[] = { packet.inner.source,
                                                packet.inner.destination,
                                                packet.outer.source,
                                                packet.outer.destination };
        const size_t n = packet.n_tunnels > 0 ? 4 : 2;

        for (size_t i = 0; i < n; i++) {
            if (is_in_a_fourth(addresses[i])) {
                address_bits_add(bits, (struct ip_prefix){ addresses[i], 128 });
            }
        }
    }
}

/* Reads a file: for its addresses, into 'bits', or to judge its frames. */
static void
read_capture(struct trial *trial, const char *path, struct address_bits *bits)
{
    struct source *source = source_open_file(path, 0, NULL);
    struct frame_batch *batch = frame_batch_new();

    while (source != NULL &&
           source_next(source, FRAME_BATCH_MAX, batch, &trial->counters) == SOURCE_OK) {
        for (size_t i = 0; i < batch->n; i++) {
            if (bits != NULL) {
                add_critical(trial, &batch->frames[i], bits);
            } else {
                trial_take(trial, &batch->frames[i]);
            }
        }
    }
    source_close(source);
    frame_batch_free(batch);
}

static void
read_captures(struct trial *trial, char *folder, struct address_bits *bits)
{
    char *const folders[] = { folder, NULL };
    FTS *walk = fts_open(folders, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    const FTSENT *entry;

    assert_non_null(walk);
    while ((entry = fts_read(walk)) != NULL) {
        if (entry->fts_info == FTS_F) {
            read_capture(trial, entry->fts_path, bits);
        }
    }
    (void) fts_close(walk);
}

static void
test_captures(void **unused)
{
    char folder[4096];
    struct address_bits *bits;
    struct trial trial;

    (void) unused;
    need_prefilter_or_skip();
    (void) snprintf(folder, sizeof folder, "%s", shared_path_or_skip("captures"));
    bits = address_bits_new();
    trial_begin(&trial, bits, is_in_a_fourth);
    read_captures(&trial, folder, bits);
    prefilter_set(trial.prefilter, bits);
    read_captures(&trial, folder, NULL);
    trial_end(&trial);
    assert_true(trial.n > 10000);
    assert_true(trial.n_withheld > trial.n / 5);
    address_bits_free(bits);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_captures),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
