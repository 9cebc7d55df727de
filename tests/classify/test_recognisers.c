#include "classify/recognise/recognisers.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classify/recogniser_run.h"
#include "scenarios/random.h"

/* All recognisers together: none claims what another one's protocol said, nor noise. */

static uint8_t file_bytes[1 << 14];

static enum opinion
opinion_of(unsigned number, const struct dialogue *dialogue)
{
    const struct recogniser *recogniser = recognisers[number];
    const struct side *sides = dialogue->sides;

    if (dialogue->protocol == IP_PROTOCOL_TCP ? !recogniser->on_tcp : !recogniser->on_udp) {
        return OPINION_NO;
    }
    return judge_bytes(recogniser, dialogue->protocol, sides[0].bytes, sides[0].n,
                       sides[1].bytes, sides[1].n);
}

/* A file of tests/corpus/fuzz_recognise, which its name says the protocol of. */
static void
check_file(const char *name)
{
    const char *folder = "tests/corpus/fuzz_recognise/";
    char path[512];
    size_t n, n_initiator;
    struct dialogue dialogue;
    FILE *file;

    (void) snprintf(path, sizeof path, "%s%s", folder, name);
    file = fopen(source_path(path), "rb");
    assert_non_null(file);
    n = fread(file_bytes, 1, sizeof file_bytes, file);
    (void) fclose(file);
    n_initiator = (size_t) file_bytes[1] << 8 | file_bytes[2];
    assert_true(n > 3 && n_initiator <= n - 3);
    dialogue = (struct dialogue){
        .sides = { { file_bytes + 3, n_initiator, n_initiator },
                   { file_bytes + 3 + n_initiator, n - 3 - n_initiator,
                     n - 3 - n_initiator } },
        .protocol = file_bytes[0],
    };
    for (unsigned i = 0; i < N_RECOGNISERS; i++) {
        const struct recogniser *recogniser = recognisers[i];
        const char *service = service_name(recogniser->service);
        const size_t length = strlen(service);
        const bool is_its_own = strncmp(name, service, length) == 0 && name[length] == '-';
        const bool is_refined = recogniser->refines != SERVICE_NONE &&
                                strncmp(name, service_name(recogniser->refines),
                                        strlen(service_name(recogniser->refines))) == 0;
        const enum opinion opinion = opinion_of(i, &dialogue);
        bool refines = false;

        for (unsigned j = 0; j < N_RECOGNISERS; j++) {
            refines |= recognisers[j]->refines == recogniser->service &&
                       strncmp(name, service_name(recognisers[j]->service),
                               strlen(service_name(recognisers[j]->service))) == 0;
        }
        if (opinion != OPINION_NO && (recognisers_for(&dialogue) >> i & 1) == 0) {
            fail_msg("%s would not be asked about %s", service, name);
        }
        if (opinion == OPINION_VERIFIED && !is_its_own && !refines) {
            fail_msg("%s is taken for %s", name, service);
        }
        /* To an answer alone the question may yet come. */
        if (is_refined && opinion != OPINION_NO && n_initiator > 0) {
            fail_msg("%s waits for %s", name, service);
        }
    }
}

static void
test_corpus(void **state)
{
    DIR *folder = opendir(source_path("tests/corpus/fuzz_recognise"));
    unsigned n = 0;

    (void) state;
    recognisers_prepare();
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] != '.') {
            check_file(entry->d_name);
            n++;
        }
    }
    (void) closedir(folder);
    assert_true(n >= N_RECOGNISERS);
}

/* Noise, in which there is nothing to be recognised. */
struct noise_case {
    const char *name;
    void (*make)(uint8_t *bytes, size_t size, uint64_t *random);
    unsigned megabytes;
    unsigned consistent_max; /* Opinions that it fits: twice what was measured, and more. */
    bool is_cut; /* Both sides are parts of one: each by itself, words talk sense. */
};

enum {
    MEGABYTE = 1000000,
    NOISE_SIZE = 1400,
    NOISE_SHORT_SIZE = 120, /* Most protocols' messages are short. */
    NUMBER_MAX = 300,
    RECORD_MAX = 60,
};

static void
make_random(uint8_t *bytes, size_t size, uint64_t *random)
{
    for (size_t i = 0; i < size; i += sizeof *random) {
        const uint64_t word = random_next(random);

        memcpy(bytes + i, &word, size - i < sizeof word ? size - i : sizeof word);
    }
}

/* Prose, numbers, markup, logs and quoted requests, in lines. */
static void
make_text(uint8_t *bytes, size_t size, uint64_t *random)
{
    static const char *const words[] = {
        "hospital", "the",    "of",     "and",     "heat",     "Host: ", "GET ",  "200 OK",
        "\r\n",     "\n",     ", ",     ". ",      "{\"id\":", "}",      "<a>",   "</a>",
        "SSH",      "8=FIX",  "USER ",  "0x",      "$",        "!AIVDM", "HELO ", "220 ",
        "\t",       "MSH|",   "--",     "http://", "1",        "7",      "3.14",  "=",
        ";",        "EHLO x", "RFB 00", "login: ",
    };

    for (size_t at = 0; at < size;) {
        const char *word = words[random_below(random, N_ELEMENTS(words))];
        const size_t n = strlen(word);
        const size_t fits = n < size - at ? n : size - at;

        memcpy(bytes + at, word, fits);
        at += fits;
        if (at < size && random_below(random, 2) == 0) {
            bytes[at++] = ' ';
        }
    }
}

static void
make_of_letters(uint8_t *bytes, size_t size, uint64_t *random, const char *letters)
{
    const size_t n = strlen(letters);

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t) letters[random_below(random, n)];
    }
}

static void
make_digits(uint8_t *bytes, size_t size, uint64_t *random)
{
    make_of_letters(bytes, size, random, "0123456789.,- \n");
}

static void
make_hexadecimal(uint8_t *bytes, size_t size, uint64_t *random)
{
    make_of_letters(bytes, size, random, "0123456789abcdef \r\n");
}

static void
make_sparse_zeros(uint8_t *bytes, size_t size, uint64_t *random)
{
    memset(bytes, 0, size);
    for (unsigned i = 0; i < 4; i++) {
        bytes[random_below(random, size)] = (uint8_t) random_next(random);
    }
}

static void
make_one_byte(uint8_t *bytes, size_t size, uint64_t *random)
{
    memset(bytes, (int) random_below(random, UINT8_MAX + 1), size);
}

static void
make_repeated(uint8_t *bytes, size_t size, uint64_t *random)
{
    const size_t period = 1 + random_below(random, 16);

    make_random(bytes, period < size ? period : size, random);
    for (size_t i = period; i < size; i++) {
        bytes[i] = bytes[i - period];
    }
}

static void
put_number(uint8_t *bytes, size_t width, bool is_big_endian, uint64_t number)
{
    for (size_t i = 0; i < width; i++) {
        bytes[is_big_endian ? width - 1 - i : i] = (uint8_t) (number >> 8 * i);
    }
}

/* Small ones; of four bytes, every fourth is larger. */
static void
make_numbers(uint8_t *bytes, size_t size, uint64_t *random, size_t width,
             bool is_big_endian)
{
    memset(bytes, 0, size);
    for (size_t at = 0; at + width <= size; at += width) {
        const bool is_large = width > 2 && random_below(random, 4) == 0;

        put_number(bytes + at, width, is_big_endian,
                   random_below(random, is_large ? 70000 : NUMBER_MAX));
    }
}

static void
make_le16(uint8_t *bytes, size_t size, uint64_t *random)
{
    make_numbers(bytes, size, random, 2, false);
}

static void
make_be16(uint8_t *bytes, size_t size, uint64_t *random)
{
    make_numbers(bytes, size, random, 2, true);
}

static void
make_le32(uint8_t *bytes, size_t size, uint64_t *random)
{
    make_numbers(bytes, size, random, 4, false);
}

static void
make_be32(uint8_t *bytes, size_t size, uint64_t *random)
{
    make_numbers(bytes, size, random, 4, true);
}

/* Records that begin with 'first' (one byte; negative: none, or any), a length and small
 * or any bytes, the last one cut off. */
enum { NO_FIRST = -1, ANY_FIRST = -2 };

static void
make_records(uint8_t *bytes, size_t size, uint64_t *random, int first, size_t width,
             bool is_big_endian)
{
    const size_t head = width + (first != NO_FIRST);

    for (size_t at = 0; at < size;) {
        const size_t n = 2 + random_below(random, RECORD_MAX);

        if (at + head >= size) {
            make_random(bytes + at, size - at, random);
            return;
        }
        if (first != NO_FIRST) {
            bytes[at] =
                (uint8_t) (first == ANY_FIRST ? (int) random_below(random, 256) : first);
        }
        put_number(bytes + at + head - width, width, is_big_endian, n);
        at += head;
        for (size_t i = 0; i < n && at < size; i++) {
            bytes[at++] =
                (uint8_t) random_below(random, random_below(random, 3) == 0 ? 256 : 16);
        }
    }
}

static void
make_records_be16(uint8_t *bytes, size_t size, uint64_t *random)
{
    make_records(bytes, size, random, NO_FIRST, 2, true);
}

static void
make_records_be32(uint8_t *bytes, size_t size, uint64_t *random)
{
    make_records(bytes, size, random, NO_FIRST, 4, true);
}

static void
make_records_le32(uint8_t *bytes, size_t size, uint64_t *random)
{
    make_records(bytes, size, random, NO_FIRST, 4, false);
}

static void
make_tagged_records(uint8_t *bytes, size_t size, uint64_t *random)
{
    make_records(bytes, size, random, ANY_FIRST, 1, true);
}

/* As IEC 60870-5-104 begins. */
static void
make_records_h(uint8_t *bytes, size_t size, uint64_t *random)
{
    make_records(bytes, size, random, 'h', 1, true);
}

static void
make_floats(uint8_t *bytes, size_t size, uint64_t *random)
{
    memset(bytes, 0, size);
    for (size_t at = 0; at + sizeof(float) <= size; at += sizeof(float)) {
        const float number = (float) random_below(random, 100000) / 7;

        memcpy(bytes + at, &number, sizeof number);
    }
}

/* 16-bit samples that go up and down. */
static void
make_audio(uint8_t *bytes, size_t size, uint64_t *random)
{
    int sample = 0;

    memset(bytes, 0, size);
    for (size_t at = 0; at + 2 <= size; at += 2) {
        sample += (int) random_below(random, 61) - 30;
        put_number(bytes + at, 2, false, (uint16_t) sample);
    }
}

static const struct noise_case noise_cases[] = {
    { "random bytes", make_random, 50, 10, false },
    { "text", make_text, 50, 10, true },
    { "digits", make_digits, 20, 10, false },
    { "hexadecimal digits", make_hexadecimal, 20, 10, false },
    { "zeros, and a few other bytes", make_sparse_zeros, 20, 10, false },
    { "one byte over and over", make_one_byte, 20, 10, false },
    { "a few bytes over and over", make_repeated, 20, 30, false },
    { "small numbers of 16 bits, the lower byte first", make_le16, 20, 10, false },
    { "small numbers of 16 bits", make_be16, 20, 10, false },
    { "small numbers of 32 bits, the lower byte first", make_le32, 20, 10, false },
    { "small numbers of 32 bits", make_be32, 20, 10, false },
    { "records with 16 bits of length", make_records_be16, 20, 10, false },
    { "records with 32 bits of length", make_records_be32, 20, 10, false },
    { "records with 32 bits of length, the lower byte first", make_records_le32, 20, 10,
      false },
    { "records of a type, a length and a value", make_tagged_records, 20, 10, false },
    { "records that begin with h and a length", make_records_h, 20, 10, false },
    { "floating-point numbers", make_floats, 20, 10, false },
    { "audio", make_audio, 20, 10, false },
};

static size_t
size_of_side(const struct noise_case *c, uint64_t *random, bool may_be_silent)
{
    const bool is_long = c->is_cut || random_below(random, 4) == 0;

    if (may_be_silent && random_below(random, 4) == 0) {
        return 0;
    }
    return 2 + random_below(random, (is_long ? NOISE_SIZE : NOISE_SHORT_SIZE) - 1);
}

static void
make_noise(const struct noise_case *c, uint64_t *random, uint8_t *bytes,
           struct side sides[static 2])
{
    const unsigned talker = (unsigned) random_below(random, 2);
    size_t size = 0;

    for (unsigned i = 0; i < 2; i++) {
        const size_t n = size_of_side(c, random, i != talker);

        sides[i] = (struct side){ bytes + size, n, n };
        if (n > 0 && !c->is_cut) {
            c->make(bytes + size, n, random);
        }
        size += n;
    }
    if (c->is_cut) {
        c->make(bytes, size, random);
    }
}

static void
test_noise(void **state)
{
    static const uint8_t protocols[] = { IP_PROTOCOL_TCP, IP_PROTOCOL_UDP };
    const struct noise_case *c = *state;
    uint64_t random = 1;
    unsigned n_consistent = 0;

    for (size_t n = 0; n < (size_t) c->megabytes * MEGABYTE;) {
        uint8_t bytes[2 * NOISE_SIZE + 2];
        struct side sides[2];

        make_noise(c, &random, bytes, sides);
        n += sides[0].n + sides[1].n;
        for (unsigned i = 0; i < N_RECOGNISERS * N_ELEMENTS(protocols); i++) {
            const uint8_t protocol = protocols[i % N_ELEMENTS(protocols)];
            const struct recogniser *recogniser = recognisers[i / N_ELEMENTS(protocols)];
            const struct dialogue dialogue = { { sides[0], sides[1] }, protocol };
            enum opinion opinion;

            if (!(protocol == IP_PROTOCOL_TCP ? recogniser->on_tcp : recogniser->on_udp)) {
                continue;
            }
            opinion = recogniser->judge(&dialogue);
            if (opinion == OPINION_VERIFIED) {
                fail_msg("%s is taken for %s after %zu bytes", c->name,
                         service_name(recogniser->service), n);
            }
            n_consistent += opinion == OPINION_CONSISTENT;
        }
    }
    if (n_consistent > c->consistent_max) {
        fail_msg("%s fits %u times", c->name, n_consistent);
    }
}

/* At a port are expected the protocol that it stands for, and what refines that. */
static void
test_of_port(void **state)
{
    uint64_t at_dns, at_http;

    (void) state;
    recognisers_prepare();
    at_dns = recognisers_of_port(SERVICE_DNS);
    at_http = recognisers_of_port(SERVICE_HTTP);
    for (unsigned i = 0; i < N_RECOGNISERS; i++) {
        const struct recogniser *recogniser = recognisers[i];
        const uint64_t own = recognisers_of_port(recogniser->service);

        assert_true((own >> i & 1) != 0);
        assert_true(recogniser->refines == SERVICE_NONE ||
                    (recognisers_of_port(recogniser->refines) >> i & 1) != 0);
    }
    assert_true((at_dns >> RECOGNISER_dtls & 1) == 0);
    assert_true((at_http >> RECOGNISER_fhir & 1) != 0);
    assert_true((at_http >> RECOGNISER_dns & 1) == 0);
    assert_true(recognisers_of_port(SERVICE_NONE) == 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_corpus),
                                        cmocka_unit_test(test_of_port) };

    return cmocka_run_group_tests(tests, NULL, NULL) + RUN_CASES(noise_cases, test_noise);
}
