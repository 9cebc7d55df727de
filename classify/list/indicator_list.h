#ifndef CLASSIFY_LIST_INDICATOR_LIST_H
#define CLASSIFY_LIST_INDICATOR_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/ip.h"
#include "base/problem.h"
#include "classify/list/indicator.h"
#include "classify/list/list_format.h"

/* Lists of addresses, prefixes, domains and JA4 fingerprints that somebody else judged:
 * threat feeds, Tor relays, scanners.  Each has a name, a date and an expiry, which alerts
 * that lean on it carry. */

/* What a list is for. */
/* X(NAME, "name") */
#define LIST_USE_TABLE(X)                                                       \
    X(ALERT, "alert")     /* To alert on what is on it, by rules. */            \
    X(ALLOW, "allow")     /* What is on it is not alerted on by other lists. */ \
    X(SCANNER, "scanner") /* Known scanners, whose scans are no news. */

enum list_use {
#define X(name, text) LIST_USE_##name,
    LIST_USE_TABLE(X)
#undef X
        N_LIST_USES
};

const char *list_use_name(enum list_use use);
bool list_use_parse(const char *name, enum list_use *ret);

/* Entries of one kind that are good, but cannot be looked for on a network. */
struct indicator_others {
    char name[40]; /* In the words of the format: "sha256", "file:hashes.MD5". */
    size_t n;
};

enum { INDICATOR_OTHERS_MAX = 16 }; /* Kinds; the last takes what else there is. */

struct indicator_list {
    const char *name; /* As configured: what a rule's "list" names. */
    const char *file;
    const char *source;  /* Who publishes it; "" if not said. */
    const char *meaning; /* One sentence: what being on it means; "" if not said. */
    const char *concern; /* Concern id it bears on; "" if not said. */
    enum list_use use;
    enum list_format format;
    uint64_t date_ns;    /* The day it speaks of: as configured, else the file's time. */
    uint64_t expires_ns; /* Not used from then on; 0: never. */
    size_t n_entries;    /* That can be looked up. */
    size_t n_of[N_INDICATOR_KINDS];
    size_t n_bad; /* Entries in which something was wrong. */
    size_t n_others;
    struct indicator_others others[INDICATOR_OTHERS_MAX];
};

/* What to load, one per list. */
struct indicator_list_config {
    const char *name, *file, *source, *meaning, *concern;
    enum list_use use;
    enum list_format format;
    const char *column;      /* CSV: which holds the indicators; "": to be found. */
    uint64_t date_ns;        /* 0: the file's modification time. */
    uint64_t valid_for_ns;   /* From the date on; 0: for ever. */
    const char *config_file; /* Where it is configured, for messages. */
    unsigned config_line;
};

struct indicator_lists;

/* Loads 'n' lists (at most 64).  Bad entries are warnings with file and line (the first 20,
 * and how many more) and counted; the rest loads.  A list that cannot be read to its end,
 * or in which nothing could be read, is an error.  Never returns NULL; freed with
 * indicator_lists_free(). */
struct indicator_lists *indicator_lists_new(const struct indicator_list_config *configs,
                                            size_t n, struct problem_list *problems);
void indicator_lists_free(struct indicator_lists *lists);

size_t indicator_lists_n(const struct indicator_lists *lists);
const struct indicator_list *indicator_lists_at(const struct indicator_lists *lists,
                                                size_t index);

/* Writes what was counted: "57 addresses, 2075 domains; 1 bad; not looked for: 8 sha1". */
void indicator_list_write_counts(const struct indicator_list *list, FILE *out);

/* The age of a list at 'now_ns' in days, if that is worth saying: 0 up to a month. */
unsigned indicator_list_age_days(const struct indicator_list *list, uint64_t now_ns);

/* The lists that an address, a host name (in lower case, without a dot at its end) or a
 * fingerprint is on at 'now_ns': bit i for list i. */
uint64_t indicator_lists_of_address(const struct indicator_lists *lists,
                                    struct ip_address address, uint64_t now_ns);
uint64_t indicator_lists_of_domain(const struct indicator_lists *lists, const char *name,
                                   uint64_t now_ns);
uint64_t indicator_lists_of_fingerprint(const struct indicator_lists *lists,
                                        const char *fingerprint, uint64_t now_ns);

/* Of lists 'on' which something is: those of one use; and those that count, which are none
 * of use "alert" where one of use "allow" is among them. */
uint64_t indicator_lists_of_use(const struct indicator_lists *lists, uint64_t on,
                                enum list_use use);
uint64_t indicator_lists_that_count(const struct indicator_lists *lists, uint64_t on);

/* Whether any list has indicators of this kind. */
bool indicator_lists_have(const struct indicator_lists *lists, enum indicator_kind kind);

size_t indicator_lists_memory(const struct indicator_lists *lists); /* Bytes. */

#endif
