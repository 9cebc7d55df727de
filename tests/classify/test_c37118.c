#include "classify/recogniser_run.h"

/* IEEE C37.118.2-2011, annex D: a data frame, a header frame and the command to turn the
 * transmission on. */
#define DATA                                                                         \
    "aa01 0034 1e36 44853600 000041b1 0000 392b0000 e36ace7c e36a3183 04440000 09c4" \
    "0000 42c80000 447a0000 461c4000 3c12 d43f"
#define HEADER  "aa11 0027 1e36 44856030 0f0bbfd0 'Hello I' 27 'm Header Frame.' 17cc"
#define TURN_ON "aa41 0012 1e36 44856030 0f0bbfd0 0002 ce00"

#define TURN_OFF     "aa41 0012 1e36 44856031 0f0bbfd0 0001 4602"
#define SEND_CONFIG  "aa42 0012 1e36 44856031 0f0bbfd0 0005 e5a3"
#define USER_COMMAND "aa42 0012 1e36 44856031 0f0bbfd0 0102 a675"
#define NO_COMMAND   "aa42 0012 1e36 44856031 0f0bbfd0 0007 c5e1"
#define EXTENDED     "aa42 0016 1e36 44856031 0f0bbfd0 0008 01020304 b392"
#define SMALL        "aa01 0018 1e36 44853600 000041b1 0000 392b0000 e36a 772c"
#define OF_ANOTHER   "aa01 0018 1e37 44853600 000041b1 0000 392b0000 e36a 67ce"

static const struct judge_case judge_cases[] = {
    { "a command", IP_PROTOCOL_TCP, TURN_ON, "", OPINION_VERIFIED },
    { "a command by datagram", IP_PROTOCOL_UDP, TURN_OFF, "", OPINION_VERIFIED },
    { "data by datagram", IP_PROTOCOL_UDP, DATA, "", OPINION_VERIFIED },
    { "two datagrams' worth", IP_PROTOCOL_UDP, "", HEADER SMALL, OPINION_VERIFIED },
    { "two frames of a stream", IP_PROTOCOL_TCP, "", HEADER DATA, OPINION_VERIFIED },
    { "one frame", IP_PROTOCOL_TCP, "", DATA, OPINION_CONSISTENT },
    { "frames of two streams", IP_PROTOCOL_TCP, "", SMALL OF_ANOTHER, OPINION_CONSISTENT },
    { "a command that does not exist", IP_PROTOCOL_TCP, NO_COMMAND, "",
      OPINION_CONSISTENT },
    { "a wrong checksum", IP_PROTOCOL_TCP, "aa41 0012 1e36 44856030 0f0bbfd0 0002 ce01", "",
      OPINION_NO },
    { "a wrong checksum by datagram", IP_PROTOCOL_UDP,
      "aa41 0012 1e36 44856030 0f0bbfd0 0003 ce00", "", OPINION_NO },
    { "a datagram that is too short", IP_PROTOCOL_UDP, "aa01 0034 1e36 44853600", "",
      OPINION_NO },
    { "a datagram with more behind it", IP_PROTOCOL_UDP, TURN_ON "00", "", OPINION_NO },
    { "a type that does not exist", IP_PROTOCOL_TCP, "aa61 0012", "", OPINION_NO },
    { "no version", IP_PROTOCOL_TCP, "aa40 0012", "", OPINION_NO },
    { "a size that nothing fits", IP_PROTOCOL_TCP, "aa11 000f 1e36", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_c37118, *state);
}

static const struct read_case read_cases[] = {
    { "on and off", IP_PROTOCOL_TCP, FLOW_INITIATOR, TURN_ON TURN_OFF,
      "control-command write turn-on-transmission (2), stream 7734\n"
      "control-command stop turn-off-transmission (1), stream 7734\n" },
    { "a request for the configuration", IP_PROTOCOL_UDP, FLOW_RESPONDER, SEND_CONFIG,
      "control-command read send-configuration-2 (5), stream 7734\n" },
    { "what the maker has thought of", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      USER_COMMAND EXTENDED,
      "control-command write user-command (258), stream 7734\n"
      "control-command write extended-frame (8), stream 7734\n" },
    { "a command that does not exist", IP_PROTOCOL_TCP, FLOW_INITIATOR, NO_COMMAND, "" },
    { "data", IP_PROTOCOL_TCP, FLOW_RESPONDER, DATA HEADER, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_c37118, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
