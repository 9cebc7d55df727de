#ifndef SENSOR_SANDBOX_SANITIZER_H
#define SENSOR_SANDBOX_SANITIZER_H

#include <stddef.h>

/* What a build for tests needs besides, and no other build has: at the end of the program
 * the leak sanitizer stops all threads by a process of its own, which traces them. */
#if defined(__SANITIZE_ADDRESS__)
#    define SANITIZED 1
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer)
#        define SANITIZED 1
#    endif
#endif

/* System calls and folders to read; both end with NULL. */
#ifdef SANITIZED
#    define SANITIZER_CALLS                                                       \
        {                                                                         \
            "clone", "ptrace", "wait4", "prctl", "kill", "process_vm_readv", NULL \
        }
#    define SANITIZER_FOLDERS  \
        {                      \
            "/proc/self", NULL \
        }
#else
#    define SANITIZER_CALLS \
        {                   \
            NULL            \
        }
#    define SANITIZER_FOLDERS \
        {                     \
            NULL              \
        }
#endif

#endif
