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

/* The kernel takes at most a page, less what it keeps for itself, and no frame of no bytes.
 */
enum { JUDGED_MAX = 3000 };

/* Makes a prefilter; where the kernel refuses, says so and skips the test. */
static inline struct prefilter *
prefilter_or_skip(const struct address_bits *bits)
{
    char reason[PREFILTER_REASON_SIZE];
    struct prefilter *prefilter = prefilter_new(bits, reason);

    if (prefilter == NULL) {
        printf("skipped: no prefilter here: %s\n", reason);
        skip();
    }
    return prefilter;
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

    assert_true(size > cooked && size - cooked <= JUDGED_MAX);
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
