#include "classify/recogniser_run.h"

/* Frames after AMQP 0-9-1 section 2.3.5 and 1.0 section 2.3. */
#define HELLO "'AMQP' 00 00 09 01"
#define START \
    "01 0000 0000001c 000a 000a 00 09 00000000 00000005 'PLAIN' 00000005 'en_US' ce"
#define START_OK                                                                     \
    "01 0000 00000024 000a 000b 00000000 05 'PLAIN' 0000000c 00 'user' 00 'secret' " \
    "05 'en_US' ce"
#define SECURE    "01 0000 0000001b 000a 000b 00000000 08 'EXTERNAL' 00000000 05 'en_US' ce"
#define TUNE      "01 0000 0000000c 000a 001e 07ff 00020000 003c ce"
#define HEARTBEAT "08 0000 00000000 ce"
#define HELLO_1   "'AMQP' 00 01 00 00"
#define SASL_1    "'AMQP' 03 01 00 00"
#define INIT      "00000021 02 01 0000 00 53 41 c0 14 02 a3 05 'PLAIN' a0 0a 00 'user' 00 'pass'"
#define OPEN      "00000013 02 00 0000 00 53 10 c0 06 01 a1 03 'app'"

static const struct judge_case judge_cases[] = {
    { "the first bytes", IP_PROTOCOL_TCP, HELLO, "", OPINION_VERIFIED },
    { "a server's start", IP_PROTOCOL_TCP, "", START, OPINION_CONSISTENT },
    { "both", IP_PROTOCOL_TCP, HELLO, START, OPINION_VERIFIED },
    { "frames from the middle", IP_PROTOCOL_TCP, "", TUNE TUNE, OPINION_VERIFIED },
    { "a heartbeat", IP_PROTOCOL_TCP, HEARTBEAT, "", OPINION_VERIFIED },
    { "version 1.0", IP_PROTOCOL_TCP, HELLO_1 OPEN, HELLO_1, OPINION_VERIFIED },
    { "version 1.0 with SASL", IP_PROTOCOL_TCP, SASL_1 INIT, SASL_1, OPINION_VERIFIED },
    { "version 1.0 from the middle", IP_PROTOCOL_TCP, OPEN, "", OPINION_VERIFIED },
    { "version 1.0, an empty frame", IP_PROTOCOL_TCP, "00000008 02 00 0000", "",
      OPINION_CONSISTENT },
    { "a frame without its end", IP_PROTOCOL_TCP, "",
      "01 0000 0000000c 000a 001e 07ff 00020000 003c cf", OPINION_NO },
    { "a class that does not exist", IP_PROTOCOL_TCP, "",
      "01 0000 0000000c 000b 001e 07ff 00020000 003c ce", OPINION_NO },
    { "another version", IP_PROTOCOL_TCP, "'AMQP' 07 00 00 00", "", OPINION_NO },
    { "NetBIOS", IP_PROTOCOL_TCP, "00000085 ff 'SMB' 72 00000000", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_amqp, *state);
}

static const struct read_case read_cases[] = {
    { "a password", IP_PROTOCOL_TCP, FLOW_INITIATOR, HELLO START_OK,
      "cleartext-credentials AMQP start-ok\n" },
    { "a password, version 1.0", IP_PROTOCOL_TCP, FLOW_INITIATOR, SASL_1 INIT,
      "cleartext-credentials AMQP SASL PLAIN\n" },
    { "another mechanism", IP_PROTOCOL_TCP, FLOW_INITIATOR, HELLO SECURE TUNE OPEN, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_amqp, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
