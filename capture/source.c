#include "capture/source.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "base/memory.h"
#include "base/timestamp.h"
#include "capture/gzip_file.h"
#include "capture/live.h"
#include "capture/pcap_file.h"

/* Records of common files are read into the memory of their batch, and lie there.  libpcap
 * lends frames one at a time, so those of a batch are copied: 7 ns for one of 650 bytes.
 *
 * A frame of such a file that does not fit any more waits for the next batch where it lies.
 * Of an interface no more frames are asked for than surely fit. */
enum {
    WAIT_MS = 100,
    ERRORS_MAX = 20, /* In a row, of an interface that is up. */
};

static_assert((int) FRAME_BATCH_MEMORY >= (int) PCAP_FILE_MEMORY_MIN,
              "room for any record");

struct source {
    pcap_t *pcap;              /* Of 'live', if it is an interface. */
    struct live *live;         /* NULL if it is a file. */
    struct gzip_file *file;    /* NULL if it is an interface. */
    struct pcap_file *records; /* NULL if libpcap reads them. */
    char *name;
    struct pcap_record pending; /* One that waits for the next batch. */
    bool is_pending;
    uint64_t n_frames;
    uint64_t fraction_ns;      /* The unit of a time's fraction in libpcap: 1 or 1000. */
    enum source_status status; /* SOURCE_OK until there is nothing more to read. */
    uint32_t snaplen;
    unsigned n_errors;               /* In a row. */
    struct prefilter_tap *tap;       /* NULL: no prefilter. */
    struct prefilter_count withheld; /* At the last look. */
    char prefilter_refusal[PREFILTER_REASON_SIZE];
    uint16_t link_type, index;
    bool has_unsigned_seconds;
    char error[PCAP_ERRBUF_SIZE + 64];
};

/* A batch that is being filled. */
struct filling {
    struct source *source;
    struct counters *counters;
    struct frame_batch *batch;
    size_t max;
};

static pcap_t *open_pcap(struct gzip_file *file, const char *path,
                         struct problem_list *problems);
static struct source *source_new(pcap_t *pcap, const char *name, uint16_t index);
static void attach_prefilter(struct source *source,
                             const struct source_live_config *config);
static void read_withheld(struct source *source, struct counters *counters);
static void read_records(struct filling *filling);
static void read_pcap(struct filling *filling);
static enum source_status read_live(struct filling *filling);
static void fail(struct source *source, const char *reason);

struct source *
source_open_file(const char *path, uint16_t index, struct problem_list *problems)
{
    struct gzip_file *file = gzip_file_open(path, problems);
    struct source *source;
    pcap_t *pcap;

    if (file == NULL) {
        return NULL;
    }
    pcap = open_pcap(file, path, problems);
    if (pcap == NULL) {
        gzip_file_close(file);
        return NULL;
    }
    source = source_new(pcap, path, index);
    source->file = file;
    source->records = pcap_file_new(file, pcap);
    /* The seconds of a pcap file have 32 bits without a sign, libpcap gives them one;
     * those of pcapng (whose version is 1) have 64. */
    source->has_unsigned_seconds = pcap_major_version(pcap) == PCAP_VERSION_MAJOR;
    return source;
}

struct source *
source_open_live(const char *interface, uint16_t index,
                 const struct source_live_config *config, struct problem_list *problems)
{
    struct live *live = live_open(interface, config, problems);
    struct source *source;

    if (live == NULL) {
        return NULL;
    }
    source = source_new(live_pcap(live), interface, index);
    source->live = live;
    source->snaplen = (uint32_t) pcap_snapshot(source->pcap);
    assert(source->snaplen <= FRAME_BATCH_MEMORY - FRAME_BATCH_BYTES);
    if (config->prefilter != NULL) {
        attach_prefilter(source, config);
    }
    return source;
}

void
source_close(struct source *source)
{
    if (source == NULL) {
        return;
    }
    pcap_file_free(source->records);
    if (source->live != NULL) {
        live_close(source->live);
    } else {
        pcap_close(source->pcap); /* And the stream of 'file'. */
    }
    prefilter_tap_free(source->tap);
    gzip_file_close(source->file);
    free(source->name);
    free(source);
}

bool
source_share(struct source *const *sources, size_t n, struct problem_list *problems)
{
    struct live *rings[SOURCES_WAIT_MAX];

    assert(n > 0 && n <= SOURCES_WAIT_MAX);
    for (size_t i = 0; i < n; i++) {
        rings[i] = sources[i]->live;
    }
    if (!live_share(rings, n, problems)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) { /* Until now each was withheld what all were. */
        if (sources[i]->tap != NULL) {
            sources[i]->withheld = prefilter_tap_withheld(sources[i]->tap);
        }
    }
    return true;
}

enum source_status
source_next(struct source *source, size_t max, struct frame_batch *batch,
            struct counters *counters)
{
    struct filling filling = {
        .source = source, .counters = counters, .batch = batch, .max = max
    };

    assert(max > 0 && max <= FRAME_BATCH_MAX);
    batch->n = batch->used = 0;
    if (source->status != SOURCE_OK) {
        return source->status;
    }
    if (source->file == NULL) {
        return read_live(&filling);
    }
    if (source->records != NULL) {
        read_records(&filling);
    } else {
        read_pcap(&filling);
    }
    return batch->n > 0 ? SOURCE_OK : source->status;
}

void
source_wait(struct source *const *sources, size_t n)
{
    struct pollfd ready[SOURCES_WAIT_MAX];

    assert(n > 0 && n <= SOURCES_WAIT_MAX);
    for (size_t i = 0; i < n; i++) {
        ready[i] = (struct pollfd){ .fd = pcap_get_selectable_fd(sources[i]->pcap),
                                    .events = POLLIN };
    }
    (void) poll(ready, (nfds_t) n, WAIT_MS);
}

const char *
source_prefilter_refusal(const struct source *source)
{
    return source->prefilter_refusal;
}

const char *
source_name(const struct source *source)
{
    return source->name;
}

const char *
source_error(const struct source *source)
{
    return source->error;
}

uint64_t
source_position(const struct source *source)
{
    return source->file == NULL ? 0 : gzip_file_position(source->file);
}

uint64_t
source_size(const struct source *source)
{
    return source->file == NULL ? 0 : gzip_file_size(source->file);
}

const struct interface *
source_look(struct source *source, struct counters *counters)
{
    const struct interface *interface;

    if (source->tap != NULL) {
        read_withheld(source, counters);
    }
    live_read_drops(source->live, counters);
    interface = live_look(source->live);
    if (live_is_lost(source->live)) {
        fail(source, "the interface is gone");
    }
    return interface;
}

const char *
source_library_version(void)
{
    return pcap_lib_version();
}

/* The capture in an open file, whose stream it then owns; or NULL with the reason. */
static pcap_t *
open_pcap(struct gzip_file *file, const char *path, struct problem_list *problems)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(
        gzip_file_stream(file), PCAP_TSTAMP_PRECISION_NANO, reason);

    if (pcap != NULL) {
        return pcap;
    }
    if (gzip_file_error(file)[0] != '\0') {
        problem_error(problems, path, 0, "cannot be read: %s", gzip_file_error(file));
    } else if (gzip_file_is_empty(file)) {
        problem_error(problems, path, 0, "is empty; expected a capture file");
    } else {
        problem_error(problems, path, 0,
                      "cannot be read: %s; expected pcap or pcapng, also gzipped", reason);
    }
    (void) fclose(gzip_file_stream(file));
    return NULL;
}

static struct source *
source_new(pcap_t *pcap, const char *name, uint16_t index)
{
    struct source *source = memory_zeroed(1, sizeof *source);

    source->pcap = pcap;
    source->name = memory_copy_text(name);
    source->index = index;
    source->link_type = (uint16_t) pcap_datalink(pcap);
    source->fraction_ns =
        pcap_get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000;
    return source;
}

/* A socket has one filter: where the user has one, the prefilter stays out. */
static void
attach_prefilter(struct source *source, const struct source_live_config *config)
{
    if (config->filter != NULL) {
        (void) snprintf(source->prefilter_refusal, sizeof source->prefilter_refusal,
                        "there is a capture filter, and a socket has only one");
        return;
    }
    source->tap = prefilter_tap_new(config->prefilter, source->link_type, source->snaplen,
                                    source->prefilter_refusal);
    if (source->tap != NULL && !prefilter_tap_attach(source->tap, pcap_fileno(source->pcap),
                                                     source->prefilter_refusal)) {
        prefilter_tap_free(source->tap);
        source->tap = NULL;
    }
}

static void
read_withheld(struct source *source, struct counters *counters)
{
    const struct prefilter_count now = prefilter_tap_withheld(source->tap);
    const uint64_t packets = now.packets - source->withheld.packets;

    counter_add(counters, COUNTER_CAPTURE_WITHHELD, packets);
    counter_add(counters, COUNTER_CAPTURE_PACKETS, packets);
    counter_add(counters, COUNTER_CAPTURE_BYTES, now.bytes - source->withheld.bytes);
    source->withheld = now;
}

/* The time of a frame since the epoch.  It can be anything in a damaged file. */
static uint64_t
frame_time(const struct pcap_record *record, struct counters *counters)
{
    const uint64_t seconds = (uint64_t) record->seconds;

    if (record->seconds < 0 || seconds >= UINT64_MAX / NS_PER_SECOND) {
        counter_inc(counters, COUNTER_CAPTURE_TIME_OUT_OF_RANGE);
        return 0;
    }
    if (record->fraction_ns >= NS_PER_SECOND) {
        counter_inc(counters, COUNTER_CAPTURE_TIME_BAD_FRACTION);
        return seconds * NS_PER_SECOND;
    }
    return seconds * NS_PER_SECOND + record->fraction_ns;
}

/* Bytes that may still be filled. */
static size_t
room(const struct filling *filling)
{
    const size_t used = filling->batch->used;

    return used < FRAME_BATCH_BYTES ? FRAME_BATCH_BYTES - used : 0;
}

static void
add_frame(struct filling *filling, const struct pcap_record *record)
{
    struct source *source = filling->source;
    struct frame_batch *batch = filling->batch;
    uint32_t len = record->len;

    if (record->caplen > len) {
        counter_inc(filling->counters, COUNTER_CAPTURE_LONGER_THAN_WIRE);
        len = record->caplen;
    }
    counter_inc(filling->counters, COUNTER_CAPTURE_PACKETS);
    counter_add(filling->counters, COUNTER_CAPTURE_BYTES, len);
    source->n_frames++;
    batch->frames[batch->n++] = (struct frame){
        .bytes = record->bytes,
        .time_ns = frame_time(record, filling->counters),
        .caplen = record->caplen,
        .len = len,
        .link_type = source->link_type,
        .interface = source->index,
    };
}

static void
add_copy(struct filling *filling, struct pcap_record record)
{
    struct frame_batch *batch = filling->batch;
    uint8_t *copy = &batch->memory[batch->used];
    const size_t left = FRAME_BATCH_MEMORY - batch->used;

    if (record.caplen > left) {
        record.caplen = (uint32_t) left;
    }
    memcpy(copy, record.bytes, record.caplen);
    batch->used += record.caplen;
    record.bytes = copy;
    add_frame(filling, &record);
}

static struct pcap_record
record_of(const struct source *source, const struct pcap_pkthdr *header,
          const uint8_t *bytes)
{
    return (struct pcap_record){
        .seconds =
            source->has_unsigned_seconds ? (uint32_t) header->ts.tv_sec : header->ts.tv_sec,
        .fraction_ns = (uint64_t) header->ts.tv_usec * source->fraction_ns,
        .caplen = header->caplen,
        .len = header->len,
        .bytes = bytes,
    };
}

/* Notes why a file has no more frames to give. */
static void
end_file(struct source *source, const char *damage)
{
    source->status = SOURCE_FAILED;
    (void) snprintf(source->error, sizeof source->error,
                    "cannot be read after frame %llu: %s",
                    (unsigned long long) source->n_frames, damage);
}

/* The next record that libpcap reads.  Returns false if there is none. */
static bool
next_of_pcap(struct source *source, struct pcap_record *ret)
{
    struct pcap_pkthdr *header;
    const uint8_t *bytes;
    const int status = pcap_next_ex(source->pcap, &header, &bytes);

    if (status == 1) {
        *ret = record_of(source, header, bytes);
        return true;
    }
    if (status == PCAP_ERROR_BREAK) {
        source->status = SOURCE_END;
    } else {
        const char *damage = gzip_file_error(source->file);

        end_file(source, damage[0] != '\0' ? damage : pcap_geterr(source->pcap));
    }
    return false;
}

/* The next record of a file in the common form.  Returns false if there is none, or none
 * that this batch has memory for. */
static bool
next_of_records(struct source *source, struct pcap_record *ret)
{
    switch (pcap_file_next(source->records, ret)) {
    case PCAP_FILE_RECORD:
        return true;
    case PCAP_FILE_FULL:
        break;
    case PCAP_FILE_END:
        source->status = SOURCE_END;
        break;
    case PCAP_FILE_DAMAGED:
        end_file(source, pcap_file_error(source->records));
        break;
    }
    return false;
}

static void
read_records(struct filling *filling)
{
    struct source *source = filling->source;
    struct pcap_record record;

    pcap_file_begin(source->records, filling->batch->memory, filling->max);
    while (filling->batch->n < filling->max && next_of_records(source, &record)) {
        add_frame(filling, &record);
    }
    pcap_file_pause(source->records);
}

/* The record that waits, or the next one. */
static bool
next_or_pending(struct source *source, struct pcap_record *ret)
{
    if (source->is_pending) {
        *ret = source->pending;
        source->is_pending = false;
        return true;
    }
    return next_of_pcap(source, ret);
}

static void
read_pcap(struct filling *filling)
{
    struct source *source = filling->source;
    struct pcap_record record;

    while (filling->batch->n < filling->max && next_or_pending(source, &record)) {
        if (record.caplen > room(filling) && filling->batch->n > 0) {
            source->pending = record;
            source->is_pending = true;
            return;
        }
        add_copy(filling, record);
    }
}

/* libpcap's callback: adds a frame of an interface, unless it came too early. */
static void
on_frame(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes)
{
    struct filling *filling = (struct filling *) (void *) user;
    const struct pcap_record record = record_of(filling->source, header, bytes);

    if (live_is_early(filling->source->live,
                      (uint64_t) record.seconds * NS_PER_SECOND + record.fraction_ns)) {
        return;
    }
    assert(record.caplen <= FRAME_BATCH_MEMORY - filling->batch->used);
    add_copy(filling, record);
}

static void
fail(struct source *source, const char *reason)
{
    source->status = SOURCE_FAILED;
    (void) snprintf(source->error, sizeof source->error, "%s", reason);
}

/* libpcap goes by the name that an interface had, and takes one that was down and has
 * another for one that is gone, until frames come; nor does it know that one may come
 * again. */
static bool
is_worth_waiting(struct source *source)
{
    const struct interface *interface = live_look(source->live);

    if (interface->state != INTERFACE_UP || strcmp(interface->name, source->name) != 0) {
        source->n_errors = 0;
    }
    return ++source->n_errors < ERRORS_MAX && !live_is_lost(source->live);
}

/* Takes the frames that are there; returns false if the interface failed. */
static bool
take_live(struct filling *filling)
{
    struct source *source = filling->source;
    const struct frame_batch *batch = filling->batch;
    int n = 1;

    while (n > 0 && batch->n < filling->max && room(filling) > 0) {
        /* One frame more than fits goes beyond the mark, which is what the rest of the
         * memory is for. */
        const size_t most = room(filling) / source->snaplen + 1;
        const size_t left = filling->max - batch->n;

        n = pcap_dispatch(source->pcap, (int) (most < left ? most : left), on_frame,
                          (u_char *) filling);
    }
    if (n >= 0) {
        source->n_errors = 0;
    } else if (!is_worth_waiting(source)) {
        char reason[sizeof source->error];

        (void) snprintf(reason, sizeof reason, "the capture failed: %s",
                        pcap_geterr(source->pcap));
        fail(source, reason);
    }
    return source->status == SOURCE_OK;
}

static enum source_status
read_live(struct filling *filling)
{
    const bool is_alive = take_live(filling);

    if (filling->batch->n > 0) {
        return SOURCE_OK;
    }
    return is_alive ? SOURCE_IDLE : SOURCE_FAILED;
}

void
source_check_filter(const char *filter, const char *file, struct problem_list *problems)
{
    pcap_t *pcap =
        filter == NULL || *filter == '\0' ? NULL : pcap_open_dead(DLT_EN10MB, 65535);
    struct bpf_program program;

    if (pcap == NULL) {
        return;
    }
    if (pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN) == 0) {
        pcap_freecode(&program);
    } else {
        problem_error(problems, file, 0,
                      "the filter \"%s\" is wrong: %s; expected pcap-filter(7) syntax",
                      filter, pcap_geterr(pcap));
    }
    pcap_close(pcap);
}
