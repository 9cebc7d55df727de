#include "classify/recognise/cip.h"

#include <stdbool.h>

#include "base/reader.h"
#include "classify/recognise/cip_path.h"
#include "classify/recognise/pccc.h"

/* A request is a service, a path whose length counts words, and data (2-4.1). */

enum {
    RESPONSE = 0x80,
    DEPTH_MAX = 3, /* Of requests inside others. */

    MULTIPLE_SERVICE_PACKET = 0x0a,
    UNCONNECTED_SEND = 0x52,
    EXECUTE_PCCC = 0x4b,

    CLASS_ANY = -1, /* All that have no service of the number of their own. */
    CLASS_CONNECTION_MANAGER = 0x06,
    CLASS_FILE = 0x37,
    CLASS_PCCC = 0x67,
    CLASS_SYMBOL = 0x6b,
    CLASS_TAG = -2, /* A path by names, or by instances of symbols. */
};

/* Common services (volume 1, appendix A), those of some objects (volume 1, chapter 5), and
 * those on tags ("Logix 5000 Controllers Data Access", Rockwell 1756-PM020). */
static const struct service_code {
    int object_class;
    uint8_t code;
    enum command_class class;
    const char *name;
} services[] = {
    { CLASS_CONNECTION_MANAGER, 0x4e, COMMAND_READ, "forward-close" },
    { CLASS_CONNECTION_MANAGER, UNCONNECTED_SEND, COMMAND_READ, "unconnected-send" },
    { CLASS_CONNECTION_MANAGER, 0x54, COMMAND_READ, "forward-open" },
    { CLASS_CONNECTION_MANAGER, 0x56, COMMAND_READ, "get-connection-data" },
    { CLASS_CONNECTION_MANAGER, 0x57, COMMAND_READ, "search-connection-data" },
    { CLASS_CONNECTION_MANAGER, 0x5a, COMMAND_READ, "get-connection-owner" },
    { CLASS_CONNECTION_MANAGER, 0x5b, COMMAND_READ, "large-forward-open" },
    { CLASS_FILE, 0x4b, COMMAND_READ, "initiate-upload" },
    { CLASS_FILE, 0x4c, COMMAND_WRITE, "initiate-download" },
    { CLASS_FILE, 0x4d, COMMAND_READ, "initiate-partial-read" },
    { CLASS_FILE, 0x4e, COMMAND_WRITE, "initiate-partial-write" },
    { CLASS_FILE, 0x4f, COMMAND_READ, "upload-transfer" },
    { CLASS_FILE, 0x50, COMMAND_WRITE, "download-transfer" },
    { CLASS_FILE, 0x51, COMMAND_WRITE, "clear-file" },
    { CLASS_SYMBOL, 0x55, COMMAND_READ, "get-instance-attribute-list" },
    { CLASS_TAG, 0x4c, COMMAND_READ, "read-tag" },
    { CLASS_TAG, 0x4d, COMMAND_WRITE, "write-tag" },
    { CLASS_TAG, 0x4e, COMMAND_WRITE, "read-modify-write-tag" },
    { CLASS_TAG, 0x52, COMMAND_READ, "read-tag-fragmented" },
    { CLASS_TAG, 0x53, COMMAND_WRITE, "write-tag-fragmented" },
    { CLASS_ANY, 0x01, COMMAND_READ, "get-attributes-all" },
    { CLASS_ANY, 0x02, COMMAND_WRITE, "set-attributes-all" },
    { CLASS_ANY, 0x03, COMMAND_READ, "get-attribute-list" },
    { CLASS_ANY, 0x04, COMMAND_WRITE, "set-attribute-list" },
    { CLASS_ANY, 0x05, COMMAND_STOP, "reset" },
    { CLASS_ANY, 0x06, COMMAND_WRITE, "start" },
    { CLASS_ANY, 0x07, COMMAND_STOP, "stop" },
    { CLASS_ANY, 0x08, COMMAND_WRITE, "create" },
    { CLASS_ANY, 0x09, COMMAND_WRITE, "delete" },
    { CLASS_ANY, MULTIPLE_SERVICE_PACKET, COMMAND_READ, "multiple-service-packet" },
    { CLASS_ANY, 0x0d, COMMAND_WRITE, "apply-attributes" },
    { CLASS_ANY, 0x0e, COMMAND_READ, "get-attribute-single" },
    { CLASS_ANY, 0x10, COMMAND_WRITE, "set-attribute-single" },
    { CLASS_ANY, 0x11, COMMAND_READ, "find-next-object-instance" },
    { CLASS_ANY, 0x15, COMMAND_WRITE, "restore" },
    { CLASS_ANY, 0x16, COMMAND_WRITE, "save" },
    { CLASS_ANY, 0x17, COMMAND_READ, "no-operation" },
    { CLASS_ANY, 0x18, COMMAND_READ, "get-member" },
    { CLASS_ANY, 0x19, COMMAND_WRITE, "set-member" },
    { CLASS_ANY, 0x1a, COMMAND_WRITE, "insert-member" },
    { CLASS_ANY, 0x1b, COMMAND_WRITE, "remove-member" },
    { CLASS_ANY, 0x1c, COMMAND_READ, "group-sync" },
    { CLASS_ANY, 0x1d, COMMAND_READ, "get-connection-point-member-list" },
};

static void find(struct findings *findings, struct reader message, unsigned depth);
static bool find_inner(struct findings *findings, struct reader data, unsigned depth);
static bool find_passed_on(struct findings *findings, struct reader data, unsigned depth);
static bool is_tag(const struct cip_path *path);
static const struct service_code *service_of(uint8_t code, const struct cip_path *path);

void
cip_find_requests(struct findings *findings, const uint8_t *message, size_t n)
{
    find(findings, reader_init(message, n), 0);
}

static void
find(struct findings *findings, struct reader message, unsigned depth)
{
    const uint8_t code = reader_u8(&message);
    const size_t path_size = 2 * (size_t) reader_u8(&message);
    const uint8_t *words = reader_take(&message, path_size);
    const struct service_code *service;
    struct observation *observation;
    struct cip_path path;

    if (message.failed || (code & RESPONSE) != 0 ||
        !cip_path_read(reader_init(words, path_size), &path)) {
        return;
    }
    if (code == MULTIPLE_SERVICE_PACKET && find_inner(findings, message, depth + 1)) {
        return;
    }
    if (code == UNCONNECTED_SEND && path.object_class == CLASS_CONNECTION_MANAGER &&
        find_passed_on(findings, message, depth + 1)) {
        return;
    }
    if (code == EXECUTE_PCCC && path.object_class == CLASS_PCCC) {
        pccc_find_command(findings, code, message.at, message.left);
        return;
    }
    service = service_of(code, &path);
    observation =
        service == NULL
            ? find_command(findings, COMMAND_READ, code, "object-specific-service")
            : find_command(findings, service->class, code, service->name);
    cip_path_find(observation, &path);
}

/* The services of a packet of several: their number, and where each begins,
 * counted from that number; each ends where the next one begins.  Returns false if they
 * cannot be read. */
static bool
find_inner(struct findings *findings, struct reader data, unsigned depth)
{
    const struct reader whole = data;
    const size_t n = reader_le16(&data);
    size_t begin = reader_le16(&data);

    if (n == 0 || depth > DEPTH_MAX || begin != 2 + 2 * n) {
        return false;
    }
    for (size_t i = 1; i <= n && begin < whole.left; i++) {
        struct reader inner = whole;
        const size_t end = i < n ? reader_le16(&data) : whole.left;

        if (data.failed || end <= begin) {
            break;
        }
        reader_limit(&inner, end);
        (void) reader_take(&inner, begin);
        find(findings, inner, depth);
        begin = end;
    }
    return true;
}

/* The message that the connection manager is to pass on (3-5.5.4). */
static bool
find_passed_on(struct findings *findings, struct reader data, unsigned depth)
{
    size_t size;

    (void) reader_take(&data, 2); /* Priority and ticks. */
    size = reader_le16(&data);
    if (data.failed || size == 0 || depth > DEPTH_MAX) {
        return false;
    }
    reader_limit(&data, size);
    find(findings, data, depth);
    return true;
}

static bool
is_tag(const struct cip_path *path)
{
    return path->symbol[0] != '\0' || path->object_class == CLASS_SYMBOL;
}

/* The first that fits: those of an object stand before the common ones. */
static const struct service_code *
service_of(uint8_t code, const struct cip_path *path)
{
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        const struct service_code *s = &services[i];

        if (s->code == code &&
            (s->object_class == CLASS_ANY || s->object_class == path->object_class ||
             (s->object_class == CLASS_TAG && is_tag(path)))) {
            return s;
        }
    }
    return NULL;
}
