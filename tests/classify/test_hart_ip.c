#include "classify/recogniser_run.h"

#define INITIATE   "01 00 00 00 0001 000d 01 000927c0"
#define INITIATED  "01 01 00 00 0001 000d 01 000927c0"
#define KEEP_ALIVE "01 00 02 00 0002 0008"
#define ALIVE      "01 01 02 00 0002 0008"
#define NAK        "01 0f 03 05 0003 0008"

/* With frames: by the short and by the long address, of an extended command, through an
 * I/O system to a sub-device, and one that goes nowhere. */
#define POLL        "01 00 03 00 0003 000d 02 80 00 00 82"
#define POLL_ANSWER "01 01 03 00 0003 001a 06 80 00 0d 00 00 fe 26060505010100 0a1b2c 68"
#define WRITE       "01 00 03 00 0004 0013 82 a6060a1b2c 06 02 00 01 1a"
#define RESET       "01 00 03 00 0005 0011 82 a6060a1b2c 2a 00 35"
#define EXTENDED    "01 00 03 00 0006 0015 82 a6060a1b2c 1f 04 0301 0000 06"
#define SUB_DEVICE \
    "01 00 03 00 0007 001c 82 a6060a1b2c 4d 0b 01 02 05 82 9a0b0c0d0e 2a 00 69"
#define NO_DEVICE "01 00 03 00 0007 0013 82 a6060a1b2c 4d 02 01 02 53"
#define BURST     "01 02 03 00 0008 0013 81 e6060a1b2c 03 02 0000 5d"

/* Commands 0, 42 and 79 in a row. */
#define DIRECT "02 00 04 00 0009 0014 00 00 0000 00 002a 00 004f 01 07"

static const struct judge_case judge_cases[] = {
    { "a session", IP_PROTOCOL_UDP, INITIATE, INITIATED, OPINION_VERIFIED },
    { "a session over TCP", IP_PROTOCOL_TCP, INITIATE, INITIATED, OPINION_VERIFIED },
    { "a request with a frame", IP_PROTOCOL_UDP, WRITE, "", OPINION_VERIFIED },
    { "an answer with a frame", IP_PROTOCOL_TCP, "", INITIATED POLL_ANSWER,
      OPINION_VERIFIED },
    { "what a device sends by itself", IP_PROTOCOL_UDP, "", BURST, OPINION_VERIFIED },
    { "commands in a row and a refusal", IP_PROTOCOL_TCP, INITIATE DIRECT,
      "01 01 00 00 0001 000d 01 000927c0 02 0f 04 05 0009 0008", OPINION_VERIFIED },
    { "a session is asked for", IP_PROTOCOL_TCP, INITIATE, "", OPINION_CONSISTENT },
    { "it is answered under another number", IP_PROTOCOL_UDP, KEEP_ALIVE,
      "01 01 02 00 0003 0008", OPINION_CONSISTENT },
    { "questions from both sides", IP_PROTOCOL_UDP, KEEP_ALIVE, KEEP_ALIVE,
      OPINION_CONSISTENT },
    { "a frame that does not add up", IP_PROTOCOL_UDP,
      "01 00 03 00 0004 0013 82 a6060a1b2c 06 02 00 01 1b", "", OPINION_NO },
    { "a frame that is too long", IP_PROTOCOL_UDP,
      "01 00 03 00 0004 0013 82 a6060a1b2c 06 01 00 01 19", "", OPINION_NO },
    { "an answer's frame in a request", IP_PROTOCOL_UDP,
      "01 00 03 00 0004 0013 86 a6060a1b2c 06 02 00 01 1e", "", OPINION_NO },
    { "commands that do not fit", IP_PROTOCOL_TCP,
      "02 00 04 00 0009 0014 00 00 0000 00 002a 00 004f 02 07", "", OPINION_NO },
    { "a session of another size", IP_PROTOCOL_TCP, "01 00 00 00 0001 000e", "",
      OPINION_NO },
    { "version 3", IP_PROTOCOL_TCP, "03 00 00 00 0001 000d", "", OPINION_NO },
    { "an id that does not exist", IP_PROTOCOL_TCP, "01 00 06 00 0001 000d", "",
      OPINION_NO },
    { "a datagram that is longer than it says", IP_PROTOCOL_UDP, KEEP_ALIVE "00", "",
      OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_hart_ip, *state);
}

static const struct read_case read_cases[] = {
    { "a poll", IP_PROTOCOL_UDP, FLOW_INITIATOR, POLL,
      "control-command read read-unique-identifier, device 0\n" },
    { "a write and a reset", IP_PROTOCOL_TCP, FLOW_INITIATOR, INITIATE WRITE RESET,
      "control-command write write-polling-address (6), device 26060a1b2c\n"
      "control-command stop device-reset (42), device 26060a1b2c\n" },
    { "an extended command", IP_PROTOCOL_TCP, FLOW_INITIATOR, EXTENDED,
      "control-command write other-command (769), device 26060a1b2c\n" },
    { "to a sub-device", IP_PROTOCOL_TCP, FLOW_INITIATOR, SUB_DEVICE,
      "control-command stop device-reset (42), device 1a0b0c0d0e, through card 1, channel "
      "2\n" },
    { "to no sub-device", IP_PROTOCOL_TCP, FLOW_INITIATOR, NO_DEVICE,
      "control-command write send-command-to-sub-device (77), device 26060a1b2c\n" },
    { "commands in a row", IP_PROTOCOL_TCP, FLOW_INITIATOR, DIRECT,
      "control-command read read-unique-identifier\n"
      "control-command stop device-reset (42)\n"
      "control-command write write-device-variable (79)\n" },
    { "what a device says", IP_PROTOCOL_TCP, FLOW_RESPONDER, POLL_ANSWER BURST NAK ALIVE,
      "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_hart_ip, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
