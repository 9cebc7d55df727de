#include "classify/recogniser_run.h"

/* Frames as in mavlink.io/en/guide/serialization.html, checksums computed by hand. */
#define HEARTBEAT_1 "fe 09 01 01 01 00 0000000002035103 03 922f"
#define HEARTBEAT_2 "fd 09 00 00 01 01 01 000000 0000000002035103 03 f21c"
#define SIGNED \
    "fd 09 01 00 01 01 01 000000 0000000002035103 03 15e4 00 0102030405060708090a0b0c"
#define PARAMS_0  "00000000 00000000 00000000 00000000 00000000 00000000"
#define ARM       "fd 20 00 00 00 ff be 4c0000 0000803f" PARAMS_0 "9001 01 01 9e4e"
#define DISARM    "fe 21 00 ff be 4c 00000000" PARAMS_0 "9001 01 01 00 5f6e"
#define TERMINATE "fd 20 00 00 00 ff be 4c0000 0000803f" PARAMS_0 "b900 01 01 d063"
#define TAKE_OFF  "fd 21 00 00 00 ff be 4b0000" PARAMS_0 "0000f041 1600 01 01 03 e3c4"
#define ASK       "fd 20 00 00 00 ff be 4c0000 00001443" PARAMS_0 "0002 01 01 632f"
#define OWN       "fd 20 00 00 00 ff be 4c0000 00000000" PARAMS_0 "2279 01 01 18e1"
#define SET_MODE  "fd 06 00 00 00 ff be 0b0000 04000000 01 01 c695"
#define PARAM_SET \
    "fd 17 00 00 00 ff be 170000 0000c03f 01 01 52544c5f414c54000000000000000000 09 2946"
#define CLEAR_ALL "fd 02 00 00 00 ff be 2d0000 01 01 3821"
#define COUNT     "fd 04 00 00 00 ff be 2c0000 0500 01 01 9f77"
#define LIST      "fd 02 00 00 00 ff be 150000 01 01 88c0"
#define UNKNOWN   "fd 03 00 00 00 ff be 60ea00 010203 f96c"

static const struct judge_case judge_cases[] = {
    { "version 2 over UDP", IP_PROTOCOL_UDP, HEARTBEAT_2, "", OPINION_VERIFIED },
    { "version 1 over UDP", IP_PROTOCOL_UDP, HEARTBEAT_1, "", OPINION_VERIFIED },
    { "version 1 over TCP, one frame", IP_PROTOCOL_TCP, "", HEARTBEAT_1, OPINION_MORE },
    { "version 1 over TCP, two frames", IP_PROTOCOL_TCP, "", HEARTBEAT_1 DISARM,
      OPINION_VERIFIED },
    { "version 2 over TCP", IP_PROTOCOL_TCP, ARM, HEARTBEAT_2, OPINION_VERIFIED },
    { "a signed frame", IP_PROTOCOL_TCP, SIGNED, "", OPINION_VERIFIED },
    { "a message that is not known", IP_PROTOCOL_UDP, UNKNOWN, "", OPINION_MORE },
    { "a message that is not known, and one that is", IP_PROTOCOL_UDP, UNKNOWN HEARTBEAT_2,
      "", OPINION_VERIFIED },
    { "a wrong checksum", IP_PROTOCOL_UDP,
      "fd 09 00 00 01 01 01 000000 0000000002035103 03 f21d", "", OPINION_NO },
    { "the checksum of another message", IP_PROTOCOL_UDP,
      "fd 09 00 00 01 01 01 010000 0000000002035103 03 f21c", "", OPINION_NO },
    { "a flag that does not exist", IP_PROTOCOL_UDP,
      "fd 09 02 00 01 01 01 000000 0000000002035103 03 f21c", "", OPINION_NO },
    { "cut by its sender", IP_PROTOCOL_UDP, "fd 09 00 00 01 01 01 000000 000000", "",
      OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_mavlink, *state);
}

static const struct read_case read_cases[] = {
    { "arming", IP_PROTOCOL_UDP, FLOW_INITIATOR, ARM,
      "control-command write component-arm (400), system 1\n" },
    { "disarming", IP_PROTOCOL_UDP, FLOW_INITIATOR, DISARM,
      "control-command stop component-disarm (400), system 1\n" },
    { "the end of a flight", IP_PROTOCOL_UDP, FLOW_RESPONDER, TERMINATE,
      "control-command stop do-flighttermination (185), system 1\n" },
    { "a take-off", IP_PROTOCOL_UDP, FLOW_INITIATOR, TAKE_OFF,
      "control-command write nav-takeoff (22), system 1\n" },
    { "a question", IP_PROTOCOL_TCP, FLOW_INITIATOR, ASK LIST,
      "control-command read request-message (512), system 1\n"
      "control-command read param-request-list (21), system 1\n" },
    { "a command of a maker", IP_PROTOCOL_UDP, FLOW_INITIATOR, OWN,
      "control-command write command (31010), system 1\n" },
    { "settings", IP_PROTOCOL_TCP, FLOW_INITIATOR, SET_MODE PARAM_SET,
      "control-command write set-mode (11), system 1\n"
      "control-command write param-set (23), system 1\n" },
    { "a mission", IP_PROTOCOL_TCP, FLOW_INITIATOR, CLEAR_ALL COUNT,
      "control-command write mission-clear-all (45), system 1\n"
      "control-command write mission-count (44), system 1\n" },
    { "no command", IP_PROTOCOL_TCP, FLOW_INITIATOR, HEARTBEAT_1 SIGNED UNKNOWN, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_mavlink, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
