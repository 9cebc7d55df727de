#include "classify/recogniser_run.h"

/* The example of RFC 3261, section 24. */
#define INVITE \
    "'INVITE sip:bob@biloxi.example SIP/2.0' 0d0a 'Via: SIP/2.0/UDP pc33.example' 0d0a"
#define TRYING "'SIP/2.0 100 Trying' 0d0a"

static const struct judge_case judge_cases[] = {
    { "a request and an answer", IP_PROTOCOL_UDP, INVITE, TRYING, OPINION_VERIFIED },
    { "a request over TCP", IP_PROTOCOL_TCP, INVITE, "", OPINION_VERIFIED },
    { "an answer alone", IP_PROTOCOL_TCP, "", TRYING, OPINION_VERIFIED },
    { "behind what keeps the connection", IP_PROTOCOL_TCP,
      "0d0a0d0a 'OPTIONS sip:example.org SIP/2.0' 0d0a", "", OPINION_VERIFIED },
    { "only what keeps it", IP_PROTOCOL_UDP, "0d0a0d0a", "", OPINION_MORE },
    { "another version", IP_PROTOCOL_TCP, "'INVITE sip:bob@biloxi.example SIP/3.0' 0d0a",
      "", OPINION_NO },
    { "RTSP", IP_PROTOCOL_TCP, "'OPTIONS rtsp://example.org/ RTSP/1.0' 0d0a", "",
      OPINION_NO },
    { "HTTP", IP_PROTOCOL_TCP, "'OPTIONS * HTTP/1.1' 0d0a", "", OPINION_NO },
    { "a status that is none", IP_PROTOCOL_TCP, "", "'SIP/2.0 1x0 '", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_sip, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
