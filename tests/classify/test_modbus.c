#include "classify/recogniser_run.h"

/* Messages from the examples of the MODBUS Application Protocol Specification V1.1b3,
 * section 6, behind headers. */
#define READ        "1501 0000 0006 ff 03 006b 0003"
#define ANSWER      "1501 0000 0009 ff 03 06 022b 0000 0064"
#define REFUSAL     "1501 0000 0003 ff 83 02"
#define WRITE_COIL  "1502 0000 0006 ff 05 00ac ff00"
#define WRITE_COILS "1503 0000 0009 ff 0f 0013 000a 02 cd01"
#define MASK_WRITE  "1504 0000 0008 ff 16 0004 00f2 0025"
#define MAKERS      "1506 0000 0004 ff 41 0102"
#define UMAS_STOP   "1507 0000 0006 00 5a 13 41 ff00"
#define UMAS_LOAD   "1508 0000 0006 00 5a 13 30 0001"
#define UMAS_OTHER  "1509 0000 0004 00 5a 13 6f"
#define UMAS_DONE   "1507 0000 0004 00 5a 13 fe"

static const struct judge_case judge_cases[] = {
    { "a request and its answer", IP_PROTOCOL_TCP, READ, ANSWER, OPINION_VERIFIED },
    { "a request and a refusal", IP_PROTOCOL_TCP, READ, REFUSAL, OPINION_VERIFIED },
    { "over UDP", IP_PROTOCOL_UDP, READ, ANSWER, OPINION_VERIFIED },
    { "a request alone", IP_PROTOCOL_TCP, READ, "", OPINION_MORE },
    { "three requests", IP_PROTOCOL_TCP, WRITE_COIL WRITE_COILS MASK_WRITE, "",
      OPINION_VERIFIED },
    { "an answer to an earlier request, then to one that is there", IP_PROTOCOL_TCP, READ,
      "1500 0000 0006 ff 05 00ac ff00" ANSWER, OPINION_VERIFIED },
    { "an answer to another transaction", IP_PROTOCOL_TCP, READ,
      "1599 0000 0009 ff 03 06 022b 0000 0064", OPINION_MORE },
    { "an answer of another unit", IP_PROTOCOL_TCP, READ,
      "1501 0000 0009 01 03 06 022b 0000 0064", OPINION_MORE },
    { "an answer to another function", IP_PROTOCOL_TCP, READ,
      "1501 0000 0009 ff 04 06 022b 0000 0064", OPINION_MORE },
    { "another protocol number", IP_PROTOCOL_TCP, "1501 0001 0006 ff 03 006b 0003", "",
      OPINION_NO },
    { "longer than any", IP_PROTOCOL_TCP, "1501 0000 0100 ff 03 006b 0003", "",
      OPINION_NO },
    { "too short for its function", IP_PROTOCOL_TCP, "1501 0000 0005 ff 03 006b 00", "",
      OPINION_MORE },
    { "too short for its function, and refused", IP_PROTOCOL_TCP,
      "1501 0000 0005 ff 03 006b 00", "1501 0000 0003 ff 83 03", OPINION_VERIFIED },
    { "a function of a maker", IP_PROTOCOL_TCP, MAKERS MAKERS MAKERS, "", OPINION_MORE },
    { "a function of a maker, and its answer", IP_PROTOCOL_TCP, MAKERS,
      "1506 0000 0003 ff 41 00", OPINION_VERIFIED },
    { "counts that do not fit", IP_PROTOCOL_TCP,
      "1503 0000 0009 ff 0f 0013 000a 03 cd01 1503 0000 0009 ff 0f 0013 000a 03 cd01 "
      "1503 0000 0009 ff 0f 0013 000a 03 cd01",
      "", OPINION_MORE },
    { "no function", IP_PROTOCOL_TCP, "1501 0000 0006 ff 00 006b 0003", "", OPINION_NO },
    { "UMAS", IP_PROTOCOL_TCP, UMAS_STOP, UMAS_DONE, OPINION_VERIFIED },
    { "a refusal by the client", IP_PROTOCOL_TCP, REFUSAL, "", OPINION_NO },
    { "a refusal without a reason", IP_PROTOCOL_TCP, READ, "1501 0000 0003 ff 83 00",
      OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_modbus, *state);
}

static const struct read_case read_cases[] = {
    { "a read", IP_PROTOCOL_TCP, FLOW_INITIATOR, READ,
      "control-command read read-holding-registers (3), unit 255, 3 from address 107\n" },
    { "writes", IP_PROTOCOL_TCP, FLOW_INITIATOR, WRITE_COIL WRITE_COILS MASK_WRITE,
      "control-command write write-single-coil (5), unit 255, address 172\n"
      "control-command write write-multiple-coils (15), unit 255, 10 from address 19\n"
      "control-command write mask-write-register (22), unit 255, address 4\n" },
    { "a restart", IP_PROTOCOL_TCP, FLOW_INITIATOR, "1505 0000 0006 01 08 0001 ff00",
      "control-command stop restart-communications (8), unit 1, subfunction 1\n" },
    { "silence", IP_PROTOCOL_TCP, FLOW_INITIATOR, "1505 0000 0006 01 08 0004 0000",
      "control-command stop force-listen-only (8), unit 1, subfunction 4\n" },
    { "an echo test", IP_PROTOCOL_TCP, FLOW_INITIATOR, "1505 0000 0006 01 08 0000 a537",
      "control-command read diagnostics (8), unit 1, subfunction 0\n" },
    { "UMAS", IP_PROTOCOL_TCP, FLOW_INITIATOR, UMAS_STOP UMAS_LOAD UMAS_OTHER,
      "control-command stop umas (90), stop controller, unit 0\n"
      "control-command write umas (90), begin to load a program, unit 0\n"
      "control-command read umas (90), code 111, unit 0\n" },
    { "a function of a maker", IP_PROTOCOL_TCP, FLOW_INITIATOR, MAKERS,
      "control-command read other-function (65), unit 255\n" },
    { "an answer is no command", IP_PROTOCOL_TCP, FLOW_RESPONDER, ANSWER, "" },
    { "a damaged request is none", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "1505 0000 0004 01 05 00ac", "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_modbus, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
