#include "classify/recognise/bacnet_apdu.h"

#include "base/reader.h"
#include "classify/recognise/bacnet_names.h"

enum {
    TYPE_SHIFT = 4,
    CONFIRMED_REQUEST = 0,
    UNCONFIRMED_REQUEST = 1,
    SIMPLE_ACK = 2,
    COMPLEX_ACK = 3,
    SEGMENT_ACK = 4,
    ERROR = 5,
    REJECT = 6,
    ABORT = 7,
    SEGMENTED = 0x08,

    SEGMENT_ACK_SIZE = 4,
    REJECT_SIZE = 3,
};

/* What the parameters of a service begin with. */
enum about {
    ABOUT_NOTHING,
    ABOUT_OBJECT,
    ABOUT_PROPERTY, /* An object, then a property. */
    ABOUT_STATE,    /* Of a device, and perhaps a password. */
    ABOUT_SILENCE,  /* A time, a state, and perhaps a password. */
};

struct service_choice {
    const char *name;
    enum command_class class;
    enum about about;
    bool is_notice; /* Says something, and asks for nothing. */
};

/* BACnetConfirmedServiceChoice, by number. */
static const struct service_choice confirmed[] = {
    [0] = { "acknowledge-alarm", COMMAND_WRITE, ABOUT_NOTHING, false },
    [1] = { "confirmed-cov-notification", COMMAND_READ, ABOUT_NOTHING, true },
    [2] = { "confirmed-event-notification", COMMAND_READ, ABOUT_NOTHING, true },
    [3] = { "get-alarm-summary", COMMAND_READ, ABOUT_NOTHING, false },
    [4] = { "get-enrollment-summary", COMMAND_READ, ABOUT_NOTHING, false },
    [5] = { "subscribe-cov", COMMAND_READ, ABOUT_NOTHING, false },
    [6] = { "atomic-read-file", COMMAND_READ, ABOUT_OBJECT, false },
    [7] = { "atomic-write-file", COMMAND_WRITE, ABOUT_OBJECT, false },
    [8] = { "add-list-element", COMMAND_WRITE, ABOUT_PROPERTY, false },
    [9] = { "remove-list-element", COMMAND_WRITE, ABOUT_PROPERTY, false },
    [10] = { "create-object", COMMAND_WRITE, ABOUT_OBJECT, false },
    [11] = { "delete-object", COMMAND_WRITE, ABOUT_OBJECT, false },
    [12] = { "read-property", COMMAND_READ, ABOUT_PROPERTY, false },
    [13] = { "read-property-conditional", COMMAND_READ, ABOUT_NOTHING, false },
    [14] = { "read-property-multiple", COMMAND_READ, ABOUT_PROPERTY, false },
    [15] = { "write-property", COMMAND_WRITE, ABOUT_PROPERTY, false },
    [16] = { "write-property-multiple", COMMAND_WRITE, ABOUT_PROPERTY, false },
    [17] = { "device-communication-control", COMMAND_STOP, ABOUT_SILENCE, false },
    [18] = { "confirmed-private-transfer", COMMAND_READ, ABOUT_NOTHING, false },
    [19] = { "confirmed-text-message", COMMAND_WRITE, ABOUT_NOTHING, false },
    [20] = { "reinitialize-device", COMMAND_STOP, ABOUT_STATE, false },
    [21] = { "vt-open", COMMAND_READ, ABOUT_NOTHING, false },
    [22] = { "vt-close", COMMAND_READ, ABOUT_NOTHING, false },
    [23] = { "vt-data", COMMAND_READ, ABOUT_NOTHING, false },
    [24] = { "authenticate", COMMAND_READ, ABOUT_NOTHING, false },
    [25] = { "request-key", COMMAND_READ, ABOUT_NOTHING, false },
    [26] = { "read-range", COMMAND_READ, ABOUT_PROPERTY, false },
    [27] = { "life-safety-operation", COMMAND_WRITE, ABOUT_NOTHING, false },
    [28] = { "subscribe-cov-property", COMMAND_READ, ABOUT_NOTHING, false },
    [29] = { "get-event-information", COMMAND_READ, ABOUT_NOTHING, false },
    [30] = { "subscribe-cov-property-multiple", COMMAND_READ, ABOUT_NOTHING, false },
    [31] = { "confirmed-cov-notification-multiple", COMMAND_READ, ABOUT_NOTHING, true },
    [32] = { "confirmed-audit-notification", COMMAND_READ, ABOUT_NOTHING, true },
    [33] = { "audit-log-query", COMMAND_READ, ABOUT_NOTHING, false },
    [34] = { "auth-request", COMMAND_READ, ABOUT_NOTHING, false },
};

/* BACnetUnconfirmedServiceChoice. */
static const struct service_choice unconfirmed[] = {
    [0] = { "i-am", COMMAND_READ, ABOUT_NOTHING, true },
    [1] = { "i-have", COMMAND_READ, ABOUT_NOTHING, true },
    [2] = { "unconfirmed-cov-notification", COMMAND_READ, ABOUT_NOTHING, true },
    [3] = { "unconfirmed-event-notification", COMMAND_READ, ABOUT_NOTHING, true },
    [4] = { "unconfirmed-private-transfer", COMMAND_READ, ABOUT_NOTHING, false },
    [5] = { "unconfirmed-text-message", COMMAND_WRITE, ABOUT_NOTHING, false },
    [6] = { "time-synchronization", COMMAND_WRITE, ABOUT_NOTHING, false },
    [7] = { "who-has", COMMAND_READ, ABOUT_NOTHING, false },
    [8] = { "who-is", COMMAND_READ, ABOUT_NOTHING, false },
    [9] = { "utc-time-synchronization", COMMAND_WRITE, ABOUT_NOTHING, false },
    [10] = { "write-group", COMMAND_WRITE, ABOUT_NOTHING, false },
    [11] = { "unconfirmed-cov-notification-multiple", COMMAND_READ, ABOUT_NOTHING, true },
    [12] = { "unconfirmed-audit-notification", COMMAND_READ, ABOUT_NOTHING, true },
    [13] = { "who-am-i", COMMAND_READ, ABOUT_NOTHING, false },
    [14] = { "you-are", COMMAND_WRITE, ABOUT_NOTHING, false },
};

/* Tags (20.2.1): a number, a class, and the length of what follows. */
enum {
    TAG_SHIFT = 4,
    TAG_CONTEXT = 0x08,
    LENGTH_MAX = 4, /* Of numbers. */
    OPENING = 0x0e,
    OBJECT_IDENTIFIER = 0xc4, /* Of no context, four bytes. */
    INSTANCE_BITS = 22,
};

/* The head of a request. */
struct request {
    const struct service_choice *choice; /* NULL: there is no such service. */
    uint8_t number;                      /* Of the service. */
    uint8_t invoke;                      /* Tells confirmed requests apart. */
    bool is_first;                       /* Not a later segment. */
};

static bool read_request(struct reader *r, struct request *ret);
static bool read_context(struct reader *r, unsigned tag, uint32_t *ret);
static enum command_class class_of(const struct service_choice *choice, struct reader r);
static void find_object(struct observation *observation, struct reader *r);
static void find_property(struct observation *observation, struct reader *r);
static void find_state(struct findings *findings, struct observation *observation,
                       struct reader *r, unsigned tag, const char *(*name)(uint32_t state));

bool
bacnet_apdu_is_possible(const uint8_t *apdu, size_t n)
{
    struct reader r = reader_init(apdu, n);
    struct request request;

    if (n == 0) {
        return true;
    }
    switch (apdu[0] >> TYPE_SHIFT) {
    case CONFIRMED_REQUEST:
    case UNCONFIRMED_REQUEST:
        return !read_request(&r, &request) || request.choice != NULL;
    case SIMPLE_ACK:
    case COMPLEX_ACK:
    case ERROR:
        return true;
    case SEGMENT_ACK:
        return n <= SEGMENT_ACK_SIZE;
    case REJECT:
    case ABORT:
        return n <= REJECT_SIZE;
    default:
        return false;
    }
}

bool
bacnet_apdu_is_answer(struct reader request, struct reader answer)
{
    const uint8_t first = reader_u8(&answer);
    const unsigned type = first >> TYPE_SHIFT;
    struct request asked;

    if ((type != SIMPLE_ACK && type != COMPLEX_ACK && type != ERROR) || request.left == 0 ||
        request.at[0] >> TYPE_SHIFT != CONFIRMED_REQUEST ||
        !read_request(&request, &asked) || reader_u8(&answer) != asked.invoke) {
        return false;
    }
    if (type == COMPLEX_ACK && (first & SEGMENTED) != 0) {
        (void) reader_le16(&answer);
    }
    return reader_u8(&answer) == asked.number && !answer.failed;
}

void
bacnet_apdu_find(struct findings *findings, const uint8_t *apdu, size_t n)
{
    struct reader r = reader_init(apdu, n);
    struct observation *observation;
    struct request request;

    if (n == 0 || apdu[0] >> TYPE_SHIFT > UNCONFIRMED_REQUEST ||
        !read_request(&r, &request) || request.choice == NULL ||
        request.choice->is_notice || !request.is_first) {
        return;
    }
    observation = find_command(findings, class_of(request.choice, r), request.number,
                               request.choice->name);
    switch (request.choice->about) {
    case ABOUT_OBJECT:
        find_object(observation, &r);
        break;
    case ABOUT_PROPERTY:
        find_object(observation, &r);
        find_property(observation, &r);
        break;
    case ABOUT_STATE:
        find_state(findings, observation, &r, 0, bacnet_reinitialized_state);
        break;
    case ABOUT_SILENCE:
        (void) read_context(&r, 0, &(uint32_t){ 0 }); /* Minutes. */
        find_state(findings, observation, &r, 1, bacnet_enable_disable);
        break;
    case ABOUT_NOTHING:
        break;
    }
}

/* A state that is asked for may be one in which the device goes on, such as that of a
 * backup. */
static enum command_class
class_of(const struct service_choice *choice, struct reader r)
{
    uint32_t state;

    switch (choice->about) {
    case ABOUT_STATE:
        return !read_context(&r, 0, &state) || bacnet_state_restarts(state) ? COMMAND_STOP
                                                                            : COMMAND_WRITE;
    case ABOUT_SILENCE:
        (void) read_context(&r, 0, &(uint32_t){ 0 });
        return !read_context(&r, 1, &state) || bacnet_state_silences(state) ? COMMAND_STOP
                                                                            : COMMAND_WRITE;
    case ABOUT_NOTHING:
    case ABOUT_OBJECT:
    case ABOUT_PROPERTY:
        break;
    }
    return choice->class;
}

/* Reads up to the parameters.  Returns false if too little is there. */
static bool
read_request(struct reader *r, struct request *ret)
{
    const uint8_t first = reader_u8(r);
    const bool is_confirmed = first >> TYPE_SHIFT == CONFIRMED_REQUEST;
    const struct service_choice *choices = is_confirmed ? confirmed : unconfirmed;
    const size_t n = is_confirmed ? sizeof confirmed / sizeof confirmed[0]
                                  : sizeof unconfirmed / sizeof unconfirmed[0];

    ret->is_first = true;
    if (is_confirmed) {
        (void) reader_u8(r); /* What is accepted. */
        ret->invoke = reader_u8(r);
        if ((first & SEGMENTED) != 0) {
            ret->is_first = reader_u8(r) == 0;
            (void) reader_u8(r); /* Window. */
        }
    }
    ret->number = reader_u8(r);
    ret->choice = ret->number < n ? &choices[ret->number] : NULL;
    return !r->failed;
}

/* A number under a context tag; the reader stays where it is if there is none. */
static bool
read_context(struct reader *r, unsigned tag, uint32_t *ret)
{
    struct reader ahead = *r;
    const unsigned first = reader_u8(&ahead);
    const unsigned n = first & 7;

    *ret = 0;
    if (first >> 3 != (tag << 1 | 1) || n == 0 || n > LENGTH_MAX) {
        return false;
    }
    for (unsigned i = 0; i < n; i++) {
        *ret = *ret << 8 | reader_u8(&ahead);
    }
    if (ahead.failed) {
        return false;
    }
    *r = ahead;
    return true;
}

/* An object, or of one that is to be made its type, perhaps behind an opening tag. */
static void
find_object(struct observation *observation, struct reader *r)
{
    uint32_t object;
    const char *name;
    unsigned type;

    if (r->left > 0 && r->at[0] == OPENING) {
        (void) reader_u8(r);
        if (r->left > 1 && r->at[0] == (TAG_CONTEXT | 1)) {
            (void) reader_u8(r);
            type = reader_u8(r);
            name = bacnet_object_type(type);
            if (name != NULL) {
                find_detail(observation, "%s", name);
            } else {
                find_detail(observation, "object type %u", type);
            }
            return;
        }
    }
    if (r->left > 0 && r->at[0] == OBJECT_IDENTIFIER) {
        (void) reader_u8(r);
        object = reader_be32(r);
    } else if (!read_context(r, 0, &object) && !read_context(r, 1, &object)) {
        return;
    }
    if (r->failed) {
        return;
    }
    type = object >> INSTANCE_BITS;
    name = bacnet_object_type(type);
    object &= (UINT32_C(1) << INSTANCE_BITS) - 1;
    if (name != NULL) {
        find_detail(observation, "%s %u", name, object);
    } else {
        find_detail(observation, "object type %u %u", type, object);
    }
}

/* The property, or the first of a list. */
static void
find_property(struct observation *observation, struct reader *r)
{
    const bool is_list = r->left > 0 && r->at[0] == (1 << TAG_SHIFT | OPENING);
    const char *name;
    uint32_t property;

    if (is_list) {
        (void) reader_u8(r);
    }
    if (!read_context(r, is_list ? 0 : 1, &property)) {
        return;
    }
    name = bacnet_property(property);
    if (name != NULL) {
        find_detail(observation, "%s", name);
    } else {
        find_detail(observation, "property %u", property);
    }
}

/* A state, and a password under the next tag. */
static void
find_state(struct findings *findings, struct observation *observation, struct reader *r,
           unsigned tag, const char *(*name)(uint32_t state))
{
    uint32_t state;

    if (!read_context(r, tag, &state)) {
        return;
    }
    if (name(state) != NULL) {
        find_detail(observation, "%s", name(state));
    } else {
        find_detail(observation, "state %u", state);
    }
    if (r->left > 0 && r->at[0] >> 3 == ((tag + 1) << 1 | 1)) {
        find_credentials(findings, "BACnet password");
    }
}
