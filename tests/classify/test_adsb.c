#include "classify/recogniser_run.h"

/* Squitters that "The 1090 Megahertz Riddle" (J. Sun) takes as examples. */
#define TIME_LEVEL "000000000001 20"
#define LONG_FRAME "1a33" TIME_LEVEL "8d4840d6202cc371c32ce0576098"
#define DAMAGED    "1a33" TIME_LEVEL "8d4840d6202cc371c32ce0576099"
#define SHORT      "1a32" TIME_LEVEL "5d4840d6000000"
#define ESCAPED    "1a32 00001a1a000001 20 5d4840d6000000"
#define AVR        "'*8D4840D6202CC371C32CE0576098;' 0d0a"
#define AVR_TIMED  "'@000000000001' '5D4840D6000000;' 0a"
#define POSITION \
    "'MSG,3,1,1,4840D6,1,2026/06/01,09:00:00.000,2026/06/01,09:00:00.000,,38000,,,52.2,'"

static const struct judge_case judge_cases[] = {
    { "a squitter in Beast", IP_PROTOCOL_TCP, "", LONG_FRAME, OPINION_VERIFIED },
    { "a damaged one", IP_PROTOCOL_TCP, "", DAMAGED, OPINION_MORE },
    { "frames of Beast in a row", IP_PROTOCOL_TCP, SHORT ESCAPED DAMAGED SHORT, "",
      OPINION_VERIFIED },
    { "three frames", IP_PROTOCOL_TCP, SHORT ESCAPED DAMAGED, "", OPINION_MORE },
    { "an escape that is none", IP_PROTOCOL_TCP, "1a33 00001a00", "", OPINION_NO },
    { "AVR", IP_PROTOCOL_TCP, "", AVR, OPINION_VERIFIED },
    { "AVR with a time", IP_PROTOCOL_TCP, "", AVR_TIMED, OPINION_VERIFIED },
    { "AVR of another length", IP_PROTOCOL_TCP, "", "'*8D4840D6202CC371C32CE05760;' 0d0a",
      OPINION_NO },
    { "BaseStation", IP_PROTOCOL_TCP, "", POSITION, OPINION_VERIFIED },
    { "BaseStation without an address", IP_PROTOCOL_TCP, "", "'MSG,3,1,1,BOEING,1,2026'",
      OPINION_NO },
    { "BaseStation without a date", IP_PROTOCOL_TCP, "",
      "'MSG,3,1,1,4840D6,1,today,09:00:00.000,2026/06/01,'", OPINION_NO },
    { "a list", IP_PROTOCOL_TCP, "'* one' 0d0a", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_adsb, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
