#include "classify/recognise/recognisers.h"
#include "classify/recognise/text_talk.h"

/* POP3: RFC 1939, RFC 2449, RFC 5034. */

static const struct text_verb verbs[] = {
    { "USER", true, false }, { "PASS", false, false }, { "AUTH", true, false },
    { "CAPA", true, true },  { "APOP", true, true },   { "STLS", true, true },
    { "STAT", false, true }, { "UIDL", false, true },  { "QUIT", true, false },
    { "XTND", false, true }, { NULL, false, false },
};

static const struct text_talk talk = { .greeting = "+OK", .verbs = verbs };

static enum opinion
judge(const struct dialogue *dialogue)
{
    return text_talk_judge(&talk, dialogue);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    const struct text_word verb = text_line_word(pdu->bytes, pdu->n, 0);
    const struct text_word first = text_line_word(pdu->bytes, pdu->n, 1);

    if (pdu->from != FLOW_INITIATOR) {
        return;
    }
    if (text_word_is(verb, "PASS") && first.n > 0) {
        find_credentials(findings, "POP3 PASS");
    } else if (text_word_is(verb, "AUTH") &&
               (text_word_is(first, "PLAIN") || text_word_is(first, "LOGIN"))) {
        find_credentials(findings, "POP3 AUTH");
    }
}

const struct recogniser recogniser_pop3 = {
    .service = SERVICE_POP3,
    .on_tcp = true,
    .judge = judge,
    .read = read,
    .measure = text_line_measure,
};
