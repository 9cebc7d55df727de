#include "classify/recogniser_run.h"

/* In wrappers.  Associations with low- and high-level security, and an acceptance. */
#define AARQ_LOW                                                  \
    "0001 0001 0001 0038 6036 a109 0607 60857405080101 8a02 0780" \
    "8b07 60857405080201 ac0a 8008 '12345678'"                    \
    "be10 040e 01000000065f1f0400001e1dffff"
#define AARQ_HIGH                                                 \
    "0001 0001 0001 0038 6036 a109 0607 60857405080101 8a02 0780" \
    "8b07 60857405080205 ac0a 8008 'K56iVagY'"                    \
    "be10 040e 01000000065f1f0400001e1dffff"
#define AARE                                                        \
    "0001 0001 0010 002b 6129 a109 0607 60857405080101 a203 020100" \
    "a305 a103020100 be10 040e 0800065f1f040000101d00c80007"
#define GET      "0001 0010 0001 000d c0 01 c1 0003 0100010800ff 02 00"
#define GET_NEXT "0001 0010 0001 0007 c0 02 c1 00000001"
#define GET_LIST \
    "0001 0010 0001 0018 c0 03 c1 02 0003 0100010800ff 02 00 0008 0000010000ff 02 00"
#define ANSWER "0001 0001 0010 0009 c4 01 c1 00 06 00001234"
#define SET \
    "0001 0010 0001 001b c1 01 c1 0008 0000010000ff 02 00 09 0c 07e6050102ff173b00ff8000"
#define DISCONNECT "0001 0010 0001 000f c3 01 c1 0046 0000600300ff 01 01 0f00"
#define RECONNECT  "0001 0010 0001 000f c3 01 c1 0046 0000600300ff 02 01 0f00"
#define ACTIVATE   "0001 0010 0001 000f c3 01 c1 0012 00002c0000ff 04 01 0f00"
#define CIPHERED   "0001 0010 0001 0007 cb 05 20 00000001"
#define SHORT_NAME "0001 0010 0001 0005 05 01 02 0fa0"
#define PUSH       "0001 0001 0010 000a 0f 00000001 00 02 01 11 05"

/* In HDLC; the first is known from many manuals of meters. */
#define SNRM "7e a007 03 21 93 0f01 7e"
#define UA   "7e a007 21 03 73 0140 7e"
#define HDLC_AARQ                                                \
    "7e a044 03 21 10 e684 e6e600 6036 a109 0607 60857405080101" \
    "8a02 0780 8b07 60857405080201 ac0a 8008 '12345678'"         \
    "be10 040e 01000000065f1f0400001e1dffff dffb 7e"
#define HDLC_GET "7e a01c 0002feff 21 32 5adb e6e600 c001c100030100010800ff0200 3268 7e"
#define HDLC_DISCONNECT \
    "7e a01b 03 21 54 29e7 e6e600 c301c100460000600300ff01010f00 668f 7e"
#define HDLC_PART   "7e a81a 03 21 56 a082 'more of something' 5c6a 7e"
#define HDLC_SHARED "7e a007 03 21 11 15a6 7e a007 03 21 11 15a6 7e"

static const struct judge_case judge_cases[] = {
    { "an association", IP_PROTOCOL_TCP, AARQ_LOW, "", OPINION_VERIFIED },
    { "its acceptance", IP_PROTOCOL_UDP, "", AARE, OPINION_VERIFIED },
    { "a request and its answer", IP_PROTOCOL_UDP, GET, ANSWER, OPINION_VERIFIED },
    { "requests in a row", IP_PROTOCOL_TCP, GET CIPHERED, "", OPINION_VERIFIED },
    { "a push", IP_PROTOCOL_UDP, PUSH, "", OPINION_CONSISTENT },
    { "a request, answered by another", IP_PROTOCOL_UDP, GET,
      "0001 0002 0010 0009 c4 01 c1 00 06 00001234", OPINION_CONSISTENT },
    { "an operator of meters calls", IP_PROTOCOL_TCP, SNRM, UA, OPINION_VERIFIED },
    { "an order by HDLC", IP_PROTOCOL_TCP, HDLC_DISCONNECT, "", OPINION_VERIFIED },
    { "an order by HDLC over UDP", IP_PROTOCOL_UDP, HDLC_GET, "", OPINION_VERIFIED },
    { "parts by HDLC", IP_PROTOCOL_TCP, HDLC_PART "7e" HDLC_PART, "", OPINION_VERIFIED },
    { "frames that share a flag", IP_PROTOCOL_TCP, "", HDLC_SHARED, OPINION_VERIFIED },
    { "an association by HDLC", IP_PROTOCOL_TCP, HDLC_AARQ, "", OPINION_VERIFIED },
    { "one call", IP_PROTOCOL_TCP, SNRM, "", OPINION_CONSISTENT },
    { "a wrapper of version 2", IP_PROTOCOL_TCP, "0002 0010 0001 000d c0", "", OPINION_NO },
    { "an empty wrapper", IP_PROTOCOL_TCP, "0001 0010 0001 0000", "", OPINION_NO },
    { "an unknown service", IP_PROTOCOL_TCP, "0001 0010 0001 000d c6 01", "", OPINION_NO },
    { "an unknown kind of request", IP_PROTOCOL_TCP, "0001 0010 0001 000d c0 04", "",
      OPINION_NO },
    { "an association that ends early", IP_PROTOCOL_TCP, "0001 0001 0001 0038 6035 a109",
      "", OPINION_NO },
    { "a wrong checksum", IP_PROTOCOL_TCP, "7e a007 03 21 93 0f02 7e", "", OPINION_NO },
    { "a wrong checksum of the head", IP_PROTOCOL_TCP,
      "7e a01a 03 21 56 a083 'more of something' 5c6a 7e", "", OPINION_NO },
    { "a frame without its flag", IP_PROTOCOL_TCP, "7e a007 03 21 93 0f01 7f", "",
      OPINION_NO },
    { "wrappers behind HDLC", IP_PROTOCOL_TCP, SNRM GET, "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'~ tilde'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_dlms, *state);
}

static const struct read_case read_cases[] = {
    { "a password", IP_PROTOCOL_TCP, FLOW_INITIATOR, AARQ_LOW,
      "cleartext-credentials DLMS low-level security\n" },
    { "a challenge", IP_PROTOCOL_TCP, FLOW_INITIATOR, AARQ_HIGH, "" },
    { "reads", IP_PROTOCOL_TCP, FLOW_INITIATOR, GET GET_NEXT GET_LIST SHORT_NAME,
      "control-command read get (192), class 3, object 1-0:1.8.0.255, attribute 2\n"
      "control-command read get (192), class 3, object 1-0:1.8.0.255, attribute 2, first "
      "of "
      "2\n"
      "control-command read read (5)\n" },
    { "writes", IP_PROTOCOL_TCP, FLOW_INITIATOR, SET ACTIVATE CIPHERED,
      "control-command write set (193), class 8, object 0-0:1.0.0.255, attribute 2\n"
      "control-command write action (195), class 18, object 0-0:44.0.0.255, method 4\n"
      "control-command write action (203), ciphered\n" },
    { "the supply", IP_PROTOCOL_TCP, FLOW_INITIATOR, DISCONNECT RECONNECT,
      "control-command stop remote-disconnect (195), class 70, object 0-0:96.3.0.255, "
      "method 1\n"
      "control-command write remote-reconnect (195), class 70, object 0-0:96.3.0.255, "
      "method 2\n" },
    { "by HDLC, of a meter that called", IP_PROTOCOL_TCP, FLOW_RESPONDER,
      SNRM HDLC_AARQ HDLC_GET HDLC_DISCONNECT HDLC_PART,
      "cleartext-credentials DLMS low-level security\n"
      "control-command read get (192), class 3, object 1-0:1.8.0.255, attribute 2\n"
      "control-command stop remote-disconnect (195), class 70, object 0-0:96.3.0.255, "
      "method 1\n" },
    { "what a meter says", IP_PROTOCOL_TCP, FLOW_RESPONDER, AARE ANSWER PUSH UA, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_dlms, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
