#ifndef CAPTURE_LIVE_H
#define CAPTURE_LIVE_H

#include "base/counter.h"
#include "base/problem.h"
#include "capture/interface.h"
#include "capture/source.h"

/* A capture ring of an interface, which libpcap reads; for source.c alone. */
struct live;
struct pcap; /* libpcap's pcap_t. */

/* Opens one: does not block, times in nanoseconds where the system has them, filter set.
 * Returns NULL with the reason in 'problems', which for missing rights says what to do;
 * otherwise the caller frees it with live_close(). */
struct live *live_open(const char *interface, const struct source_live_config *config,
                       struct problem_list *problems);
void live_close(struct live *live);

struct pcap *live_pcap(const struct live *live);

/* See source_share(). */
bool live_share(struct live *const *rings, size_t n, struct problem_list *problems);

/* True if the next frame of the ring, captured at 'time_ns', came before live_share() and
 * is not of the capture: other rings have it too.  To be asked of each frame. */
bool live_is_early(struct live *live, uint64_t time_ns);

/* Looks at the interface; if it was removed and there is one of its name again, captures
 * that.
 */
const struct interface *live_look(struct live *live);

/* True if the interface is gone and will not be captured again. */
bool live_is_lost(const struct live *live);

/* Counts what was dropped since the last call; see enum counter. */
void live_read_drops(struct live *live, struct counters *counters);

#endif
