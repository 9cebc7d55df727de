#include "classify/recogniser_run.h"

#define SESSION_C "0102030405060708"
#define SESSION_S "a1a2a3a4a5a6a7a8"
#define MAC       "00112233445566778899aabbccddeeff00112233"
#define MAC_32    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define AT_1      "00000001 66500000"
#define AT_2      "00000001 66500001"
#define LATER     "00000001 66600000"

#define CLIENT      "38" SESSION_C "00 00000000"
#define SERVER      "40" SESSION_S "01 00000000" SESSION_C "00000000"
#define CLIENT_AUTH "38" SESSION_C MAC AT_1 "00 00000000"
#define SERVER_AUTH "40" SESSION_S MAC AT_2 "01 00000000" SESSION_C "00000000"

/* All but session, number, time and MAC is hidden. */
#define CLIENT_CRYPT "38" SESSION_C AT_1 MAC_32 "5a1b7c03e9"
#define SERVER_CRYPT "40" SESSION_S AT_2 MAC_32 "5a1b7c03e95a1b7c03e95a1b7c03e911f2"
#define CLIENT_3     "50" SESSION_C "0f000001 66500000" MAC_32 "5a1b7c03e9" MAC_32 "0028"

static const struct judge_case judge_cases[] = {
    { "a beginning", IP_PROTOCOL_UDP, CLIENT, SERVER, OPINION_VERIFIED },
    { "a beginning over TCP", IP_PROTOCOL_TCP, "000e" CLIENT "0010", "001a" SERVER,
      OPINION_VERIFIED },
    { "with a MAC", IP_PROTOCOL_UDP, CLIENT_AUTH, SERVER_AUTH, OPINION_VERIFIED },
    { "with a MAC over TCP", IP_PROTOCOL_TCP, "002a" CLIENT_AUTH, "0036" SERVER_AUTH,
      OPINION_VERIFIED },
    { "hidden", IP_PROTOCOL_UDP, CLIENT_CRYPT, SERVER_CRYPT, OPINION_VERIFIED },
    { "hidden by a key of the client's", IP_PROTOCOL_UDP, CLIENT_3, SERVER_CRYPT,
      OPINION_VERIFIED },
    { "unanswered", IP_PROTOCOL_UDP, CLIENT, "", OPINION_CONSISTENT },
    { "hidden, at another time", IP_PROTOCOL_UDP, CLIENT_CRYPT,
      "40" SESSION_S LATER MAC_32 "5a1b7c03e95a1b7c03e95a1b7c03e911f2",
      OPINION_CONSISTENT },
    { "an answer to another", IP_PROTOCOL_UDP, CLIENT,
      "40" SESSION_S "01 00000000 0102030405060709 00000000", OPINION_NO },
    { "a first number that is none", IP_PROTOCOL_UDP,
      "38" SESSION_C "00000002 66500000" MAC_32 "5a1b7c03e9", "", OPINION_NO },
    { "a key that is not the first", IP_PROTOCOL_UDP, "39" SESSION_C "00 00000000", "",
      OPINION_NO },
    { "data", IP_PROTOCOL_UDP, "48 000000 00000001" MAC_32, "", OPINION_NO },
    { "a size that is none", IP_PROTOCOL_UDP, CLIENT "00", "", OPINION_NO },
    { "a length that is too much", IP_PROTOCOL_TCP, "0801 38", "", OPINION_NO },
    { "a length that is too little", IP_PROTOCOL_TCP, "000d 38", "", OPINION_NO },
    { "text", IP_PROTOCOL_UDP, "'8 bottles of beer on the wall'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_openvpn, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
