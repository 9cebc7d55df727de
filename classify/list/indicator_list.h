#ifndef CLASSIFY_LIST_INDICATOR_LIST_H
#define CLASSIFY_LIST_INDICATOR_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/problem.h"

/* Lists of addresses and prefixes that somebody else judged: threat feeds, Tor relays,
 * scanners.  Each has a name, a date and an expiry, which alerts that lean on it carry. */
struct indicator_list {
    const char *name; /* As configured: what a rule's "list" names. */
    const char *file;
    const char *meaning; /* One sentence: what being on it means; "" if not said. */
    const char *concern; /* Concern id it bears on; "" if not said. */
    uint64_t date_ns;    /* The day it speaks of: as configured, else the file's time. */
    uint64_t expires_ns; /* Not used from then on; 0: never. */
    size_t n_entries;
};

/* What to load, one per list. */
struct indicator_list_config {
    const char *name, *file, *meaning, *concern;
    uint64_t date_ns;        /* 0: the file's modification time. */
    uint64_t valid_for_ns;   /* From the date on; 0: for ever. */
    const char *config_file; /* Where it is configured, for messages. */
    unsigned config_line;
};

struct indicator_lists;

/* Loads 'n' plain lists (at most 64): an address or prefix a line, an address perhaps with
 * a port ("192.0.2.1:443", "[2001:db8::1]:443"); '#' and ';' begin comments.  Of a line
 * with commas the first field that is an address counts, and a first line that names the
 * columns is passed over; what follows an address after white space is too.  Bad lines are
 * warnings with file and line (the first 20, and how many more); the rest loads.  A list
 * that cannot be read, or in which nothing could be read, is an error.  Never returns NULL;
 * freed with indicator_lists_free(). */
struct indicator_lists *indicator_lists_new(const struct indicator_list_config *configs,
                                            size_t n, struct problem_list *problems);
void indicator_lists_free(struct indicator_lists *lists);

size_t indicator_lists_n(const struct indicator_lists *lists);
const struct indicator_list *indicator_lists_at(const struct indicator_lists *lists,
                                                size_t index);

/* The lists that 'address' is on at 'now_ns': bit i for list i (at most 64 lists). */
uint64_t indicator_lists_of_address(const struct indicator_lists *lists,
                                    struct ip_address address, uint64_t now_ns);

#endif
