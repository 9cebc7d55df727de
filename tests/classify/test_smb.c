#include "classify/recogniser_run.h"

/* MS-CIFS section 4.2, MS-SMB2 section 4.1; RFC 1002 section 4.3.2. */
static const struct judge_case judge_cases[] = {
    { "version 1", IP_PROTOCOL_TCP,
      "00 000023 ff'SMB' 72 00000000 18 0128 0000 0000000000000000 0000 ffff fffe 0000 "
      "0000 00 0000",
      "", OPINION_VERIFIED },
    { "version 2", IP_PROTOCOL_TCP, "00 000044 fe'SMB' 4000 0000 00000000 0000 0100", "",
      OPINION_VERIFIED },
    { "encrypted", IP_PROTOCOL_TCP, "00 000064 fd'SMB' 0011223344556677", "",
      OPINION_VERIFIED },
    { "a session", IP_PROTOCOL_TCP,
      "81 000044 20 'CKFDENECFDEFFCFGEFFCCACACACACACA' 00 20 "
      "'CKFDENECFDEFFCFGEFFCCACACACACAAA' 00",
      "82 000000", OPINION_VERIFIED },
    { "an answer after a session", IP_PROTOCOL_TCP, "",
      "82 000000 00 000023 ff'SMB' 72 00000000 18", OPINION_VERIFIED },
    { "a message that is too short", IP_PROTOCOL_TCP, "00 000010 ff'SMB' 72000000", "",
      OPINION_NO },
    { "a header of another size", IP_PROTOCOL_TCP, "00 000044 fe'SMB' 4100 0000 00000000",
      "", OPINION_NO },
    { "a name of small letters", IP_PROTOCOL_TCP, "81 000044 20 'ckfd'", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'SMB'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_smb, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
