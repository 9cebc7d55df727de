#include "classify/recogniser_run.h"

/* Packets and frames after the figures of the standards, checksums computed by hand. */
#define ECSS_TC  "1805 c000 0006 2f 11 01 0000 bb28" /* Are you alive? */
#define ECSS_TM  "0805 c000 000c 20 11 02 0000 0000 0000 0000 97a3"
#define PLAIN_0  "0864 c000 0005 000000000000"
#define PLAIN_1  "0864 c001 0005 010101010101"
#define CHECK_0  "0064 c000 0007 000000000000 b47b"
#define CHECK_1  "0064 c001 0007 010101010101 d23d"
#define TC_FRAME "00ab 0014 00 c0" ECSS_TC "a7a9"
#define TC_NEXT  "00ab 000a 01 c0010203 b6f2"
#define ZERO_20  "0000000000 0000000000 0000000000 0000000000"
#define TM_FRAME "0ab0 00 00 1800 0864c0000013" ZERO_20 "000000000000 7eb7"
#define MARKER   "1acffc1d"
#define ZERO_32  ZERO_20 "0000000000 0000000000 0000"

static const struct judge_case judge_cases[] = {
    { "a packet of ECSS", IP_PROTOCOL_UDP, ECSS_TC, "", OPINION_CONSISTENT },
    { "packets of ECSS over TCP", IP_PROTOCOL_TCP, ECSS_TC, ECSS_TM, OPINION_CONSISTENT },
    { "a packet without a checksum", IP_PROTOCOL_UDP, PLAIN_0, "", OPINION_CONSISTENT },
    { "a segment without a checksum", IP_PROTOCOL_UDP, "0864 0001 0005 000000000000", "",
      OPINION_MORE },
    { "packets in a row without a checksum", IP_PROTOCOL_UDP, PLAIN_0 PLAIN_1, "",
      OPINION_CONSISTENT },
    { "segments in a row", IP_PROTOCOL_UDP, "0864 4009 0000 aa 0864 000a 0000 bb", "",
      OPINION_CONSISTENT },
    { "packets that do not count on", IP_PROTOCOL_UDP, PLAIN_0 PLAIN_0, "", OPINION_MORE },
    { "packets of two applications", IP_PROTOCOL_UDP, PLAIN_0 "0865 c001 0000 aa", "",
      OPINION_MORE },
    { "a count that begins again", IP_PROTOCOL_TCP, "",
      "0864 ffff 0000 aa 0864 c000 0005 00", OPINION_CONSISTENT },
    { "zeros", IP_PROTOCOL_UDP, ZERO_20 "00", "", OPINION_NO },
    { "seven zeros", IP_PROTOCOL_UDP, "00000000000000", "", OPINION_NO },
    { "a packet, then zeros", IP_PROTOCOL_UDP, PLAIN_0 "00000000000000", "", OPINION_NO },
    { "zeros over TCP", IP_PROTOCOL_TCP, ZERO_20, "", OPINION_NO },
    { "packets in a row over TCP", IP_PROTOCOL_TCP, "", PLAIN_0 PLAIN_1,
      OPINION_CONSISTENT },
    { "packets over TCP that do not count on", IP_PROTOCOL_TCP, "", PLAIN_0 PLAIN_0,
      OPINION_MORE },
    { "a packet with a checksum", IP_PROTOCOL_UDP, CHECK_0, "", OPINION_CONSISTENT },
    { "packets in a row with checksums", IP_PROTOCOL_UDP, CHECK_0 CHECK_1, "",
      OPINION_CONSISTENT },
    { "of another length", IP_PROTOCOL_UDP, CHECK_0 "00", "", OPINION_NO },
    { "of another version", IP_PROTOCOL_UDP, "2864 c000 0005 000000000000", "",
      OPINION_NO },
    { "a telecommand frame", IP_PROTOCOL_UDP, TC_FRAME, "", OPINION_CONSISTENT },
    { "telecommand frames", IP_PROTOCOL_TCP, TC_FRAME TC_NEXT, "", OPINION_CONSISTENT },
    { "a telecommand and telemetry", IP_PROTOCOL_UDP, TC_FRAME, TM_FRAME,
      OPINION_CONSISTENT },
    { "a damaged telecommand frame", IP_PROTOCOL_UDP, "00ab 000a 01 c0010303 b6f2", "",
      OPINION_NO },
    { "a telemetry frame", IP_PROTOCOL_UDP, TM_FRAME, "", OPINION_CONSISTENT },
    { "a telemetry frame behind a marker", IP_PROTOCOL_UDP, MARKER TM_FRAME, "",
      OPINION_CONSISTENT },
    { "telemetry frames over TCP", IP_PROTOCOL_TCP, "", MARKER TM_FRAME MARKER,
      OPINION_CONSISTENT },
    { "with check symbols", IP_PROTOCOL_UDP, MARKER TM_FRAME ZERO_32, "",
      OPINION_CONSISTENT },
    { "a marker alone", IP_PROTOCOL_UDP, MARKER "0ab0 00 00 1800", "", OPINION_NO },
    { "a marker, and more is to come", IP_PROTOCOL_TCP, "", MARKER "0ab0", OPINION_MORE },
    { "without a checksum behind a marker", IP_PROTOCOL_UDP, MARKER ZERO_32 "0102", "",
      OPINION_CONSISTENT },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_ccsds, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge);
}
