/* Industrial protocols right above Ethernet.  They have no IP addresses, so that no range
 * can be theirs and no flow: that they are there is all that is said of them. */
#include "capture/layer.h"

static enum layer
count(struct decoding *d, enum counter counter)
{
    counter_inc(d->counters, counter);
    return LAYER_NOT_IP;
}

enum layer
layer_goose(struct decoding *d)
{
    return count(d, COUNTER_CAPTURE_GOOSE);
}

enum layer
layer_sampled_values(struct decoding *d)
{
    return count(d, COUNTER_CAPTURE_SAMPLED_VALUES);
}

enum layer
layer_ethercat(struct decoding *d)
{
    return count(d, COUNTER_CAPTURE_ETHERCAT);
}

/* A frame id, of which the discovery and configuration protocol has four (IEC 61158-6-10,
 * "FrameID"); others are data and alarms. */
enum layer
layer_profinet(struct decoding *d)
{
    enum { DCP_FIRST = 0xfefc, DCP_LAST = 0xfeff };
    struct reader h;
    uint16_t id;

    if (!decoding_take(d, 2, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    id = reader_be16(&h);
    return count(d, id >= DCP_FIRST && id <= DCP_LAST ? COUNTER_CAPTURE_PROFINET_DCP
                                                      : COUNTER_CAPTURE_PROFINET_RT);
}
