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

/* What makes noise of 'size' bytes. */
struct noise_case {
    const char *name;
    void (*make)(uint8_t *bytes, size_t size, uint64_t *random);
};

enum { NOISE_BYTES = 50000000, NOISE_SIZE = 1400 };

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

static const struct noise_case noise_cases[] = {
    { "random bytes", make_random },
    { "text", make_text },
};

static void
test_noise(void **state)
{
    static const uint8_t protocols[] = { IP_PROTOCOL_TCP, IP_PROTOCOL_UDP };
    const struct noise_case *c = *state;
    uint64_t random = 1;

    for (size_t n = 0; n < NOISE_BYTES;) {
        uint8_t bytes[2 * NOISE_SIZE];
        const size_t size = 2 + random_below(&random, sizeof bytes - 1);
        const size_t half = random_below(&random, 3) == 0 ? size : size / 2;

        c->make(bytes, size, &random);
        for (unsigned i = 0; i < N_RECOGNISERS * N_ELEMENTS(protocols); i++) {
            const uint8_t protocol = protocols[i % N_ELEMENTS(protocols)];
            const struct recogniser *recogniser = recognisers[i / N_ELEMENTS(protocols)];
            const struct dialogue dialogue = {
                .sides = { { bytes, half, half },
                           { bytes + half, size - half, size - half } },
                .protocol = protocol,
            };

            if ((protocol == IP_PROTOCOL_TCP ? recogniser->on_tcp : recogniser->on_udp) &&
                recogniser->judge(&dialogue) == OPINION_VERIFIED) {
                fail_msg("%s is taken for %s after %zu bytes", c->name,
                         service_name(recogniser->service), n);
            }
        }
        n += size;
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_corpus) };

    return cmocka_run_group_tests(tests, NULL, NULL) + RUN_CASES(noise_cases, test_noise);
}
