#include "sensor/thread.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

void
thread_start(pthread_t *thread, void *(*run)(void *), void *argument)
{
    sigset_t all, before;
    int status;

    (void) sigfillset(&all);
    (void) pthread_sigmask(SIG_BLOCK, &all, &before);
    status = pthread_create(thread, NULL, run, argument);
    if (status != 0) {
        log_error("sensor", "no thread can be started: %s", strerror(status));
        abort();
    }
    (void) pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void
thread_await(sem_t *semaphore)
{
    while (sem_wait(semaphore) != 0) {
        assert(errno == EINTR);
    }
}
