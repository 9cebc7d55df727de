#include "classify/recognise/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/support.h"

/* A text is sent in random segments, some twice, some late, some never, and read in random
 * steps: what is read must be the text, in its order, but for what was given up. */

enum { TEXT_SIZE = 20000, SEGMENT_MAX = 700, LEFT_MAX = 500, N_RUNS = 300 };

static uint8_t
byte_at(uint32_t at)
{
    return (uint8_t) (at * 7 + at / 251);
}

/* Adds a segment and reads some of what is in order.  Returns how much has been read. */
static uint32_t
take(struct stream *stream, uint32_t first, uint32_t at, size_t size, unsigned *n_gaps)
{
    uint8_t segment[SEGMENT_MAX];
    size_t added = 0;

    for (size_t i = 0; i < size; i++) {
        segment[i] = byte_at(at + (uint32_t) i);
    }
    while (added < size) {
        bool has_gap;

        added += stream_add(stream, first + at + (uint32_t) added, segment + added,
                            size - added, &has_gap);
        *n_gaps += has_gap;
        for (size_t i = 0; i < stream->n; i++) {
            assert_int_equal(stream->bytes[i],
                             byte_at(stream->base - first + (uint32_t) i));
        }
        /* Some is left, and room for what comes too early. */
        if (stream->n > 0) {
            const size_t n_left =
                (size_t) rand() % (stream->n < LEFT_MAX ? stream->n : LEFT_MAX);

            stream_consume(stream, stream->n - n_left);
        }
    }
    return stream->base - first;
}

static void
run(unsigned seed, bool loses)
{
    const uint32_t first = seed % 2 == 0 ? 0xfffff000 : seed;
    struct stream *stream = malloc(sizeof *stream);
    uint32_t at = 0, late_at = 0, last = 0;
    size_t late_size = 0;
    unsigned n_gaps = 0;

    srand(seed);
    stream_init(stream);
    last = take(stream, first, 0, 1, &n_gaps);
    for (at = 1; at < TEXT_SIZE;) {
        const size_t size = (size_t) rand() % SEGMENT_MAX + 1;

        switch (rand() % 8) {
        case 0: /* Late by one segment. */
            if (late_size == 0) {
                late_at = at;
                late_size = size;
                at += (uint32_t) size;
                continue;
            }
            break;
        case 1: /* Again. */
            if (late_size == 0) {
                (void) take(stream, first, at > 300 ? at - 300 : 0, 250, &n_gaps);
            }
            break;
        case 2:
            if (loses) {
                at += (uint32_t) size;
            }
            break;
        default:
            break;
        }
        last = take(stream, first, at, size, &n_gaps);
        at += (uint32_t) size;
        if (late_size > 0) {
            last = take(stream, first, late_at, late_size, &n_gaps);
            late_size = 0;
        }
    }
    if (late_size > 0) {
        last = take(stream, first, late_at, late_size, &n_gaps);
    }
    if (!loses && n_gaps > 0) {
        fail_msg("seed %u: %u gaps", seed, n_gaps);
    }
    assert_true(loses || last + stream->n == at);
    assert_true(!loses || n_gaps > 0);
    free(stream);
}

static void
test_in_order(void **state)
{
    (void) state;
    for (unsigned seed = 1; seed <= N_RUNS; seed++) {
        run(seed, false);
        run(seed, true);
    }
}

/* What was consumed before it came is passed over. */
static void
test_passed_over(void **state)
{
    struct stream *stream = malloc(sizeof *stream);
    bool has_gap;

    (void) state;
    stream_init(stream);
    assert_int_equal(stream_add(stream, 100, (const uint8_t *) "abc", 3, &has_gap), 3);
    stream_consume(stream, 10);
    assert_int_equal(stream->n, 0);
    assert_int_equal(stream_add(stream, 103, (const uint8_t *) "defghijklm", 10, &has_gap),
                     10);
    assert_false(has_gap);
    assert_int_equal(stream->n, 3);
    assert_memory_equal(stream->bytes, "klm", 3);
    free(stream);
}

/* What the other end has had without the sensor is given up, and nothing else. */
static void
test_acknowledged(void **state)
{
    const uint32_t first = 0xfffffffe;
    struct stream *stream = malloc(sizeof *stream);
    bool has_gap;

    (void) state;
    stream_init(stream);
    assert_int_equal(stream_add(stream, first, (const uint8_t *) "abc", 3, &has_gap), 3);
    assert_false(stream_acknowledge(stream, first + 100));
    assert_int_equal(stream_add(stream, first + 5, (const uint8_t *) "fg", 2, &has_gap), 2);
    assert_false(stream_acknowledge(stream, first + 4));
    assert_int_equal(stream->n, 3);
    assert_true(stream_acknowledge(stream, first + 5));
    assert_int_equal(stream->n, 2);
    assert_memory_equal(stream->bytes, "fg", 2);
    assert_false(stream_acknowledge(stream, first + 7));

    /* It comes late, and goes on. */
    assert_int_equal(stream_add(stream, first + 3, (const uint8_t *) "defgh", 5, &has_gap),
                     5);
    assert_false(has_gap);
    assert_int_equal(stream->n, 3);
    assert_memory_equal(stream->bytes, "fgh", 3);
    free(stream);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_order),
        cmocka_unit_test(test_passed_over),
        cmocka_unit_test(test_acknowledged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
