#include "classify/recognise/recognisers.h"
#include "classify/recognise/text_talk.h"

/* FTP, its control connection: RFC 959, RFC 2228, RFC 2428, RFC 3659.  The server greets
 * with 220, as mail servers do, so what the client says first decides. */

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

static void
read(const struct pdu *pdu, struct findings *findings)
{
    if (pdu->from == FLOW_INITIATOR &&
        text_word_is(text_line_word(pdu->bytes, pdu->n, 0), "PASS") &&
        text_line_word(pdu->bytes, pdu->n, 1).n > 0) {
        find_credentials(findings, "FTP PASS");
    }
}

const struct recogniser recogniser_ftp = {
    .service = SERVICE_FTP,
    .on_tcp = true,
    .judge = judge,
    .read = read,
    .measure = text_line_measure,
};
