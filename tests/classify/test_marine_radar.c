#include "classify/recogniser_run.h"

/* Headers as the makers' radars send them, and no echoes. */
#define TIMES_4(x)   x x x x
#define TIMES_16(x)  TIMES_4(TIMES_4(x))
#define TIMES_128(x) TIMES_16(TIMES_4(x) TIMES_4(x))
#define ECHOES       TIMES_128("00000000")
#define SPOKE        "18 02 0100 00440d0e 0200 3492 a8010000 00445913 004000cb" ECHOES
#define NAVICO       "01000000 00 02 0002" SPOKE SPOKE
#define FURUNO       "02 00 0001 0000 0000 0500 741b 0201f019 4c18de09 00fd00fd 00fd00fd 00fd00fd"

static const struct judge_case judge_cases[] = {
    { "an image of Navico", IP_PROTOCOL_UDP, NAVICO, "", OPINION_VERIFIED },
    { "another number of spokes", IP_PROTOCOL_UDP, "01000000 00 03 0002" SPOKE SPOKE, "",
      OPINION_NO },
    { "another mark", IP_PROTOCOL_UDP,
      "01000000 00 01 0002 18 02 0100 00440d0f 0200 3492 a8010000 00445913 004000cb" ECHOES,
      "", OPINION_NO },
    { "a report of Navico", IP_PROTOCOL_UDP, "01c402000000000000000000000000000000", "",
      OPINION_CONSISTENT },
    { "a report of another length", IP_PROTOCOL_UDP, "01c4020000", "", OPINION_NO },
    { "a setting of Navico", IP_PROTOCOL_UDP, "a0c1", "", OPINION_MORE },
    { "another setting", IP_PROTOCOL_UDP, "a0c2", "", OPINION_NO },
    { "an image of Furuno", IP_PROTOCOL_UDP, FURUNO, "", OPINION_VERIFIED },
    { "an image of Furuno, too long", IP_PROTOCOL_UDP, FURUNO "00", "", OPINION_NO },
    { "one byte", IP_PROTOCOL_UDP, "02", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_marine_radar, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
