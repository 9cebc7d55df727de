#include "classify/recognise/recognisers.h"
#include "classify/recognise/text_talk.h"

/* SMTP: RFC 5321, submission RFC 6409, AUTH RFC 4954, LMTP RFC 2033. */

static const struct text_verb verbs[] = {
    { "EHLO", true, true },      { "HELO", true, true },  { "LHLO", true, true },
    { "MAIL", false, true },     { "RCPT", false, true }, { "AUTH", false, false },
    { "STARTTLS", false, true }, { NULL, false, false },
};

static const struct text_talk talk = { .greeting = "220",
                                       .verbs = verbs,
                                       .has_codes = true };

static enum opinion
judge(const struct dialogue *dialogue)
{
    return text_talk_judge(&talk, dialogue);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    const struct text_word means = text_line_word(pdu->bytes, pdu->n, 1);

    if (pdu->from != FLOW_INITIATOR ||
        !text_word_is(text_line_word(pdu->bytes, pdu->n, 0), "AUTH")) {
        return;
    }
    if (text_word_is(means, "PLAIN")) {
        find_credentials(findings, "SMTP AUTH PLAIN");
    } else if (text_word_is(means, "LOGIN")) {
        find_credentials(findings, "SMTP AUTH LOGIN");
    }
}

const struct recogniser recogniser_smtp = {
    .service = SERVICE_SMTP,
    .on_tcp = true,
    .judge = judge,
    .read = read,
    .measure = text_line_measure,
};
