#include "classify/recogniser_run.h"

/* MS-TDS section 4.1. */
static const struct judge_case judge_cases[] = {
    { "a beginning", IP_PROTOCOL_TCP,
      "12 01 0020 0000 00 00 00 0010 0006 01 0016 0001 02 0017 0001 ff 0a3206510000 02 00",
      "", OPINION_VERIFIED },
    { "an answer", IP_PROTOCOL_TCP, "",
      "04 01 0020 0000 00 00 00 0010 0006 01 0016 0001 02 0017 0001 ff 0a3206510000 02 00",
      OPINION_VERIFIED },
    { "a part", IP_PROTOCOL_TCP, "12 01 0020 0000", "", OPINION_MORE },
    { "an offset beyond the end", IP_PROTOCOL_TCP,
      "12 01 0020 0000 00 00 00 0030 0006 01 0016 0001 02 0017 0001 ff 0a3206510000 02 00",
      "", OPINION_NO },
    { "another option first", IP_PROTOCOL_TCP,
      "12 01 0020 0000 00 00 01 0010 0006 01 0016 0001 02 0017 0001 ff 0a3206510000 02 00",
      "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'text'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_mssql, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
