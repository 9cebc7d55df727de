#include "classify/recogniser_run.h"

/* The first sentence is the example that most descriptions of AIS use. */
#define POSITION "'!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C' 0d0a"
#define FIRST \
    "'!AIVDM,2,1,3,B,55P5TL01VIaAL@7WKO@mBplU@<PDhh000000001S;AJ::4A80?4i@E53,0*3E' 0d0a"
#define SECOND "'!AIVDM,2,2,3,B,1@0000000000000,2*55' 0d0a"
#define TAG    "'\\s:VR0001*4C\\'"

static const struct judge_case judge_cases[] = {
    { "a position", IP_PROTOCOL_UDP, POSITION, "", OPINION_VERIFIED },
    { "a message in two sentences", IP_PROTOCOL_TCP, "", FIRST SECOND, OPINION_VERIFIED },
    { "IEC 61162-450", IP_PROTOCOL_UDP, "'UdPbC' 00" TAG POSITION, "", OPINION_VERIFIED },
    { "with a TAG block", IP_PROTOCOL_TCP, TAG POSITION, "", OPINION_VERIFIED },
    { "a changed letter", IP_PROTOCOL_UDP,
      "'!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1xUbN0TKH,0*5C' 0d0a", "", OPINION_NO },
    { "a changed digit", IP_PROTOCOL_UDP,
      "'!AIVDM,1,1,,B,177KQJ5001G?tO`K>RA1wUbN0TKH,0*5C' 0d0a", "", OPINION_CONSISTENT },
    { "the second of one", IP_PROTOCOL_UDP, "'!AIVDM,1,2,,B,177KQJ5000,0*42' 0d0a", "",
      OPINION_NO },
    { "not of six bits", IP_PROTOCOL_UDP, "'!AIVDM,1,1,,B,177KXJ5000,0*48' 0d0a", "",
      OPINION_NO },
    { "too little of a stream", IP_PROTOCOL_TCP, "'!AIVDM,1,1,,B,177KQJ5'", "",
      OPINION_MORE },
    { "another sentence", IP_PROTOCOL_UDP, "'$HEROT,-003.4,A*01' 0d0a", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_ais, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
