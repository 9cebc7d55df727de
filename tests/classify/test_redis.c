#include "classify/recogniser_run.h"

/* "RESP protocol spec". */
static const struct judge_case judge_cases[] = {
    { "a command", IP_PROTOCOL_TCP, "'*1' 0d0a '$4' 0d0a 'PING' 0d0a", "'+PONG' 0d0a",
      OPINION_VERIFIED },
    { "a command alone", IP_PROTOCOL_TCP, "'*2' 0d0a '$4' 0d0a 'LLEN' 0d0a '$6' 0d0a", "",
      OPINION_VERIFIED },
    { "a length that is wrong", IP_PROTOCOL_TCP, "'*1' 0d0a '$3' 0d0a 'PING' 0d0a", "",
      OPINION_NO },
    { "a part", IP_PROTOCOL_TCP, "'*1' 0d", "", OPINION_MORE },
    { "an answer of HTTP", IP_PROTOCOL_TCP, "'*1' 0d0a", "'HTTP'", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'** text'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_redis, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
