#ifndef CAPTURE_PCAP_FILE_H
#define CAPTURE_PCAP_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "capture/gzip_file.h"

/* The records of a pcap file in its common form: version 2.4, in the byte order of this
 * machine (draft-ietf-opsawg-pcap).  libpcap, which reads the file header and all other
 * forms, spends two stdio reads on each record: more than tagging its packet costs. */
struct pcap_file;
struct pcap; /* libpcap's pcap_t. */

enum pcap_file_status {
    PCAP_FILE_RECORD,
    PCAP_FILE_FULL, /* What was read into the memory is used up. */
    PCAP_FILE_END,
    PCAP_FILE_DAMAGED, /* The reason is in pcap_file_error(). */
};

/* As it stands in the file: nothing is checked but that the bytes are there. */
struct pcap_record {
    int64_t seconds; /* Since the Unix epoch. */
    uint64_t fraction_ns;
    uint32_t caplen, len;
    const uint8_t *bytes; /* In the memory that it was read into. */
};

/* Reads on where 'pcap' has read the header of 'file' and nothing else.  Returns NULL if
 * the file has another form; otherwise the caller frees it with pcap_file_free(), before
 * 'file'. */
struct pcap_file *pcap_file_new(struct gzip_file *file, struct pcap *pcap);
void pcap_file_free(struct pcap_file *records);

/* Records are read into memory that the caller provides, PCAP_FILE_MEMORY_MIN bytes or
 * more, and lie there for as long as it likes: begin with it, for up to about 'n' records,
 * take these, and pause.  What was read too many stays behind them until it begins again:
 * so nobody else may write to the memory before that.  With the same memory time after
 * time, much is read at once; with another, what these records are expected to take. */
enum { PCAP_FILE_MEMORY_MIN = 16 + 262144 };
void pcap_file_begin(struct pcap_file *records, uint8_t *memory, size_t n);
void pcap_file_pause(struct pcap_file *records);

/* The next record, with no more bytes than the snapshot length of the file. */
enum pcap_file_status pcap_file_next(struct pcap_file *records, struct pcap_record *ret);

const char *pcap_file_error(const struct pcap_file *records);

#endif
