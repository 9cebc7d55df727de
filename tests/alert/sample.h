#ifndef TESTS_ALERT_SAMPLE_H
#define TESTS_ALERT_SAMPLE_H

#include <stddef.h>

#include "alert/alert.h"

/* Alerts to be written, one of each kind that matters to a rendering. */
enum sample {
    SAMPLE_CONTACT,  /* From abroad to a grid operator; verified, of a listed range. */
    SAMPLE_SCAN,     /* Updated; many verdicts. */
    SAMPLE_LISTED,   /* A bank host to a listed address. */
    SAMPLE_SECTORS,  /* Several sectors and countries, several concerns. */
    SAMPLE_WRAPPED,  /* IPv6 in VXLAN, with a VLAN; names in wide characters. */
    SAMPLE_CLOSED,   /* With ATT&CK techniques, and loss. */
    SAMPLE_BARE,     /* ICMP; nothing known beyond the range. */
    SAMPLE_INTERNAL, /* Between two assets; midstream. */
    SAMPLE_HOSTILE,  /* Names that try to break out of every format. */
    N_SAMPLES
};

/* Makes all samples, valid until samples_fini(). */
struct samples {
    struct alert alerts[N_SAMPLES];
    struct geo *geo;
};

void samples_init(struct samples *samples);
void samples_fini(struct samples *samples);

/* What 'write' writes for the samples from 'first' to 'last', to be freed. */
char *samples_text(const struct samples *samples, enum sample first, enum sample last,
                   void (*write)(const struct alert *alert, FILE *out));

#endif
