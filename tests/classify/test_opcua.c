#include "classify/recogniser_run.h"

#define HELLO                                                      \
    "'HELF' 38000000 00000000 00000100 00000100 00000000 00000000" \
    "18000000 'opc.tcp://10.0.0.5:4840/'"
#define ACKNOWLEDGE "'ACKF' 1c000000 00000000 00000100 00000100 00000000 00000000"
#define ERROR       "'ERRF' 14000000 00000d80 04000000 'busy'"
#define REVERSE_HELLO \
    "'RHEF' 2f000000 07000000 'urn:plc' 18000000 'opc.tcp://10.0.0.5:4840/'"
#define OPEN                                                                       \
    "'OPNF' 53000000 00000000"                                                     \
    "2f000000 'http://opcfoundation.org/UA/SecurityPolicy#None' ffffffff ffffffff" \
    "01000000 01000000 0100be01"

/* Channel 7, token 1, sequence 52, request 2; and the header of a request: a token, a time,
 * handle, diagnostics, audit entry, timeout, nothing more. */
#define ON_CHANNEL "07000000 01000000 34000000 02000000"
#define HEADER     "0101 0500 00e0f1c7a5c7d701 01000000 00000000 ffffffff 10270000 000000"

#define READ        "'MSGF' 3b000000" ON_CHANNEL "0100 7702" HEADER
#define READ_ANSWER "'MSGF' 3b000000" ON_CHANNEL "0100 7a02" HEADER
#define WRITE_TEXT \
    "'MSGF' 4b000000" ON_CHANNEL "0100 a102" HEADER "02000000 03 0200 05000000 'Valve'"
#define WRITE_NUMBER "'MSGC' 43000000" ON_CHANNEL "0100 a102" HEADER "01000000 01 02 e903"
#define WRITE_NONE   "'MSGF' 3f000000" ON_CHANNEL "0100 a102" HEADER "ffffffff"
#define CALL \
    "'MSGF' 47000000" ON_CHANNEL "0100 c802" HEADER "01000000 01 00 cd08 01 02 0a00"
#define SHUT_DOWN \
    "'MSGF' 47000000" ON_CHANNEL "0100 c802" HEADER "01000000 01 00 cd08 01 00 5632"
#define USER                                                                  \
    "'MSGF' 6f000000" ON_CHANNEL "0100 d301" HEADER                           \
    "ffffffff ffffffff ffffffff 01000000 02000000 'en' 0100 4401 01 15000000" \
    "01000000 '0' 02000000 'op' 02000000 'pw' ffffffff"
#define USER_HIDDEN                                             \
    "'MSGF' 6c000000" ON_CHANNEL "0100 d301" HEADER             \
    "ffffffff ffffffff 00000000 ffffffff 0100 4401 01 18000000" \
    "01000000 '0' 02000000 'op' 02000000 'pw' 03000000 'rsa'"
#define ENCRYPTED "'MSGF' 20000000 07000000 01000000 8f21aa017e6412ddc0ffee0011223344"
#define CLOSE     "'CLOF' 3b000000" ON_CHANNEL "0100 c401" HEADER

static const struct judge_case judge_cases[] = {
    { "a hello", IP_PROTOCOL_TCP, HELLO, "", OPINION_VERIFIED },
    { "an acknowledge", IP_PROTOCOL_TCP, "", ACKNOWLEDGE, OPINION_VERIFIED },
    { "an error", IP_PROTOCOL_TCP, "", ERROR, OPINION_VERIFIED },
    { "a server that calls", IP_PROTOCOL_TCP, REVERSE_HELLO, HELLO, OPINION_VERIFIED },
    { "an open channel", IP_PROTOCOL_TCP, OPEN, "", OPINION_VERIFIED },
    { "from the middle", IP_PROTOCOL_TCP, READ WRITE_TEXT, "", OPINION_VERIFIED },
    { "from the middle, encrypted", IP_PROTOCOL_TCP, "", ENCRYPTED ENCRYPTED,
      OPINION_VERIFIED },
    { "one message", IP_PROTOCOL_TCP, READ, "", OPINION_CONSISTENT },
    { "messages of two channels", IP_PROTOCOL_TCP,
      READ "'MSGF' 20000000 08000000 01000000 8f21aa017e6412ddc0ffee0011223344", "",
      OPINION_NO },
    { "a hello that is longer than its URL", IP_PROTOCOL_TCP,
      "'HELF' 39000000 00000000 00000100 00000100 00000000 00000000"
      "18000000 'opc.tcp://10.0.0.5:4840/' 00",
      "", OPINION_NO },
    { "an acknowledge of another size", IP_PROTOCOL_TCP, "",
      "'ACKF' 1d000000 00000000 00000100 00000100 00000000 00000000 00", OPINION_NO },
    { "an error that is good", IP_PROTOCOL_TCP, "",
      "'ERRF' 14000000 00000d00 04000000 'busy'", OPINION_NO },
    { "a policy of others", IP_PROTOCOL_TCP,
      "'OPNF' 53000000 00000000 2f000000"
      "'http://opcfoundation.com/UA/SecurityPolicy#None' ffffffff ffffffff"
      "01000000 01000000 0100be01",
      "", OPINION_NO },
    { "an endless chunk", IP_PROTOCOL_TCP, "'MSGF' ffffffff" ON_CHANNEL, "", OPINION_NO },
    { "a hello in parts", IP_PROTOCOL_TCP, "'HELC' 38000000", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'HELO example.org' 0d0a", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_opcua, *state);
}

static const struct read_case read_cases[] = {
    { "a read", IP_PROTOCOL_TCP, FLOW_INITIATOR, HELLO OPEN READ,
      "control-command read read (631)\n" },
    { "its answer", IP_PROTOCOL_TCP, FLOW_RESPONDER, READ_ANSWER, "" },
    { "writes", IP_PROTOCOL_TCP, FLOW_INITIATOR, WRITE_TEXT WRITE_NUMBER WRITE_NONE,
      "control-command write write (673), node ns=2;s=Valve, first of 2\n"
      "control-command write write (673), node ns=2;i=1001\n"
      "control-command write write (673)\n" },
    { "a call", IP_PROTOCOL_TCP, FLOW_INITIATOR, CALL,
      "control-command write call (712), object ns=0;i=2253, method ns=2;i=10\n" },
    { "a call that stops the server", IP_PROTOCOL_TCP, FLOW_INITIATOR, SHUT_DOWN,
      "control-command stop call (712), object ns=0;i=2253, method ns=0;i=12886\n" },
    { "of a server that called", IP_PROTOCOL_TCP, FLOW_RESPONDER, CALL,
      "control-command write call (712), object ns=0;i=2253, method ns=2;i=10\n" },
    { "a password in clear", IP_PROTOCOL_TCP, FLOW_INITIATOR, USER,
      "cleartext-credentials OPC UA user name\n" },
    { "a password that is not", IP_PROTOCOL_TCP, FLOW_INITIATOR, USER_HIDDEN, "" },
    { "what is encrypted", IP_PROTOCOL_TCP, FLOW_INITIATOR, ENCRYPTED, "" },
    { "the rest of a message", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "'MSGF' 30000000" ON_CHANNEL "0100 a102 'and then some values'", "" },
    { "a close", IP_PROTOCOL_TCP, FLOW_INITIATOR, CLOSE, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_opcua, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
