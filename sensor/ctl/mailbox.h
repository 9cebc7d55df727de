#ifndef SENSOR_CTL_MAILBOX_H
#define SENSOR_CTL_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sensor/ctl/request.h"

/* Where the thread of the sockets asks and the one that captures answers, one question at a
 * time.  Whoever captures looks in between batches, and takes no lock where nobody asks. */
struct mailbox;

/* What is asked: what a client asks, or what the sockets want to know themselves. */
enum question_kind {
    QUESTION_REQUEST, /* 'request': the answer is a line of JSON. */
    QUESTION_METRICS, /* The answer is text for Prometheus. */
    QUESTION_RULE, /* Whether a suppression may name the rule 'text': the answer is why it
                      may not, or empty. */
};

struct question {
    enum question_kind kind;
    struct ctl_request request;
    bool is_openmetrics;
    const char *text;
};

/* Freed with mailbox_free(), when nobody asks any more. */
struct mailbox *mailbox_new(void);
void mailbox_free(struct mailbox *mailbox);

/* Asks, and waits for the answer: a text of '*ret_size' bytes that the caller frees.  NULL
 * if there is none within 'wait_ns', or if the mailbox was shut. */
char *mailbox_ask(struct mailbox *mailbox, const struct question *question,
                  uint64_t wait_ns, size_t *ret_size);

/* Whether somebody asks: no more than a look. */
bool mailbox_has_question(const struct mailbox *mailbox);

/* Takes what is asked; false if nothing is.  Who takes a question answers it, with a text
 * of malloc() that is then the mailbox's, at once or later; 'question' is valid until then.
 */
bool mailbox_take(struct mailbox *mailbox, const struct question **ret);
void mailbox_answer(struct mailbox *mailbox, char *text, size_t size);

/* Nothing will be answered any more: whoever waits goes on without. */
void mailbox_shut(struct mailbox *mailbox);

#endif
