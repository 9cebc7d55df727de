#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/landlock.h>

#include "sensor/sandbox/layer.h"
#include "sensor/sandbox/sanitizer.h"

/* What came to Landlock after version 2, which Debian 12's header ends with; the numbers
 * are of include/uapi/linux/landlock.h in Linux 6.12. */
#define ACCESS_FS_TRUNCATE         (UINT64_C(1) << 14) /* Version 3. */
#define ACCESS_FS_IOCTL_DEV        (UINT64_C(1) << 15) /* Version 5. */
#define ACCESS_NET_BIND_TCP        (UINT64_C(1) << 0)  /* Version 4. */
#define ACCESS_NET_CONNECT_TCP     (UINT64_C(1) << 1)
#define SCOPE_ABSTRACT_UNIX_SOCKET (UINT64_C(1) << 0) /* Version 6. */
#define SCOPE_SIGNAL               (UINT64_C(1) << 1)

#define READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define APPEND                                                      \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | \
     LANDLOCK_ACCESS_FS_MAKE_REG)
#define REPLACE (APPEND | LANDLOCK_ACCESS_FS_REMOVE_FILE | ACCESS_FS_TRUNCATE)

/* Rights that mean something on a file. */
#define ON_FILE \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_FS_TRUNCATE)

/* The first versions have only the first members. */
struct ruleset_attributes {
    uint64_t handled_access_fs, handled_access_net, scoped;
};

static const uint64_t rights[N_REACH_RIGHTS] = {
    [REACH_READ] = READ,
    [REACH_APPEND] = APPEND,
    [REACH_REPLACE] = REPLACE,
};

static struct ruleset_attributes all_of(int version, bool keeps_abstract_sockets,
                                        size_t *ret_size);
static bool add_places(int ruleset, const struct reach *reach, uint64_t handled,
                       char reason[static SANDBOX_REASON_SIZE]);
static bool add_place(int ruleset, const char *path, uint64_t rights_there);

/* The kernel's words, and what they mean here. */
static void
explain(char reason[static SANDBOX_REASON_SIZE], const char *what)
{
    const char *meaning = errno == ENOSYS       ? "this kernel has none"
                          : errno == EOPNOTSUPP ? "it is switched off in this kernel"
                          : errno == EPERM      ? "its system calls are not permitted"
                                                : strerror(errno);

    (void) snprintf(reason, SANDBOX_REASON_SIZE, "%s%s%s", what, *what == '\0' ? "" : ": ",
                    meaning);
}

int
landlock_version(char reason[static SANDBOX_REASON_SIZE])
{
    const long version = syscall(SYS_landlock_create_ruleset, NULL, (size_t) 0,
                                 LANDLOCK_CREATE_RULESET_VERSION);

    if (version < 1) {
        explain(reason, "");
        return 0;
    }
    return (int) version;
}

bool
landlock_enter(const struct sandbox_config *config, char reason[static SANDBOX_REASON_SIZE])
{
    const int version = landlock_version(reason);
    size_t size;
    const struct ruleset_attributes all =
        all_of(version, config->keeps_abstract_sockets, &size);
    int ruleset;

    if (version == 0) {
        return false;
    }
    ruleset = (int) syscall(SYS_landlock_create_ruleset, &all, size, 0);
    if (ruleset < 0) {
        explain(reason, "no set of rules");
        return false;
    }
    if (!add_places(ruleset, config->reach, all.handled_access_fs, reason)) {
        goto fail;
    }
    if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) {
        explain(reason, "");
        goto fail;
    }
    (void) close(ruleset);
    return true;
fail:
    (void) close(ruleset);
    return false;
}

/* Whatever this version of Landlock can forbid. */
static struct ruleset_attributes
all_of(int version, bool keeps_abstract_sockets, size_t *ret_size)
{
    struct ruleset_attributes all = {
        /* All of version 1. */
        .handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1,
    };

    *ret_size = sizeof all.handled_access_fs;
    if (version >= 2) {
        all.handled_access_fs |= LANDLOCK_ACCESS_FS_REFER;
    }
    if (version >= 3) {
        all.handled_access_fs |= ACCESS_FS_TRUNCATE;
    }
    if (version >= 4) {
        all.handled_access_net = ACCESS_NET_BIND_TCP | ACCESS_NET_CONNECT_TCP;
        *ret_size += sizeof all.handled_access_net;
    }
    if (version >= 5) {
        all.handled_access_fs |= ACCESS_FS_IOCTL_DEV;
    }
    if (version >= 6) {
        all.scoped = SCOPE_SIGNAL;
        all.scoped |= keeps_abstract_sockets ? 0 : SCOPE_ABSTRACT_UNIX_SOCKET;
        *ret_size += sizeof all.scoped;
    }
    return all;
}

static bool
add_places(int ruleset, const struct reach *reach, uint64_t handled,
           char reason[static SANDBOX_REASON_SIZE])
{
    static const char *const sanitizer_folders[] = SANITIZER_FOLDERS;

    for (size_t i = 0; i < reach->n; i++) {
        const struct reach_place *place = &reach->places[i];

        if (!add_place(ruleset, place->path, rights[place->right] & handled)) {
            explain(reason, place->path);
            return false;
        }
    }
    for (size_t i = 0; sanitizer_folders[i] != NULL; i++) {
        if (!add_place(ruleset, sanitizer_folders[i], READ)) {
            explain(reason, sanitizer_folders[i]);
            return false;
        }
    }
    return true;
}

/* What lies in no file system, as a pipe that /dev/stdout leads to, needs no right. */
static bool
add_place(int ruleset, const char *path, uint64_t rights_there)
{
    struct landlock_path_beneath_attr beneath = {
        .allowed_access = rights_there,
        .parent_fd = open(path, O_PATH | O_CLOEXEC),
    };
    struct stat status;
    bool is_added;

    if (beneath.parent_fd < 0) {
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
    }
    if (fstat(beneath.parent_fd, &status) == 0 && !S_ISDIR(status.st_mode)) {
        beneath.allowed_access &= ON_FILE;
    }
    is_added = syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath,
                       0) == 0 ||
               errno == EBADFD;
    (void) close(beneath.parent_fd);
    return is_added;
}
