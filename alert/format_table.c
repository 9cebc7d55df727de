/* The table on a terminal: a row an alert, and below it who met whom and on what it rests.
 *
 *     TIME (UTC)           SEVERITY  SECTOR      STATE    ALERT
 *     2026-06-01 12:00:03  high      energy      opened   Title of the rule
 *                          source country AS → destination country organisation
 *                          concern · evidence · what was seen · rule
 *
 * Every line is made of pieces that go on below, at the same indent, when the line is full;
 * the time column stays empty there, so that the eye finds the next alert. */
#include "alert/format.h"

#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "alert/facts.h"
#include "base/timestamp.h"
#include "base/utf8.h"
#include "capture/packet.h"

/* Where the columns begin. */
enum { COLUMN_SEVERITY = 21, COLUMN_SECTOR = 31, COLUMN_STATE = 43, COLUMN_TITLE = 52 };

/* In a narrower table a long title goes on at the left. */
enum { TABLE_WIDTH_TITLE = 100 };

enum { PIECE_SIZE = 512 };

/* A line that is being written. */
struct row {
    FILE *out;
    bool colour;
    unsigned width;
    unsigned indent; /* Column at which it goes on below. */
    unsigned at;     /* Columns filled so far. */
};

static void write_first_line(struct row *row, const struct alert *alert);
static void write_ends(struct row *row, const struct alert *alert);
static void write_end(struct row *row, const struct alert *alert, unsigned end);
static void add_end(struct text *text, const struct alert *alert, unsigned end);
static const char *owner(const struct alert *alert, unsigned end);
static void write_basis(struct row *row, const struct alert *alert);
static void write_confidence(struct row *row, const struct alert *alert);
static void write_counts(struct row *row, const struct alert *alert);
static void write_fact(struct row *row, const char *style, const char *fact);
static void write_place(struct row *row, const struct alert *alert);
static void row_begin(struct row *row, unsigned indent);
static void row_tab(struct row *row, unsigned column);
static void row_piece(struct row *row, const char *style, const char *gap,
                      const char *piece);
static void row_words(struct row *row, const char *style, const char *words);
static size_t words_that_fit(const char *words, unsigned room);
static void row_end(struct row *row);

/* ECMA-48 "select graphic rendition": colours that are legible on dark and light grounds.
 */
static const char bold[] = "\033[1m";
static const char dim[] = "\033[2m";
static const char cyan[] = "\033[36m";
static const char plain[] = "";
static const char reset[] = "\033[0m";

static const char *const severity_styles[N_SEVERITIES] = {
    [SEVERITY_INFO] = "\033[2m",           [SEVERITY_LOW] = "\033[32m",
    [SEVERITY_MEDIUM] = "\033[33m",        [SEVERITY_HIGH] = "\033[1;31m",
    [SEVERITY_CRITICAL] = "\033[1;37;41m",
};

void
format_table_header(FILE *out, bool colour)
{
    fprintf(out, "%s%-*s%-*s%-*s%-*s%s%s\n", colour ? dim : "", COLUMN_SEVERITY,
            "TIME (UTC)", COLUMN_SECTOR - COLUMN_SEVERITY, "SEVERITY",
            COLUMN_STATE - COLUMN_SECTOR, "SECTOR", COLUMN_TITLE - COLUMN_STATE, "STATE",
            "ALERT", colour ? reset : "");
}

void
format_table_write(const struct alert *alert, FILE *out, bool colour)
{
    format_table_write_width(alert, out, colour, format_table_width(out));
}

unsigned
format_table_width(FILE *out)
{
    struct winsize size;
    const int fd = fileno(out);

    if (fd < 0 || ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return TABLE_WIDTH;
    }
    return size.ws_col < TABLE_WIDTH_MIN ? TABLE_WIDTH_MIN : size.ws_col;
}

void
format_table_write_width(const struct alert *alert, FILE *out, bool colour, unsigned width)
{
    struct row row = { .out = out, .colour = colour, .width = width };

    write_first_line(&row, alert);
    write_ends(&row, alert);
    write_basis(&row, alert);
}

static void
write_first_line(struct row *row, const struct alert *alert)
{
    const struct incident *incident = &alert->incident;
    const unsigned n_sectors = sector_set_n(incident->sectors);
    char time[TIMESTAMP_TEXT_SIZE], sectors[PIECE_SIZE];
    struct text text = text_init(sectors, sizeof sectors);

    timestamp_format(alert->incident.time_ns, time);
    time[10] = ' ';
    time[19] = '\0';
    row_begin(row, 0);
    row_piece(row, plain, "", time);
    row_tab(row, COLUMN_SEVERITY);
    row_piece(row, severity_styles[incident->severity], "",
              severity_name(incident->severity));
    row_tab(row, COLUMN_SECTOR);
    if (n_sectors > 1) {
        text_format(&text, "%u sectors", n_sectors);
    } else {
        fact_add_sectors(&text, alert, ",");
    }
    row_piece(row, plain, "", sectors);
    row_tab(row, COLUMN_STATE);
    row_piece(row, incident->state == INCIDENT_OPENED ? plain : dim, "",
              incident_state_name(incident->state));
    row_tab(row, COLUMN_TITLE);
    row->indent = row->width < TABLE_WIDTH_TITLE ? COLUMN_SEVERITY : COLUMN_TITLE;
    row_words(row, bold, incident->verdict.rule->title);
    row_end(row);
}

/* Who met whom: an asset shows its organisation, any other end its AS.  The second end,
 * with the arrow to it, moves to a line of its own if it would not fit whole. */
static void
write_ends(struct row *row, const struct alert *alert)
{
    char buffer[FACT_TEXT_SIZE];
    struct text second = text_init(buffer, sizeof buffer);

    add_end(&second, alert, FLOW_RESPONDER);
    row_begin(row, COLUMN_SEVERITY);
    write_end(row, alert, FLOW_INITIATOR);
    if (row->at + sizeof "  > " + text_width(buffer) > row->width) {
        row_end(row);
        row_begin(row, COLUMN_SEVERITY);
    }
    row_piece(row, dim, row->at > row->indent ? "  " : "", "\xe2\x86\x92");
    row_piece(row, plain, "", "  ");
    write_end(row, alert, FLOW_RESPONDER);
    row_end(row);
}

static void
write_end(struct row *row, const struct alert *alert, unsigned end)
{
    const struct verdict *v = &alert->incident.verdict;
    char buffer[PIECE_SIZE];
    struct text text = text_init(buffer, sizeof buffer);

    fact_add_end(&text, &v->flow, end);
    row_piece(row, plain, "", buffer);
    row_piece(row, cyan, " ", v->places[end].country);
    text = text_init(buffer, sizeof buffer);
    text_add_at_most(&text, owner(alert, end), FACT_NAME_MAX);
    row_piece(row, end == v->asset_end ? bold : plain, " ", buffer);
}

/* The same as a text, to be measured. */
static void
add_end(struct text *text, const struct alert *alert, unsigned end)
{
    fact_add_end(text, &alert->incident.verdict.flow, end);
    text_format(text, " %s ", alert->incident.verdict.places[end].country);
    text_add_at_most(text, owner(alert, end), FACT_NAME_MAX);
}

static const char *
owner(const struct alert *alert, unsigned end)
{
    const struct critical_range *range = alert->incident.verdict.ranges[end];

    return range != NULL && *range->claims[0].organisation != '\0'
               ? range->claims[0].organisation
               : alert->incident.verdict.places[end].as_name;
}

/* On what it rests; each fact may begin a line of its own. */
static void
write_basis(struct row *row, const struct alert *alert)
{
    const struct verdict *v = &alert->incident.verdict;
    char buffer[FACT_TEXT_SIZE];
    struct text text = text_init(buffer, sizeof buffer);

    row_begin(row, COLUMN_SEVERITY);
    text_add(&text, "relevant to ");
    fact_add_concerns(&text, alert, ", ");
    write_fact(row, cyan, buffer);
    if (sector_set_n(alert->incident.sectors) > 1) {
        text = text_init(buffer, sizeof buffer);
        fact_add_sectors(&text, alert, ", ");
        write_fact(row, plain, buffer);
    }
    text = text_init(buffer, sizeof buffer);
    text_add(&text, evidence_name(v->flow.evidence));
    if (v->flow.service != SERVICE_NONE) {
        text_format(&text, " %s", service_name(v->flow.service));
    }
    write_fact(row, dim, buffer);
    write_confidence(row, alert);
    text = text_init(buffer, sizeof buffer);
    text_add(&text, v->observation.detail);
    write_fact(row, plain, buffer);
    write_counts(row, alert);
    write_place(row, alert);
    text = text_init(buffer, sizeof buffer);
    text_add_at_most(&text, v->rule->id, FACT_NAME_MAX);
    write_fact(row, dim, buffer);
    row_end(row);
}

/* How sure it is that the range belongs to the sector, where it was not the operator who
 * said so. */
static void
write_confidence(struct row *row, const struct alert *alert)
{
    const enum confidence confidence = alert_claim(alert)->confidence;
    char buffer[PIECE_SIZE];
    struct text text = text_init(buffer, sizeof buffer);

    if (confidence != CONFIDENCE_OPERATOR) {
        text_format(&text, "range confidence %s", confidence_name(confidence));
        write_fact(row, dim, buffer);
    }
}

static void
write_counts(struct row *row, const struct alert *alert)
{
    const struct incident *incident = &alert->incident;
    const struct observation *observation = &incident->verdict.observation;
    char buffer[PIECE_SIZE], date[DATE_TEXT_SIZE];
    struct text text = text_init(buffer, sizeof buffer);

    if (incident->n_verdicts > 1) {
        text_format(&text, "%" PRIu64 " times", incident->n_verdicts);
        if (incident->last_ns - incident->first_ns >= NS_PER_SECOND) {
            text_format(&text, " in %" PRIu64 "s",
                        (incident->last_ns - incident->first_ns) / NS_PER_SECOND);
        }
        write_fact(row, plain, buffer);
    }
    if (observation->list != NULL &&
        strstr(observation->detail, observation->list->name) == NULL) {
        text = text_init(buffer, sizeof buffer);
        text_add(&text, "list ");
        text_add_at_most(&text, observation->list->name, FACT_NAME_MAX);
        if (observation->list->date_ns != 0) {
            text_format(&text, " of %s",
                        timestamp_format_date(observation->list->date_ns, date));
        }
        write_fact(row, plain, buffer);
    }
    if (alert->loss_percent > 0) {
        text = text_init(buffer, sizeof buffer);
        text_format(&text, "sensor lost %.3f %%", alert->loss_percent);
        write_fact(row, severity_styles[SEVERITY_MEDIUM], buffer);
    }
}

/* Where on the wire: VLAN and tunnel. */
static void
write_place(struct row *row, const struct alert *alert)
{
    const struct flow *flow = &alert->incident.verdict.flow;
    char buffer[PIECE_SIZE], from[IP_TEXT_SIZE], to[IP_TEXT_SIZE];
    struct text text = text_init(buffer, sizeof buffer);

    if (flow->vlan != 0) {
        text_format(&text, "vlan %u", flow->vlan);
        write_fact(row, dim, buffer);
    }
    if (flow->tunnel != TUNNEL_NONE) {
        text = text_init(buffer, sizeof buffer);
        text_format(&text, "in %s %s \xe2\x86\x92 %s", tunnel_name(flow->tunnel),
                    ip_format(flow->outer[0], from), ip_format(flow->outer[1], to));
        write_fact(row, dim, buffer);
    }
}

static void
write_fact(struct row *row, const char *style, const char *fact)
{
    row_piece(row, style, row->at > row->indent ? " \xc2\xb7 " : "", fact);
}

static void
row_begin(struct row *row, unsigned indent)
{
    row->indent = indent;
    row->at = 0;
    row_tab(row, indent);
}

/* Fills up to a column, with at least one space where it is passed already. */
static void
row_tab(struct row *row, unsigned column)
{
    const unsigned n = column > row->at ? column - row->at : row->at > 0;

    fprintf(row->out, "%*s", (int) n, "");
    row->at += n;
}

/* Writes 'gap' and 'piece' if there is room on the line, else 'piece' on the next; a piece
 * that is wider than a whole line is left as it is. */
static void
row_piece(struct row *row, const char *style, const char *gap, const char *piece)
{
    const unsigned width = (unsigned) text_width(piece);
    const unsigned gap_width = (unsigned) text_width(gap);

    if (width == 0) {
        return;
    }
    if (row->at > row->indent && row->at + gap_width + width > row->width) {
        row_end(row);
        row_begin(row, row->indent);
    } else if (gap_width > 0) {
        const bool is_dim = row->colour && gap[strspn(gap, " ")] != '\0';

        fprintf(row->out, "%s%s%s", is_dim ? dim : "", gap, is_dim ? reset : "");
        row->at += gap_width;
    }
    fprintf(row->out, "%s%s%s", row->colour ? style : "", piece,
            row->colour && *style != '\0' ? reset : "");
    row->at += width;
}

/* Writes a text that goes on below after the last word that fits. */
static void
row_words(struct row *row, const char *style, const char *words)
{
    char clean[FACT_TEXT_SIZE], line[FACT_TEXT_SIZE];
    struct text text = text_init(clean, sizeof clean);

    text_add(&text, words);
    for (const char *at = clean; *at != '\0';) {
        size_t n;

        if (at != clean) {
            row_end(row);
            row_begin(row, row->indent);
        }
        n = words_that_fit(at, row->width > row->at ? row->width - row->at : 0);
        (void) snprintf(line, sizeof line, "%.*s", (int) n, at);
        row_piece(row, style, "", line);
        at += n + strspn(at + n, " ");
    }
}

/* Bytes of as many words as fit into 'room' columns, and of one at least. */
static size_t
words_that_fit(const char *words, unsigned room)
{
    const char *at = words;
    size_t n = 0;
    unsigned width = 0;

    while (*at != '\0') {
        width += text_character_width(utf8_character(&at));
        if (*at == ' ' || *at == '\0') {
            if (n > 0 && width > room) {
                break;
            }
            n = (size_t) (at - words);
        }
    }
    return n;
}

static void
row_end(struct row *row)
{
    putc('\n', row->out);
}
