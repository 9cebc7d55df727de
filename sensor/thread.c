#include "sensor/thread.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#include "base/log.h"

void
thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *argument)
{
    char own_name[16]; /* As prctl(2) has it. */
    sigset_t all, before;
    int status;

    (void) sigfillset(&all);
    (void) pthread_sigmask(SIG_BLOCK, &all, &before);
    /* A thread has the name of who starts it: to name another one takes a file, which a
     * sandbox may refuse. */
    (void) prctl(PR_GET_NAME, own_name);
    (void) prctl(PR_SET_NAME, name);
    status = pthread_create(thread, NULL, run, argument);
    if (status != 0) {
        log_error("sensor", "no thread can be started: %s", strerror(status));
        abort();
    }
    (void) prctl(PR_SET_NAME, own_name);
    (void) pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void
thread_await(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0) {
        assert(errno == EINTR);
    }
}
