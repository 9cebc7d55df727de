#include "classify/recogniser_run.h"

#include "classify/recognise/crc16.h"
#include "scenarios/random.h"

/* Frames between a master, 2, and an outstation, 3. */
#define LINK_STATUS        "056405c903000200925d"
#define LINK_STATUS_ANSWER "0564050b02000300f623"
#define READ               "056414c403000200e36a c0c0013c02063c03063c04063c01068a51"
#define RESPONSE           "05640a4402000300f5eb c0c08100009ce8"
#define UNSOLICITED        "05640a4402000300f5eb c0f08280006b7d"
#define CONFIRM            "056408c40300020090c5 c7c7007a5d"
#define SELECT             "05641ac403000200e69b c1c1030c0128010001000301640000007b5e 6400000000005b"
#define OPERATE            "05641ac403000200e69b c2c2040c0128010001000301640000001782 6400000000005b"
#define DIRECT_OPERATE                                          \
    "05642cc4030002007c79 c3c3050c0117020781010000000000009fb7" \
    "00000008410100000000000000000029db25 0217010410270058ba"
#define COLD_RESTART "056408c40300020090c5 c4c40db6d7"
#define STOP         "056412c4030002003a01 c5c5125a015b010400616263649046"
#define FREEZE       "05640bc403000200c056 c5c5091400064274"
#define WRITE_IIN    "05640ec40300020049ae c6c6025001000707003461"
#define WRITE_TIME   "056412c4030002003a01 c7c70232010701001122334401aff9"
#define OPEN_FILE                                               \
    "056430c4030002000fd6 c8c81946035b0122001a0008000000003300" \
    "000000b60100000000080000000200002319 040100636f6e662e786d6cc639"
#define DELETE_FILE                                             \
    "056430c4030002000fd6 c8c81b46035b0122001a000800000000d37d" \
    "00000000000000000000000000000000ffff 000100636f6e662e786d6cfe63"

static const struct judge_case judge_cases[] = {
    { "a request and its response", IP_PROTOCOL_TCP, READ, RESPONSE, OPINION_VERIFIED },
    { "a request alone", IP_PROTOCOL_TCP, READ, "", OPINION_VERIFIED },
    { "a response that came unasked", IP_PROTOCOL_TCP, "", UNSOLICITED, OPINION_VERIFIED },
    { "the link alone", IP_PROTOCOL_TCP, LINK_STATUS, LINK_STATUS_ANSWER,
      OPINION_VERIFIED },
    { "several frames", IP_PROTOCOL_TCP, SELECT OPERATE, "", OPINION_VERIFIED },
    { "over UDP", IP_PROTOCOL_UDP, READ, RESPONSE, OPINION_VERIFIED },
    { "a header alone", IP_PROTOCOL_TCP, "056414c403000200e36a", "", OPINION_MORE },
    { "a wrong checksum of the header", IP_PROTOCOL_TCP, "056414c403000200e36b", "",
      OPINION_NO },
    { "a wrong checksum of a block", IP_PROTOCOL_TCP, "05640a4402000300f5eb c0c08100009ce9",
      "", OPINION_NO },
    { "a length that is too small", IP_PROTOCOL_TCP, "056404c403000200", "", OPINION_NO },
    { "other fixed bytes", IP_PROTOCOL_TCP, "056514c403000200e36a", "", OPINION_NO },
    { "text", IP_PROTOCOL_TCP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_dnp3, *state);
}

static const struct read_case read_cases[] = {
    { "a read", IP_PROTOCOL_TCP, FLOW_INITIATOR, LINK_STATUS READ,
      "control-command read read (1), outstation 3, g60v2, g60v3, g60v4, g60v1\n" },
    { "select and operate", IP_PROTOCOL_TCP, FLOW_INITIATOR, SELECT OPERATE,
      "control-command write select (3), outstation 3, g12v1 point 1 latch-on\n"
      "control-command write operate (4), outstation 3, g12v1 point 1 latch-on\n" },
    { "relays and an analogue output", IP_PROTOCOL_TCP, FLOW_INITIATOR, DIRECT_OPERATE,
      "control-command write direct-operate (5), outstation 3, g12v1 point 7 trip, "
      "g12v1 point 8 close, g41v2 point 4\n" },
    { "restarts and stops", IP_PROTOCOL_TCP, FLOW_INITIATOR, COLD_RESTART STOP,
      "control-command stop cold-restart (13), outstation 3\n"
      "control-command stop stop-application (18), outstation 3, g90v1\n" },
    { "to all outstations", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "056408c4ffff0200642c c4c40db6d7",
      "control-command stop cold-restart (13), all outstations\n" },
    { "writes", IP_PROTOCOL_UDP, FLOW_INITIATOR, FREEZE WRITE_IIN WRITE_TIME,
      "control-command write freeze-and-clear (9), outstation 3, g20v0\n"
      "control-command write write (2), outstation 3, g80v1 point 7\n"
      "control-command write write (2), outstation 3, g50v1\n" },
    { "files", IP_PROTOCOL_TCP, FLOW_INITIATOR, OPEN_FILE DELETE_FILE,
      "control-command write open-file (25), outstation 3, file conf.xml\n"
      "control-command write delete-file (27), outstation 3, file conf.xml\n" },
    { "the outstation opened the connection", IP_PROTOCOL_TCP, FLOW_RESPONDER, COLD_RESTART,
      "control-command stop cold-restart (13), outstation 3\n" },
    { "a master that does not say it is one", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "0564084403000200e4a4 c4c40e548d",
      "control-command stop warm-restart (14), outstation 3\n" },
    { "answers and confirmations are none", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      RESPONSE UNSOLICITED CONFIRM, "" },
    { "nor is a later segment", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "05640ac40300020027e3 87c7040c01a1a3", "" },
    { "nor what is damaged", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "056408c40300020090c5 c4c40eb6d7", "" },
    { "nor a function that does not exist", IP_PROTOCOL_TCP, FLOW_INITIATOR,
      "056408c40300020090c5 c8c87d52ec", "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_dnp3, *state);
}

/* The check value of the catalogues of checksums ("CRC-16/DNP"). */
static void
test_crc(void **state)
{
    (void) state;
    assert_int_equal(crc16_dnp((const uint8_t *) "123456789", 9), 0xea82);
}

/* Puts a block and its checksum to the end of a frame of '*size' bytes. */
static void
add_block(uint8_t *frame, size_t *size, const uint8_t *block, size_t n)
{
    const uint16_t crc = crc16_dnp(block, n);

    memcpy(frame + *size, block, n);
    frame[*size + n] = (uint8_t) crc;
    frame[*size + n + 1] = (uint8_t) (crc >> 8);
    *size += n + 2;
}

/* Puts 'n' bytes of user data into a frame.  Returns its size. */
static size_t
make_frame(const uint8_t *data, size_t n, uint8_t *frame)
{
    const uint8_t head[] = { 0x05, 0x64, (uint8_t) (5 + n), 0xc4, 3, 0, 2, 0 };
    size_t size = 0;

    add_block(frame, &size, head, sizeof head);
    for (size_t at = 0; at < n; at += 16) {
        add_block(frame, &size, data + at, n - at < 16 ? n - at : 16);
    }
    return size;
}

/* Objects of any kind, behind checksums that are right: each request is found once, with
 * something to say, and nothing is read beyond it. */
static void
test_random_objects(void **state)
{
    static struct observation_list list;
    static struct command_tally tally;
    uint64_t random = 1;

    (void) state;
    for (unsigned i = 0; i < 200000; i++) {
        static const uint8_t groups[] = { 12, 41, 50, 60, 70, 80 };
        static const uint8_t qualifiers[] = { 0x00, 0x01, 0x02, 0x06, 0x07,
                                              0x08, 0x17, 0x28, 0x39, 0x5b };
        const struct flow flow = { .service = SERVICE_DNP3 };
        struct findings findings = { &list, &flow, 1, NULL, &tally };
        const size_t n = 3 + random_below(&random, 248);
        uint8_t data[250] = { 0xc0, 0xc0 }, bytes[292], *frame;
        size_t size;

        for (size_t j = 3; j < n; j++) {
            data[j] =
                (uint8_t) random_below(&random, random_below(&random, 2) == 0 ? 4 : 256);
        }
        data[2] = (uint8_t) (1 + random_below(&random, 33));
        data[3] = groups[random_below(&random, sizeof groups)];
        data[5] = qualifiers[random_below(&random, sizeof qualifiers)];
        size = make_frame(data, n, bytes);
        frame = malloc(size); /* For the sanitizer to see who reads beyond. */
        memcpy(frame, bytes, size);
        list.n = 0;
        recogniser_dnp3.read(&(struct pdu){ frame, size, size, 0, IP_PROTOCOL_TCP },
                             &findings);
        free(frame);
        assert_int_equal(list.n, 1);
        assert_int_equal(list.items[0].number, data[2]);
        assert_true(strnlen(list.items[0].detail, OBSERVATION_DETAIL_SIZE) <
                    OBSERVATION_DETAIL_SIZE);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crc),
        cmocka_unit_test(test_random_objects),
    };

    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read) +
           cmocka_run_group_tests(tests, NULL, NULL);
}
