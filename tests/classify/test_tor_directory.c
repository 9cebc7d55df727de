#include "classify/recogniser_run.h"

#define CONSENSUS "'GET /tor/status-vote/current/consensus.z HTTP/1.0' 0d0a 0d0a"
#define SERVERS \
    "'GET /tor/server/d/0123456789ABCDEF0123456789ABCDEF01234567.z HTTP/1.0' 0d0a 0d0a"

static const struct judge_case judge_cases[] = {
    { "a consensus", IP_PROTOCOL_TCP, CONSENSUS, "", OPINION_VERIFIED },
    { "descriptors of relays", IP_PROTOCOL_TCP, SERVERS, "", OPINION_VERIFIED },
    { "keys", IP_PROTOCOL_TCP, "'GET /tor/keys/fp-sk/0123' 0d0a", "", OPINION_VERIFIED },
    { "a page about it", IP_PROTOCOL_TCP, "'GET /tor/index.html HTTP/1.1' 0d0a", "",
      OPINION_NO },
    { "another page", IP_PROTOCOL_TCP, "'GET /torsion/server/all HTTP/1.1' 0d0a", "",
      OPINION_NO },
    { "part of a path", IP_PROTOCOL_TCP, "'GET /tor/ser'", "", OPINION_MORE },
    { "an answer", IP_PROTOCOL_TCP, "", "'HTTP/1.0 200 OK' 0d0a", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_tor_directory, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
