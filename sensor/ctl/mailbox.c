#include "sensor/ctl/mailbox.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/timestamp.h"

enum stage {
    EMPTY,
    ASKED,
    TAKEN,
    ABANDONED, /* Taken, but nobody waits any more. */
    ANSWERED
};

struct mailbox {
    atomic_bool is_asked; /* Looked at without the lock. */
    pthread_mutex_t lock;
    pthread_cond_t answered;
    enum stage stage;
    bool is_shut;
    struct question question;
    char *text; /* A copy of the question's. */
    char *answer;
    size_t answer_size;
};

static struct timespec moment(uint64_t time_ns);
static void wait_for_answer(struct mailbox *mailbox, uint64_t wait_ns);
static void clear(struct mailbox *mailbox);

struct mailbox *
mailbox_new(void)
{
    struct mailbox *mailbox = memory_zeroed(1, sizeof *mailbox);
    pthread_condattr_t attributes;

    (void) pthread_mutex_init(&mailbox->lock, NULL);
    (void) pthread_condattr_init(&attributes);
    (void) pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void) pthread_cond_init(&mailbox->answered, &attributes);
    (void) pthread_condattr_destroy(&attributes);
    return mailbox;
}

void
mailbox_free(struct mailbox *mailbox)
{
    if (mailbox == NULL) {
        return;
    }
    clear(mailbox);
    (void) pthread_cond_destroy(&mailbox->answered);
    (void) pthread_mutex_destroy(&mailbox->lock);
    free(mailbox);
}

char *
mailbox_ask(struct mailbox *mailbox, const struct question *question, uint64_t wait_ns,
            size_t *ret_size)
{
    char *answer = NULL;

    (void) pthread_mutex_lock(&mailbox->lock);
    if (mailbox->stage == EMPTY && !mailbox->is_shut) {
        mailbox->question = *question;
        if (question->text != NULL) {
            mailbox->text = memory_copy_text(question->text);
            mailbox->question.text = mailbox->text;
        }
        mailbox->stage = ASKED;
        atomic_store(&mailbox->is_asked, true);
        wait_for_answer(mailbox, wait_ns);
        if (mailbox->stage == ANSWERED) {
            answer = mailbox->answer;
            *ret_size = mailbox->answer_size;
            mailbox->answer = NULL;
        }
        if (mailbox->stage == TAKEN) {
            mailbox->stage = ABANDONED;
        } else {
            clear(mailbox);
        }
    }
    (void) pthread_mutex_unlock(&mailbox->lock);
    return answer;
}

bool
mailbox_has_question(const struct mailbox *mailbox)
{
    return atomic_load_explicit(&mailbox->is_asked, memory_order_relaxed);
}

bool
mailbox_take(struct mailbox *mailbox, const struct question **ret)
{
    bool is_taken;

    (void) pthread_mutex_lock(&mailbox->lock);
    is_taken = mailbox->stage == ASKED;
    if (is_taken) {
        mailbox->stage = TAKEN;
        atomic_store(&mailbox->is_asked, false);
        *ret = &mailbox->question;
    }
    (void) pthread_mutex_unlock(&mailbox->lock);
    return is_taken;
}

void
mailbox_answer(struct mailbox *mailbox, char *text, size_t size)
{
    (void) pthread_mutex_lock(&mailbox->lock);
    assert(mailbox->stage == TAKEN || mailbox->stage == ABANDONED);
    mailbox->answer = text;
    mailbox->answer_size = size;
    if (mailbox->stage == ABANDONED) {
        clear(mailbox);
    } else {
        mailbox->stage = ANSWERED;
        (void) pthread_cond_signal(&mailbox->answered);
    }
    (void) pthread_mutex_unlock(&mailbox->lock);
}

void
mailbox_shut(struct mailbox *mailbox)
{
    (void) pthread_mutex_lock(&mailbox->lock);
    mailbox->is_shut = true;
    (void) pthread_cond_signal(&mailbox->answered);
    (void) pthread_mutex_unlock(&mailbox->lock);
}

static struct timespec
moment(uint64_t time_ns)
{
    return (struct timespec){ .tv_sec = (time_t) (time_ns / NS_PER_SECOND),
                              .tv_nsec = (long) (time_ns % NS_PER_SECOND) };
}

static void
wait_for_answer(struct mailbox *mailbox, uint64_t wait_ns)
{
    const struct timespec end = moment(timestamp_monotonic() + wait_ns);
    int status = 0;

    while (mailbox->stage != ANSWERED && !mailbox->is_shut && status == 0) {
        status = pthread_cond_timedwait(&mailbox->answered, &mailbox->lock, &end);
    }
}

static void
clear(struct mailbox *mailbox)
{
    free(mailbox->text);
    free(mailbox->answer);
    mailbox->text = mailbox->answer = NULL;
    mailbox->stage = EMPTY;
    atomic_store(&mailbox->is_asked, false);
}
