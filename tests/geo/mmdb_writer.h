#ifndef TESTS_GEO_MMDB_WRITER_H
#define TESTS_GEO_MMDB_WRITER_H

#include <stddef.h>
#include <stdint.h>

/* Makes small databases in the MaxMind DB file format, version 2.0, to test the reader. */
struct mmdb_entry {
    const char *prefix;
    const char *json; /* Objects, arrays, texts without escapes, numbers below 2^32. */
};

struct mmdb_config {
    unsigned record_size; /* 24, 28 or 32 bits. */
    unsigned ip_version;  /* 4 or 6; IPv4 prefixes go under ::/96 of a tree for IPv6. */
    uint64_t build_epoch; /* Seconds. */
    const char *type;
    const struct mmdb_entry *entries; /* Ending with a null prefix; none inside another. */
};

/* Returns a database and its size; the caller frees it. */
uint8_t *mmdb_write(const struct mmdb_config *config, size_t *ret_size);

#endif
