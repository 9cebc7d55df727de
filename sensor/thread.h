#ifndef SENSOR_THREAD_H
#define SENSOR_THREAD_H

#include <pthread.h>
#include <semaphore.h>

/* Starts a thread that gets no signals: those are for who started the program.  'name', of
 * 15 characters at most, is what ps(1) and top(1) call it.  Ends the program if there can
 * be no thread. */
void thread_start(pthread_t *thread, const char *name, void *(*run)(void *),
                  void *argument);

/* Waits for a semaphore, which a signal cannot end early. */
void thread_await(sem_t *semaphore);

#endif
