#include "classify/quic_packets.h"
#include "classify/recogniser_run.h"

#define FOUND        "name www.example.org\nfingerprint q13d1516h2_8daaf6152771_e5627efa2ab1\n"
#define SHORT_HEADER "40 8394c8f03e515708 00"

static const struct judge_case judge_cases[] = {
    { "a client", IP_PROTOCOL_UDP, QUIC_INITIAL, "", OPINION_VERIFIED },
    { "a client and its server", IP_PROTOCOL_UDP, QUIC_INITIAL, QUIC_ANSWER,
      OPINION_VERIFIED },
    { "a handshake alone", IP_PROTOCOL_UDP, "", QUIC_ANSWER, OPINION_MORE },
    { "a version that is not known", IP_PROTOCOL_UDP,
      "c0 00000002 08 8394c8f03e515708 00 00 4020", "", OPINION_NO },
    { "an id that is too long", IP_PROTOCOL_UDP, "c0 00000001 15 8394c8f03e515708", "",
      OPINION_NO },
    { "a length beyond the end", IP_PROTOCOL_UDP,
      "e0 00000001 08 8394c8f03e515708 00 4020 00", "", OPINION_NO },
    { "a short header", IP_PROTOCOL_UDP, "40 8394c8f03e515708", "", OPINION_NO },
    { "text", IP_PROTOCOL_UDP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_quic, *state);
}

enum { DATAGRAMS_MAX = 4 };

/* What the client's hello tells, once its pieces have come, and whether more may come. */
static const struct gather_case {
    const char *name;
    struct {
        unsigned from;
        const char *bytes;
    } datagrams[DATAGRAMS_MAX];
    const char *found;
    bool goes_on;
} gather_cases[] = {
    { "in one packet", { { FLOW_INITIATOR, QUIC_INITIAL } }, FOUND, false },
    { "a handshake", { { FLOW_RESPONDER, QUIC_ANSWER } }, "", true },
    { "in two packets",
      { { FLOW_INITIATOR, QUIC_PIECES_1 },
        { FLOW_RESPONDER, QUIC_ANSWER },
        { FLOW_INITIATOR, QUIC_PIECES_2 } },
      FOUND,
      false },
    { "the second one first",
      { { FLOW_INITIATOR, QUIC_PIECES_2 }, { FLOW_INITIATOR, QUIC_PIECES_1 } },
      FOUND,
      false },
    { "the first one again",
      { { FLOW_INITIATOR, QUIC_PIECES_1 }, { FLOW_INITIATOR, QUIC_PIECES_1 } },
      "",
      true },
    { "the second one lost, and the name with it",
      { { FLOW_INITIATOR, QUIC_PIECES_1 }, { FLOW_INITIATOR, SHORT_HEADER } },
      "",
      false },
};

static void
test_gather(void **state)
{
    const struct gather_case *c = *state;
    static struct observation_list list;
    static struct command_tally tally;
    const struct flow flow = { .protocol = IP_PROTOCOL_UDP, .service = SERVICE_QUIC };
    struct findings findings = { &list, &flow, 1, NULL, &tally };
    struct reassembly hello;
    bool goes_on = true;
    char found[1024];

    list.n = 0;
    reassembly_init(&hello);
    for (size_t i = 0; i < DATAGRAMS_MAX && c->datagrams[i].bytes != NULL; i++) {
        uint8_t bytes[RECOGNISE_STREAM_MAX];
        const size_t n = hex_bytes(c->datagrams[i].bytes, bytes, sizeof bytes);
        uint8_t *copy = malloc(n);

        assert_true(goes_on);
        memcpy(copy, bytes, n);
        goes_on = recogniser_quic.gather(
            &(struct pdu){ copy, n, n, c->datagrams[i].from, IP_PROTOCOL_UDP }, &hello,
            &findings);
        free(copy);
    }
    write_found(&list, found);
    assert_string_equal(found, c->found);
    assert_int_equal(goes_on, c->goes_on);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(gather_cases, test_gather);
}
