#include "classify/recogniser_run.h"

/* RFC 1157 section 4.1.2: a request for sysDescr.0, and the same in other versions. */
#define VARIABLES "30 0e 30 0c 06 08 2b06010201010100 05 00"
#define GET       "30 29 02 01 00 04 06 'public' a0 1c 02 04 01020304 02 01 00 02 01 00" VARIABLES
#define SET       "30 29 02 01 01 04 06 'secret' a3 1c 02 04 01020305 02 01 00 02 01 00" VARIABLES
#define ANSWER \
    "30 29 02 01 01 04 06 'public' a2 1c 02 04 01020304 02 01 00 02 01 00" VARIABLES
#define TRAP_1 "30 14 02 01 00 04 06 'public' a4 07 06 05 2b06010401"
#define DISCOVERY                                                      \
    "30 37 02 01 03 30 10 02 03 00ffe3 02 03 00ffe3 04 01 04 02 01 03" \
    "04 10 30 0e 04 00 02 01 00 02 01 00 04 00 04 00 04 00"            \
    "30 0e 04 00 04 00 a0 08 02 00 02 00 02 00 30 00"

static const struct judge_case judge_cases[] = {
    { "a request", IP_PROTOCOL_UDP, GET, "", OPINION_VERIFIED },
    { "a change", IP_PROTOCOL_UDP, SET, "", OPINION_VERIFIED },
    { "an answer", IP_PROTOCOL_UDP, "", ANSWER, OPINION_VERIFIED },
    { "a trap of version 1", IP_PROTOCOL_UDP, TRAP_1, "", OPINION_VERIFIED },
    { "version 3", IP_PROTOCOL_UDP, DISCOVERY, "", OPINION_VERIFIED },
    { "version 2", IP_PROTOCOL_UDP, "30 06 02 01 02 04 01 00", "", OPINION_NO },
    { "one that is longer than it says", IP_PROTOCOL_UDP, GET "00", "", OPINION_NO },
    { "a PDU that is shorter than the message", IP_PROTOCOL_UDP,
      "30 29 02 01 00 04 06 'public' a0 1b 02 04 01020304 02 01 00 02 01 00" VARIABLES, "",
      OPINION_NO },
    { "a PDU that does not exist", IP_PROTOCOL_UDP,
      "30 29 02 01 00 04 06 'public' a9 1c 02 04 01020304 02 01 00 02 01 00" VARIABLES, "",
      OPINION_NO },
    { "text", IP_PROTOCOL_UDP, "'0 public'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_snmp, *state);
}

static const struct read_case read_cases[] = {
    { "a read", IP_PROTOCOL_UDP, FLOW_INITIATOR, GET,
      "cleartext-credentials SNMP community\ncontrol-command read get-request\n" },
    { "a write", IP_PROTOCOL_UDP, FLOW_INITIATOR, SET,
      "cleartext-credentials SNMP community\ncontrol-command write set-request (3)\n" },
    { "an answer", IP_PROTOCOL_UDP, FLOW_RESPONDER, ANSWER, "" },
    { "a trap", IP_PROTOCOL_UDP, FLOW_INITIATOR, TRAP_1, "" },
    { "version 3", IP_PROTOCOL_UDP, FLOW_INITIATOR, DISCOVERY, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_snmp, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
