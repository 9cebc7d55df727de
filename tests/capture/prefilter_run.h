#ifndef TESTS_CAPTURE_PREFILTER_RUN_H
#define TESTS_CAPTURE_PREFILTER_RUN_H

/* The kernel's judgement of one frame, without a network (BPF_PROG_TEST_RUN). */

#include "support/support.h"

#include <linux/bpf.h>
#include <pcap/dlt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capture/prefilter.h"

/* The kernel judges at most a page, less what it keeps for itself. */
enum { JUDGED_MAX = 3000 };

static inline struct prefilter *
prefilter_or_fail(const struct address_bits *bits)
{
    char reason[PREFILTER_REASON_SIZE] = "";
    struct prefilter *prefilter = prefilter_new(bits, reason);

    assert_string_equal(reason, "");
    assert_non_null(prefilter);
    return prefilter;
}

/* Skips the running test, and says why, where the kernel refuses prefilters.  Nothing that
 * the test allocates before is freed then. */
static inline void
need_prefilter_or_skip(void)
{
    char reason[PREFILTER_REASON_SIZE];
    struct address_bits *bits = address_bits_new();
    struct prefilter *prefilter = prefilter_new(bits, reason);

    address_bits_free(bits);
    if (prefilter == NULL) {
        printf("skipped: no prefilter here: %s\n", reason);
        skip();
    }
    prefilter_free(prefilter);
}

static inline struct prefilter_tap *
tap_or_fail(const struct prefilter *prefilter, uint16_t link_type)
{
    char reason[PREFILTER_REASON_SIZE] = "";
    struct prefilter_tap *tap = prefilter_tap_new(prefilter, link_type, 65535, reason);

    assert_string_equal(reason, "");
    assert_non_null(tap);
    return tap;
}

/* Bytes of a frame that libpcap puts in place of the link header. */
static inline size_t
cooked_size(uint16_t link_type)
{
    return link_type == DLT_LINUX_SLL ? 16 : link_type == DLT_LINUX_SLL2 ? 20 : 0;
}

/* Whether the kernel would judge such a frame: one of no bytes it would not, nor a cooked
 * one that says it is an IP packet and is too short for its header. */
static inline bool
is_judged(uint16_t link_type, size_t size)
{
    enum { IP_HEADER_MAX = 40 };
    const size_t cooked = cooked_size(link_type);

    return size > cooked && size - cooked >= (cooked > 0 ? IP_HEADER_MAX : 1) &&
           size - cooked <= JUDGED_MAX;
}

/* Returns what the program does: the bytes of the frame that the socket gets; 0: it is
 * withheld. */
static inline uint32_t
judge(const struct prefilter_tap *tap, uint16_t link_type, const uint8_t *frame,
      size_t size)
{
    /* What the kernel takes for the Ethernet header it takes off, as a driver does. */
    uint8_t input[14 + JUDGED_MAX] = { 0 };
    const size_t cooked = cooked_size(link_type);
    union bpf_attr attributes;

    assert_true(is_judged(link_type, size));
    if (cooked > 0) {
        memcpy(&input[12], &frame[link_type == DLT_LINUX_SLL ? 14 : 0], 2);
    }
    memcpy(&input[14], frame + cooked, size - cooked);
    memset(&attributes, 0, sizeof attributes);
    attributes.test.prog_fd = (uint32_t) prefilter_tap_program(tap);
    attributes.test.data_in = (uint64_t) (uintptr_t) input;
    attributes.test.data_size_in = (uint32_t) (14 + size - cooked);
    assert_int_equal(syscall(SYS_bpf, BPF_PROG_TEST_RUN, &attributes, sizeof attributes),
                     0);
    return attributes.test.retval;
}

#endif
