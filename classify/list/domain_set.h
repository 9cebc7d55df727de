#ifndef CLASSIFY_LIST_DOMAIN_SET_H
#define CLASSIFY_LIST_DOMAIN_SET_H

#include <stddef.h>
#include <stdint.h>

#include "classify/list/key_set.h"

/* From a host name to the lists that it is on, by itself or by any domain above it.
 *
 * A domain's key is made of its words of eight bytes from the end, so the keys of all
 * domains above a name come out on the way to its own.  Only those with as many labels as
 * some domain on a list are looked up, and all at a time, so that their cache lines come
 * together.  Built once, then immutable. */
struct domain_set;

/* What is to become a set; zeroed it is empty. */
struct domain_gathering {
    struct key_gathering keys;
    uint64_t label_counts; /* Bit n: some domain has n labels; bit 63: 63 or more. */
};

/* Adds a domain, as in struct indicator, that stands on 'list', 0 to 63, for 'scope'. */
void domain_gathering_add(struct domain_gathering *gathering, const char *domain,
                          unsigned scope, unsigned list);

/* Makes a set of what was gathered, and frees that.  Never returns NULL; freed with
 * domain_set_free(). */
struct domain_set *domain_set_new(struct domain_gathering *gathering);
void domain_set_free(struct domain_set *set);

/* The lists that 'name', of at most IDN_NAME_MAX bytes, in lower case and without a dot at
 * its end, is on: bit i for list i. */
uint64_t domain_set_lookup(const struct domain_set *set, const char *name);

size_t domain_set_memory(const struct domain_set *set); /* Bytes. */

#endif
