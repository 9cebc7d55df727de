#include "classify/recogniser_run.h"

/* RFC 4120 section 5.4: the beginnings of a request, its answer and a refusal. */
#define REQUEST "6a 14 30 12 a1 03 02 01 05 a2 03 02 01 0a a4 06 30 04 a0 02 0500"
#define ANSWER  "6b 0e 30 0c a0 03 02 01 05 a1 03 02 01 0b a3 00"
#define ERROR   "7e 0f 30 0d a0 03 02 01 05 a1 03 02 01 1e a6 01 19"

static const struct judge_case judge_cases[] = {
    { "a request", IP_PROTOCOL_UDP, REQUEST, ERROR, OPINION_VERIFIED },
    { "a request over TCP", IP_PROTOCOL_TCP, "00000016" REQUEST, "00000010" ANSWER,
      OPINION_VERIFIED },
    { "an answer alone", IP_PROTOCOL_UDP, "", ANSWER, OPINION_VERIFIED },
    { "a type that is another inside", IP_PROTOCOL_UDP,
      "6a 14 30 12 a1 03 02 01 05 a2 03 02 01 0c a4 06 30 04 a0 02 0500", "", OPINION_NO },
    { "version 4", IP_PROTOCOL_UDP,
      "6a 14 30 12 a1 03 02 01 04 a2 03 02 01 0a a4 06 30 04 a0 02 0500", "", OPINION_NO },
    { "a length that is not the message's", IP_PROTOCOL_TCP, "00000017" REQUEST, "",
      OPINION_NO },
    { "LDAP", IP_PROTOCOL_TCP, "30 0c 02 01 01 60 07 02 01 03 04 00 80 00", "",
      OPINION_NO },
    { "text", IP_PROTOCOL_UDP, "'jk'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_kerberos, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
