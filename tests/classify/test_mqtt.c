#include "classify/recogniser_run.h"

/* Packets after the figures of MQTT 3.1.1 and 5.0, chapter 3. */
#define CONNECT   "10 10 0004 'MQTT' 04 02 003c 0004 'unit'"
#define CONNECT_5 "10 16 0004 'MQTT' 05 02 003c 05 11 00000078 0004 'unit'"
#define OLD       "10 12 0006 'MQIsdp' 03 02 003c 0004 'unit'"
#define LOGIN     "10 1e 0004 'MQTT' 04 c2 003c 0004 'unit' 0004 'user' 0006 'secret'"
#define WILL      "10 1c 0004 'MQTT' 04 2e 003c 0004 'unit' 0004 'last' 0004 'gone'"
#define CONNACK   "20 02 00 00"
#define SUBSCRIBE "82 0a 0001 0005 'heat/' 00"
#define SUBACK    "90 03 0001 00"
#define PUBLISH   "30 0b 0005 'heat/' '21.5'"
#define PING      "c0 00"
#define PONG      "d0 00"

static const struct judge_case judge_cases[] = {
    { "a connection", IP_PROTOCOL_TCP, CONNECT, CONNACK, OPINION_VERIFIED },
    { "a request alone", IP_PROTOCOL_TCP, CONNECT, "", OPINION_VERIFIED },
    { "version 5", IP_PROTOCOL_TCP, CONNECT_5, "", OPINION_VERIFIED },
    { "version 3.1", IP_PROTOCOL_TCP, OLD, "", OPINION_VERIFIED },
    { "with a will", IP_PROTOCOL_TCP, WILL, "", OPINION_VERIFIED },
    { "a subscription from the middle", IP_PROTOCOL_TCP, PING SUBSCRIBE, PONG SUBACK,
      OPINION_VERIFIED },
    { "an acknowledgement alone", IP_PROTOCOL_TCP, "", CONNACK, OPINION_MORE },
    { "pings", IP_PROTOCOL_TCP, PING, PONG, OPINION_CONSISTENT },
    { "packets in a row", IP_PROTOCOL_TCP, "", CONNACK PUBLISH PONG, OPINION_CONSISTENT },
    { "acknowledgements", IP_PROTOCOL_TCP, "", "40 02 0001 50 03 0002 10 70 02 0003",
      OPINION_CONSISTENT },
    { "acknowledgements with properties", IP_PROTOCOL_TCP, "40 04 0001 00 00",
      "40 08 0001 87 04 1f 0001 'a'", OPINION_CONSISTENT },
    { "acknowledged for no reason", IP_PROTOCOL_TCP, "40 03 0001 40", "", OPINION_NO },
    { "properties of another length", IP_PROTOCOL_TCP, "40 08 0001 87 05 1f 0001 'a'", "",
      OPINION_NO },
    { "another name", IP_PROTOCOL_TCP, "10 10 0004 'MQTX' 04 02 003c 0004 'unit'", "",
      OPINION_NO },
    { "fields that end too early", IP_PROTOCOL_TCP,
      "10 10 0004 'MQTT' 04 02 003c 0003 'unit'", "", OPINION_NO },
    { "a reserved flag", IP_PROTOCOL_TCP, "10 10 0004 'MQTT' 04 03 003c 0004 'unit'", "",
      OPINION_NO },
    { "a length that does not end", IP_PROTOCOL_TCP, "10 ffffffff 7f", "", OPINION_NO },
    { "a topic that is too long", IP_PROTOCOL_TCP, "30 05 0005 'hea'", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
    { "numbers", IP_PROTOCOL_TCP, "'220 mail.example.org'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_mqtt, *state);
}

static const struct read_case read_cases[] = {
    { "a password", IP_PROTOCOL_TCP, FLOW_INITIATOR, LOGIN,
      "cleartext-credentials MQTT CONNECT\n" },
    { "no password", IP_PROTOCOL_TCP, FLOW_INITIATOR, CONNECT, "" },
    { "something else", IP_PROTOCOL_TCP, FLOW_INITIATOR, SUBSCRIBE, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_mqtt, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
