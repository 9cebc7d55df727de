#include "support/support.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/fragment.h"

enum { STEPS_MAX = 8, SECOND_NS = 1000000000, TIMEOUT_S = 30 };

/* A table of fragments is shown fragments, one a step; their data are letters. */
static const struct fragment_case {
    const char *name;
    bool is_ipv6;
    uint32_t n_packets;
    uint32_t n_pages;
    struct {
        uint32_t id, offset;
        const char *data; /* Repeated to 'size' bytes. */
        uint32_t size;    /* 0: as long as 'data'. */
        bool is_last;
        uint32_t second; /* When it comes. */
        enum fragment_status status;
    } steps[STEPS_MAX];
    const char *whole; /* What the last step that completes a packet gives; its start. */
    uint32_t whole_size;
    enum counter counter;
    uint64_t n;
} cases[] = {
    { .name = "in_order",
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 0, "aaaaaaaa", 0, false, 0, FRAGMENT_KEPT },
                 { 1, 8, "bbbbbbbb", 0, false, 0, FRAGMENT_KEPT },
                 { 1, 16, "ccc", 0, true, 0, FRAGMENT_COMPLETE } },
      .whole = "aaaaaaaabbbbbbbbccc",
      .whole_size = 19,
      .counter = COUNTER_CAPTURE_FRAGMENT_PACKETS,
      .n = 1 },
    { .name = "last_first",
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 16, "ccc", 0, true, 0, FRAGMENT_KEPT },
                 { 1, 8, "bbbbbbbb", 0, false, 0, FRAGMENT_KEPT },
                 { 1, 0, "aaaaaaaa", 0, false, 0, FRAGMENT_COMPLETE } },
      .whole = "aaaaaaaabbbbbbbbccc",
      .whole_size = 19,
      .counter = COUNTER_CAPTURE_FRAGMENT_OVERLAPS,
      .n = 0 },
    { .name = "ids_are_apart",
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 0, "aaaaaaaa", 0, false, 0, FRAGMENT_KEPT },
                 { 2, 8, "bb", 0, true, 0, FRAGMENT_KEPT },
                 { 2, 0, "cccccccc", 0, false, 0, FRAGMENT_COMPLETE } },
      .whole = "ccccccccbb",
      .whole_size = 10,
      .counter = COUNTER_CAPTURE_FRAGMENT_PACKETS,
      .n = 1 },
    { .name = "duplicate",
      .is_ipv6 = true,
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 0, "aaaaaaaa", 0, false, 0, FRAGMENT_KEPT },
                 { 1, 0, "aaaaaaaa", 0, false, 0, FRAGMENT_KEPT },
                 { 1, 8, "bb", 0, true, 0, FRAGMENT_COMPLETE } },
      .whole = "aaaaaaaabb",
      .whole_size = 10,
      .counter = COUNTER_CAPTURE_FRAGMENT_DUPLICATES,
      .n = 1 },
    { .name = "ipv4_overlap_first_wins",
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 8, "bbbbbbbb", 0, false, 0, FRAGMENT_KEPT },
                 { 1, 0, "x", 24, false, 0, FRAGMENT_KEPT },
                 { 1, 16, "y", 16, true, 0, FRAGMENT_COMPLETE } },
      .whole = "xxxxxxxxbbbbbbbbxxxxxxxxyyyyyyyy",
      .whole_size = 32,
      .counter = COUNTER_CAPTURE_FRAGMENT_OVERLAPS,
      .n = 2 },
    { .name = "ipv6_overlap_drops_the_packet",
      .is_ipv6 = true,
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 0, "aaaaaaaa", 0, false, 0, FRAGMENT_KEPT },
                 { 1, 0, "xxxxxxxx", 0, false, 0, FRAGMENT_REFUSED },
                 { 1, 8, "bb", 0, true, 0, FRAGMENT_REFUSED } },
      .counter = COUNTER_CAPTURE_FRAGMENT_OVERLAP_DROPPED,
      .n = 1 },
    { .name = "ipv6_overlap_in_part_with_equal_bytes",
      .is_ipv6 = true,
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 0, "a", 16, false, 0, FRAGMENT_KEPT },
                 { 1, 8, "a", 16, false, 0, FRAGMENT_REFUSED } },
      .counter = COUNTER_CAPTURE_FRAGMENT_OVERLAPS,
      .n = 1 },
    { .name = "timeout",
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 0, "aaaaaaaa", 0, false, 0, FRAGMENT_KEPT },
                 { 2, 0, "cccccccc", 0, false, 30, FRAGMENT_KEPT },
                 { 1, 8, "bb", 0, true, 31, FRAGMENT_KEPT } },
      .counter = COUNTER_CAPTURE_FRAGMENT_TIMED_OUT,
      .n = 1 },
    { .name = "time_goes_back",
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 0, "aaaaaaaa", 0, false, 100, FRAGMENT_KEPT },
                 { 1, 8, "bb", 0, true, 10, FRAGMENT_COMPLETE } },
      .whole = "aaaaaaaabb",
      .whole_size = 10,
      .counter = COUNTER_CAPTURE_FRAGMENT_TIMED_OUT,
      .n = 0 },
    { .name = "full_of_packets_the_oldest_gives_way",
      .n_packets = 2,
      .n_pages = 8,
      .steps = { { 1, 0, "aaaaaaaa", 0, false, 0, FRAGMENT_KEPT },
                 { 2, 0, "bbbbbbbb", 0, false, 0, FRAGMENT_KEPT },
                 { 3, 0, "cccccccc", 0, false, 0, FRAGMENT_KEPT },
                 { 2, 8, "bb", 0, true, 0, FRAGMENT_COMPLETE },
                 { 1, 8, "aa", 0, true, 0, FRAGMENT_KEPT } },
      .whole = "bbbbbbbbbb",
      .whole_size = 10,
      .counter = COUNTER_CAPTURE_FRAGMENT_EVICTED,
      .n = 1 },
    { .name = "full_of_data_the_oldest_gives_way",
      .n_packets = 8,
      .n_pages = 2,
      .steps = { { 1, 0, "aaaaaaaa", 0, false, 0, FRAGMENT_KEPT },
                 { 2, 0, "bbbbbbbb", 0, false, 0, FRAGMENT_KEPT },
                 { 3, 0, "cccccccc", 0, false, 0, FRAGMENT_KEPT },
                 { 1, 8, "aa", 0, true, 0, FRAGMENT_KEPT },
                 { 3, 8, "cc", 0, true, 0, FRAGMENT_COMPLETE } },
      .whole = "cccccccccc",
      .whole_size = 10,
      .counter = COUNTER_CAPTURE_FRAGMENT_EVICTED,
      .n = 2 },
    { .name = "too_large_for_all_the_memory",
      .n_packets = 8,
      .n_pages = 1,
      .steps = { { 1, 0, "a", 2056, false, 0, FRAGMENT_REFUSED },
                 { 1, 0, "a", 2048, false, 0, FRAGMENT_KEPT },
                 { 1, 2048, "a", 1, true, 0, FRAGMENT_REFUSED } },
      .counter = COUNTER_CAPTURE_FRAGMENTS_REFUSED,
      .n = 2 },
    { .name = "no_memory_at_all",
      .n_packets = 8,
      .n_pages = 0,
      .steps = { { 1, 0, "aaaaaaaa", 0, false, 0, FRAGMENT_REFUSED } },
      .counter = COUNTER_CAPTURE_FRAGMENTS_REFUSED,
      .n = 1 },
    { .name = "no_packets_at_all",
      .n_packets = 0,
      .n_pages = 8,
      .steps = { { 1, 0, "aaaaaaaa", 0, false, 0, FRAGMENT_REFUSED } },
      .counter = COUNTER_CAPTURE_FRAGMENTS_REFUSED,
      .n = 1 },
    { .name = "size_not_a_multiple_of_8",
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 0, "aaaaaaa", 0, false, 0, FRAGMENT_REFUSED } },
      .counter = COUNTER_CAPTURE_FRAGMENTS_BAD,
      .n = 1 },
    { .name = "nothing_in_it",
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 8, "", 0, true, 0, FRAGMENT_REFUSED } },
      .counter = COUNTER_CAPTURE_FRAGMENTS_BAD,
      .n = 1 },
    { .name = "largest_packet",
      .n_packets = 4,
      .n_pages = 40,
      .steps = { { 1, 0, "a", 32768, false, 0, FRAGMENT_KEPT },
                 { 1, 32768, "b", 32767, true, 0, FRAGMENT_COMPLETE } },
      .whole = "aaaaaaaa",
      .whole_size = 65535,
      .counter = COUNTER_CAPTURE_FRAGMENT_PACKETS,
      .n = 1 },
    { .name = "beyond_the_largest_packet",
      .n_packets = 4,
      .n_pages = 40,
      .steps = { { 1, 65528, "a", 8, true, 0, FRAGMENT_REFUSED } },
      .counter = COUNTER_CAPTURE_FRAGMENTS_BAD,
      .n = 1 },
    { .name = "a_second_end_spoils_nothing",
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 8, "bb", 0, true, 0, FRAGMENT_KEPT },
                 { 1, 8, "xxx", 0, true, 0, FRAGMENT_REFUSED },
                 { 1, 8, "xxxxxxxx", 0, false, 0, FRAGMENT_REFUSED },
                 { 1, 16, "xxxxxxxx", 0, false, 0, FRAGMENT_REFUSED },
                 { 1, 0, "aaaaaaaa", 0, false, 0, FRAGMENT_COMPLETE } },
      .whole = "aaaaaaaabb",
      .whole_size = 10,
      .counter = COUNTER_CAPTURE_FRAGMENTS_BAD,
      .n = 3 },
    { .name = "an_end_before_what_came",
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 16, "cccccccc", 0, false, 0, FRAGMENT_KEPT },
                 { 1, 8, "b", 0, true, 0, FRAGMENT_REFUSED } },
      .counter = COUNTER_CAPTURE_FRAGMENTS_BAD,
      .n = 1 },
    { .name = "flush_counts_what_is_left",
      .n_packets = 4,
      .n_pages = 4,
      .steps = { { 1, 0, "aaaaaaaa", 0, false, 0, FRAGMENT_KEPT },
                 { 2, 0, "bbbbbbbb", 0, false, 0, FRAGMENT_KEPT } },
      .counter = COUNTER_CAPTURE_FRAGMENT_UNFINISHED,
      .n = 2 },
};

/* A page takes its data and a bit for each 8 bytes of them. */
static struct fragment_table *
make_table(uint32_t n_packets, uint32_t n_pages)
{
    const uint64_t page_size = FRAGMENT_PAGE_SIZE + FRAGMENT_PAGE_SIZE / 64;

    return fragment_table_new(n_packets, n_pages * page_size,
                              TIMEOUT_S * (uint64_t) SECOND_NS, hash_seed_fixed());
}

static struct fragment
make_fragment(uint32_t id, bool is_ipv6)
{
    return (struct fragment){
        .key = { .source = { 0x20010db800000000, 1 },
                 .destination = { 0x20010db800000000, 2 },
                 .id = id,
                 .protocol = is_ipv6 ? FRAGMENT_IPV6 : 17 },
        .wire_bytes = 100,
        .protocol = 17,
        .is_ipv6 = is_ipv6,
    };
}

static void
test_fragments(void **state)
{
    const struct fragment_case *c = *state;
    struct fragment_table *table = make_table(c->n_packets, c->n_pages);
    struct counters counters = { 0 };

    for (unsigned i = 0; i < STEPS_MAX && c->steps[i].data != NULL; i++) {
        struct fragment fragment = make_fragment(c->steps[i].id, c->is_ipv6);
        struct fragment_whole whole = { 0 };
        const size_t length = strlen(c->steps[i].data);
        const uint32_t size = c->steps[i].size == 0 ? (uint32_t) length : c->steps[i].size;
        uint8_t *bytes = malloc(size + 1);

        for (uint32_t j = 0; j < size; j++) {
            bytes[j] = (uint8_t) c->steps[i].data[j % length];
        }
        fragment.bytes = bytes;
        fragment.size = size;
        fragment.offset = c->steps[i].offset;
        fragment.has_more = !c->steps[i].is_last;
        fragment.time_ns = c->steps[i].second * (uint64_t) SECOND_NS;
        assert_int_equal(fragment_table_add(table, &fragment, &counters, &whole),
                         c->steps[i].status);
        if (c->steps[i].status == FRAGMENT_COMPLETE) {
            assert_int_equal(whole.size, c->whole_size);
            assert_memory_equal(whole.bytes, c->whole, strlen(c->whole));
            assert_int_equal(whole.protocol, 17);
        }
        free(bytes);
    }
    fragment_table_flush(table, &counters);
    assert_int_equal(counters.n[c->counter], c->n);
    fragment_table_free(table);
}

enum { PACKETS = 12, PACKET_SIZE_MAX = 9000, PIECES_MAX = 64, ROUNDS = 300 };

struct piece {
    uint32_t packet, offset, size;
    bool is_last;
};

static uint32_t
next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t) (*state >> 33);
}

/* Cuts a packet of 'size' bytes at random; returns the number of pieces. */
static uint32_t
cut(uint64_t *random, uint32_t packet, uint32_t size, struct piece *pieces)
{
    uint32_t n = 0;

    for (uint32_t offset = 0; offset < size;) {
        uint32_t piece = (1 + next_random(random) % 200) * 8;

        if (offset + piece >= size || n == PIECES_MAX - 1) {
            piece = size - offset;
        }
        pieces[n++] = (struct piece){ packet, offset, piece, offset + piece == size };
        offset += piece;
    }
    return n;
}

/* Random packets are cut at random, and all their pieces shown in random order, some twice:
 * each packet must come out as it was, and exactly when the last of its pieces came. */
static void
test_random_order(void **state)
{
    static uint8_t packets[PACKETS][PACKET_SIZE_MAX];
    static struct piece pieces[PACKETS * PIECES_MAX];
    uint64_t random = 20240620;

    (void) state;
    printf("seed %llu\n", (unsigned long long) random);
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct fragment_table *table = make_table(PACKETS, PACKETS * 8);
        struct counters counters = { 0 };
        uint32_t sizes[PACKETS], left[PACKETS], n = 0, n_whole = 0;

        for (uint32_t p = 0; p < PACKETS; p++) {
            sizes[p] = 1 + next_random(&random) % PACKET_SIZE_MAX;
            for (uint32_t i = 0; i < sizes[p]; i++) {
                packets[p][i] = (uint8_t) next_random(&random);
            }
            left[p] = cut(&random, p, sizes[p], pieces + n);
            n += left[p];
        }
        for (uint32_t i = n; i > 1; i--) {
            const uint32_t j = next_random(&random) % i;
            const struct piece swapped = pieces[j];

            pieces[j] = pieces[i - 1];
            pieces[i - 1] = swapped;
        }
        for (uint32_t i = 0; i < n; i++) {
            const struct piece *piece = &pieces[i];
            struct fragment fragment = make_fragment(piece->packet, round % 2 == 0);
            struct fragment_whole whole;
            enum fragment_status status;

            fragment.bytes = packets[piece->packet] + piece->offset;
            fragment.size = piece->size;
            fragment.offset = piece->offset;
            fragment.has_more = !piece->is_last;
            status = fragment_table_add(table, &fragment, &counters, &whole);
            left[piece->packet]--;
            if (left[piece->packet] > 0) {
                assert_int_equal(status, FRAGMENT_KEPT);
                if (next_random(&random) % 4 == 0) {
                    assert_int_equal(
                        fragment_table_add(table, &fragment, &counters, &whole),
                        FRAGMENT_KEPT);
                }
                continue;
            }
            assert_int_equal(status, FRAGMENT_COMPLETE);
            assert_int_equal(whole.size, sizes[piece->packet]);
            assert_memory_equal(whole.bytes, packets[piece->packet], whole.size);
            n_whole++;
        }
        assert_int_equal(n_whole, PACKETS);
        fragment_table_flush(table, &counters);
        assert_int_equal(counters.n[COUNTER_CAPTURE_FRAGMENT_UNFINISHED], 0);
        assert_int_equal(counters.n[COUNTER_CAPTURE_FRAGMENT_OVERLAPS], 0);
        fragment_table_free(table);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_random_order) };

    return RUN_CASES(cases, test_fragments) + cmocka_run_group_tests(tests, NULL, NULL);
}
