#include "classify/recognise/bacnet_names.h"

#include <stddef.h>

#define NAME_OF(names, number) \
    ((number) < sizeof(names) / sizeof(names)[0] ? (names)[(number)] : NULL)

const char *
bacnet_object_type(uint32_t type)
{
    static const char *const names[] = {
        [0] = "analog-input",
        [1] = "analog-output",
        [2] = "analog-value",
        [3] = "binary-input",
        [4] = "binary-output",
        [5] = "binary-value",
        [6] = "calendar",
        [7] = "command",
        [8] = "device",
        [9] = "event-enrollment",
        [10] = "file",
        [11] = "group",
        [12] = "loop",
        [13] = "multi-state-input",
        [14] = "multi-state-output",
        [15] = "notification-class",
        [16] = "program",
        [17] = "schedule",
        [18] = "averaging",
        [19] = "multi-state-value",
        [20] = "trend-log",
        [21] = "life-safety-point",
        [22] = "life-safety-zone",
        [23] = "accumulator",
        [24] = "pulse-converter",
        [25] = "event-log",
        [26] = "global-group",
        [27] = "trend-log-multiple",
        [28] = "load-control",
        [29] = "structured-view",
        [30] = "access-door",
        [31] = "timer",
        [32] = "access-credential",
        [33] = "access-point",
        [34] = "access-rights",
        [35] = "access-user",
        [36] = "access-zone",
        [37] = "credential-data-input",
        [38] = "network-security",
        [39] = "bitstring-value",
        [40] = "characterstring-value",
        [41] = "datepattern-value",
        [42] = "date-value",
        [43] = "datetimepattern-value",
        [44] = "datetime-value",
        [45] = "integer-value",
        [46] = "large-analog-value",
        [47] = "octetstring-value",
        [48] = "positive-integer-value",
        [49] = "timepattern-value",
        [50] = "time-value",
        [51] = "notification-forwarder",
        [52] = "alert-enrollment",
        [53] = "channel",
        [54] = "lighting-output",
        [55] = "binary-lighting-output",
        [56] = "network-port",
        [57] = "elevator-group",
        [58] = "escalator",
        [59] = "lift",
    };

    return NAME_OF(names, type);
}

const char *
bacnet_property(uint32_t property)
{
    static const char *const names[] = {
        [8] = "all",
        [11] = "apdu-timeout",
        [12] = "application-software-version",
        [17] = "notification-class",
        [22] = "cov-increment",
        [25] = "deadband",
        [28] = "description",
        [30] = "device-address-binding",
        [31] = "device-type",
        [32] = "effective-period",
        [35] = "event-enable",
        [36] = "event-state",
        [38] = "exception-schedule",
        [44] = "firmware-revision",
        [45] = "high-limit",
        [54] = "limit-enable",
        [55] = "list-of-object-property-references",
        [56] = "local-date",
        [57] = "local-time",
        [58] = "location",
        [59] = "low-limit",
        [62] = "max-apdu-length-accepted",
        [65] = "max-pres-value",
        [66] = "minimum-off-time",
        [67] = "minimum-on-time",
        [69] = "min-pres-value",
        [70] = "model-name",
        [72] = "notify-type",
        [74] = "number-of-states",
        [75] = "object-identifier",
        [76] = "object-list",
        [77] = "object-name",
        [79] = "object-type",
        [81] = "out-of-service",
        [85] = "present-value",
        [87] = "priority-array",
        [88] = "priority-for-writing",
        [90] = "program-change",
        [92] = "program-state",
        [96] = "protocol-object-types-supported",
        [97] = "protocol-services-supported",
        [98] = "protocol-version",
        [102] = "recipient-list",
        [103] = "reliability",
        [104] = "relinquish-default",
        [107] = "segmentation-supported",
        [108] = "setpoint",
        [110] = "state-text",
        [111] = "status-flags",
        [112] = "system-status",
        [116] = "time-synchronization-recipients",
        [117] = "units",
        [120] = "vendor-identifier",
        [121] = "vendor-name",
        [123] = "weekly-schedule",
        [131] = "log-buffer",
        [132] = "log-device-object-property",
        [133] = "log-enable",
        [139] = "protocol-revision",
        [152] = "active-cov-subscriptions",
        [155] = "database-revision",
    };

    return NAME_OF(names, property);
}

/* Those of backups and restores lie in a row (16.4.1.1.2). */
enum { START_BACKUP = 2, ABORT_RESTORE = 6, ENABLE = 0 };

const char *
bacnet_reinitialized_state(uint32_t state)
{
    static const char *const names[] = {
        "coldstart",
        "warmstart",
        [START_BACKUP] = "start-backup",
        "end-backup",
        "start-restore",
        "end-restore",
        [ABORT_RESTORE] = "abort-restore",
        "activate-changes",
    };

    return NAME_OF(names, state);
}

const char *
bacnet_enable_disable(uint32_t state)
{
    static const char *const names[] = { [ENABLE] = "enable",
                                         "disable",
                                         "disable-initiation" };

    return NAME_OF(names, state);
}

bool
bacnet_state_restarts(uint32_t reinitialized_state)
{
    return reinitialized_state < START_BACKUP || reinitialized_state > ABORT_RESTORE;
}

bool
bacnet_state_silences(uint32_t enable_disable)
{
    return enable_disable != ENABLE;
}
