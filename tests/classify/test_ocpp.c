#include "classify/recogniser_run.h"

/* OCPP-J 1.6, sections 3 and 4; frames of RFC 6455. */
#define UPGRADE                                                                            \
    "'GET /ocpp/CP001 HTTP/1.1' 0d0a 'Host: csms.example' 0d0a 'Upgrade: websocket' 0d0a " \
    "'Sec-WebSocket-Protocol: ocpp1.6, ocpp1.5' 0d0a"
#define LOGIN "'Authorization: Basic Q1AwMDE6cw==' 0d0a"
#define CONSENT                                                          \
    "'HTTP/1.1 101 Switching Protocols' 0d0a 'Upgrade: websocket' 0d0a " \
    "'Sec-WebSocket-Protocol: ocpp1.6' 0d0a 0d0a"
#define RESET "811f '[2,\"7\",\"Reset\",{\"type\":\"Hard\"}]'"
#define CLOSE                                                                  \
    "8149 '[2, \"8\", \"ChangeAvailability\", {\"connectorId\": 0, \"type\": " \
    "\"Inoperative\"}]'"
#define STOP      "8133 '[2,\"9\",\"RemoteStopTransaction\",{\"transactionId\":1}]'"
#define ASK       "811e '[2,\"10\",\"GetConfiguration\",{}]'"
#define ACCEPTED  "811d '[3,\"7\",{\"status\":\"Accepted\"}]'"
#define HEARTBEAT "8197 01020304 5a302f2630332128234a666573766161607621287a7f5e"
#define OTHER     "8117 '[2,\"1\",\"PriceQuote\",{}]'"

static const struct judge_case judge_cases[] = {
    { "a request and consent", IP_PROTOCOL_TCP, UPGRADE "0d0a", CONSENT, OPINION_VERIFIED },
    { "a request alone", IP_PROTOCOL_TCP, UPGRADE "0d0a", "", OPINION_VERIFIED },
    { "consent alone", IP_PROTOCOL_TCP, "", CONSENT, OPINION_VERIFIED },
    { "a call from the middle", IP_PROTOCOL_TCP, "", RESET, OPINION_VERIFIED },
    { "a masked call from the middle", IP_PROTOCOL_TCP, HEARTBEAT, "", OPINION_VERIFIED },
    { "a call of something else", IP_PROTOCOL_TCP, "", OTHER, OPINION_NO },
    { "a part of a call", IP_PROTOCOL_TCP, "", "811f '[2,\"7\",\"Res'", OPINION_MORE },
    { "another subprotocol", IP_PROTOCOL_TCP,
      "'GET / HTTP/1.1' 0d0a 'Sec-WebSocket-Protocol: mqtt' 0d0a 0d0a", "", OPINION_NO },
    { "no subprotocol", IP_PROTOCOL_TCP, "'GET / HTTP/1.1' 0d0a 0d0a", "", OPINION_NO },
    { "a page", IP_PROTOCOL_TCP, "", "'HTTP/1.1 200 OK' 0d0a", OPINION_NO },
    { "another method", IP_PROTOCOL_TCP, "'POST / HTTP/1.1' 0d0a", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_ocpp, *state);
}

static const struct read_case read_cases[] = {
    { "a reset", IP_PROTOCOL_TCP, FLOW_RESPONDER, CONSENT RESET,
      "control-command stop reset\n" },
    { "stops", IP_PROTOCOL_TCP, FLOW_RESPONDER, CLOSE STOP,
      "control-command stop change-availability\n"
      "control-command stop remote-stop-transaction\n" },
    { "a question", IP_PROTOCOL_TCP, FLOW_RESPONDER, ASK OTHER,
      "control-command read get-configuration\n" },
    { "what a station says", IP_PROTOCOL_TCP, FLOW_INITIATOR, HEARTBEAT ACCEPTED, "" },
    { "a password", IP_PROTOCOL_TCP, FLOW_INITIATOR, UPGRADE LOGIN "0d0a",
      "cleartext-credentials HTTP Basic\n" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_ocpp, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
