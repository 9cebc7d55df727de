/* Capture files made here byte by byte, read whole, cut, damaged, gzipped and through a
 * pipe. */
#include "capture/source.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/support.h"

enum { FRAMES_MAX = 64, CAPTURE_SIZE_MAX = 1 << 20 };

/* A capture file in memory. */
struct capture {
    uint8_t bytes[CAPTURE_SIZE_MAX];
    size_t size;
    bool is_big_endian;
};

/* What a source gave from its opening to its end. */
struct result {
    bool is_open;
    enum source_status end;
    size_t n;
    uint64_t digest; /* Of all that is in the frames. */
    uint64_t time_ns[FRAMES_MAX];
    uint32_t caplen[FRAMES_MAX], len[FRAMES_MAX];
    uint16_t link_type;
    uint64_t position, size;
    char error[512]; /* Why it could not be opened, or not be read to its end. */
    struct counters counters;
};

static struct capture capture; /* Large, so not on the stack. */

static void
add_bytes(const void *bytes, size_t size)
{
    assert_true(capture.size + size <= sizeof capture.bytes);
    memcpy(capture.bytes + capture.size, bytes, size);
    capture.size += size;
}

static void
add_number(uint64_t value, unsigned size)
{
    uint8_t bytes[8];

    for (unsigned i = 0; i < size; i++) {
        const unsigned shift = 8 * (capture.is_big_endian ? size - 1 - i : i);

        bytes[i] = (uint8_t) (value >> shift);
    }
    add_bytes(bytes, size);
}

static void
add_words(size_t n, const uint32_t *words)
{
    for (size_t i = 0; i < n; i++) {
        add_number(words[i], 4);
    }
}

/* The header of a pcap file (draft-ietf-opsawg-pcap section 4). */
static void
begin_pcap(uint32_t magic, bool is_big_endian, uint32_t snaplen)
{
    capture.size = 0;
    capture.is_big_endian = is_big_endian;
    add_number(magic, 4);
    add_number(2, 2);
    add_number(4, 2);
    add_words(4, (const uint32_t[]){ 0, 0, snaplen, 1 });
}

/* 'size' bytes that tell where they stand. */
static void
add_data(size_t size, uint32_t key)
{
    for (size_t i = 0; i < size; i++) {
        const uint8_t byte = (uint8_t) (key * 31 + i * 7 + i / 256);

        add_bytes(&byte, 1);
    }
}

static void
add_pcap_frame(uint32_t seconds, uint32_t fraction, uint32_t caplen, uint32_t len)
{
    add_words(4, (const uint32_t[]){ seconds, fraction, caplen, len });
    add_data(caplen, seconds);
}

/* A section header and an interface with nanoseconds and an offset of its times
 * (draft-ietf-opsawg-pcapng sections 4.1, 4.2). */
static void
begin_pcapng(bool is_big_endian, int64_t offset_seconds)
{
    static const uint32_t section[] = { 0x0a0d0d0a, 28, 0x1a2b3c4d };
    static const uint32_t interface[] = { 1, 44 };

    capture.size = 0;
    capture.is_big_endian = is_big_endian;
    add_words(3, section);
    add_number(1, 2);
    add_number(0, 2);
    add_number(UINT64_MAX, 8);
    add_number(28, 4);
    add_words(2, interface);
    add_number(1, 2); /* Ethernet. */
    add_number(0, 2);
    add_number(65535, 4);
    add_number(9, 2); /* if_tsresol */
    add_number(1, 2);
    add_bytes("\x09\0\0\0", 4);
    add_number(14, 2); /* if_tsoffset */
    add_number(8, 2);
    add_number((uint64_t) offset_seconds, 8);
    add_number(0, 4); /* End of options. */
    add_number(44, 4);
}

/* An Enhanced Packet Block (section 4.3). */
static void
add_pcapng_frame(uint64_t time_ns, uint32_t caplen, uint32_t len)
{
    const uint32_t padded = (caplen + 3) / 4 * 4;

    add_words(7, (const uint32_t[]){ 6, 32 + padded, 0, (uint32_t) (time_ns >> 32),
                                     (uint32_t) time_ns, caplen, len });
    add_data(caplen, (uint32_t) time_ns);
    add_bytes("\0\0\0", padded - caplen);
    add_number(32 + padded, 4);
}

/* The first 'size' bytes of the capture as a file. */
static const char *
write_capture(const char *name, size_t size)
{
    const char *path = temporary_path(name);
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(capture.bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* Takes a file into the capture. */
static void
load_capture(const char *path)
{
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    capture.size = fread(capture.bytes, 1, sizeof capture.bytes, file);
    fclose(file);
}

/* A gzipped copy of a file. */
static const char *
gzip_copy(const char *from, const char *name)
{
    const char *to = temporary_path(name);
    char command[4096];

    (void) snprintf(command, sizeof command, "gzip -nc '%s' >'%s'", from, to);
    assert_int_equal(system(command), 0);
    return to;
}

/* Folds bytes into a digest (FNV-1a). */
static uint64_t
fold(uint64_t digest, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;

    for (size_t i = 0; i < size; i++) {
        digest = (digest ^ at[i]) * UINT64_C(0x100000001b3);
    }
    return digest;
}

static void
note_frame(struct result *result, const struct frame *frame)
{
    if (result->n < FRAMES_MAX) {
        result->time_ns[result->n] = frame->time_ns;
        result->caplen[result->n] = frame->caplen;
        result->len[result->n] = frame->len;
    }
    assert_true(frame->caplen <= frame->len);
    assert_int_equal(frame->interface, 3);
    result->n++;
    result->link_type = frame->link_type;
    result->digest = fold(result->digest, &frame->time_ns, sizeof frame->time_ns);
    result->digest = fold(result->digest, &frame->caplen, sizeof frame->caplen);
    result->digest = fold(result->digest, &frame->len, sizeof frame->len);
    result->digest = fold(result->digest, frame->bytes, frame->caplen);
}

/* Reads a source to its end; all frames of a batch are looked at after it came. */
static void
drain(struct source *source, size_t max, struct result *result)
{
    struct frame_batch *batch = frame_batch_new();

    do {
        result->end = source_next(source, max, batch, &result->counters);
        assert_true(batch->n <= max);
        assert_true(result->end == SOURCE_OK ? batch->n > 0 : batch->n == 0);
        for (size_t i = 0; i < batch->n; i++) {
            note_frame(result, &batch->frames[i]);
        }
    } while (result->end == SOURCE_OK);
    /* The end stays the end. */
    assert_int_equal(source_next(source, max, batch, &result->counters), result->end);
    assert_int_equal(batch->n, 0);
    frame_batch_free(batch);
}

static struct result
read_capture(const char *path, size_t max)
{
    struct problem_list *problems = problem_list_new();
    struct result result = { .is_open = false };
    struct source *source = source_open_file(path, 3, problems);

    if (source == NULL) {
        assert_int_equal(problem_list_n_errors(problems), 1);
        assert_string_equal(problem_list_at(problems, 0)->file, path);
        (void) snprintf(result.error, sizeof result.error, "%s",
                        problem_list_at(problems, 0)->message);
    } else {
        assert_int_equal(problem_list_n(problems), 0);
        assert_string_equal(source_name(source), path);
        result.is_open = true;
        drain(source, max, &result);
        assert_int_equal(result.counters.n[COUNTER_CAPTURE_PACKETS], result.n);
        assert_int_equal(source_error(source)[0] != '\0', result.end == SOURCE_FAILED);
        (void) snprintf(result.error, sizeof result.error, "%s", source_error(source));
        result.position = source_position(source);
        result.size = source_size(source);
    }
    source_close(source);
    problem_list_free(problems);
    return result;
}

/* Reads what a shell command writes, through a pipe as standard input. */
static struct result
read_piped(const char *program, const char *path)
{
    char command[4096];
    const int saved = dup(STDIN_FILENO);
    struct result result;
    FILE *pipe;

    (void) snprintf(command, sizeof command, "%s '%s' 2>/dev/null", program, path);
    pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_true(dup2(fileno(pipe), STDIN_FILENO) == STDIN_FILENO);
    result = read_capture("-", 256);
    assert_true(dup2(saved, STDIN_FILENO) == STDIN_FILENO);
    (void) close(saved);
    (void) pclose(pipe);
    return result;
}

static void
assert_same(const struct result *a, const struct result *b)
{
    assert_int_equal(a->is_open, b->is_open);
    assert_int_equal(a->end, b->end);
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->link_type, b->link_type);
    assert_true(a->digest == b->digest);
}

/* The same file gzipped, by pipe, one frame at a time: the same frames. */
static void
check_variants(const char *path, const struct result *plain)
{
    const char *gzipped = gzip_copy(path, "variant");
    struct result other = read_capture(path, 1);

    assert_same(plain, &other);
    other = read_capture(gzipped, 256);
    assert_same(plain, &other);
    if (other.is_open && other.end == SOURCE_END) {
        assert_true(other.position == other.size);
    }
    other = read_piped("cat", path);
    assert_same(plain, &other);
    assert_int_equal(other.size, 0);
    other = read_piped("cat", gzipped);
    assert_same(plain, &other);
    assert_int_equal(unlink(gzipped), 0);
}

static const struct format_case {
    const char *name;
    uint32_t magic; /* 0 is pcapng. */
    bool is_big_endian;
    uint32_t fraction;
    uint64_t fraction_ns;
} format_cases[] = {
    { "pcap, microseconds", 0xa1b2c3d4, false, 654321, 654321000 },
    { "pcap, microseconds, big-endian", 0xa1b2c3d4, true, 654321, 654321000 },
    { "pcap, nanoseconds", 0xa1b23c4d, false, 987654321, 987654321 },
    { "pcap, nanoseconds, big-endian", 0xa1b23c4d, true, 987654321, 987654321 },
    { "pcapng", 0, false, 987654321, 987654321 },
    { "pcapng, big-endian", 0, true, 987654321, 987654321 },
};

static void
test_format(void **state)
{
    const struct format_case *c = *state;
    static const uint32_t second = 1781006400;
    struct result result;
    const char *path;

    if (c->magic != 0) {
        begin_pcap(c->magic, c->is_big_endian, 65535);
    } else {
        begin_pcapng(c->is_big_endian, 0);
    }
    for (uint32_t i = 0; i < 5; i++) {
        if (c->magic != 0) {
            add_pcap_frame(second + i, c->fraction, 60 + i, 1000 + i);
        } else {
            add_pcapng_frame((second + i) * UINT64_C(1000000000) + c->fraction, 60 + i,
                             1000 + i);
        }
    }
    path = write_capture("format", capture.size);
    result = read_capture(path, 256);
    assert_true(result.is_open);
    assert_int_equal(result.end, SOURCE_END);
    assert_int_equal(result.n, 5);
    assert_int_equal(result.link_type, 1);
    for (uint32_t i = 0; i < 5; i++) {
        assert_true(result.time_ns[i] ==
                    (second + i) * UINT64_C(1000000000) + c->fraction_ns);
        assert_int_equal(result.caplen[i], 60 + i);
        assert_int_equal(result.len[i], 1000 + i);
    }
    assert_int_equal(result.counters.n[COUNTER_CAPTURE_BYTES], 5 * 1000 + 10);
    assert_int_equal(result.size, capture.size);
    assert_int_equal(result.position, capture.size);
    check_variants(path, &result);
}

static const struct time_case {
    const char *name;
    uint32_t magic; /* 0 is pcapng. */
    int64_t offset; /* pcapng: if_tsoffset. */
    uint64_t seconds;
    uint32_t fraction;
    uint64_t expected_ns;
    enum counter counter; /* N_COUNTERS: none. */
} time_cases[] = {
    { "the epoch", 0xa1b2c3d4, 0, 0, 0, 0, N_COUNTERS },
    { "after 2038", 0xa1b2c3d4, 0, 0x80000000, 1, UINT64_C(2147483648000001000),
      N_COUNTERS },
    { "the last second of pcap", 0xa1b23c4d, 0, 0xffffffff, 999999999,
      UINT64_C(4294967295999999999), N_COUNTERS },
    { "a fraction of a whole second", 0xa1b2c3d4, 0, 7, 1000000, UINT64_C(7000000000),
      COUNTER_CAPTURE_TIME_BAD_FRACTION },
    { "a fraction without bounds", 0xa1b23c4d, 0, 7, 0xffffffff, UINT64_C(7000000000),
      COUNTER_CAPTURE_TIME_BAD_FRACTION },
    { "pcapng before the epoch", 0, -100, 7, 5, 0, COUNTER_CAPTURE_TIME_OUT_OF_RANGE },
    { "pcapng, moved", 0, 100, 7, 5, UINT64_C(107000000005), N_COUNTERS },
    { "pcapng in the year 5000", 0, INT64_C(95617584000), 7, 5, 0,
      COUNTER_CAPTURE_TIME_OUT_OF_RANGE },
};

static void
test_time(void **state)
{
    const struct time_case *c = *state;
    struct result result;
    uint64_t n_odd;

    if (c->magic != 0) {
        begin_pcap(c->magic, false, 65535);
        add_pcap_frame((uint32_t) c->seconds, c->fraction, 60, 60);
    } else {
        begin_pcapng(false, c->offset);
        add_pcapng_frame(c->seconds * UINT64_C(1000000000) + c->fraction, 60, 60);
    }
    result = read_capture(write_capture("time", capture.size), 256);
    assert_int_equal(result.n, 1);
    assert_true(result.time_ns[0] == c->expected_ns);
    n_odd = result.counters.n[COUNTER_CAPTURE_TIME_BAD_FRACTION] +
            result.counters.n[COUNTER_CAPTURE_TIME_OUT_OF_RANGE];
    assert_int_equal(n_odd, c->counter != N_COUNTERS);
    if (c->counter != N_COUNTERS) {
        assert_int_equal(result.counters.n[c->counter], 1);
    }
}

static void
test_longer_than_wire(void **state)
{
    struct result result;

    (void) state;
    begin_pcap(0xa1b2c3d4, false, 65535);
    add_pcap_frame(1, 0, 60, 20);
    add_pcap_frame(2, 0, 60, 60);
    result = read_capture(write_capture("longer", capture.size), 256);
    assert_int_equal(result.n, 2);
    assert_int_equal(result.len[0], 60);
    assert_int_equal(result.counters.n[COUNTER_CAPTURE_LONGER_THAN_WIRE], 1);
    assert_int_equal(result.counters.n[COUNTER_CAPTURE_BYTES], 120);
}

/* Frames of which no two fit in one batch, among small ones: all come, none is spoilt. */
static void
test_large_frames(void **state)
{
    struct result one_by_one, result;
    const char *path;

    (void) state;
    begin_pcap(0xa1b2c3d4, false, 262144);
    for (uint32_t i = 0; i < 12; i++) {
        static const uint32_t sizes[] = { 60, 200000, 61, 62, 61000, 150 };

        add_pcap_frame(i, 0, sizes[i % 6], 262144);
    }
    path = write_capture("large", capture.size);
    one_by_one = read_capture(path, 1);
    result = read_capture(path, 256);
    assert_int_equal(result.n, 12);
    assert_same(&one_by_one, &result);
}

/* Several batches are under way: those before the one that was filled last still hold their
 * frames, however many they are, and few are filled less than they could be. */
static void
test_batches_in_turn(void **state)
{
    enum { N_FRAMES = 3000, BATCHES_MAX = 3, MAX = 100 };
    struct result one_by_one;
    const char *path;

    (void) state;
    begin_pcap(0xa1b2c3d4, false, 65535);
    for (uint32_t i = 0; i < N_FRAMES; i++) {
        add_pcap_frame(i, 0, 60 + i * 173 % 440, 500);
    }
    path = write_capture("turns", capture.size);
    one_by_one = read_capture(path, 1);
    assert_int_equal(one_by_one.n, N_FRAMES);
    for (unsigned n_batches = 1; n_batches <= BATCHES_MAX; n_batches++) {
        struct problem_list *problems = problem_list_new();
        struct source *source = source_open_file(path, 3, problems);
        struct frame_batch *batches[BATCHES_MAX];
        struct result result = { .is_open = true, .end = SOURCE_OK };
        unsigned n_filled = 0;

        for (unsigned i = 0; i < n_batches; i++) {
            batches[i] = frame_batch_new();
        }
        assert_non_null(source);
        while (result.end == SOURCE_OK) {
            for (unsigned i = 0; i < n_batches; i++) {
                result.end = source_next(source, MAX, batches[i], &result.counters);
                n_filled += batches[i]->n > 0;
            }
            for (unsigned i = 0; i < n_batches; i++) {
                for (size_t k = 0; k < batches[i]->n; k++) {
                    note_frame(&result, &batches[i]->frames[k]);
                }
            }
        }
        assert_same(&one_by_one, &result);
        assert_true(n_filled <= N_FRAMES / MAX * 11 / 10);
        for (unsigned i = 0; i < n_batches; i++) {
            frame_batch_free(batches[i]);
        }
        source_close(source);
        problem_list_free(problems);
    }
}

static const struct refused_case {
    const char *name;
    const char *bytes;
    size_t size;
    const char *reason;
} refused_cases[] = {
    { "an empty file", "", 0, "is empty" },
    { "garbage", "this is no capture at all, but it is long enough", 48,
      "unknown file format" },
    { "one byte", "\xd4", 1, "truncated dump file" },
    { "half a header", "\xd4\xc3\xb2\xa1\x02\0\x04\0", 8, "truncated dump file" },
    { "a version to come",
      "\xd4\xc3\xb2\xa1\x09\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0", 24, "version" },
    { "half a gzip header", "\x1f\x8b\x08\0", 4, "the gzip data are cut short" },
    { "gzip data of another method",
      "\x1f\x8b\x07\0\0\0\0\0\0\x03\x01\x02\x03\x04\x05\x06\x07", 17,
      "the gzip data are damaged: unknown compression method" },
};

static void
test_refused(void **state)
{
    const struct refused_case *c = *state;
    struct result result;

    capture.size = 0;
    add_bytes(c->bytes, c->size);
    result = read_capture(write_capture("refused", c->size), 256);
    assert_false(result.is_open);
    assert_non_null(strstr(result.error, c->reason));
}

static void
test_no_file(void **state)
{
    struct result result = read_capture(temporary_path("there-is-none"), 256);

    (void) state;
    assert_non_null(strstr(result.error, "No such file"));
    result = read_capture("/", 256);
    assert_non_null(strstr(result.error, "is a directory"));
    result = read_piped("true", "");
    assert_non_null(strstr(result.error, "is empty"));
    result = read_piped("printf nonsense", "");
    assert_non_null(strstr(result.error, "unknown file format"));
}

/* A pipe that delivers the first byte long before the others. */
static void
test_slow_pipe(void **state)
{
    static const char program[] =
        "head -c 1 \"$FILE\"; sleep 0.1; tail -c +2 \"$FILE\"; : ";
    const char *path, *gzipped;
    struct result plain, slow;

    (void) state;
    begin_pcap(0xa1b2c3d4, false, 65535);
    add_pcap_frame(1, 2, 60, 60);
    path = write_capture("slow", capture.size);
    gzipped = gzip_copy(path, "slow.gz");
    plain = read_capture(path, 256);
    assert_int_equal(setenv("FILE", path, 1), 0);
    slow = read_piped(program, "");
    assert_same(&plain, &slow);
    assert_int_equal(setenv("FILE", gzipped, 1), 0);
    slow = read_piped(program, "");
    assert_same(&plain, &slow);
}

/* Writes the five frames of the tests of damage; returns where each ends. */
static void
make_five(size_t ends[static 5])
{
    begin_pcap(0xa1b2c3d4, false, 65535);
    for (uint32_t i = 0; i < 5; i++) {
        add_pcap_frame(i, 0, 10 + i, 100);
        ends[i] = capture.size;
    }
}

/* Wherever a file is cut, the frames before the cut come and the cut is an error. */
static void
test_every_cut(void **state)
{
    size_t ends[5];

    (void) state;
    make_five(ends);
    for (size_t size = 24; size <= capture.size; size++) {
        const struct result result = read_capture(write_capture("cut", size), 256);
        bool is_boundary = size == 24;
        size_t n = 0;

        for (; n < 5 && ends[n] <= size; n++) {
            is_boundary |= ends[n] == size;
        }
        assert_int_equal(result.n, n);
        assert_int_equal(result.end, is_boundary ? SOURCE_END : SOURCE_FAILED);
        if (!is_boundary) {
            char expected[64];

            (void) snprintf(expected, sizeof expected,
                            "cannot be read after frame %zu: truncated dump file", n);
            assert_non_null(strstr(result.error, expected));
        }
    }
}

/* Wherever gzip data are cut, that is an error and the frames are the first of all. */
static void
test_every_gzip_cut(void **state)
{
    size_t ends[5], n_before = 0;
    const char *path;

    (void) state;
    make_five(ends);
    path = gzip_copy(write_capture("five", capture.size), "five.gz");
    load_capture(path);
    for (size_t size = 1; size < capture.size; size++) {
        const struct result result = read_capture(write_capture("cut.gz", size), 256);

        assert_false(result.is_open && result.end == SOURCE_END);
        assert_true(result.n >= n_before);
        n_before = result.n;
        if (size > 2) {
            assert_non_null(strstr(result.error, "the gzip data are cut short"));
        }
    }
    /* Without the checksum alone, all of them. */
    assert_int_equal(n_before, 5);
}

/* A flipped bit is noticed, by the checksum if by nothing else, or changes nothing: the
 * last byte of the compressed data has bits to spare. */
static void
test_every_gzip_flip(void **state)
{
    enum { HEADER_SIZE = 10 };
    struct result whole;
    size_t ends[5], n_unnoticed = 0;
    const char *path;

    (void) state;
    make_five(ends);
    path = gzip_copy(write_capture("five", capture.size), "five.gz");
    whole = read_capture(path, 256);
    load_capture(path);
    for (size_t i = HEADER_SIZE; i < capture.size; i++) {
        struct result result;

        capture.bytes[i] ^= 0x10;
        result = read_capture(write_capture("flipped.gz", capture.size), 256);
        capture.bytes[i] ^= 0x10;
        if (result.is_open && result.end == SOURCE_END) {
            assert_same(&whole, &result);
            n_unnoticed++;
        }
    }
    assert_true(n_unnoticed <= 1);
}

/* gzip files one after the other are one (RFC 1952 section 2.2); other bytes are damage. */
static void
test_gzip_members(void **state)
{
    size_t ends[5];
    const char *first, *second, *both = temporary_path("both.gz");
    char command[4096];
    struct result result;

    (void) state;
    make_five(ends);
    first = gzip_copy(write_capture("part", ends[2] + 5), "first.gz");
    memmove(capture.bytes, capture.bytes + ends[2] + 5, capture.size - ends[2] - 5);
    second = gzip_copy(write_capture("part", capture.size - ends[2] - 5), "second.gz");
    (void) snprintf(command, sizeof command, "cat '%s' '%s' >'%s'", first, second, both);
    assert_int_equal(system(command), 0);
    result = read_capture(both, 256);
    assert_int_equal(result.n, 5);
    assert_int_equal(result.end, SOURCE_END);
    (void) snprintf(command, sizeof command, "printf more >>'%s'", both);
    assert_int_equal(system(command), 0);
    result = read_capture(both, 256);
    assert_int_equal(result.n, 5);
    assert_int_equal(result.end, SOURCE_FAILED);
    assert_non_null(strstr(result.error, "the gzip data are damaged"));
}

/* A line of the index of real captures. */
struct index_line {
    char file[512];
    size_t n_packets;
    bool is_readable; /* By libpcap. */
};

/* Takes the next line off '*at'; returns false at the end. */
static bool
next_index_line(char **at, struct index_line *ret)
{
    enum { FILE_COLUMN = 0, PACKETS_COLUMN = 6, LIBPCAP_COLUMN = 13 };
    char *line = strsep(at, "\n");

    if (line == NULL || *line == '\0') {
        return false;
    }
    for (int i = 0; line != NULL; i++) {
        const char *value = strsep(&line, "\t");

        if (i == FILE_COLUMN) {
            (void) snprintf(ret->file, sizeof ret->file, "captures/%s", value);
        } else if (i == PACKETS_COLUMN) {
            ret->n_packets = strtoul(value, NULL, 10);
        } else if (i == LIBPCAP_COLUMN) {
            ret->is_readable = strcmp(value, "ok") == 0;
        }
    }
    return true;
}

/* Every real capture has as many frames as its index says; one in ten also by other ways.
 */
static void
test_real_captures(void **state)
{
    char *text = read_whole_file(shared_path_or_skip("captures/index.tsv"));
    char *at = strchr(text, '\n') + 1;
    struct index_line line;
    size_t n_files = 0, n_unread = 0, n_wrong = 0;

    (void) state;
    for (; next_index_line(&at, &line); n_files++) {
        const char *path = shared_path_or_skip(line.file);
        const struct result result = read_capture(path, 256);

        if (result.is_open && result.end == SOURCE_END) {
            if (result.n != line.n_packets) {
                printf("%s: %zu frames, the index says %zu\n", line.file, result.n,
                       line.n_packets);
                n_wrong++;
            }
        } else {
            printf("%s: %zu of %zu frames: %s\n", line.file, result.n, line.n_packets,
                   result.error);
            n_wrong += line.is_readable;
            n_unread++;
        }
        if (n_files % 10 == 0) {
            check_variants(path, &result);
        }
    }
    printf("%zu captures, %zu not read to their end\n", n_files, n_unread);
    assert_true(n_files > 0);
    assert_int_equal(n_wrong, 0);
    free(text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_longer_than_wire), cmocka_unit_test(test_large_frames),
        cmocka_unit_test(test_no_file),          cmocka_unit_test(test_slow_pipe),
        cmocka_unit_test(test_every_cut),        cmocka_unit_test(test_every_gzip_cut),
        cmocka_unit_test(test_every_gzip_flip),  cmocka_unit_test(test_gzip_members),
        cmocka_unit_test(test_real_captures),    cmocka_unit_test(test_batches_in_turn),
    };
    int n_failed = RUN_CASES(format_cases, test_format);

    n_failed += RUN_CASES(time_cases, test_time);
    n_failed += RUN_CASES(refused_cases, test_refused);
    n_failed += cmocka_run_group_tests(tests, NULL, NULL);
    return n_failed;
}
