/* What both ends of a flow say, shown to every recogniser, or to those of the services that
 * the environment variable SECTORWATCH_SERVICE names ("quic,dtls"): judged as it is and by
 * halves, then cut into messages that are read.  The input is the transport, the length of
 * the initiator's part in two bytes, its bytes, and the responder's. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "classify/recognise/recognisers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct observation_list observations;
static struct command_tally tally;

static void
read_all(const struct recogniser *recogniser, const struct dialogue *dialogue,
         unsigned from)
{
    const struct flow flow = { .protocol = dialogue->protocol,
                               .service = (uint8_t) recogniser->service };
    struct side side = dialogue->sides[from];

    while (recogniser->read != NULL && side.n > 0) {
        const size_t size =
            recogniser->measure == NULL ||
                    (dialogue->protocol != IP_PROTOCOL_TCP && recogniser->reads_datagrams)
                ? side.size
                : recogniser->measure(side.bytes, side.n);
        const size_t n = size < side.n ? size : side.n;
        struct findings findings = { &observations, &flow, 1, NULL, &tally };

        if (size == PDU_MORE || size == PDU_NONE) {
            return;
        }
        observations.n = 0;
        recogniser->read(&(struct pdu){ side.bytes, n, size, from, dialogue->protocol },
                         &findings);
        side.bytes += n;
        side.n -= n;
        side.size -= n;
    }
}

static void
gather_all(const struct recogniser *recogniser, const struct dialogue *dialogue)
{
    const struct flow flow = { .protocol = dialogue->protocol,
                               .service = (uint8_t) recogniser->service };
    struct findings findings = { &observations, &flow, 1, NULL, &tally };
    struct reassembly reassembly;

    observations.n = 0;
    reassembly_init(&reassembly);
    for (unsigned from = 0; from < 2; from++) {
        const struct side *side = &dialogue->sides[from];

        if (side->n > 0) { /* Both as pieces of what the initiator says. */
            (void) recogniser->gather(&(struct pdu){ side->bytes, side->n, side->size,
                                                     FLOW_INITIATOR, dialogue->protocol },
                                      &reassembly, &findings);
        }
    }
}

/* Whether a name is among names with commas between them. */
static bool
is_among(const char *names, const char *name)
{
    const size_t n = strlen(name);

    for (const char *at = names; (at = strstr(at, name)) != NULL; at += n) {
        if ((at == names || at[-1] == ',') && (at[n] == ',' || at[n] == '\0')) {
            return true;
        }
    }
    return false;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *chosen = getenv("SECTORWATCH_SERVICE");
    struct reader r = reader_init(data, size);
    const uint8_t protocol = reader_u8(&r) % 2 == 0 ? IP_PROTOCOL_TCP : IP_PROTOCOL_UDP;
    const uint16_t wanted = reader_be16(&r);
    const size_t n = wanted < r.left ? wanted : r.left;
    uint8_t *copy = malloc(n + 1); /* So that nobody reads on into the other side. */
    const struct side initiator = { copy + 1, n, n };
    const struct side responder = { r.at + n, r.left - n, r.left - n };

    memcpy(copy + 1, r.at, n);
    for (unsigned i = 0; i < N_RECOGNISERS && !r.failed; i++) {
        const struct recogniser *recogniser = recognisers[i];
        const struct dialogue whole = { { initiator, responder }, protocol };
        const struct dialogue alone = { { initiator, { r.at, 0, 0 } }, protocol };
        const struct dialogue answer = { { { r.at, 0, 0 }, responder }, protocol };

        if (chosen != NULL && !is_among(chosen, service_name(recogniser->service))) {
            continue;
        }
        if (protocol == IP_PROTOCOL_TCP ? !recogniser->on_tcp : !recogniser->on_udp) {
            continue;
        }
        (void) recogniser->judge(&whole);
        if (initiator.n > 0) {
            (void) recogniser->judge(&alone);
        }
        if (responder.n > 0) {
            (void) recogniser->judge(&answer);
        }
        if (recogniser->gather != NULL) {
            gather_all(recogniser, &whole);
        }
        read_all(recogniser, &whole, FLOW_INITIATOR);
        read_all(recogniser, &whole, FLOW_RESPONDER);
    }
    free(copy);
    return 0;
}
