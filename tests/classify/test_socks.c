#include "classify/recogniser_run.h"

#define GREETING   "05 01 00"
#define GREETING_2 "05 02 00 02"
#define PASSWORD   "01 05 'alice' 06 'secret'"
#define BY_NAME    "05 01 00 03 0b 'Example.org' 01bb"
#define BY_IPV4    "05 01 00 01 c0000201 0050"
#define BY_IPV6    "05 01 00 04 20010db8000000000000000000000001 0050"
#define CHOICE     "05 00"
#define CHOICE_2   "05 02 01 00"
#define REPLY      "05 00 00 01 00000000 0000"
#define REQUEST_4  "04 01 0050 c0000201 'alice' 00"
#define REQUEST_4A "04 01 0050 00000001 00 'example.org' 00"
#define REPLY_4    "00 5a 0000 00000000"

static const struct judge_case judge_cases[] = {
    { "a request by name", IP_PROTOCOL_TCP, GREETING BY_NAME "'GET /'",
      CHOICE REPLY "'HTTP'", OPINION_VERIFIED },
    { "a request by address", IP_PROTOCOL_TCP, GREETING BY_IPV4, CHOICE, OPINION_VERIFIED },
    { "with a password", IP_PROTOCOL_TCP, GREETING_2 PASSWORD BY_IPV6, CHOICE_2 REPLY,
      OPINION_VERIFIED },
    { "version 4", IP_PROTOCOL_TCP, REQUEST_4 "160301", REPLY_4, OPINION_VERIFIED },
    { "version 4 by name", IP_PROTOCOL_TCP, REQUEST_4A, REPLY_4, OPINION_VERIFIED },
    { "a request alone", IP_PROTOCOL_TCP, GREETING BY_NAME, "", OPINION_CONSISTENT },
    { "an answer alone", IP_PROTOCOL_TCP, "", CHOICE REPLY, OPINION_MORE },
    { "a method that was not offered", IP_PROTOCOL_TCP, GREETING, CHOICE_2, OPINION_NO },
    { "an answer of the other version", IP_PROTOCOL_TCP, GREETING BY_NAME, REPLY_4,
      OPINION_NO },
    { "a password that nobody asked for", IP_PROTOCOL_TCP, GREETING PASSWORD, "",
      OPINION_NO },
    { "a command that does not exist", IP_PROTOCOL_TCP, GREETING "05 04", "", OPINION_NO },
    { "no method", IP_PROTOCOL_TCP, "05 00", "", OPINION_NO },
    { "an address that is none", IP_PROTOCOL_TCP, GREETING "05 01 00 02", "", OPINION_NO },
    { "a name that is none", IP_PROTOCOL_TCP, GREETING "05 01 00 03 04 00010203 0050", "",
      OPINION_NO },
    { "version 4 to no port", IP_PROTOCOL_TCP, "04 01 0000", "", OPINION_NO },
    { "version 4 refused for no reason", IP_PROTOCOL_TCP, REQUEST_4, "00 5e", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'05 01 00'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_socks, *state);
}

static const struct read_case read_cases[] = {
    { "whom it wants", IP_PROTOCOL_TCP, FLOW_INITIATOR, GREETING BY_NAME "'GET /'",
      "name example.org\n" },
    { "version 4", IP_PROTOCOL_TCP, FLOW_INITIATOR, REQUEST_4A, "name example.org\n" },
    { "a password", IP_PROTOCOL_TCP, FLOW_INITIATOR, GREETING_2 PASSWORD BY_IPV4,
      "cleartext-credentials SOCKS password\n" },
    { "the server", IP_PROTOCOL_TCP, FLOW_RESPONDER, CHOICE REPLY, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_socks, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
