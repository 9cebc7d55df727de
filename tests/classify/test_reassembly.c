#include "classify/recognise/reassembly.h"

#include <stdbool.h>
#include <string.h>

#include "base/hash.h"
#include "support/support.h"

enum { PIECES_MAX = 4 };

static const struct reassembly_case {
    const char *name;
    struct {
        uint64_t at;
        const char *bytes;
    } pieces[PIECES_MAX];
    const char *whole; /* What there is from the beginning. */
} cases[] = {
    { "nothing", { { 0, "" } }, "" },
    { "in order", { { 0, "abc" }, { 3, "def" } }, "abcdef" },
    { "shuffled", { { 4, "ef" }, { 2, "cd" }, { 0, "ab" } }, "abcdef" },
    { "a gap", { { 0, "ab" }, { 3, "d" } }, "ab" },
    { "without its beginning", { { 1, "bcd" } }, "" },
    { "of what comes twice the first stays",
      { { 2, "cd" }, { 0, "xxxx" }, { 3, "yyy" } },
      "xxcdyy" },
    { "beyond the bound",
      { { 0, "ab" }, { UINT64_MAX - 1, "cd" }, { UINT64_MAX, "e" } },
      "ab" },
};

static void
test_pieces(void **state)
{
    const struct reassembly_case *c = *state;
    struct reassembly reassembly;

    reassembly_init(&reassembly);
    for (size_t i = 0; i < PIECES_MAX && c->pieces[i].bytes != NULL; i++) {
        reassembly_add(&reassembly, c->pieces[i].at, (const uint8_t *) c->pieces[i].bytes,
                       strlen(c->pieces[i].bytes));
    }
    assert_int_equal(reassembly_n(&reassembly), strlen(c->whole));
    assert_memory_equal(reassembly.bytes, c->whole, strlen(c->whole));
}

/* As much as there is room for, byte by byte from its end, and one more. */
static void
test_full(void **state)
{
    struct reassembly reassembly;

    (void) state;
    reassembly_init(&reassembly);
    for (size_t at = REASSEMBLY_MAX + 1; at-- > 0;) {
        const uint8_t byte = (uint8_t) at;

        assert_int_equal(reassembly_n(&reassembly), 0);
        reassembly_add(&reassembly, at, &byte, 1);
    }
    assert_int_equal(reassembly_n(&reassembly), REASSEMBLY_MAX);
    assert_int_equal(reassembly.bytes[REASSEMBLY_MAX - 1], (uint8_t) (REASSEMBLY_MAX - 1));
}

/* Pieces of any length that overlap, against what is kept byte by byte. */
static void
test_overlapping(void **state)
{
    static uint8_t kept[REASSEMBLY_MAX];
    static bool has[REASSEMBLY_MAX];
    struct reassembly reassembly;
    uint64_t random = 1;

    (void) state;
    reassembly_init(&reassembly);
    for (unsigned piece = 0; piece < 200; piece++) {
        const size_t at = hash_mix(++random, 7) % (REASSEMBLY_MAX + 10);
        const size_t n = hash_mix(++random, 7) % 200;
        size_t n_whole = 0;
        uint8_t bytes[200];

        memset(bytes, (int) piece, sizeof bytes);
        reassembly_add(&reassembly, at, bytes, n);
        for (size_t i = at; i < at + n && i < REASSEMBLY_MAX; i++) {
            kept[i] = has[i] ? kept[i] : (uint8_t) piece;
            has[i] = true;
        }
        while (n_whole < REASSEMBLY_MAX && has[n_whole]) {
            n_whole++;
        }
        assert_int_equal(reassembly_n(&reassembly), n_whole);
        for (size_t i = 0; i < REASSEMBLY_MAX; i++) {
            assert_true(!has[i] || reassembly.bytes[i] == kept[i]);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_full),
                                        cmocka_unit_test(test_overlapping) };

    return RUN_CASES(cases, test_pieces) + cmocka_run_group_tests(tests, NULL, NULL);
}
