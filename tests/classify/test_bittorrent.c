#include "classify/recogniser_run.h"

/* BEP 3; BEP 5, example of a ping and its answer. */
static const struct judge_case judge_cases[] = {
    { "peers", IP_PROTOCOL_TCP, "13 'BitTorrent protocol' 0000000000100005", "",
      OPINION_VERIFIED },
    { "a ping", IP_PROTOCOL_UDP,
      "'d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe'", "", OPINION_VERIFIED },
    { "an answer", IP_PROTOCOL_UDP, "", "'d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re'",
      OPINION_VERIFIED },
    { "another dictionary", IP_PROTOCOL_UDP, "'d1:xi1ee'", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "13 'bittorrent'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_bittorrent, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
