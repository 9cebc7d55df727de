#ifndef CLASSIFY_TAGGER_H
#define CLASSIFY_TAGGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/hash.h"
#include "capture/decode.h"
#include "capture/frame.h"
#include "classify/critical_batch.h"
#include "classify/flow_table.h"

/* The first question about every frame: does it touch a critical range?  Decodes frames and
 * keeps the packets that do; of the others, which most are, nothing remains but a count. */
struct tagger;

struct tagger_config {
    struct decode_config decode;
    const struct flow_config *flow;   /* For the flow clock and key; read at once. */
    const struct sector_map *sectors; /* Must outlive the tagger or be renewed. */
    struct hash_seed seed;
    bool is_one_of_several; /* Orders and clocks are left to a critical_merge_move(). */
};

struct tagger *tagger_new(const struct tagger_config *config);
void tagger_free(struct tagger *tagger);

/* Empties 'batch' and fills it with the packets of 'n' frames that touch a critical range,
 * at most CRITICAL_BATCH_MAX, and with a tick for each second that begins. */
void tagger_take(struct tagger *tagger, const struct frame *frames, size_t n,
                 struct critical_batch *batch, struct counters *counters);

/* Empties 'batch' and puts a tick into it if a second begins with 'now_ns', a time that is
 * known without a frame. */
void tagger_tick(struct tagger *tagger, uint64_t now_ns, struct critical_batch *batch,
                 struct counters *counters);

/* From the next frame on ranges are those of 'sectors', which must outlive the tagger or be
 * renewed in its turn. */
void tagger_renew(struct tagger *tagger, const struct sector_map *sectors);

/* Fragmented packets that are being put together. */
uint32_t tagger_n_fragmented(const struct tagger *tagger);

/* Nothing more will come: what is still being put together from fragments is counted as
 * lost.  Returns the place after the last packet or tick. */
uint64_t tagger_end(struct tagger *tagger, struct counters *counters);

#endif
