#include "classify/recogniser_run.h"

/* RFC 9112 section 3; RFC 7617 section 2. */
static const struct judge_case judge_cases[] = {
    { "a request", IP_PROTOCOL_TCP,
      "'GET /hello.txt HTTP/1.1' 0d0a 'Host: www.example.com' 0d0a0d0a", "",
      OPINION_VERIFIED },
    { "a response", IP_PROTOCOL_TCP, "",
      "'HTTP/1.1 200 OK' 0d0a 'Content-Type: text/html' 0d0a0d0a", OPINION_VERIFIED },
    { "both", IP_PROTOCOL_TCP, "'GET / HTTP/1.0' 0d0a0d0a",
      "'HTTP/1.0 404 Not Found' 0d0a 'Content-Type: text/html' 0d0a0d0a",
      OPINION_VERIFIED },
    { "a part of a request", IP_PROTOCOL_TCP, "'GET / HTTP/1.1' 0d0a 'Host: '", "",
      OPINION_CONSISTENT },
    { "version 2", IP_PROTOCOL_TCP, "'PRI * HTTP/2.0' 0d0a0d0a", "", OPINION_VERIFIED },
    { "a request to a camera", IP_PROTOCOL_TCP, "'DESCRIBE rtsp://a RTSP/1.0' 0d0a", "",
      OPINION_NO },
    { "a method in small letters", IP_PROTOCOL_TCP, "'get / HTTP/1.1' 0d0a", "",
      OPINION_NO },
    { "a response without a number", IP_PROTOCOL_TCP, "", "'HTTP/1.1 abc' 0d0a",
      OPINION_NO },
    { "a request and what is no response", IP_PROTOCOL_TCP, "'GET / HTTP/1.0' 0d0a",
      "'+OK'", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'The hospital '", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_http, *state);
}

static const struct read_case read_cases[] = {
    { "a name", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "'GET / HTTP/1.1' 0d0a 'host: WWW.Example.com:8080' 0d0a0d0a",
      "name www.example.com\n" },
    { "an address", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "'GET / HTTP/1.1' 0d0a 'Host: 192.0.2.1:80' 0d0a0d0a", "" },
    { "a password", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "'GET / HTTP/1.1' 0d0a 'Authorization: Basic dGVzdDoxMjPCow==' 0d0a0d0a",
      "cleartext-credentials HTTP Basic\n" },
    { "a token", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "'GET / HTTP/1.1' 0d0a 'Authorization: Bearer abc' 0d0a0d0a", "" },
    { "a body", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "'POST / HTTP/1.1' 0d0a0d0a 'Host: a' 0d0a", "" },
    { "a response", IP_PROTOCOL_TCP, FLOW_RESPONDER,
      "'HTTP/1.1 200 OK' 0d0a 'Host: a' 0d0a", "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_http, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
