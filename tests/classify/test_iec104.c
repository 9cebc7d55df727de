#include "classify/recogniser_run.h"

#define STARTDT_ACT "68 04 07 00 00 00"
#define STARTDT_CON "68 04 0b 00 00 00"
#define TESTFR_ACT  "68 04 43 00 00 00"
#define S_FRAME     "68 04 01 00 04 00"

/* C_IC_NA_1, activation, station 1, object 0, all; and its confirmation. */
#define INTERROGATION     "68 0e 00 00 00 00 64 01 06 00 01 00 00 00 00 14"
#define INTERROGATION_CON "68 0e 00 00 02 00 64 01 07 00 01 00 00 00 00 14"

/* M_SP_NA_1, two objects, by themselves and in a sequence. */
#define POINTS   "68 12 02 00 02 00 01 02 14 00 01 00 65 00 00 01 66 00 00 00"
#define SEQUENCE "68 0f 04 00 02 00 01 82 14 00 01 00 65 00 00 01 00"

/* C_SC_NA_1, activation, station 1, object 201. */
#define COMMAND "68 0e 02 00 04 00 2d 01 06 00 01 00 c9 00 00 01"
#define RESET   "68 0e 04 00 04 00 69 01 06 00 0a 00 00 00 00 01"

static const struct judge_case judge_cases[] = {
    { "a start and its confirmation", IP_PROTOCOL_TCP, STARTDT_ACT, STARTDT_CON,
      OPINION_VERIFIED },
    { "a start, confirmed by another function", IP_PROTOCOL_TCP, STARTDT_ACT,
      "68 04 83 00 00 00", OPINION_MORE },
    { "a start alone", IP_PROTOCOL_TCP, STARTDT_ACT, "", OPINION_MORE },
    { "three of the controlling station", IP_PROTOCOL_TCP,
      STARTDT_ACT INTERROGATION S_FRAME, "", OPINION_VERIFIED },
    { "three of the controlled station", IP_PROTOCOL_TCP, "",
      INTERROGATION_CON POINTS SEQUENCE, OPINION_VERIFIED },
    { "text that begins with h", IP_PROTOCOL_TCP, "'hello, world'", "", OPINION_NO },
    { "a length that is too small", IP_PROTOCOL_TCP, "68 03 07 00 00", "", OPINION_NO },
    { "two functions at once", IP_PROTOCOL_TCP, "68 04 0f 00 00 00", "", OPINION_NO },
    { "a receipt that is too long", IP_PROTOCOL_TCP, "68 05 01 00 04 00 00", "",
      OPINION_NO },
    { "a type that does not exist", IP_PROTOCOL_TCP,
      "68 0e 00 00 00 00 1d 01 06 00 01 00 00 00 00 14", "", OPINION_NO },
    { "a cause that does not exist", IP_PROTOCOL_TCP,
      "68 0e 00 00 00 00 64 01 00 00 01 00 00 00 00 14", "", OPINION_NO },
    { "objects that do not fill it", IP_PROTOCOL_TCP,
      "68 0f 00 00 00 00 64 01 06 00 01 00 00 00 00 14 00", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_iec104, *state);
}

static const struct read_case read_cases[] = {
    { "an interrogation", IP_PROTOCOL_TCP, FLOW_INITIATOR, STARTDT_ACT INTERROGATION,
      "control-command read interrogation (100), station 1, object 0\n" },
    { "a command and a reset", IP_PROTOCOL_TCP, FLOW_INITIATOR, COMMAND RESET,
      "control-command write single-command (45), station 1, object 201\n"
      "control-command stop reset-process (105), station 10, object 0\n" },
    { "a confirmation is none", IP_PROTOCOL_TCP, FLOW_INITIATOR, INTERROGATION_CON, "" },
    { "nor is what the other station says", IP_PROTOCOL_TCP, FLOW_RESPONDER, COMMAND POINTS,
      "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_iec104, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
