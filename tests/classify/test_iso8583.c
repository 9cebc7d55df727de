#include "classify/recogniser_run.h"

/* Messages after ISO 8583:1987: type, map of fields, fields. */
#define PURCHASE                                                                           \
    "'02007220040000C080001640000012345678990000000000000010000601090000123456051TERM0001" \
    "MERCHANT0000001978'"
#define APPROVAL "'02103220000002800000000000000000001000060109000012345600TERM0001'"
#define SIGN_ON  "'0800' 8220000000000000 0400000000000000 '0601090000000001301'"
#define SIGNED   "'0810' 8220000002000000 0400000000000000 '060109000000000100301'"
#define PACKED                                                                     \
    "60 0001 0002 0800 2220010000c00000 990000 0601090000 000001 0003 'TERM0001' " \
    "'MERCHANT0000001'"
#define ANSWER "60 0002 0001 0810 2220000002800000 990000 0601090000 000001 '00' 'TERM0001'"

static const struct judge_case judge_cases[] = {
    { "a purchase, length in digits", IP_PROTOCOL_TCP, "'0101'" PURCHASE, "'0064'" APPROVAL,
      OPINION_VERIFIED },
    { "a sign-on, length in bytes", IP_PROTOCOL_TCP, "0027" SIGN_ON, "0029" SIGNED,
      OPINION_VERIFIED },
    { "a length that counts itself", IP_PROTOCOL_TCP, "0029" SIGN_ON "0067" PURCHASE, "",
      OPINION_VERIFIED },
    { "a packed length", IP_PROTOCOL_TCP, "0039" SIGN_ON, "0041" SIGNED, OPINION_VERIFIED },
    { "a packed message behind a TPDU", IP_PROTOCOL_TCP, "0033" PACKED, "0024" ANSWER,
      OPINION_VERIFIED },
    { "with ISO before it", IP_PROTOCOL_TCP, "0033 'ISO025000055'" SIGN_ON,
      "0035 'ISO025000055'" SIGNED, OPINION_VERIFIED },
    { "a message alone", IP_PROTOCOL_TCP, "'0101'" PURCHASE, "", OPINION_CONSISTENT },
    { "an answer to something else", IP_PROTOCOL_TCP, "'0101'" PURCHASE, "0029" SIGNED,
      OPINION_CONSISTENT },
    { "fields that do not fit", IP_PROTOCOL_TCP, "0028" SIGN_ON "30", "",
      OPINION_CONSISTENT },
    { "a packed message whose fields do not fit", IP_PROTOCOL_TCP,
      "0017 60 0001 0002 0800 2220010000c00000 0601090000 000a01", "", OPINION_NO },
    { "a type that does not exist", IP_PROTOCOL_TCP,
      "0027 '0900' 8220000000000000 0400000000000000 '0601090000000001301'", "",
      OPINION_NO },
    { "a part of a message", IP_PROTOCOL_TCP, "'01010200722004'", "", OPINION_MORE },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
    { "numbers", IP_PROTOCOL_TCP, "'220 mail.example.org'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_iso8583, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
