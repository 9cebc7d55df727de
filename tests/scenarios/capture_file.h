#ifndef TESTS_SCENARIOS_CAPTURE_FILE_H
#define TESTS_SCENARIOS_CAPTURE_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "scenarios/stage.h"

/* Capture files of Ethernet frames, little-endian on every machine. */
enum capture_format {
    CAPTURE_PCAP,    /* Microseconds (draft-ietf-opsawg-pcap). */
    CAPTURE_PCAP_NS, /* The same with nanoseconds. */
    CAPTURE_PCAPNG,  /* Nanoseconds (draft-ietf-opsawg-pcapng). */
};

/* Finds a format by its name: "pcap", "pcap-ns", "pcapng". */
bool capture_format_parse(const char *name, enum capture_format *ret);

/* Writes the frames of a stage in their order.  False if 'out' has failed. */
bool capture_file_write(const struct stage *stage, enum capture_format format, FILE *out);

#endif
