/* The commands of real captures, counted by name or by number, against what others' logs of
 * the same captures say: Zeek's and those of its ICSNPP packages, and the transcripts of
 * IPAL. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timestamp.h"
#include "capture/decode.h"
#include "capture/source.h"
#include "classify/flow_run.h"
#include "classify/recognise/recognise.h"
#include "support/support.h"

/* How often each word was said. */
struct count {
    char word[64];
    int n;
};

struct counts {
    size_t n;
    struct count items[64];
};

/* What two words for one command are; 'ours' is "" if it is none for us. */
struct pair {
    const char *theirs, *ours;
};

/* A difference that has a reason: how often more we say a word than they. */
struct exception {
    const char *word;
    int difference;
    const char *reason;
};

enum { PAIRS_MAX = 12, EXCEPTIONS_MAX = 6 };

struct truth_case {
    const char *name;
    const char *capture; /* In captures/protocols; the log is in captures/_truth. */
    enum service service;
    const char *log;

    /* The field, from 1, that names or numbers the command, in the rows whose field 'where'
     * ends with 'end'; a field 'or' counts instead if it is set.  0: an IPAL transcript,
     * whose requests to 'port' are counted by type. */
    unsigned column;
    unsigned or ;
    unsigned where;
    const char *end;
    char separator;
    const char *port;
    bool by_number;

    struct pair pairs[PAIRS_MAX];
    struct exception exceptions[EXCEPTIONS_MAX];
};

static void
count(struct counts *counts, const char *word, int n)
{
    size_t i = 0;

    while (i < counts->n && strcmp(counts->items[i].word, word) != 0) {
        i++;
    }
    if (i == counts->n) {
        assert_true(counts->n < N_ELEMENTS(counts->items));
        (void) snprintf(counts->items[i].word, sizeof counts->items[i].word, "%s", word);
        counts->items[i].n = 0;
        counts->n++;
    }
    counts->items[i].n += n;
}

static bool
wants_all(const void *context, const struct flow *flow, enum observation_kind kind)
{
    (void) context;
    (void) flow;
    (void) kind;
    return true;
}

static void
count_ours(const struct truth_case *c, const struct observation_list *list,
           struct counts *counts)
{
    assert_int_equal(list->n_lost, 0);
    for (size_t i = 0; i < list->n; i++) {
        const struct observation *o = &list->items[i];
        char number[16];

        if (o->kind == OBSERVATION_CONTROL_COMMAND && o->flow->service == c->service) {
            (void) snprintf(number, sizeof number, "%u", (unsigned) o->number);
            count(counts, c->by_number ? number : o->subject, -1);
        }
    }
}

/* libpcap refuses a pcapng file whose interfaces have different snapshot lengths, which
 * have no meaning here: makes them equal, in a copy (draft-ietf-opsawg-pcapng, 4.2). */
static const char *
with_equal_snapshot_lengths(const char *path)
{
    enum { SECTION = 0x0a0d0d0a, INTERFACE = 1, LENGTH_AT = 4, SNAPLEN_AT = 12 };
    const uint32_t snaplen = 262144;
    const char *copy = temporary_path("capture");
    FILE *from = fopen(path, "rb"), *to = fopen(copy, "wb");
    static uint8_t bytes[1 << 23];
    size_t size;
    uint32_t type = 0, length;

    assert_true(from != NULL && to != NULL);
    size = fread(bytes, 1, sizeof bytes, from);
    assert_true(size > sizeof type && size < sizeof bytes);
    memcpy(&type, bytes, sizeof type);
    for (size_t at = 0; type == SECTION && at + SNAPLEN_AT + sizeof snaplen <= size;
         at += length) {
        uint32_t block;

        memcpy(&block, bytes + at, sizeof block);
        memcpy(&length, bytes + at + LENGTH_AT, sizeof length);
        assert_true(length >= SNAPLEN_AT);
        if (block == INTERFACE) {
            memcpy(bytes + at + SNAPLEN_AT, &snaplen, sizeof snaplen);
        }
    }
    assert_int_equal(fwrite(bytes, 1, size, to), size);
    (void) fclose(from);
    assert_int_equal(fclose(to), 0);
    return copy;
}

static void
read_capture(const struct truth_case *c, struct counts *counts)
{
    const struct decode_config decode = { .fragment_packets_max = 64,
                                          .fragment_bytes_max = 1 << 20,
                                          .fragment_timeout_ns = 30 * NS_PER_SECOND };
    const struct flow_config flow_config = { .capacity = 4096,
                                             .unanswered_capacity = 4096 };
    const struct recognise_config config = { .sessions = 1024 };
    const struct flow_interest interest = { .wants_observation = wants_all };
    struct flow_run *flows = flow_run_new(&flow_config, hash_seed_fixed());
    struct region *region = region_new(recognition_size(&config));
    struct recognition *recognition;
    struct decoder *decoder = decoder_new(&decode, hash_seed_fixed());
    struct frame_batch *batch = frame_batch_new();
    static struct observation_list list;
    struct counters counters = { 0 };
    char relative[256];
    struct source *source;

    (void) snprintf(relative, sizeof relative, "captures/protocols/%s", c->capture);
    recognitions_new(&config, interest, 1, region, &recognition);
    source = source_open_file(with_equal_snapshot_lengths(shared_path_or_skip(relative)), 0,
                              NULL);
    assert_non_null(source);
    while (source_next(source, FRAME_BATCH_MAX, batch, &counters) == SOURCE_OK) {
        for (size_t i = 0; i < batch->n; i++) {
            struct critical_packet critical = { 0 };
            struct flow_key key;
            struct flow *flow;

            if (decoder_decode(decoder, &batch->frames[i], &critical.packet, &counters) !=
                DECODE_OK) {
                continue;
            }
            key = flow_key_of(&critical.packet, false);
            critical.hash = flow_key_hash(&key, hash_seed_fixed());
            flow = flow_run_update(flows, &critical.packet, 0, 1, &counters);
            observation_list_clear(&list);
            recognise(recognition, flow, &critical, &counters, &list);
            count_ours(c, &list, counts);
        }
    }
    assert_string_equal(source_error(source), "");
    source_close(source);
    frame_batch_free(batch);
    decoder_free(decoder);
    recognition_free(recognition);
    region_free(region);
    flow_run_free(flows);
}

/* Puts field number 'column', from 1, of a line into 'field'; "" if there is none. */
static void
take_field(const char *line, unsigned column, char separator, char field[static 64])
{
    size_t n = 0;

    for (; column > 1 && *line != '\0' && *line != '\n'; line++) {
        column -= *line == separator;
    }
    while (n < 63 && *line != '\0' && *line != '\n' && *line != separator) {
        field[n++] = *line++;
    }
    field[n] = '\0';
}

/* Puts what a transcript's line says of a key into 'field'. */
static void
take_value(const char *line, const char *key, char field[static 64])
{
    char quoted[64];
    const char *at;
    size_t n = 0;

    (void) snprintf(quoted, sizeof quoted, "\"%s\": ", key);
    at = strstr(line, quoted);
    assert_non_null(at);
    at += strlen(quoted);
    at += *at == '"';
    while (n < 63 && strchr("\",}\n", *at) == NULL) {
        field[n++] = *at++;
    }
    field[n] = '\0';
}

/* "READ_COILS" is "read-coils", "I-45" by number "45". */
static void
normalise(char *word, bool by_number)
{
    size_t n = 0;

    for (const char *from = word; *from != '\0'; from++) {
        if (by_number ? isdigit((unsigned char) *from) : isalnum((unsigned char) *from)) {
            word[n++] = (char) tolower((unsigned char) *from);
        } else if (!by_number && n > 0 && word[n - 1] != '-') {
            word[n++] = '-';
        }
    }
    while (n > 0 && word[n - 1] == '-') {
        n--;
    }
    word[n] = '\0';
}

/* Returns false if it is of no request, else the command in 'word'. */
static bool
take_row(const struct truth_case *c, const char *line, char word[static 64])
{
    char field[64];

    if (line[0] == '#') {
        return false;
    }
    if (c->column == 0) {
        const size_t port_size = strlen(c->port);

        take_value(line, "activity", field);
        if (strcmp(field, "interrogate") != 0 && strcmp(field, "command") != 0) {
            return false;
        }
        take_value(line, "dest", field);
        take_value(line, "type", word);
        return strchr(field, ':') != NULL &&
               strncmp(strchr(field, ':') + 1, c->port, port_size) == 0;
    }
    if (c->where != 0) {
        const size_t n = strlen(c->end);

        take_field(line, c->where, c->separator, field);
        if (strlen(field) < n || strcmp(field + strlen(field) - n, c->end) != 0) {
            return false;
        }
    }
    take_field(line, c->column, c->separator, word);
    if (c->or != 0) {
        take_field(line, c->or, c->separator, field);
        if (strcmp(field, "-") != 0) {
            (void) snprintf(word, sizeof field, "%s", field);
        }
    }
    return strcmp(word, "-") != 0;
}

static void
read_log(const struct truth_case *c, struct counts *counts)
{
    char relative[256];
    char *text;

    (void) snprintf(relative, sizeof relative, "captures/_truth/%s", c->log);
    text = read_whole_file(shared_path_or_skip(relative));
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        char word[64];

        if (take_row(c, line, word)) {
            const struct pair *pair = c->pairs;

            normalise(word, c->by_number);
            while (pair < c->pairs + PAIRS_MAX && pair->theirs != NULL &&
                   strcmp(pair->theirs, word) != 0) {
                pair++;
            }
            if (pair == c->pairs + PAIRS_MAX || pair->theirs == NULL) {
                count(counts, word, 1);
            } else if (*pair->ours != '\0') {
                count(counts, pair->ours, 1);
            }
        }
    }
    free(text);
}

/* Theirs count up, ours down: nothing may be left but what has a reason. */
static void
test_truth(void **state)
{
    const struct truth_case *c = *state;
    struct counts counts = { 0 };
    char wrong[4096] = "";

    read_log(c, &counts);
    assert_true(counts.n > 0);
    read_capture(c, &counts);
    for (const struct exception *e = c->exceptions;
         e < c->exceptions + EXCEPTIONS_MAX && e->word != NULL; e++) {
        count(&counts, e->word, e->difference);
    }
    for (size_t i = 0; i < counts.n; i++) {
        const int left = counts.items[i].n;

        if (left != 0) {
            (void) snprintf(wrong + strlen(wrong), sizeof wrong - strlen(wrong),
                            "%s: %d too %s; ", counts.items[i].word, abs(left),
                            left > 0 ? "few" : "many");
        }
    }
    assert_string_equal(wrong, "");
}

/* clang-format off */
#define ZEEK(n) .column = (n), .separator = '\t'
#define ZEEK_WHERE(n, field, value) .column = (n), .where = (field), .end = (value), .separator = '\t'
#define IPAL(to) .port = (to), .by_number = true
/* clang-format on */

/* Zeek's events of the application layer, "dnp3_application_request_header, T, 196, 23". */
#define DNP3_EVENTS                                                     \
    .service = SERVICE_DNP3, .column = 4, .where = 1, .separator = ' ', \
    .end = "dnp3_application_request_header,", .by_number = true,       \
    .pairs = {                                                          \
        { "0", "" } /* A confirmation. */                               \
    }

/* The name of a function, or of a subfunction where there is one, in the rows of requests.
 */
#define S7                                                                       \
    ZEEK_WHERE(16, 7, "T"), .or = 18,                                            \
                            .pairs = {                                           \
                                { "setup-communication", "" }, /* No command. */ \
                                { "plc-start-stop", "plc-start" },               \
                                { "compress-plc-memory", "compress-memory" },    \
                                { "plc-copy-ram-to-rom", "copy-ram-to-rom" },    \
                            }

/* Requests, but for those that ask for nothing. */
#define BACNET                                           \
    ZEEK_WHERE(14, 13, "REQUEST"), .pairs = {            \
        { "i-am", "" },                                  \
        { "i-have", "" },                                \
        { "confirmed-cov-notification", "" },            \
        { "confirmed-cov-notification-multiple", "" },   \
        { "confirmed-event-notification", "" },          \
        { "unconfirmed-cov-notification", "" },          \
        { "unconfirmed-cov-notification-multiple", "" }, \
        { "unconfirmed-event-notification", "" },        \
    }

static const struct truth_case cases[] = {
    { "DNP3, ICSNPP", .capture = "icsnpp-dnp3__dnp3_example.pcap", .service = SERVICE_DNP3,
      .log = "icsnpp-dnp3__analyzer.basic__dnp3.log", ZEEK(7),
      .exceptions = { { "select", 13,
                        "a row is written at a response and names the last "
                        "request: of two before it the first is lost" },
                      { "operate", 12,
                        "the same: 26 rows have no request, 25 lost ones "
                        "and a confirmation's" } } },
    { "DNP3, Zeek, all functions", .capture = "zeek__dnp3_dnp3.pcap",
      .log = "zeek__scripts.base.protocols.dnp3.events__output", DNP3_EVENTS },
    { "DNP3, Zeek, delay", .capture = "zeek__dnp3_dnp3_del_measure.pcap",
      .log = "zeek__scripts.base.protocols.dnp3.dnp3_del_measure__output", DNP3_EVENTS },
    { "DNP3, Zeek, unasked answers", .capture = "zeek__dnp3_dnp3_en_spon.pcap",
      .log = "zeek__scripts.base.protocols.dnp3.dnp3_en_spon__output", DNP3_EVENTS },
    { "DNP3, Zeek, a file deleted", .capture = "zeek__dnp3_dnp3_file_del.pcap",
      .log = "zeek__scripts.base.protocols.dnp3.dnp3_file_del__output", DNP3_EVENTS },
    { "DNP3, Zeek, a file read", .capture = "zeek__dnp3_dnp3_file_read.pcap",
      .log = "zeek__scripts.base.protocols.dnp3.dnp3_file_read__output", DNP3_EVENTS },
    { "DNP3, Zeek, a file written", .capture = "zeek__dnp3_dnp3_file_write.pcap",
      .log = "zeek__scripts.base.protocols.dnp3.dnp3_file_write__output", DNP3_EVENTS },
    { "DNP3, Zeek, a read", .capture = "zeek__dnp3_dnp3_read.pcap",
      .log = "zeek__scripts.base.protocols.dnp3.dnp3_read__output", DNP3_EVENTS },
    { "DNP3, Zeek, the time recorded", .capture = "zeek__dnp3_dnp3_rec_time.pcap",
      .log = "zeek__scripts.base.protocols.dnp3.dnp3_rec_time__output", DNP3_EVENTS },
    { "DNP3, Zeek, select and operate", .capture = "zeek__dnp3_dnp3_select_operate.pcap",
      .log = "zeek__scripts.base.protocols.dnp3.dnp3_select_operate__output", DNP3_EVENTS },
    { "DNP3, Zeek, unasked answers, UDP", .capture = "zeek__dnp3_dnp3_udp_en_spon.pcap",
      .log = "zeek__scripts.base.protocols.dnp3.dnp3_udp_en_spon__output", DNP3_EVENTS },
    { "DNP3, Zeek, select and operate, UDP",
      .capture = "zeek__dnp3_dnp3_udp_select_operate.pcap",
      .log = "zeek__scripts.base.protocols.dnp3.dnp3_udp_select_operate__output",
      DNP3_EVENTS },
    { "DNP3, Zeek, a write, UDP", .capture = "zeek__dnp3_dnp3_udp_write.pcap",
      .log = "zeek__scripts.base.protocols.dnp3.dnp3_udp_write__output", DNP3_EVENTS },
    { "DNP3, Zeek, a write", .capture = "zeek__dnp3_dnp3_write.pcap",
      .log = "zeek__scripts.base.protocols.dnp3.dnp3_write__output", DNP3_EVENTS },
    { "DNP3, Zeek, a read, UDP", .capture = "zeek__dnp3_dnp3_udp_read.pcap",
      .service = SERVICE_DNP3,
      .log = "zeek__scripts.base.protocols.dnp3.dnp3_udp_read__dnp3.log", ZEEK(7) },
    { "DNP3, IPAL", .capture = "ipal_transcriber__dnp3.pcap", .service = SERVICE_DNP3,
      .log = "ipal_transcriber__dnp3.pcap.ipal", IPAL("20000") },
    { "EtherNet/IP, ICSNPP, several services",
      .capture = "icsnpp-enip__multiple_service_packet_cip.pcapng", .service = SERVICE_ENIP,
      .log = "icsnpp-enip__analyzer.multiple_service_request__cip.log", ZEEK(15),
      .pairs = { { "multiple-service-packet", "" } } }, /* Around those inside. */
    { "EtherNet/IP, ICSNPP, an attribute set",
      .capture = "icsnpp-enip__set_attribute_single_service_cip.pcapng",
      .service = SERVICE_ENIP,
      .log = "icsnpp-enip__analyzer.set_attr_single_service__cip.log", ZEEK(15),
      .pairs = { { "set-attributes-single", "set-attribute-single" } } },
    { "EtherNet/IP, IPAL", .capture = "ipal_transcriber__cip.pcapng",
      .service = SERVICE_ENIP, .log = "ipal_transcriber__cip.pcapng.ipal", IPAL("44818") },
    { "EtherNet/IP, ICSNPP, frames", .capture = "icsnpp-enip__enip_cip_example.pcap",
      .service = SERVICE_ENIP, .log = "icsnpp-enip__analyzer.basic__enip.log",
      ZEEK_WHERE(13, 7, "T"), .pairs = { { "send-unit-data", "" } },
      .exceptions = { { "get-attribute-list", 543, "the log has the frames alone" },
                      { "set-attribute-list", 1, "the same" } } },
    { "S7, ICSNPP, Snap7", .capture = "icsnpp-s7comm__snap7.pcap",
      .service = SERVICE_S7COMM, .log = "icsnpp-s7comm__analyzer.snap7__s7comm.log", S7,
      .exceptions = { { "read-szl", 1,
                        "the request of reference 3 is not in the log, only "
                        "its response" } } },
    { "S7, ICSNPP, a device identified", .capture = "icsnpp-s7comm__s7ident.pcap",
      .service = SERVICE_S7COMM, .log = "icsnpp-s7comm__analyzer.s7ident__s7comm.log", S7 },
    { "S7, ICSNPP, variables", .capture = "icsnpp-s7comm__s7comm_plus.pcap",
      .service = SERVICE_S7COMM, .log = "icsnpp-s7comm__analyzer.s7comm_plus__s7comm.log",
      S7 },
    { "S7plus, ICSNPP", .capture = "icsnpp-s7comm__s7comm_plus.pcap",
      .service = SERVICE_S7COMM_PLUS,
      .log = "icsnpp-s7comm__analyzer.s7comm_plus__s7comm_plus.log",
      ZEEK_WHERE(16, 14, "Request") },
    { "S7, IPAL", .capture = "ipal_transcriber__s7.pcap", .service = SERVICE_S7COMM,
      .log = "ipal_transcriber__s7.pcap.ipal", IPAL("102"),
      .pairs = { { "1", "4" } } }, /* Jobs, not functions. */
    { "BACnet, ICSNPP, all services",
      .capture = "icsnpp-bacnet__bacnet_error_reject_abort.pcap", .service = SERVICE_BACNET,
      .log = "icsnpp-bacnet__analyzer.error-reject-abort__bacnet.log", BACNET },
    { "BACnet, ICSNPP, segments", .capture = "icsnpp-bacnet__bacnet_segmented_data.pcap",
      .service = SERVICE_BACNET,
      .log = "icsnpp-bacnet__analyzer.segmented_data__bacnet.log", BACNET },
    { "BACnet, ICSNPP, discovery", .capture = "icsnpp-bacnet__bacnet_example.pcap",
      .service = SERVICE_BACNET,
      .log = "icsnpp-bacnet__analyzer.basic__bacnet_discovery.log", ZEEK(12),
      .pairs = { { "i-am", "" } },
      .exceptions = { { "read-property", 1400, "the log has the discovery alone" },
                      { "reinitialize-device", 120, "the same" } } },
    { "Modbus, ICSNPP", .capture = "icsnpp-modbus__modbus_example.pcap",
      .service = SERVICE_MODBUS, .log = "icsnpp-modbus__analyzer.basic__modbus.log",
      ZEEK(7),
      .pairs = { { "report-slave-id", "report-server-id" },
                 { "encap-interface-transport", "encapsulated-interface-transport" },
                 { "read-holding-registers-exception", "read-holding-registers" } } },
    { "Modbus, Zeek, coils", .capture = "zeek__modbus_modbusSmall.pcap",
      .service = SERVICE_MODBUS,
      .log = "zeek__scripts.base.protocols.modbus.coil_parsing_small__output", .column = 2,
      .separator = ' ',
      .pairs = { { "modbus-message", "" },
                 { "btest", "" },
                 { "modbus-read-coils-request", "read-coils" },
                 { "modbus-read-coils-response", "" },
                 { "modbus-write-multiple-coils-request", "write-multiple-coils" },
                 { "modbus-write-multiple-coils-response", "" } } },
    { "Modbus, IPAL", .capture = "ipal_transcriber__modbus.pcap", .service = SERVICE_MODBUS,
      .log = "ipal_transcriber__modbus.pcap.ipal", IPAL("502") },
    { "IEC 60870-5-104, IPAL", .capture = "ipal_transcriber__iec104.pcap",
      .service = SERVICE_IEC104, .log = "ipal_transcriber__iec104.pcap.ipal", IPAL("2404"),
      .pairs = { { "", "" } } }, /* "U": of the transport, no command. */
};

int
main(void)
{
    return RUN_CASES(cases, test_truth);
}
