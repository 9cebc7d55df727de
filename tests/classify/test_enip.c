#include "classify/recogniser_run.h"

/* Headers with a length, a session and nothing else. */
#define HEADER(command, length, session) \
    command " 00 " length session " 00000000 0000000000000000 00000000 "

#define REGISTER      HEADER("65", "0400", "00000000") "0100 0000"
#define REGISTERED    HEADER("65", "0400", "0102 0304") "0100 0000"
#define LIST_IDENTITY HEADER("63", "0000", "00000000")
#define LIST_SERVICES HEADER("04", "0000", "00000000")
#define NOPS          HEADER("00", "0000", "00000000") HEADER("00", "0000", "00000000")
#define A_SERVICE                    \
    HEADER("04", "1a00", "00000000") \
    "0100 0001 1400 0100 2000 'Communications' 0000"

/* Unconnected and connected messages of CIP with their items. */
#define UNCONNECTED(size_16, size_cip) \
    HEADER("6f", size_16, "01020304") "00000000 0a00 0200 0000 0000 b200 " size_cip
#define CONNECTED(size_22, size_cip_2) \
    HEADER("70", size_22, "01020304")  \
    "00000000 0000 0200 a100 0400 aabbccdd b100 " size_cip_2

/* Identity, instance 1. */
#define IDENTITY     "02 20 01 24 01"
#define RESET        UNCONNECTED("1700", "0700") "05 " IDENTITY " 01"
#define RESET_ANSWER UNCONNECTED("1400", "0400") "85 00 00 00"

#define IO "0200 0280 0800 11223344 05000000 b100 0600 0500 01000000"

static const struct judge_case judge_cases[] = {
    { "a session", IP_PROTOCOL_TCP, REGISTER, REGISTERED, OPINION_VERIFIED },
    { "a request alone", IP_PROTOCOL_TCP, RESET, "", OPINION_VERIFIED },
    { "an answer alone", IP_PROTOCOL_TCP, "", RESET_ANSWER, OPINION_VERIFIED },
    { "a question who is there", IP_PROTOCOL_UDP, LIST_IDENTITY, "", OPINION_VERIFIED },
    { "a question for services", IP_PROTOCOL_UDP, LIST_SERVICES, "", OPINION_CONSISTENT },
    { "its answer", IP_PROTOCOL_UDP, LIST_SERVICES, A_SERVICE, OPINION_VERIFIED },
    { "a question who is there over TCP", IP_PROTOCOL_TCP, LIST_IDENTITY, "",
      OPINION_VERIFIED },
    { "one that is not all", IP_PROTOCOL_TCP, LIST_IDENTITY LIST_IDENTITY, "",
      OPINION_MORE },
    { "one behind zeros", IP_PROTOCOL_TCP, NOPS LIST_IDENTITY, "", OPINION_MORE },
    { "one between zeros", IP_PROTOCOL_TCP, NOPS LIST_IDENTITY NOPS NOPS, NOPS,
      OPINION_MORE },
    { "several, and an answer", IP_PROTOCOL_TCP, LIST_SERVICES LIST_SERVICES, A_SERVICE,
      OPINION_VERIFIED },
    { "input and output", IP_PROTOCOL_UDP, IO, "", OPINION_VERIFIED },
    { "the same over TCP", IP_PROTOCOL_TCP, IO, "", OPINION_NO },
    { "items that do not fill a datagram", IP_PROTOCOL_UDP, IO "00", "", OPINION_NO },
    { "items that do not fill a message", IP_PROTOCOL_TCP,
      UNCONNECTED("1700", "0600") "05 " IDENTITY " 01", "", OPINION_NO },
    { "a message longer than its items", IP_PROTOCOL_TCP,
      UNCONNECTED("1800", "0700") "05 " IDENTITY " 01 00", "", OPINION_NO },
    { "options", IP_PROTOCOL_TCP, "63 00 0000 00000000 00000000 0000000000000000 01000000",
      "", OPINION_NO },
    { "a command that does not exist", IP_PROTOCOL_TCP, HEADER("68", "0000", "00000000"),
      "", OPINION_NO },
    { "another version", IP_PROTOCOL_TCP, HEADER("65", "0400", "00000000") "0200 0000", "",
      OPINION_NO },
    { "zeros", IP_PROTOCOL_TCP, HEADER("00", "0000", "00000000"), "", OPINION_MORE },
    { "a datagram that is cut short", IP_PROTOCOL_UDP, "63 00 0000 00000000", "",
      OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'config'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_enip, *state);
}

static const struct read_case read_cases[] = {
    { "a reset", IP_PROTOCOL_TCP, FLOW_INITIATOR, REGISTER RESET,
      "control-command stop reset (5), Identity (1) instance 1\n" },
    { "a session alone", IP_PROTOCOL_TCP, FLOW_INITIATOR, REGISTER, "" },
    { "an answer", IP_PROTOCOL_TCP, FLOW_RESPONDER, RESET_ANSWER, "" },
    { "who is there", IP_PROTOCOL_UDP, FLOW_INITIATOR, LIST_IDENTITY,
      "control-command read list-identity (99)\n" },
    { "which services", IP_PROTOCOL_UDP, FLOW_INITIATOR, LIST_SERVICES,
      "control-command read list-services (4)\n" },
    { "an answer which services", IP_PROTOCOL_UDP, FLOW_RESPONDER, A_SERVICE, "" },
    { "input and output", IP_PROTOCOL_UDP, FLOW_INITIATOR, IO, "" },
    { "an address is set", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      CONNECTED("2000", "0c00") "0100 10 03 20 f5 24 01 30 05 0a00",
      "control-command write set-attribute-single (16), TCP/IP Interface (245) instance 1 "
      "attribute 5\n" },
    { "wide numbers", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      CONNECTED("2000", "0c00") "0100 07 04 21 00 2c01 25 00 0200",
      "control-command stop stop (7), class 300 instance 2\n" },
    { "a tag is written", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      CONNECTED("2c00",
                "1800") "0100 4d 07 91 05 'Level' 00 28 03 91 01 'x' 00 c400 0100 2a00",
      "control-command write write-tag (77), tag Level[3].x\n" },
    { "several services", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      CONNECTED("3a00",
                "2600") "0100 0a 02 20 02 24 01 0200 0600 1000 "
                        "4c 03 91 03 'abc' 00 0100 4d 03 91 03 'abd' 00 c400 0100 2a00",
      "control-command read read-tag (76), tag abc\n"
      "control-command write write-tag (77), tag abd\n" },
    { "one that is passed on", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      UNCONNECTED("2600", "1600") "52 02 20 06 24 01 0a 05 0600 05 " IDENTITY
                                  " 02 00 01 02 03 04",
      "control-command stop reset (5), Identity (1) instance 1\n" },
    { "parts of a tag", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      CONNECTED("2200", "0e00") "0100 52 02 91 02 'ab' 0100 00000000",
      "control-command read read-tag-fragmented (82), tag ab\n" },
    { "services that go back", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      CONNECTED("2200", "0e00") "0100 0a 00 0200 0600 0400 06 00 07 00", "" },
    { "packets inside each other without end", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      CONNECTED("3600", "2200") "0100 0a 00 0100 0400 0a 00 0100 0400 0a 00 0100 0400 0a "
                                "00 0100 0400 0a 00 0100 0400 05 00",
      "control-command read multiple-service-packet (10)\n" },
    { "a connection is opened", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      UNCONNECTED("1600", "0600") "54 02 20 06 24 01",
      "control-command read forward-open (84), Connection Manager (6) instance 1\n" },
    { "a key, a port and a class", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      UNCONNECTED("2400",
                  "1400") "0e 09 34 04 0100 0e00 3600 83 14 01 00 20 01 24 01 30 07",
      "control-command read get-attribute-single (14), Identity (1) instance 1 attribute "
      "7\n" },
    { "an older controller is written to", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      UNCONNECTED("2700",
                  "1700") "4b 02 20 67 24 01 07 4d00 01020304 0f 00 0100 aa 02 07 89 00 00",
      "control-command write execute-pccc (75), protected typed logical write, command 15 "
      "function 170\n" },
    { "and its mode is changed", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      UNCONNECTED("2300", "1300") "4b 02 20 67 24 01 07 4d00 01020304 0f 00 0100 80 06",
      "control-command stop execute-pccc (75), change mode, command 15 function 128\n" },
    { "a service that only its object knows", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      UNCONNECTED("1600", "0600") "4b 02 20 ac 24 01",
      "control-command read object-specific-service (75), class 172 instance 1\n" },
    { "a path that is none", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      UNCONNECTED("1600", "0600") "05 02 e0 01 24 01", "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_enip, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}
