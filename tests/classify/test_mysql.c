#include "classify/recogniser_run.h"

/* "Protocol::HandshakeV10", of servers of several ages. */
#define THREAD   "0b000000 0102030405060708 "
#define RESERVED "00000000000000000000 "
#define PART_2   "0102030405060708090a0b0c 00 "
#define NATIVE   "'mysql_native_password' 00"
#define V5_7     "49 000000 0a '5.7.1' 00 " THREAD

static const struct judge_case judge_cases[] = {
    { "a greeting", IP_PROTOCOL_TCP, "",
      V5_7 "00 ffff 21 0200 ffc1 15 " RESERVED PART_2 NATIVE, OPINION_VERIFIED },
    { "MariaDB", IP_PROTOCOL_TCP, "",
      "59 000000 0a '5.5.5-10.6.12-MariaDB' 00 " THREAD
      "00 fef7 2d 0200 ff81 15 000000000000 1d000000 " PART_2 NATIVE,
      OPINION_VERIFIED },
    { "before there were plugins", IP_PROTOCOL_TCP, "",
      "3f 000000 0a '5.0.51a-24+lenny2' 00 " THREAD
      "00 2ca2 08 0200 0000 00 " RESERVED PART_2,
      OPINION_VERIFIED },
    { "before the challenge had two parts", IP_PROTOCOL_TCP, "",
      "28 000000 0a '3.23.49' 00 " THREAD "00 2c00 08 0200 0000 00 " RESERVED,
      OPINION_VERIFIED },
    { "a part", IP_PROTOCOL_TCP, "", V5_7, OPINION_MORE },
    { "a challenge that does not end", IP_PROTOCOL_TCP, "",
      V5_7 "01 ffff 21 0200 ffc1 15 " RESERVED PART_2 NATIVE, OPINION_NO },
    { "a second part that does not end", IP_PROTOCOL_TCP, "",
      V5_7 "00 ffff 21 0200 ffc1 15 " RESERVED "0102030405060708090a0b0c 01 " NATIVE,
      OPINION_NO },
    { "a challenge longer than the greeting", IP_PROTOCOL_TCP, "",
      V5_7 "00 ffff 21 0200 ffc1 40 " RESERVED PART_2 NATIVE, OPINION_NO },
    { "a challenge too long", IP_PROTOCOL_TCP, "",
      V5_7 "00 ffff 21 0200 ffc1 41 " RESERVED PART_2 NATIVE, OPINION_NO },
    { "a challenge of a length without plugins", IP_PROTOCOL_TCP, "",
      "3f 000000 0a '5.0.51a-24+lenny2' 00 " THREAD
      "00 2ca2 08 0200 0000 15 " RESERVED PART_2,
      OPINION_NO },
    { "reserved bytes that are not zero", IP_PROTOCOL_TCP, "",
      V5_7 "00 ffff 21 0200 ffc1 15 00000000000001000000 " PART_2 NATIVE, OPINION_NO },
    { "a version of letters", IP_PROTOCOL_TCP, "", "28 000000 0a 'x.7.1'", OPINION_NO },
    { "a version of one number", IP_PROTOCOL_TCP, "",
      "28 000000 0a '3234949' 00 " THREAD "00 2c00 08 0200 0000 00 " RESERVED, OPINION_NO },
    { "small numbers", IP_PROTOCOL_TCP, "",
      "4c000000 0a360000 bd000000 901c0000 f4000000 cc000000 94000000 7d000000 a2000000 "
      "73000000 01000000 02000000 03000000 04000000 05000000 06000000 07000000 08000000 "
      "09000000 0a000000",
      OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "", "'+OK'", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_mysql, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
