#include "classify/recogniser_run.h"

#define CONNECT \
    "03 00 00 24 1f e0 00 00 00 01 00 c0 01 0a c1 02 06 00 c2 10 'SIMATIC-ROOT-HMI'"
#define CONFIRM "03 00 00 16 11 d0 00 01 00 02 00 c0 01 0a c1 02 06 00 c2 02 01 02"

/* Operation, zeros, function, zeros, sequence, session, flags. */
#define REQUEST(function) "31 00 00 " function " 00 00 00 01 00 00 01 20 36"
#define CREATE_OBJECT     "03 00 00 1d 02 f0 80 72 01 00 0e" REQUEST("04 ca") "72 01 00 00"
#define ANSWER                                                                             \
    "03 00 00 1d 02 f0 80 72 01 00 0e 32 00 00 04 ca 00 00 00 01 00 00 01 20 36 72 01 00 " \
    "00"
#define DIGEST "20 000102030405060708090a0b0c0d0e0f 101112131415161718191a1b1c1d1e1f"
#define SET_VARIABLE \
    "03 00 00 3e 02 f0 80 72 03 00 2f" DIGEST REQUEST("04 f2") "72 03 00 00"
#define EXPLORE "03 00 00 1d 02 f0 80 72 02 00 0e" REQUEST("04 bb") "72 02 00 00"

static const struct judge_case judge_cases[] = {
    { "a connection and its first request", IP_PROTOCOL_TCP, CONNECT CREATE_OBJECT,
      CONFIRM ANSWER, OPINION_VERIFIED },
    { "from the middle", IP_PROTOCOL_TCP, SET_VARIABLE, "", OPINION_VERIFIED },
    { "an answer alone", IP_PROTOCOL_TCP, "", ANSWER, OPINION_VERIFIED },
    { "a part that others follow", IP_PROTOCOL_TCP,
      "03 00 00 19 02 f0 80 72 01 00 0e" REQUEST("04 ca"), "", OPINION_MORE },
    { "a part, and the rest", IP_PROTOCOL_TCP,
      "03 00 00 19 02 f0 80 72 01 00 0e" REQUEST(
          "04 ca") "03 00 00 11 02 f0 80 72 01 00 02 aabb 72 01 00 00",
      "", OPINION_VERIFIED },
    { "another version at its end", IP_PROTOCOL_TCP,
      "03 00 00 1d 02 f0 80 72 01 00 0e" REQUEST("04 ca") "72 02 00 00", "", OPINION_NO },
    { "a length that does not fit", IP_PROTOCOL_TCP,
      "03 00 00 1d 02 f0 80 72 01 00 0d" REQUEST("04 ca") "72 01 00 00", "", OPINION_NO },
    { "a version that does not exist", IP_PROTOCOL_TCP, "03 00 00 0b 02 f0 80 72 09 00 00",
      "", OPINION_NO },
    { "the older protocol", IP_PROTOCOL_TCP,
      "03 00 00 19 02 f0 80 32 01 00 00 00 00 00 08 00 00 f0 00 00 01 00 01 01 e0", "",
      OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_s7comm_plus, *state);
}

static const struct read_case read_cases[] = {
    { "requests", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      CONNECT CREATE_OBJECT EXPLORE SET_VARIABLE,
      "control-command write create-object (1226)\n"
      "control-command read explore (1211)\n"
      "control-command write set-variable (1266)\n" },
    { "an answer is none", IP_PROTOCOL_TCP, FLOW_RESPONDER, ANSWER, "" },
    { "nor is what a controller says", IP_PROTOCOL_TCP, FLOW_RESPONDER, SET_VARIABLE, "" },
    { "nor a digest that is too long", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "03 00 00 1d 02 f0 80 72 03 00 0e ff"
      "00 00 04 f2 00 00 00 01 00 00 01 20 36"
      "72 03 00 00",
      "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_s7comm_plus, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
