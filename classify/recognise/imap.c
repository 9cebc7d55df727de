#include "classify/recognise/recognisers.h"
#include "classify/recognise/text_talk.h"

/* IMAP: RFC 9051 and RFC 3501.  A client's line begins with a tag of its own. */

static const struct text_verb verbs[] = {
    { "LOGIN", true, false },    { "CAPABILITY", true, true },   { "ID", true, false },
    { "STARTTLS", true, false }, { "AUTHENTICATE", true, true }, { "NOOP", true, false },
    { "SELECT", false, true },   { "NAMESPACE", true, true },    { "LOGOUT", true, false },
    { "EXAMINE", false, true },  { NULL, false, false },
};

static const struct text_talk talk = { .greeting = "* OK",
                                       .verbs = verbs,
                                       .has_tags = true };

static enum opinion
judge(const struct dialogue *dialogue)
{
    return text_talk_judge(&talk, dialogue);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    const struct text_word verb = text_line_word(pdu->bytes, pdu->n, 1);
    const struct text_word first = text_line_word(pdu->bytes, pdu->n, 2);

    if (pdu->from != FLOW_INITIATOR) {
        return;
    }
    if (text_word_is(verb, "LOGIN") && text_line_word(pdu->bytes, pdu->n, 3).n > 0) {
        find_credentials(findings, "IMAP LOGIN");
    } else if (text_word_is(verb, "AUTHENTICATE") &&
               (text_word_is(first, "PLAIN") || text_word_is(first, "LOGIN"))) {
        find_credentials(findings, "IMAP AUTHENTICATE");
    }
}

const struct recogniser recogniser_imap = {
    .service = SERVICE_IMAP,
    .on_tcp = true,
    .judge = judge,
    .read = read,
    .measure = text_line_measure,
};
