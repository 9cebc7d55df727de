#ifndef BASE_INLINING_H
#define BASE_INLINING_H

/* Before the declaration of a static function that is to stay one.  gcc makes it part of
 * its only caller, and whatever it needs, registers to be saved above all, is then paid for
 * by each packet that passes there. */

/* Called seldom. */
#define SELDOM __attribute__((cold, noinline))

/* Called often, or by each packet where both together need more registers than there are.
 */
#define APART __attribute__((noinline))

#endif
