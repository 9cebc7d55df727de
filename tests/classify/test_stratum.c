#include "classify/recogniser_run.h"

/* Messages of the three forms, as their descriptions show them. */
static const struct judge_case judge_cases[] = {
    { "a subscription", IP_PROTOCOL_TCP,
      "'{\"id\":1,\"method\":\"mining.subscribe\",\"params\":[\"a/1\"]}' 0a", "",
      OPINION_VERIFIED },
    { "work alone", IP_PROTOCOL_TCP, "",
      "'{\"params\":[],\"id\":null,\"method\":\"mining.notify\"}' 0a", OPINION_VERIFIED },
    { "Monero", IP_PROTOCOL_TCP,
      "'{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":{\"login\":\"4\","
      "\"pass\":\"x\",\"agent\":\"a\"}}' 0a",
      "", OPINION_VERIFIED },
    { "Ethereum", IP_PROTOCOL_TCP,
      "'{\"method\":\"eth_submitLogin\",\"params\":[\"0x0\"]}' 0a", "", OPINION_VERIFIED },
    { "over HTTP", IP_PROTOCOL_TCP,
      "'POST / HTTP/1.1' 0d0a 'Host: pool' 0d0a0d0a "
      "'{\"method\":\"getwork\",\"params\":[]}'",
      "", OPINION_VERIFIED },
    { "a post that goes on", IP_PROTOCOL_TCP, "'POST / HTTP/1.1' 0d0a", "", OPINION_MORE },
    { "another post", IP_PROTOCOL_TCP, "'POST / HTTP/1.1' 0d0a0d0a '{\"method\":\"get\"}'",
      "", OPINION_NO },
    { "another RPC", IP_PROTOCOL_TCP, "'{\"id\":1,\"method\":\"get\"}' 0a", "",
      OPINION_MORE },
    { "another RPC, with a parameter of that name", IP_PROTOCOL_TCP,
      "'{\"id\":1,\"method\":\"help\",\"params\":[\"getwork\"]}' 0a", "", OPINION_MORE },
    { "another RPC over HTTP, with a parameter of that name", IP_PROTOCOL_TCP,
      "'POST / HTTP/1.1' 0d0a0d0a '{\"method\":\"help\",\"params\":[\"getwork\"]}'", "",
      OPINION_NO },
    { "two lines, spaces", IP_PROTOCOL_TCP,
      "'{\"id\": 1, \"method\": \"ping\"}' 0a '{\"id\": 2, \"method\" : \"mining.hello\"}' "
      "0a",
      "", OPINION_VERIFIED },
    { "a name as the value of another member", IP_PROTOCOL_TCP,
      "'{\"method\",\"getwork\",\"method\":\"getworks\"}' 0a", "", OPINION_MORE },
    { "a login of another kind", IP_PROTOCOL_TCP,
      "'{\"method\":\"get\",\"params\":{\"login\":\"4\",\"pass\":\"x\",\"agent\":\"a\"}}' "
      "0a",
      "", OPINION_MORE },
    { "text", IP_PROTOCOL_TCP, "'mining.subscribe'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_stratum, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
