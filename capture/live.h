#ifndef CAPTURE_LIVE_H
#define CAPTURE_LIVE_H

#include "base/problem.h"
#include "capture/source.h"

struct pcap; /* libpcap's pcap_t. */

/* Opens an interface for live capture: does not block, times in nanoseconds where the
 * system has them, filter set.  Returns NULL with the reason in 'problems', which for
 * missing rights says what to do; otherwise the caller frees it with pcap_close(). */
struct pcap *live_open(const char *interface, const struct source_live_config *config,
                       struct problem_list *problems);

#endif
