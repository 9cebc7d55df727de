#include "classify/recogniser_run.h"

/* Sentences as in IEC 61162-1; the checksums are computed by hand. */
#define GGA     "'$GPGGA,092750.000,5321.6802,N,00630.3372,W,1,8,1.03,61.7,M,55.2,M,,*76' 0d0a"
#define ROT     "'$HEROT,-003.4,A*01' 0d0a"
#define WRONG   "'$HEROT,-003.4,A*02' 0d0a"
#define HDM     "'$HCHDM,238,M' 0d0a"
#define DPT     "'$SDDPT,12.5,0.0' 0d0a"
#define UNKNOWN "'$SDQQQ,12.5' 0d0a"
#define TAG     "'\\s:VR0001*4C\\'"
#define TOKEN   "'UdPbC' 00"
#define FILE \
    "'RaUdP' 00 0001 0026 'VR0001EI0001' 0001 00000000 00000001 00000001 00000001 00 00"

static const struct judge_case judge_cases[] = {
    { "a sentence over UDP", IP_PROTOCOL_UDP, GGA, "", OPINION_VERIFIED },
    { "sentences over TCP", IP_PROTOCOL_TCP, "", GGA ROT, OPINION_VERIFIED },
    { "without an end of line", IP_PROTOCOL_UDP, "'$HEROT,-003.4,A*01'", "",
      OPINION_VERIFIED },
    { "more of a stream is to come", IP_PROTOCOL_TCP, "'$HEROT,-003.4,A*01'", "",
      OPINION_MORE },
    { "a TAG block and a sentence", IP_PROTOCOL_TCP, TAG ROT, "", OPINION_VERIFIED },
    { "IEC 61162-450", IP_PROTOCOL_UDP, TOKEN TAG ROT, "", OPINION_VERIFIED },
    { "IEC 61162-450, several blocks", IP_PROTOCOL_UDP, TOKEN TAG TAG ROT, "",
      OPINION_VERIFIED },
    { "a file", IP_PROTOCOL_UDP, FILE, "", OPINION_VERIFIED },
    { "a file of version 9", IP_PROTOCOL_UDP, "'RaUdP' 00 0009 0014 'VR0001EI0001'", "",
      OPINION_NO },
    { "one without a checksum", IP_PROTOCOL_UDP, HDM, "", OPINION_CONSISTENT },
    { "two", IP_PROTOCOL_TCP, "", HDM HDM, OPINION_CONSISTENT },
    { "three in a row", IP_PROTOCOL_TCP, "", HDM HDM DPT, OPINION_VERIFIED },
    { "three in a datagram", IP_PROTOCOL_UDP, HDM DPT HDM, "", OPINION_VERIFIED },
    { "three, not in a row", IP_PROTOCOL_TCP, "", HDM HDM UNKNOWN DPT, OPINION_CONSISTENT },
    { "a question of one talker to another", IP_PROTOCOL_UDP, "'$CCHCQ,HDM' 0d0a", "",
      OPINION_CONSISTENT },
    { "a question to a talker that does not exist", IP_PROTOCOL_UDP, "'$CCMYQ,HDM' 0d0a",
      "", OPINION_MORE },
    { "without a checksum, a formatter that does not exist", IP_PROTOCOL_UDP,
      "'$HCQQQ,238,M' 0d0a", "", OPINION_MORE },
    { "without a checksum, a talker that does not exist", IP_PROTOCOL_TCP,
      "'$MYSUM,5' 0d0a", "'ok' 0d0a", OPINION_NO },
    { "that alone", IP_PROTOCOL_UDP, "'$MYSUM,5' 0d0a", "", OPINION_MORE },
    { "a user's talker", IP_PROTOCOL_UDP, "'$U7HDM,238,M' 0d0a", "", OPINION_CONSISTENT },
    { "a wrong checksum", IP_PROTOCOL_UDP, WRONG, "", OPINION_CONSISTENT },
    { "a wrong checksum, then a right one", IP_PROTOCOL_TCP, WRONG ROT, "",
      OPINION_VERIFIED },
    { "something else behind the checksum", IP_PROTOCOL_UDP, "'$HEROT,-003.4,A*01;'", "",
      OPINION_NO },
    { "no address", IP_PROTOCOL_UDP, "'$he,1*00' 0d0a", "", OPINION_NO },
    { "a price", IP_PROTOCOL_TCP, "'$100 for everything' 0d0a", "", OPINION_NO },
    { "a token alone", IP_PROTOCOL_UDP, TOKEN, "", OPINION_NO },
    { "another token", IP_PROTOCOL_UDP, "'UdPbD' 00" ROT, "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_nmea, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
