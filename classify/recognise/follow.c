#include "classify/recognise/follow.h"

#include <assert.h>
#include <stddef.h>

enum { GATHER_MAX = 16 }; /* Datagrams that are looked through for a message's pieces. */

static bool gather_begin(const struct look *look, const struct recogniser *recogniser,
                         const struct dialogue *dialogue, struct session *session);
static void follow_pieces(const struct look *look, const struct recogniser *recogniser,
                          struct side datagram, struct session *session);
static bool gather(const struct look *look, const struct recogniser *recogniser,
                   unsigned from, struct side datagram, struct reassembly *reassembly);
static void follow_stream(const struct look *look, const struct recogniser *recogniser,
                          struct session *session);
static void read_stream(const struct look *look, const struct recogniser *recogniser,
                        unsigned from, struct stream *stream);
static void read_datagram(const struct look *look, const struct recogniser *recogniser,
                          unsigned from, struct side datagram);
static void read_one(const struct look *look, const struct recogniser *recogniser,
                     unsigned from, struct side message);
static struct pdu pdu_of(const struct look *look, unsigned from, struct side message);
static struct findings findings_of(const struct look *look);

bool
follow_begin(const struct look *look, const struct recogniser *recogniser,
             const struct dialogue *dialogue, struct session *session)
{
    const bool is_tcp = dialogue->protocol == IP_PROTOCOL_TCP;
    const bool is_stream = is_tcp && recogniser->measure != NULL;
    const bool goes_on =
        recogniser->read != NULL &&
        (recogniser->measure != NULL || (!is_tcp && recogniser->reads_datagrams));

    if (recogniser->gather != NULL) {
        return gather_begin(look, recogniser, dialogue, session);
    }
    if (recogniser->read != NULL && is_stream) {
        session = session == NULL ? look_make_session(look) : session;
        read_stream(look, recogniser, 1 - look->sender,
                    &session->streams[1 - look->sender]);
        follow_stream(look, recogniser, session);
        return true;
    }
    for (unsigned i = 0; i < 2 && recogniser->read != NULL; i++) {
        const unsigned from = i == 0 ? 1 - look->sender : look->sender;

        if (dialogue->sides[from].n > 0) {
            read_datagram(look, recogniser, from, dialogue->sides[from]);
        }
    }
    if (session != NULL) {
        session_table_drop(look->sessions, session);
    }
    return goes_on;
}

void
follow(const struct look *look, const struct recogniser *recogniser)
{
    const struct packet *packet = look->packet;
    const struct side payload = { packet->payload, packet->payload_size,
                                  packet->payload_len };
    struct session *session;

    assert(recogniser != NULL); /* It has verified the flow. */
    if (packet->inner.protocol != IP_PROTOCOL_TCP && recogniser->gather == NULL) {
        read_datagram(look, recogniser, look->sender, payload);
        return;
    }
    session = session_table_find(look->sessions, look->flow, look->hash);
    if (recogniser->gather != NULL) {
        follow_pieces(look, recogniser, payload, session);
        return;
    }
    session = session == NULL ? look_make_session(look) : session;
    if (look_acknowledge(look, session)) {
        read_stream(look, recogniser, 1 - look->sender,
                    &session->streams[1 - look->sender]);
    }
    follow_stream(look, recogniser, session);
}

/* Most messages are whole in the first datagram, and need no session. */
static bool
gather_begin(const struct look *look, const struct recogniser *recogniser,
             const struct dialogue *dialogue, struct session *session)
{
    struct reassembly reassembly;
    bool goes_on = true;

    reassembly_init(&reassembly);
    for (unsigned from = 0; from < 2 && goes_on; from++) {
        if (dialogue->sides[from].n > 0) {
            goes_on = gather(look, recogniser, from, dialogue->sides[from], &reassembly);
        }
    }
    if (goes_on) {
        session = session == NULL ? look_make_session(look) : session;
        session->reassembly = reassembly;
    } else if (session != NULL) {
        session_table_drop(look->sessions, session);
    }
    return goes_on;
}

/* A session that gave way takes the pieces with it. */
static void
follow_pieces(const struct look *look, const struct recogniser *recogniser,
              struct side datagram, struct session *session)
{
    if (session != NULL &&
        gather(look, recogniser, look->sender, datagram, &session->reassembly)) {
        return;
    }
    look->flow->inspection = INSPECTION_OVER;
    if (session != NULL) {
        session_table_drop(look->sessions, session);
    }
}

static bool
gather(const struct look *look, const struct recogniser *recogniser, unsigned from,
       struct side datagram, struct reassembly *reassembly)
{
    const struct pdu pdu = pdu_of(look, from, datagram);
    struct findings findings = findings_of(look);

    return recogniser->gather(&pdu, reassembly, &findings) &&
           ++reassembly->n_datagrams < GATHER_MAX;
}

/* A segment may hold more than a stream does. */
static void
follow_stream(const struct look *look, const struct recogniser *recogniser,
              struct session *session)
{
    size_t at = 0;

    while (at < look->packet->payload_size) {
        bool has_gap;

        at += look_add_to_stream(look, session, at, &has_gap);
        read_stream(look, recogniser, look->sender, &session->streams[look->sender]);
    }
}

/* Reads the messages that are complete.  Of one that is longer than a stream holds the
 * beginning is read, and the rest passed over; so a stream that is full is never left so.
 */
static void
read_stream(const struct look *look, const struct recogniser *recogniser, unsigned from,
            struct stream *stream)
{
    size_t at = 0;

    while (at < stream->n) {
        const size_t left = stream->n - at;
        const size_t size = recogniser->measure(stream->bytes + at, left);
        const bool is_full = left == RECOGNISE_STREAM_MAX;

        if (size > PDU_SIZE_MAX || (size == PDU_MORE && is_full)) {
            counter_inc(look->counters, COUNTER_CLASSIFY_STREAMS_LOST);
            at = stream->n;
            break;
        }
        if (size == PDU_MORE || (size > left && !is_full)) {
            break;
        }
        if (size > left) {
            counter_inc(look->counters, COUNTER_CLASSIFY_MESSAGES_CUT);
        }
        read_one(look, recogniser, from,
                 (struct side){ stream->bytes + at, size < left ? size : left, size });
        at += size;
    }
    stream_consume(stream, at);
}

/* A datagram holds one message, or several that are measured, unless only streams are. */
static void
read_datagram(const struct look *look, const struct recogniser *recogniser, unsigned from,
              struct side datagram)
{
    while (datagram.n > 0) {
        size_t size = datagram.size;

        if (recogniser->measure != NULL && !recogniser->reads_datagrams) {
            size = recogniser->measure(datagram.bytes, datagram.n);
        }
        if (size == PDU_MORE || size > datagram.size) {
            counter_inc(look->counters, COUNTER_CLASSIFY_STREAMS_LOST);
            return;
        }
        read_one(
            look, recogniser, from,
            (struct side){ datagram.bytes, size < datagram.n ? size : datagram.n, size });
        if (size >= datagram.n) {
            return;
        }
        datagram.bytes += size;
        datagram.n -= size;
        datagram.size -= size;
    }
}

static void
read_one(const struct look *look, const struct recogniser *recogniser, unsigned from,
         struct side message)
{
    const struct pdu pdu = pdu_of(look, from, message);
    struct findings findings = findings_of(look);

    recogniser->read(&pdu, &findings);
}

static struct pdu
pdu_of(const struct look *look, unsigned from, struct side message)
{
    const bool is_turned = look->flow->inspection == INSPECTION_FOLLOWED_TURNED;

    return (struct pdu){
        .bytes = message.bytes,
        .n = message.n,
        .size = message.size,
        .from = is_turned ? 1 - from : from,
        .protocol = look->packet->inner.protocol,
    };
}

static struct findings
findings_of(const struct look *look)
{
    return (struct findings){
        .observations = look->list,
        .flow = look->flow,
        .time_ns = look->packet->time_ns,
        .interest = look->interest,
        .tally = look->tally,
    };
}
