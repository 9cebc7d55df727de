#include "classify/recognise/recognise.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "classify/recognise/claim.h"
#include "classify/recognise/follow.h"
#include "classify/recognise/look.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/session_table.h"

struct recognition {
    struct flow_interest interest;
    struct session_table *sessions;
    struct command_tally commands;
};

/* What all recognisers together say. */
struct answer {
    const struct recogniser *recogniser; /* Of the best opinion; NULL: none. */
    enum opinion opinion;
    bool is_turned;
    uint64_t possible; /* Those that may be, by their number. */
};

static bool may_have_session(const struct flow *flow);
static bool is_inspected(const struct flow *flow);
static void inspect(const struct look *look);
static unsigned sender_of(const struct flow *flow, const struct packet *packet);
static void judge(const struct look *look);
static struct dialogue listen(const struct look *look, struct session *session);
static struct answer ask(const struct flow *flow, const struct dialogue *dialogue,
                         uint64_t possible, bool is_last);
static uint64_t expected_of(const struct flow *flow);
static bool is_awaited(enum service service, uint64_t possible);
static void remember(const struct look *look, struct session *session, uint64_t possible);
static void take_claim(const struct look *look, struct claim claim);
static bool is_declared(const struct look *look);
static void begin_reading(const struct look *look, const struct answer *answer,
                          const struct dialogue *dialogue, struct session *session);
static void end_inspection(const struct look *look, struct session *session);

size_t
recognition_size(const struct recognise_config *config)
{
    return session_table_size(config->sessions);
}

void
recognitions_new(const struct recognise_config *config, struct flow_interest interest,
                 unsigned n, struct region *region, struct recognition *ret[])
{
    struct session_table **tables = memory_zeroed(n, sizeof *tables);

    recognisers_prepare();
    session_tables_new(config->sessions, n, region, tables);
    for (unsigned i = 0; i < n; i++) {
        ret[i] = memory_zeroed(1, sizeof *ret[i]);
        ret[i]->interest = interest;
        ret[i]->sessions = tables[i];
    }
    free(tables);
}

void
recognition_free(struct recognition *r)
{
    if (r == NULL) {
        return;
    }
    session_table_free(r->sessions);
    free(r);
}

const struct command_tally *
recognition_commands(const struct recognition *r)
{
    return &r->commands;
}

void
recognise(struct recognition *r, struct flow *flow, const struct critical_packet *critical,
          struct counters *counters, struct observation_list *list)
{
    const struct packet *packet = &critical->packet;
    const bool has_payload = packet->payload_size > 0;

    if (!has_payload && flow->events == 0) {
        return;
    }
    if (has_payload && flow->inspection != INSPECTION_OVER && is_inspected(flow)) {
        inspect(&(struct look){
            .sessions = r->sessions,
            .interest = &r->interest,
            .tally = &r->commands,
            .flow = flow,
            .packet = packet,
            .hash = critical->hash,
            .sender = sender_of(flow, packet),
            .counters = counters,
            .list = list,
        });
    }
    if (flow->evidence == EVIDENCE_RANGE_ONLY && claim_take(flow, claim_by_port(flow))) {
        (void) observation_list_add(list, OBSERVATION_SERVICE, flow, packet->time_ns);
    }
}

void
recognition_forget(struct recognition *r, const struct flow *flow, const struct flow *place,
                   uint32_t hash)
{
    if (may_have_session(flow)) {
        struct session *session = session_table_find(r->sessions, place, hash);

        if (session != NULL) {
            session_table_drop(r->sessions, session);
        }
    }
}

static bool
may_have_session(const struct flow *flow)
{
    switch (flow->inspection) {
    case 0:
    case INSPECTION_OVER:
        return false;
    case INSPECTION_FOLLOWED:
    case INSPECTION_FOLLOWED_TURNED:
        return flow->protocol == IP_PROTOCOL_TCP ||
               recognisers_of_service((enum service) flow->service)->gather != NULL;
    default:
        return true;
    }
}

/* What ICMP echoes, or SCTP puts into chunks, is not what recognisers know. */
static bool
is_inspected(const struct flow *flow)
{
    return flow->protocol == IP_PROTOCOL_TCP || flow->protocol == IP_PROTOCOL_UDP;
}

static void
inspect(const struct look *look)
{
    switch (look->flow->inspection) {
    case INSPECTION_FOLLOWED:
    case INSPECTION_FOLLOWED_TURNED:
        follow(look, recognisers_of_service((enum service) look->flow->service));
        break;
    default:
        judge(look);
        break;
    }
}

static unsigned
sender_of(const struct flow *flow, const struct packet *packet)
{
    const struct flow_end *initiator = &flow->ends[FLOW_INITIATOR];

    return initiator->port == packet->inner.source_port &&
                   ip_equal(initiator->address, packet->inner.source)
               ? FLOW_INITIATOR
               : FLOW_RESPONDER;
}

static void
judge(const struct look *look)
{
    struct flow *flow = look->flow;
    struct session *session =
        flow->inspection == 0 ? NULL : session_table_find(look->sessions, flow, look->hash);
    const struct dialogue dialogue = listen(look, session);
    const bool is_early = dialogue.sides[look->sender].n == 0; /* Others come before it. */
    const bool is_full = dialogue.sides[look->sender].n == RECOGNISE_STREAM_MAX;
    const bool is_last =
        is_full || flow->inspection + INSPECTION_MORE_STEP >= INSPECTION_LIMIT;
    const uint64_t possible = session == NULL ? UINT64_MAX : session->possible;
    const struct answer answer = is_early ? (struct answer){ .possible = possible }
                                          : ask(flow, &dialogue, possible, is_last);

    if (answer.opinion == OPINION_VERIFIED) {
        take_claim(look, (struct claim){ answer.recogniser->service, EVIDENCE_VERIFIED });
        begin_reading(look, &answer, &dialogue, session);
        return;
    }
    if (answer.opinion == OPINION_CONSISTENT && flow->evidence == EVIDENCE_RANGE_ONLY) {
        take_claim(look,
                   (struct claim){ answer.recogniser->service, EVIDENCE_PORT_CONSISTENT });
    }
    flow->inspection =
        (uint8_t) (flow->inspection +
                   (answer.possible != 0 ? INSPECTION_MORE_STEP : INSPECTION_NO_STEP));
    if (flow->inspection >= INSPECTION_LIMIT || (is_full && answer.possible != 0)) {
        end_inspection(look, session);
    } else if (answer.possible != 0) {
        remember(look, session, answer.possible);
    } else if (session != NULL) {
        session_table_drop(look->sessions, session);
    }
}

/* What there is to judge.  Without a session it lies in the packet. */
static struct dialogue
listen(const struct look *look, struct session *session)
{
    const struct packet *packet = look->packet;
    struct dialogue dialogue = { .protocol = packet->inner.protocol };
    struct side *own = &dialogue.sides[look->sender];
    struct side *other = &dialogue.sides[1 - look->sender];

    *own = (struct side){ packet->payload, packet->payload_size, packet->payload_len };
    if (session != NULL) {
        const struct stream *stream = &session->streams[1 - look->sender];

        if (packet->inner.protocol == IP_PROTOCOL_TCP) {
            const struct stream *sent = &session->streams[look->sender];
            const bool other_has_gap = look_acknowledge(look, session);
            bool own_has_gap;

            (void) look_add_to_stream(look, session, 0, &own_has_gap);
            if (own_has_gap || other_has_gap) { /* What they said no to is gone. */
                session->possible = UINT64_MAX;
            }
            *own = (struct side){ sent->bytes, sent->n, sent->n };
        }
        *other = (struct side){ stream->bytes, stream->n, stream->n };
    }
    if (packet->inner.protocol == IP_PROTOCOL_TCP && own->n > RECOGNISE_STREAM_MAX) {
        own->n = RECOGNISE_STREAM_MAX;
    }
    return dialogue;
}

/* Asks those that are possible, until one is sure: those of the ports first, whose opinion
 * also counts first among equal ones, and who refines another one before it.  One that is
 * verified waits for those that refine it, unless nothing more will come. */
static struct answer
ask(const struct flow *flow, const struct dialogue *dialogue, uint64_t possible,
    bool is_last)
{
    const bool is_turnable = flow->initiator_is_guess;
    const uint64_t expected = expected_of(flow);
    const struct dialogue turned = {
        .sides = { dialogue->sides[FLOW_RESPONDER], dialogue->sides[FLOW_INITIATOR] },
        .protocol = dialogue->protocol,
    };
    struct answer answer = { .opinion = OPINION_NO };
    uint64_t asked = recognisers_for(dialogue);

    if (is_turnable) {
        asked |= recognisers_for(&turned);
    }
    asked &= possible;
    while (asked != 0 && answer.opinion != OPINION_VERIFIED) {
        const uint64_t next = (asked & expected) != 0 ? asked & expected : asked;
        const unsigned i = (unsigned) __builtin_ctzll(next);
        enum opinion opinion = recognisers[i]->judge(dialogue);
        bool is_turned = false;

        if (is_turnable && opinion != OPINION_VERIFIED) {
            const enum opinion other = recognisers[i]->judge(&turned);

            is_turned = other > opinion;
            opinion = is_turned ? other : opinion;
        }
        if (opinion != OPINION_NO) {
            answer.possible |= UINT64_C(1) << i;
        }
        if (opinion > answer.opinion &&
            (is_last || !is_awaited(recognisers[i]->service, answer.possible))) {
            answer.recogniser = recognisers[i];
            answer.opinion = opinion;
            answer.is_turned = is_turned;
        }
        asked &= ~(UINT64_C(1) << i);
    }
    return answer;
}

/* Where it is a guess who serves, either end's port may tell. */
static uint64_t
expected_of(const struct flow *flow)
{
    const struct flow_end *ends = flow->ends;
    uint64_t set =
        recognisers_of_port(service_by_port(flow->protocol, ends[FLOW_RESPONDER].port));

    if (flow->initiator_is_guess) {
        set |=
            recognisers_of_port(service_by_port(flow->protocol, ends[FLOW_INITIATOR].port));
    }
    return set;
}

/* Whether one that may yet be verified refines the service. */
static bool
is_awaited(enum service service, uint64_t possible)
{
    for (; possible != 0; possible &= possible - 1) {
        if (recognisers[__builtin_ctzll(possible)]->refines == service) {
            return true;
        }
    }
    return false;
}

/* Keeps what was said, for the next payload to be judged with. */
static void
remember(const struct look *look, struct session *session, uint64_t possible)
{
    const struct packet *packet = look->packet;
    bool has_gap;

    if (session == NULL) {
        session = look_make_session(look);
        if (packet->inner.protocol == IP_PROTOCOL_TCP) {
            (void) look_add_to_stream(look, session, 0, &has_gap);
        }
    }
    session->possible = possible;
    if (packet->inner.protocol != IP_PROTOCOL_TCP) {
        stream_set(&session->streams[look->sender], packet->payload, packet->payload_size);
    }
}

static void
take_claim(const struct look *look, struct claim claim)
{
    struct flow *flow = look->flow;
    const enum service service = (enum service) flow->service;
    const enum evidence evidence = (enum evidence) flow->evidence;
    struct observation *observation;
    bool is_at_other_port, is_undeclared;

    if (!claim_take(flow, claim)) {
        return;
    }
    is_at_other_port = flow->evidence == EVIDENCE_CONTRADICTED;
    is_undeclared = claim_is_proven(flow) && !is_declared(look);
    if (is_undeclared) {
        flow->evidence = EVIDENCE_CONTRADICTED;
    }

    observation =
        observation_list_add(look->list, OBSERVATION_SERVICE, flow, look->packet->time_ns);
    observation->earlier = flow->service == service ? evidence : EVIDENCE_RANGE_ONLY;
    if (is_at_other_port) {
        (void) observation_list_add(look->list, OBSERVATION_CONTRADICTION, flow,
                                    look->packet->time_ns);
    }
    if (is_undeclared) {
        observation = observation_list_add(look->list, OBSERVATION_UNDECLARED, flow,
                                           look->packet->time_ns);
        observation->asset_ends = 1U << FLOW_RESPONDER;
    }
}

/* Where it is a guess who serves, nobody is held to what is declared. */
static bool
is_declared(const struct look *look)
{
    const struct flow_interest *interest = look->interest;

    return look->flow->initiator_is_guess || interest->may_serve == NULL ||
           interest->may_serve(interest->context, look->flow,
                               (enum service) look->flow->service);
}

/* After a claim: what was said before the protocol was known is read first, the other
 * side's before the sender's. */
static void
begin_reading(const struct look *look, const struct answer *answer,
              const struct dialogue *dialogue, struct session *session)
{
    look->flow->inspection =
        answer->is_turned ? INSPECTION_FOLLOWED_TURNED : INSPECTION_FOLLOWED;
    if (!follow_begin(look, answer->recogniser, dialogue, session)) {
        look->flow->inspection = INSPECTION_OVER;
    }
}

static void
end_inspection(const struct look *look, struct session *session)
{
    look->flow->inspection = INSPECTION_OVER;
    if (session != NULL) {
        session_table_drop(look->sessions, session);
    }
}
