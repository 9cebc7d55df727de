#ifndef CAPTURE_SOURCE_H
#define CAPTURE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/problem.h"
#include "capture/frame_batch.h"
#include "capture/interface.h"
#include "capture/prefilter.h"

/* Where frames come from: a capture file (pcap or pcapng, also gzipped), standard input, or
 * a network interface, through libpcap.  A file that is damaged delivers what comes before
 * the damage. */
struct source;

struct source_live_config {
    uint32_t snaplen;    /* Bytes captured of a frame, 64 to 262144. */
    uint64_t ring_bytes; /* Kernel buffer. */
    uint32_t delay_ms;   /* Frames wait up to twice this long for more, 1 to 1000. */
    bool promiscuous;
    const char *filter;                /* pcap-filter(7) expression, or NULL. */
    const struct prefilter *prefilter; /* By which the kernel judges frames first, where it
                                          can be; NULL: none. */
};

enum source_status {
    SOURCE_OK,     /* Frames were delivered. */
    SOURCE_IDLE,   /* Live: none is there. */
    SOURCE_END,    /* The file was read to its end. */
    SOURCE_FAILED, /* It cannot be read further; the reason is in source_error(). */
};

/* Open a file ("-" is standard input) or an interface.  'index' is the interface number
 * that the frames will carry.  Return NULL with the reason in 'problems' (which names the
 * file or interface and, for rights that are missing, what to do); otherwise the caller
 * frees the source with source_close(). */
struct source *source_open_file(const char *path, uint16_t index,
                                struct problem_list *problems);
struct source *source_open_live(const char *interface, uint16_t index,
                                const struct source_live_config *config,
                                struct problem_list *problems);
void source_close(struct source *source);

/* Shares the frames of an interface out among 'n' live sources that are all of it, by flow:
 * both directions of one, and all fragments of a packet, come by the same source.  What
 * came before is forgotten.  False, with the reason, if that cannot be. */
bool source_share(struct source *const *sources, size_t n, struct problem_list *problems);

/* Empties 'batch' and fills it with up to 'max' frames (1 to FRAME_BATCH_MAX); there are
 * some only if the status is SOURCE_OK.  SOURCE_END and SOURCE_FAILED come after the last
 * frames, and again ever after.  Times before the epoch or after 2554 are delivered as 0,
 * and frames longer than their length on the wire as complete; both are counted.  A live
 * source does not wait.  While its interface is down, or gone and may come again, it is
 * idle.
 * The batch must stay, and nobody else may fill it, until the next call or source_close():
 * what was read of a file beyond its frames lies there. */
enum source_status source_next(struct source *source, size_t max, struct frame_batch *batch,
                               struct counters *counters);

enum { SOURCES_WAIT_MAX = 64 };

/* Waits until one of 'n' live sources (1 to SOURCES_WAIT_MAX) may have frames, a tenth of a
 * second at most; a signal ends the wait. */
void source_wait(struct source *const *sources, size_t n);

/* Adds an error, about the configuration file 'file', if 'filter' is no pcap-filter(7)
 * expression for Ethernet.  An empty one, or NULL, is none. */
void source_check_filter(const char *filter, const char *file,
                         struct problem_list *problems);

/* Why the kernel does not judge the frames of a live source by the prefilter it was opened
 * with; "" if it does, or if there was none. */
const char *source_prefilter_refusal(const struct source *source);

/* The file or interface as it was named, and why it failed (one sentence; "" if it did
 * not). */
const char *source_name(const struct source *source);
const char *source_error(const struct source *source);

/* Bytes of the file read so far, and its size; 0 where there is no knowing (a pipe).  For a
 * progress bar. */
uint64_t source_position(const struct source *source);
uint64_t source_size(const struct source *source);

/* Of a live source, to be called each second: counts what did not come out of source_next()
 * since the last call, dropped or, which counts as read, withheld by a prefilter; and looks
 * at the interface, which it returns; it lasts as long as the source.
 *
 * An interface that is removed and made again under the same name is captured again, which
 * takes no rights, but not if its frames are shared out: such a source fails. */
const struct interface *source_look(struct source *source, struct counters *counters);

/* "libpcap version 1.10.3 ...": what frames are read with. */
const char *source_library_version(void);

#endif
