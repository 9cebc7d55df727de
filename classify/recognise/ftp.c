#include "classify/recognise/recognisers.h"
#include "classify/recognise/text_talk.h"

/* FTP, its control connection: RFC 959, RFC 2228, RFC 2428, RFC 3659.  The server greets
 * with 220, as mail servers do, so what the client says first decides.
 *
 * Who logs in says USER and then PASS, which are read as one message: the word that a guest
 * (RFC 1635) gives for a password is no secret. */

static const struct text_verb verbs[] = {
    { "USER", true, false }, { "PASS", false, false }, { "AUTH", true, false },
    { "FEAT", true, true },  { "SYST", true, true },   { "OPTS", true, true },
    { "CLNT", true, true },  { "HOST", true, true },   { "PASV", false, true },
    { "PORT", false, true }, { "EPSV", false, true },  { "EPRT", false, true },
    { "TYPE", false, true }, { "CWD", false, true },   { "PWD", false, true },
    { "STOR", false, true }, { "MDTM", false, true },  { "SIZE", false, true },
    { "ACCT", false, true }, { "PBSZ", true, true },   { "PROT", false, true },
    { NULL, false, false },
};

static const struct text_talk talk = { .greeting = "220",
                                       .verbs = verbs,
                                       .has_codes = true };

static enum opinion
judge(const struct dialogue *dialogue)
{
    return text_talk_judge(&talk, dialogue);
}

static bool
is_line_of(const uint8_t *line, size_t n, const char *verb)
{
    return text_word_is(text_line_word(line, n, 0), verb);
}

/* A line, or a line of USER and the one behind it. */
static size_t
measure(const uint8_t *bytes, size_t n)
{
    const size_t first = text_line_measure(bytes, n);
    size_t second;

    if (first == PDU_MORE || !is_line_of(bytes, first, "USER")) {
        return first;
    }
    second = first < n ? text_line_measure(bytes + first, n - first) : PDU_MORE;
    if (second == PDU_MORE) {
        return n < RECOGNISE_STREAM_MAX ? PDU_MORE : first;
    }
    return first + second;
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    struct text_word user = { .n = 0 };
    const uint8_t *line = pdu->bytes;
    size_t n = pdu->n;

    if (is_line_of(line, n, "USER")) {
        const size_t first = text_line_measure(line, n);

        user = text_line_word(line, first, 1);
        line += first;
        n -= first;
    }
    if (pdu->from == FLOW_INITIATOR && n > 0 && is_line_of(line, n, "PASS") &&
        text_line_word(line, n, 1).n > 0 && !text_word_is(user, "ANONYMOUS") &&
        !text_word_is(user, "FTP")) {
        find_credentials(findings, "FTP PASS");
    }
}

const struct recogniser recogniser_ftp = {
    .service = SERVICE_FTP,
    .on_tcp = true,
    .judge = judge,
    .read = read,
    .measure = measure,
};
