#include "classify/recogniser_run.h"

/* Records of the profiles of EUROCONTROL-SPEC-0149; SAC 25, SIC 201. */
#define PLOT(address) "fd96 19c9 3c0000 a0 12345678 0123 0578" address "0042 01234567 40"
#define NORTH         "f0 19c9 02 3c0000 40"
#define TRACK \
    "b95e 19c9 01 3c0000 0000000000000000 0123 c0 4840d6 000000000000 0007 0100 90 05 07"
#define REPORT "fd10 19c9 0100 0007 01 000000 000000000000 4840d6"

static const struct judge_case judge_cases[] = {
    { "two plots", IP_PROTOCOL_UDP, "30 0037" PLOT("4840d6") PLOT("4840d7"), "",
      OPINION_VERIFIED },
    { "two tracks", IP_PROTOCOL_UDP, "3e 0049" TRACK TRACK, "", OPINION_VERIFIED },
    { "two blocks", IP_PROTOCOL_UDP, "22 000b" NORTH "30 001d" PLOT("4840d6"), "",
      OPINION_VERIFIED },
    { "reports over TCP", IP_PROTOCOL_TCP, "",
      "15 0018" REPORT "15 0018" REPORT "15 0018" REPORT, OPINION_VERIFIED },
    { "two reports over TCP", IP_PROTOCOL_TCP, "", "15 0018" REPORT "15 0018" REPORT,
      OPINION_MORE },
    { "one plot", IP_PROTOCOL_UDP, "30 001d" PLOT("4840d6"), "", OPINION_CONSISTENT },
    { "two sources", IP_PROTOCOL_UDP, "22 000b" NORTH "22 000b f0 19c8 02 3c0000 40", "",
      OPINION_NO },
    { "a category that is not known", IP_PROTOCOL_UDP, "70 000b" NORTH, "", OPINION_NO },
    { "a block that is too long", IP_PROTOCOL_UDP, "22 000c" NORTH, "", OPINION_NO },
    { "items that end elsewhere", IP_PROTOCOL_UDP, "22 000c" NORTH "00", "", OPINION_NO },
    { "an item that does not exist", IP_PROTOCOL_UDP, "3e 0007 c0 19c9 00", "",
      OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_asterix, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
