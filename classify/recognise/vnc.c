#include "classify/recognise/recognisers.h"
#include "classify/recognise/sides.h"

/* VNC, the remote framebuffer protocol: RFC 6143 section 7.1.1.  Each side begins with
 * "RFB 003.008\n".
 *
 * Verified are these twelve bytes of one side. */

static const char form[] = "RFB 00d.0dd\n"; /* 'd': any digit. */

static enum opinion
judge_side(const struct side *side, uint8_t protocol)
{
    const size_t n = sizeof form - 1;

    (void) protocol;
    for (size_t i = 0; i < n && i < side->n; i++) {
        const bool is_right = form[i] == 'd'
                                  ? side->bytes[i] >= '0' && side->bytes[i] <= '9'
                                  : side->bytes[i] == (uint8_t) form[i];

        if (!is_right) {
            return OPINION_NO;
        }
    }
    return side->n >= n ? OPINION_VERIFIED : OPINION_MORE;
}

static enum opinion
judge(const struct dialogue *dialogue)
{
    return judge_sides(dialogue, judge_side);
}

const struct recogniser recogniser_vnc = {
    .service = SERVICE_VNC,
    .on_tcp = true,
    .judge = judge,
};
