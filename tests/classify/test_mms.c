#include "classify/recogniser_run.h"

#define WRITE                                                                         \
    "03 00 00 47 02 f0 80 01 00 01 00 61 3a 30 38 02 01 03 a0 33 a0 31 02 01 01 a5 "  \
    "2c a0 23 30 21 a0 1f a1 1d 1a 08 'IED1CTRL' 1a 11 'CSWI1$CO$Pos$Oper' a0 05 a2 " \
    "03 83 01 01"
#define READ                                                                         \
    "03 00 00 41 02 f0 80 01 00 01 00 61 34 30 32 02 01 03 a0 2d a0 2b 02 01 02 a4 " \
    "26 80 01 00 a1 21 a0 1f 30 1d a0 1b a1 19 1a 08 'IED1MEAS' 1a 0d "              \
    "'MMXU1$MX$TotW'"
#define READ_ANSWER                                                                  \
    "03 00 00 24 02 f0 80 01 00 01 00 61 17 30 15 02 01 03 a0 10 a1 0e 02 01 02 a4 " \
    "09 a1 07 87 05 08 42 c8 00 00"
#define IDENTIFY                                                                     \
    "03 00 00 1b 02 f0 80 01 00 01 00 61 0e 30 0c 02 01 03 a0 07 a0 05 02 01 03 82 " \
    "00"
#define NAMES                                                                        \
    "03 00 00 24 02 f0 80 01 00 01 00 61 17 30 15 02 01 03 a0 10 a0 0e 02 01 04 a1 " \
    "09 a0 03 80 01 09 a1 02 80 00"
#define FILE_DELETE                                                                  \
    "03 00 00 2c 02 f0 80 01 00 01 00 61 1f 30 1d 02 01 03 a0 18 a0 16 02 01 05 bf " \
    "4c 10 19 0e 'COMTRADE/1.cfg'"
#define STOP                                                                         \
    "03 00 00 23 02 f0 80 01 00 01 00 61 16 30 14 02 01 03 a0 0f a0 0d 02 01 06 bf " \
    "29 07 80 05 'PUMPS'"
#define REPORT                                                                       \
    "03 00 00 24 02 f0 80 01 00 01 00 61 17 30 15 02 01 03 a0 10 a3 0e a0 0c a1 05 " \
    "80 03 52 50 54 a0 03 83 01 01"
#define MODIFIED                                                                     \
    "03 00 00 22 02 f0 80 01 00 01 00 61 15 30 13 02 01 03 a0 0e a0 0c 02 01 07 30 " \
    "05 a0 03 80 01 78 82 00"
#define CONCLUDE "03 00 00 16 02 f0 80 01 00 01 00 61 09 30 07 02 01 03 a0 02 8b 00"
#define ASSOCIATE                                                                    \
    "03 00 00 45 02 f0 80 0d 3c 05 06 13 01 00 16 01 02 14 02 00 02 c1 2e 31 2c a0 " \
    "03 80 01 01 a2 25 a4 23 30 0f 02 01 01 06 04 52 01 00 01 30 04 06 02 51 01 30 " \
    "10 02 01 03 06 05 28 ca 22 02 01 30 04 06 02 51 01"
#define FTAM                                                                         \
    "03 00 00 45 02 f0 80 0d 3c 05 06 13 01 00 16 01 02 14 02 00 02 c1 2e 31 2c a0 " \
    "03 80 01 01 a2 25 a4 23 30 0f 02 01 01 06 04 52 01 00 01 30 04 06 02 51 01 30 " \
    "10 02 01 03 06 05 28 c2 7b 02 01 30 04 06 02 51 01"
#define BAD                                                                          \
    "03 00 00 24 02 f0 80 01 00 01 00 61 16 30 15 02 01 03 a0 10 a1 0e 02 01 02 a4 " \
    "09 a1 07 87 05 08 42 c8 00 00"
#define FIRST                                                                        \
    "03 00 00 2f 02 f0 00 01 00 01 00 61 3a 30 38 02 01 03 a0 33 a0 31 02 01 01 a5 " \
    "2c a0 23 30 21 a0 1f a1 1d 1a 08 'IED1CTRL' 1a 11"
#define REST "03 00 00 1f 02 f0 80 'CSWI1$CO$Pos$Oper' a0 05 a2 03 83 01 01"

#define CONNECT "03 00 00 16 11 e0 00 00 00 01 00 c0 01 0a c1 02 00 01 c2 02 00 01"

static const struct judge_case judge_cases[] = {
    { "a connection that names the syntax", IP_PROTOCOL_TCP, CONNECT ASSOCIATE, "",
      OPINION_VERIFIED },
    { "a connection of another syntax", IP_PROTOCOL_TCP, CONNECT FTAM, "", OPINION_MORE },
    { "a request and its answer", IP_PROTOCOL_TCP, READ, READ_ANSWER, OPINION_VERIFIED },
    { "an answer alone", IP_PROTOCOL_TCP, "", READ_ANSWER, OPINION_VERIFIED },
    { "a report alone", IP_PROTOCOL_TCP, "", REPORT, OPINION_VERIFIED },
    { "a request in two packets", IP_PROTOCOL_TCP, FIRST REST, "", OPINION_VERIFIED },
    { "the end", IP_PROTOCOL_TCP, CONCLUDE, "", OPINION_MORE },
    { "lengths that do not fill each other", IP_PROTOCOL_TCP, BAD, "", OPINION_NO },
    { "other session data", IP_PROTOCOL_TCP, "03 00 00 0b 02 f0 80 01 00 02 00", "",
      OPINION_NO },
    { "S7", IP_PROTOCOL_TCP,
      "03 00 00 19 02 f0 80 32 01 00 00 00 00 00 08 00 00 f0 00 00 01 00 01 01 e0", "",
      OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_mms, *state);
}

static const struct read_case read_cases[] = {
    { "a switch is operated", IP_PROTOCOL_TCP, FLOW_INITIATOR, CONNECT ASSOCIATE WRITE,
      "control-command write write (5), IED1CTRL/CSWI1$CO$Pos$Oper\n" },
    { "the same in two packets", IP_PROTOCOL_TCP, FLOW_INITIATOR, FIRST REST,
      "control-command write write (5)\n" },
    { "questions", IP_PROTOCOL_TCP, FLOW_INITIATOR, READ IDENTIFY NAMES MODIFIED,
      "control-command read read (4), IED1MEAS/MMXU1$MX$TotW\n"
      "control-command read identify (2)\n"
      "control-command read get-name-list (1)\n"
      "control-command read identify (2)\n" },
    { "a file is deleted", IP_PROTOCOL_TCP, FLOW_INITIATOR, FILE_DELETE,
      "control-command write file-delete (76), COMTRADE/1.cfg\n" },
    { "a program is stopped", IP_PROTOCOL_TCP, FLOW_INITIATOR, STOP,
      "control-command stop stop (41), PUMPS\n" },
    { "the other end asks", IP_PROTOCOL_TCP, FLOW_RESPONDER, IDENTIFY,
      "control-command read identify (2)\n" },
    { "answers and reports are none", IP_PROTOCOL_TCP, FLOW_RESPONDER,
      READ_ANSWER REPORT CONCLUDE, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_mms, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
