#include "classify/recogniser_run.h"

#define CONNECT "03 00 00 16 11 e0 00 00 00 01 00 c0 01 0a c1 02 01 00 c2 02 01 02"
#define CONFIRM "03 00 00 16 11 d0 00 01 00 02 00 c0 01 0a c1 02 01 00 c2 02 01 02"
#define SETUP   "03 00 00 19 02 f0 80 32 01 00 00 00 00 00 08 00 00 f0 00 00 01 00 01 01 e0"
#define SETUP_ANSWER \
    "03 00 00 1b 02 f0 80 32 03 00 00 00 00 00 08 00 00 00 00 f0 00 00 01 00 01 00 f0"

/* 16 bytes of DB1 from byte 20 on, and two flags' bits. */
#define READ                                                   \
    "03 00 00 2b 02 f0 80 32 01 00 00 00 01 00 1a 00 00 04 02" \
    "12 0a 10 02 00 10 00 01 84 00 00 a0 12 0a 10 01 00 01 00 00 83 00 00 1b"
#define WRITE                                                  \
    "03 00 00 24 02 f0 80 32 01 00 00 00 02 00 0e 00 05 05 01" \
    "12 0a 10 01 00 01 00 00 82 00 00 0b 00 03 00 01 01"
#define COUNTER                                                \
    "03 00 00 1f 02 f0 80 32 01 00 00 00 02 00 0e 00 00 04 01" \
    "12 0a 10 1c 00 01 00 00 1c 00 00 05"
#define STOP \
    "03 00 00 21 02 f0 80 32 01 00 00 00 03 00 10 00 00 29 00 00 00 00 00 09 'P_PROGRAM'"
#define START                                                                             \
    "03 00 00 25 02 f0 80 32 01 00 00 00 03 00 14 00 00 28 00 00 00 00 00 00 fd 00 00 09" \
    "'P_PROGRAM'"
#define COMPRESS                                                                          \
    "03 00 00 21 02 f0 80 32 01 00 00 00 03 00 10 00 00 28 00 00 00 00 00 00 fd 00 00 05" \
    "'_GARB'"
#define DOWNLOAD                                                                    \
    "03 00 00 23 02 f0 80 32 01 00 00 00 04 00 12 00 00 1a 00 01 00 00 00 00 00 09" \
    "'_0800001P'"
#define SZL                                                                      \
    "03 00 00 21 02 f0 80 32 07 00 00 00 05 00 08 00 08 00 01 12 04 11 44 01 00" \
    "ff 09 00 04 00 11 00 00"
#define SZL_ANSWER                                                                        \
    "03 00 00 21 02 f0 80 32 07 00 00 00 05 00 0c 00 04 00 01 12 08 12 84 01 00 00 00 00" \
    "00 0a 00 00 00"
#define SET_CLOCK                                                                \
    "03 00 00 27 02 f0 80 32 07 00 00 00 06 00 08 00 0e 00 01 12 04 11 47 02 00" \
    "ff 09 00 0a 00 19 14 08 20 11 59 43 00 01"
#define PASSWORD                                                                 \
    "03 00 00 25 02 f0 80 32 07 00 00 00 06 00 08 00 0c 00 01 12 04 11 45 01 00" \
    "ff 09 00 08 64 02 67 05 64 02 67 05"

static const struct judge_case judge_cases[] = {
    { "a connection and its setting up", IP_PROTOCOL_TCP, CONNECT SETUP,
      CONFIRM SETUP_ANSWER, OPINION_VERIFIED },
    { "from the middle", IP_PROTOCOL_TCP, READ, "", OPINION_VERIFIED },
    { "an answer alone", IP_PROTOCOL_TCP, "", SETUP_ANSWER, OPINION_VERIFIED },
    { "a connection alone", IP_PROTOCOL_TCP, CONNECT, CONFIRM, OPINION_MORE },
    { "nothing to say", IP_PROTOCOL_TCP, "03 00 00 07 02 f0 80", "", OPINION_MORE },
    { "in two packets", IP_PROTOCOL_TCP,
      "03 00 00 11 02 f0 00 32 01 00 00 00 00 00 08 00 00"
      "03 00 00 0f 02 f0 80 f0 00 00 01 00 01 01 e0",
      "", OPINION_MORE },
    { "lengths that do not fill it", IP_PROTOCOL_TCP,
      "03 00 00 19 02 f0 80 32 01 00 00 00 00 00 07 00 00 f0 00 00 01 00 01 01 e0", "",
      OPINION_NO },
    { "a kind that does not exist", IP_PROTOCOL_TCP,
      "03 00 00 19 02 f0 80 32 04 00 00 00 00 00 08 00 00 f0 00 00 01 00 01 01 e0", "",
      OPINION_NO },
    { "another protocol inside", IP_PROTOCOL_TCP,
      "03 00 00 0f 02 f0 80 7f 65 82 01 94 04 01 01", "", OPINION_NO },
    { "a connection whose parameters do not fill it", IP_PROTOCOL_TCP,
      "03 00 00 16 11 e0 00 00 00 01 00 c0 01 0a c1 02 01 00 c2 03 01 02", "", OPINION_NO },
    { "another version of the transport", IP_PROTOCOL_TCP, "04 00 00 19 02 f0 80 32", "",
      OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_s7comm, *state);
}

static const struct read_case read_cases[] = {
    { "variables", IP_PROTOCOL_TCP, FLOW_INITIATOR, CONNECT SETUP READ WRITE COUNTER,
      "control-command read read-variable (4), 16 from DB1.20.0, 1 more\n"
      "control-command write write-variable (5), 1 from Q1.3\n"
      "control-command read read-variable (4), 1 from C5\n" },
    { "a stop and a start", IP_PROTOCOL_TCP, FLOW_INITIATOR, STOP START,
      "control-command stop plc-stop (41)\n"
      "control-command write plc-start (40), P_PROGRAM\n" },
    { "other services", IP_PROTOCOL_TCP, FLOW_INITIATOR, COMPRESS,
      "control-command write compress-memory (40), _GARB\n" },
    { "a program is loaded", IP_PROTOCOL_TCP, FLOW_INITIATOR, DOWNLOAD,
      "control-command write request-download (26), block OB00001\n" },
    { "user data", IP_PROTOCOL_TCP, FLOW_INITIATOR, SZL SET_CLOCK,
      "control-command read read-szl (1025)\n"
      "control-command write set-clock (1794)\n" },
    { "a password", IP_PROTOCOL_TCP, FLOW_INITIATOR, PASSWORD,
      "control-command read password (1281)\ncleartext-credentials S7 password\n" },
    { "answers are none", IP_PROTOCOL_TCP, FLOW_RESPONDER, SETUP_ANSWER SZL_ANSWER, "" },
    { "nor is what a controller asks for", IP_PROTOCOL_TCP, FLOW_RESPONDER, READ, "" },
    { "nor user data that is no request", IP_PROTOCOL_TCP, FLOW_INITIATOR, SZL_ANSWER, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_s7comm, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
