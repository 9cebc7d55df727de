#ifndef CLASSIFY_RECOGNISE_FOLLOW_H
#define CLASSIFY_RECOGNISE_FOLLOW_H

#include <stdbool.h>

#include "classify/recognise/look.h"
#include "classify/recognise/recogniser.h"

/* Inside this folder: the messages of a flow whose protocol is verified, one by one. */

/* Reads what both sides have said so far: 'dialogue', and of a stream 'session', which is
 * NULL if the packet in hand was the first.  The other side's goes before the sender's, as
 * it has been waiting.  Returns whether follow() is to be called for what comes; else the
 * session is dropped. */
bool follow_begin(const struct look *look, const struct recogniser *recogniser,
                  const struct dialogue *dialogue, struct session *session);

/* Reads one more packet. */
void follow(const struct look *look, const struct recogniser *recogniser);

#endif
