#ifndef TESTS_CLASSIFY_RECOGNISER_RUN_H
#define TESTS_CLASSIFY_RECOGNISER_RUN_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture/packet.h"
#include "classify/recognise/recognisers.h"
#include "support/support.h"

/* What the tests of recognisers share: cases are bytes in hexadecimal, with spaces where
 * they help, and text in quotes: "05 'GET /' 0d0a". */

/* Returns how many bytes there are; they end with the line. */
static inline size_t
hex_bytes(const char *text, uint8_t *bytes, size_t size)
{
    size_t n = 0;

    while (*text != '\0' && *text != '\n') {
        if (*text == ' ') {
            text++;
        } else if (*text == '\'') {
            for (text++; *text != '\''; text++) {
                assert_true(*text != '\0' && n < size);
                bytes[n++] = (uint8_t) *text;
            }
            text++;
        } else {
            char pair[3] = { text[0], text[0] == '\0' ? '\0' : text[1], '\0' };

            assert_true(isxdigit((unsigned char) pair[0]) &&
                        isxdigit((unsigned char) pair[1]) && n < size);
            bytes[n++] = (uint8_t) strtoul(pair, NULL, 16);
            text += 2;
        }
    }
    return n;
}

/* What a recogniser says of what both sides have said. */
struct judge_case {
    const char *name;
    uint8_t protocol; /* IP_PROTOCOL_TCP or IP_PROTOCOL_UDP. */
    const char *initiator, *responder;
    enum opinion opinion;
};

static inline enum opinion
judge_bytes(const struct recogniser *recogniser, uint8_t protocol, const uint8_t *initiator,
            size_t n_initiator, const uint8_t *responder, size_t n_responder)
{
    /* In memory of their own, for the sanitizer to see who reads beyond. */
    uint8_t *sides[2] = { malloc(n_initiator + 1), malloc(n_responder + 1) };
    struct dialogue dialogue = { .protocol = protocol };
    enum opinion opinion;

    memcpy(sides[0] + 1, initiator, n_initiator);
    memcpy(sides[1] + 1, responder, n_responder);
    dialogue.sides[0] = (struct side){ sides[0] + 1, n_initiator, n_initiator };
    dialogue.sides[1] = (struct side){ sides[1] + 1, n_responder, n_responder };
    opinion = recogniser->judge(&dialogue);
    free(sides[0]);
    free(sides[1]);
    return opinion;
}

/* With SECTORWATCH_RENEW set: makes a file of tests/corpus/fuzz_recognise of what is
 * recognised, "modbus-a-request-and-its-answer": the transport, the length of the
 * initiator's part in two bytes, its bytes, and the responder's. */
static inline void
renew_corpus(const struct recogniser *recogniser, const struct judge_case *c,
             const uint8_t *initiator, size_t n_initiator, const uint8_t *responder,
             size_t n_responder)
{
    const uint8_t head[] = { c->protocol, (uint8_t) (n_initiator >> 8),
                             (uint8_t) n_initiator };
    const enum opinion best = /* What CCSDS is at best. */
        recogniser->service == SERVICE_CCSDS ? OPINION_CONSISTENT : OPINION_VERIFIED;
    char path[256];
    FILE *file;

    if (getenv("SECTORWATCH_RENEW") == NULL || c->opinion != best) {
        return;
    }
    (void) snprintf(path, sizeof path, "tests/corpus/fuzz_recognise/%s-%s",
                    service_name(recogniser->service), c->name);
    for (char *at = strrchr(path, '/') + 1; *at != '\0'; at++) {
        *at = isalnum((unsigned char) *at) ? *at : '-';
    }
    file = fopen(source_path(path), "wb");
    assert_non_null(file);
    (void) fwrite(head, 1, sizeof head, file);
    (void) fwrite(initiator, 1, n_initiator, file);
    (void) fwrite(responder, 1, n_responder, file);
    assert_int_equal(fclose(file), 0);
}

/* Of a stream that is recognised no beginning may be refused: more of it may yet come. */
static inline void
test_judge_case(const struct recogniser *recogniser, const struct judge_case *c)
{
    static uint8_t initiator[RECOGNISE_STREAM_MAX], responder[RECOGNISE_STREAM_MAX];
    const size_t n_initiator = hex_bytes(c->initiator, initiator, sizeof initiator);
    const size_t n_responder = hex_bytes(c->responder, responder, sizeof responder);

    assert_int_equal(judge_bytes(recogniser, c->protocol, initiator, n_initiator, responder,
                                 n_responder),
                     c->opinion);
    renew_corpus(recogniser, c, initiator, n_initiator, responder, n_responder);
    if (c->protocol != IP_PROTOCOL_TCP || c->opinion == OPINION_NO) {
        return;
    }
    for (size_t i = 0; i <= n_initiator; i++) {
        for (size_t j = 0; j <= n_responder; j++) {
            if (i + j > 0 && judge_bytes(recogniser, c->protocol, initiator, i, responder,
                                         j) == OPINION_NO) {
                fail_msg("refused after %zu and %zu bytes", i, j);
            }
        }
    }
}

/* What is found in one message, or in several that are measured, one observation a line:
 * its kind, its class if it is a command, and its detail, or its subject if it has none. */
struct read_case {
    const char *name;
    uint8_t protocol;
    unsigned from; /* FLOW_INITIATOR or FLOW_RESPONDER. */
    const char *bytes;
    const char *found;
};

/* Returns how many of them are commands. */
static inline size_t
write_found(const struct observation_list *list, char *found)
{
    size_t n_commands = 0;

    *found = '\0';
    for (size_t i = 0; i < list->n; i++) {
        const struct observation *o = &list->items[i];

        strcat(found, observation_name(o->kind));
        strcat(found, " ");
        if (o->kind == OBSERVATION_CONTROL_COMMAND) {
            strcat(found, command_class_name(o->command_class));
            strcat(found, " ");
            n_commands++;
        }
        strcat(found, *o->detail == '\0' ? o->subject : o->detail);
        strcat(found, "\n");
    }
    return n_commands;
}

static inline bool
wants_none(const void *context, const struct flow *flow, enum observation_kind kind)
{
    (void) context;
    (void) flow;
    (void) kind;
    return false;
}

static inline void
test_read_case(const struct recogniser *recogniser, const struct read_case *c)
{
    static uint8_t bytes[RECOGNISE_STREAM_MAX];
    static struct observation_list list;
    const size_t n = hex_bytes(c->bytes, bytes, sizeof bytes);
    const struct flow flow = { .protocol = c->protocol,
                               .service = (uint8_t) recogniser->service };
    static struct command_tally tally;
    struct findings findings = { &list, &flow, 1, NULL, &tally };
    char found[8192];
    size_t n_commands, n_tallied = 0;

    observation_list_clear(&list);
    memset(&tally, 0, sizeof tally);
    for (size_t at = 0, size; at < n; at += size) {
        uint8_t *copy;

        size = recogniser->measure == NULL ||
                       (c->protocol != IP_PROTOCOL_TCP && recogniser->reads_datagrams)
                   ? n
                   : recogniser->measure(bytes + at, n - at);
        assert_true(size != PDU_MORE && size <= n - at);
        copy = malloc(size);
        memcpy(copy, bytes + at, size);
        for (size_t cut = 1; cut < size; cut++) { /* Must not read beyond what is there. */
            static const struct flow_interest nothing = { .wants_observation = wants_none };
            struct findings none = { &list, &flow, 1, &nothing,
                                     &(struct command_tally){ { { 0 } } } };
            uint8_t *part = malloc(cut);

            memcpy(part, copy, cut);
            recogniser->read(&(struct pdu){ part, cut, size, c->from, c->protocol }, &none);
            free(part);
        }
        recogniser->read(&(struct pdu){ copy, size, size, c->from, c->protocol },
                         &findings);
        free(copy);
    }
    n_commands = write_found(&list, found);
    assert_string_equal(found, c->found);
    for (unsigned class = 0; class < N_COMMAND_CLASSES; class ++) {
        n_tallied += tally.n[recogniser->service][class];
    }
    assert_int_equal(n_tallied, n_commands);
}

#endif
