#include "capture/pcap_file.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pcap/pcap.h>

#include "base/memory.h"

enum {
    MAGIC_MICROSECONDS = (int) 0xa1b2c3d4,
    MAGIC_NANOSECONDS = (int) 0xa1b23c4d,
    HEADER_SIZE = 16,
    CAPLEN_MAX = 262144, /* libpcap's limit for all link types that carry IP. */
    RECORD_MAX = HEADER_SIZE + CAPLEN_MAX,
    MEAN_SIZE_AT_FIRST = 256,
    READ_SIZE = 256 * 1024, /* At most at a time: it stays in the processor's cache. */
};

static_assert((int) PCAP_FILE_MEMORY_MIN == (int) RECORD_MAX, "room for any record");
static_assert(READ_SIZE <= RECORD_MAX, "it fits in the memory");

struct pcap_file {
    struct gzip_file *file;
    uint32_t snaplen, fraction_ns; /* The unit of a time's fraction. */
    uint8_t *memory;               /* That records are read into, of the caller. */
    size_t at, end;                /* What was read and not yet lent is between them. */
    size_t begin;                  /* Where the records begin that were asked for last. */
    size_t wanted;                 /* To be read at a time. */
    uint32_t n_lent, mean_size;    /* Records lent since, and their size before. */
    char error[128];
};

static bool need(struct pcap_file *records, size_t size);
static void move_left(struct pcap_file *records, uint8_t *memory);
static size_t read_up_to(struct pcap_file *records, size_t size);
static bool fill(struct pcap_file *records, size_t size);
static enum pcap_file_status cut_short(struct pcap_file *records, size_t size);

struct pcap_file *
pcap_file_new(struct gzip_file *file, struct pcap *pcap)
{
    struct pcap_file *records;
    uint32_t magic;

    memcpy(&magic, gzip_file_head(file), sizeof magic);
    if ((magic != (uint32_t) MAGIC_MICROSECONDS && magic != (uint32_t) MAGIC_NANOSECONDS) ||
        pcap_major_version(pcap) != 2 || pcap_minor_version(pcap) != 4 ||
        pcap_snapshot(pcap) > CAPLEN_MAX) {
        return NULL;
    }
    records = memory_zeroed(1, sizeof *records);
    records->file = file;
    records->snaplen = (uint32_t) pcap_snapshot(pcap);
    records->fraction_ns = magic == (uint32_t) MAGIC_NANOSECONDS ? 1 : 1000;
    records->mean_size = MEAN_SIZE_AT_FIRST;
    return records;
}

void
pcap_file_free(struct pcap_file *records)
{
    free(records);
}

/* With other memory each time all that was read too many is copied each time, so much is
 * read at once only after a while with the same.  What is left of it is copied when it
 * would make too small a batch. */
void
pcap_file_begin(struct pcap_file *records, uint8_t *memory, size_t n)
{
    const size_t expected = n * records->mean_size;
    const bool goes_on = memory == records->memory;
    const bool is_all_there = gzip_file_size(records->file) > 0; /* Else it is a pipe. */

    records->wanted = goes_on && is_all_there ? 2 * records->wanted : expected;
    records->wanted = records->wanted < READ_SIZE ? records->wanted : READ_SIZE;
    if (!goes_on || records->end - records->at < expected / 4) {
        move_left(records, memory);
        if (is_all_there) {
            read_up_to(records, records->wanted);
        }
    }
    records->begin = records->at;
    records->n_lent = 0;
}

void
pcap_file_pause(struct pcap_file *records)
{
    if (records->n_lent > 0) {
        records->mean_size = (uint32_t) (records->at - records->begin) / records->n_lent;
    }
}

enum pcap_file_status
pcap_file_next(struct pcap_file *records, struct pcap_record *ret)
{
    uint32_t header[HEADER_SIZE / sizeof(uint32_t)], caplen;

    if (!need(records, HEADER_SIZE)) {
        return cut_short(records, HEADER_SIZE);
    }
    memcpy(header, &records->memory[records->at], HEADER_SIZE);
    caplen = header[2];
    if (caplen > CAPLEN_MAX) {
        (void) snprintf(records->error, sizeof records->error,
                        "invalid packet capture length %u, bigger than maximum of %u",
                        caplen, CAPLEN_MAX);
        return PCAP_FILE_DAMAGED;
    }
    if (!need(records, HEADER_SIZE + (size_t) caplen)) {
        return cut_short(records, HEADER_SIZE + (size_t) caplen);
    }
    *ret = (struct pcap_record){
        .seconds = header[0],
        .fraction_ns = (uint64_t) header[1] * records->fraction_ns,
        .caplen = caplen < records->snaplen ? caplen : records->snaplen,
        .len = header[3],
        .bytes = &records->memory[records->at + HEADER_SIZE],
    };
    records->at += HEADER_SIZE + (size_t) caplen;
    records->n_lent++;
    return PCAP_FILE_RECORD;
}

const char *
pcap_file_error(const struct pcap_file *records)
{
    return records->error;
}

/* Whether 'size' bytes are there, or can be read; not if the file ends before, or if
 * records were lent of the memory: then those that follow have to wait for the next one. */
static bool
need(struct pcap_file *records, size_t size)
{
    return records->end - records->at >= size || fill(records, size);
}

/* Moves what was read and not yet lent to where 'memory' begins. */
static void
move_left(struct pcap_file *records, uint8_t *memory)
{
    const size_t n_left = records->end - records->at;

    if (n_left > 0) {
        memmove(memory, &records->memory[records->at], n_left);
    }
    records->memory = memory;
    records->at = records->begin = 0;
    records->end = n_left;
}

/* Reads once, until up to 'size' bytes are there.  Returns how many it has read. */
static size_t
read_up_to(struct pcap_file *records, size_t size)
{
    size_t n;

    if (records->end >= size) {
        return 0;
    }
    n = gzip_file_read(records->file, &records->memory[records->end], size - records->end);
    records->end += n;
    return n;
}

/* Reads until 'size' bytes are there, if it can. */
static bool
fill(struct pcap_file *records, size_t size)
{
    const size_t end = size > records->wanted ? size : records->wanted;

    if (records->n_lent > 0) {
        return false;
    }
    move_left(records, records->memory);
    while (records->end < size && read_up_to(records, end) > 0) {
    }
    return records->end >= size;
}

/* What it means that no 'size' bytes are left. */
static enum pcap_file_status
cut_short(struct pcap_file *records, size_t size)
{
    if (records->n_lent > 0) {
        return PCAP_FILE_FULL;
    }
    if (gzip_file_error(records->file)[0] != '\0') {
        (void) snprintf(records->error, sizeof records->error, "%s",
                        gzip_file_error(records->file));
        return PCAP_FILE_DAMAGED;
    }
    if (records->end == records->at) {
        return PCAP_FILE_END;
    }
    (void) snprintf(records->error, sizeof records->error,
                    "truncated dump file; the last record has %zu of %zu bytes",
                    records->end - records->at, size);
    return PCAP_FILE_DAMAGED;
}
