#include "classify/recogniser_run.h"

/* Requests of hl7.org/fhir/http.html; nobody is meant. */
#define END    "0d0a"
#define HOST   "'Host: fhir.example:8080' 0d0a"
#define ACCEPT "'Accept: application/fhir+json' 0d0a"
#define READ   "'GET /fhir/Patient/1 HTTP/1.1' 0d0a" HOST ACCEPT END
#define BARE   "'GET /fhir/Patient/1 HTTP/1.1' 0d0a" HOST END
#define ANSWER                                                                         \
    "'HTTP/1.1 200 OK' 0d0a 'Content-Type: application/fhir+json;charset=UTF-8' 0d0a " \
    "'Content-Length: 26' 0d0a 0d0a '{\"resourceType\":\"Patient\"}'"
#define BODY_ONLY                                                                        \
    "'HTTP/1.1 200 OK' 0d0a 'Content-Type: application/json' 0d0a 'Content-Length: 26' " \
    "0d0a 0d0a '{\"resourceType\":\"Patient\"}'"
#define OTHER                                                                           \
    "'HTTP/1.1 200 OK' 0d0a 'Content-Type: application/json' 0d0a 'Content-Length: 8' " \
    "0d0a 0d0a '{\"a\": 1}'"
#define CREATE                                                                           \
    "'POST /fhir/Observation HTTP/1.1' 0d0a 'Content-Type: application/fhir+json' 0d0a " \
    "'Content-Length: 30' 0d0a 0d0a '{\"resourceType\":\"Observation\"}'"
#define DELETE "'DELETE /fhir/Patient/1 HTTP/1.1' 0d0a" HOST END
#define SEARCH "'GET /fhir/Patient?name=x HTTP/1.1' 0d0a 0d0a"
#define ASK    "'GET /metadata HTTP/1.1' 0d0a 'Authorization: Basic dTpw' 0d0a 0d0a"
#define UPDATE "'PUT /Patient/1 HTTP/1.1' 0d0a 0d0a"
#define BUNDLE "'POST /fhir HTTP/1.1' 0d0a 0d0a"

static const struct judge_case judge_cases[] = {
    { "a request and an answer", IP_PROTOCOL_TCP, READ, ANSWER, OPINION_VERIFIED },
    { "a request alone", IP_PROTOCOL_TCP, READ, "", OPINION_VERIFIED },
    { "a request without a media type", IP_PROTOCOL_TCP, BARE, "", OPINION_MORE },
    { "an answer says it", IP_PROTOCOL_TCP, BARE, ANSWER, OPINION_VERIFIED },
    { "a body says it", IP_PROTOCOL_TCP, BARE, BODY_ONLY, OPINION_VERIFIED },
    { "an answer alone", IP_PROTOCOL_TCP, "", ANSWER, OPINION_VERIFIED },
    { "a resource", IP_PROTOCOL_TCP, CREATE, "", OPINION_VERIFIED },
    { "an answer that is something else", IP_PROTOCOL_TCP, BARE, OTHER, OPINION_NO },
    { "an answer of another type, as soon as it says so", IP_PROTOCOL_TCP, "",
      "'HTTP/1.1 200 OK' 0d0a 'Content-Type: text/html' 0d0a 'Con'", OPINION_NO },
    { "an answer of a type that is not all there", IP_PROTOCOL_TCP, "",
      "'HTTP/1.1 200 OK' 0d0a 'Content-Type: text/ht'", OPINION_MORE },
    { "an answer of data, whose body may say it", IP_PROTOCOL_TCP, "",
      "'HTTP/1.1 200 OK' 0d0a 'Content-Type: application/json' 0d0a", OPINION_MORE },
    { "a path that is something else", IP_PROTOCOL_TCP, "'GET /index.html HTTP/1.1' 0d0a",
      "", OPINION_NO },
    { "a part of a request", IP_PROTOCOL_TCP, "'GET /fhir/Pat'", "", OPINION_MORE },
    { "SIP", IP_PROTOCOL_TCP, "'OPTIONS sip:example.org SIP/2.0' 0d0a", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_fhir, *state);
}

static const struct read_case read_cases[] = {
    { "a read", IP_PROTOCOL_TCP, FLOW_INITIATOR, READ,
      "name fhir.example\ncontrol-command read read, Patient\n" },
    { "changes", IP_PROTOCOL_TCP, FLOW_INITIATOR, CREATE UPDATE,
      "control-command write create, Observation\n"
      "control-command write update, Patient\n" },
    { "a deletion", IP_PROTOCOL_TCP, FLOW_INITIATOR, DELETE,
      "name fhir.example\ncontrol-command write delete, Patient\n" },
    { "a search", IP_PROTOCOL_TCP, FLOW_INITIATOR, SEARCH,
      "control-command read search, Patient\n" },
    { "a password", IP_PROTOCOL_TCP, FLOW_INITIATOR, ASK,
      "cleartext-credentials HTTP Basic\ncontrol-command read capabilities\n" },
    { "a bundle", IP_PROTOCOL_TCP, FLOW_INITIATOR, BUNDLE,
      "control-command write transaction\n" },
    { "an answer", IP_PROTOCOL_TCP, FLOW_RESPONDER, ANSWER, "" },
    { "the rest of a body", IP_PROTOCOL_TCP, FLOW_INITIATOR, "'\"gender\": 1 }'", "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_fhir, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
