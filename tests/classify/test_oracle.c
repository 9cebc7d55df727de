#include "classify/recogniser_run.h"

/* A request with its description, and one that sends it behind. */
#define DESCRIPTION "'(DESCRIPTION=(CONNECT_DATA=(SID=ORCL)))'"
#define CONNECT                                                                       \
    "0061 0000 01 00 0000 0136 012c 0c41 2000 ffff 7f08 0000 0100 0027 003a 00000000" \
    "41 41"                                                                           \
    "0000000000000000 0000000000000000 0000000000000000" DESCRIPTION
#define CONNECT_SHORT                                                                 \
    "003a 0000 01 00 0000 0136 012c 0c41 2000 ffff 7f08 0000 0100 0127 003a 00000000" \
    "41 41"                                                                           \
    "0000000000000000 0000000000000000 0000000000000000"

#define ACCEPT \
    "0020 0000 02 00 0000 0136 0001 2000 7fff 0100 0000 0020 4141 0000000000000000"
#define RESEND   "0008 0000 0b 00 0000"
#define REFUSE   "001f 0000 04 00 0000 22 00 0013 '(ERR=12505)(TMP=1)x'"
#define REDIRECT "001a 0000 05 00 0000 0010 '(ADDRESS=(PORT))'"

static const struct judge_case judge_cases[] = {
    { "a request", IP_PROTOCOL_TCP, CONNECT, "", OPINION_VERIFIED },
    { "a request and its acceptance", IP_PROTOCOL_TCP, CONNECT, ACCEPT, OPINION_VERIFIED },
    { "a request that is accepted before its description", IP_PROTOCOL_TCP, CONNECT_SHORT,
      ACCEPT, OPINION_VERIFIED },
    { "a request that is asked for again", IP_PROTOCOL_TCP, CONNECT_SHORT, RESEND,
      OPINION_VERIFIED },
    { "a refusal", IP_PROTOCOL_TCP, "", REFUSE, OPINION_VERIFIED },
    { "a redirection", IP_PROTOCOL_TCP, "", REDIRECT, OPINION_VERIFIED },
    { "a request alone, without its description", IP_PROTOCOL_TCP, CONNECT_SHORT, "",
      OPINION_CONSISTENT },
    { "an acceptance alone", IP_PROTOCOL_TCP, "", ACCEPT, OPINION_CONSISTENT },
    { "a description that is none", IP_PROTOCOL_TCP,
      "003b 0000 01 00 0000 0136 012c 0c41 2000 ffff 7f08 0000 0100 0001 003a 00000000"
      "41 41 0000000000000000 0000000000000000 0000000000000000 'x'",
      "", OPINION_NO },
    { "a description beyond its packet", IP_PROTOCOL_TCP,
      "003a 0000 01 00 0000 0136 012c 0c41 2000 ffff 7f08 0000 0100 0027 003b", "",
      OPINION_NO },
    { "version 200", IP_PROTOCOL_TCP, "003a 0000 01 00 0000 00c8", "", OPINION_NO },
    { "a checksum", IP_PROTOCOL_TCP, "003a 0001", "", OPINION_NO },
    { "data first", IP_PROTOCOL_TCP, "003a 0000 06 00 0000", "", OPINION_NO },
    { "a refusal with a text of another length", IP_PROTOCOL_TCP, "",
      "001e 0000 04 00 0000 22 00 0013 '(ERR=12505)(TMP=1)'", OPINION_NO },
    { "an answer that requests", IP_PROTOCOL_TCP, CONNECT_SHORT, CONNECT_SHORT,
      OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'(DESCRIPTION='", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_oracle, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
