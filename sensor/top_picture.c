#include "sensor/top_picture.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "alert/text.h"
#include "base/memory.h"
#include "base/utf8.h"

enum {
    LINE_SIZE = 1024,
    N_BLOCKS = 3, /* Side by side. */
    GAP = 2,      /* Between them. */
    BLOCK_ROWS_MAX = 10,
};

/* Where the next line goes. */
struct page {
    FILE *out;
    unsigned columns, rows; /* Rows that are left. */
    bool has_begun;
};

/* A tally, the highest counts first. */
struct ranking {
    struct rank {
        const char *name;
        double n;
    } * ranks;
    size_t n, capacity;
};

static void write_state(struct page *page, const struct top_view *view);
static void write_rates(struct page *page, const struct top_view *view);
static void write_fills(struct page *page, const struct json_value *status);
static void write_blocks(struct page *page, const struct json_value *tallies);
static void write_incidents(struct page *page, const struct json_value *incidents);
static void write_line(struct page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void
top_picture_write(const struct top_view *view, unsigned columns, unsigned rows, FILE *out)
{
    struct page page = { .out = out, .columns = columns, .rows = rows };

    write_state(&page, view);
    if (view->status != NULL) {
        write_rates(&page, view);
        write_fills(&page, view->status);
        write_line(&page, "%s", "");
        write_blocks(&page, view->tallies);
        write_line(&page, "%s", "");
        write_incidents(&page, view->incidents);
    }
    while (page.rows > 0) {
        write_line(&page, "%s", "");
    }
}

static const char *
text_of(const struct json_value *object, const char *name)
{
    const char *text = json_value_text(json_value_member(object, name));

    return text != NULL ? text : "";
}

static double
number_of(const struct json_value *object, const char *name)
{
    return json_value_number(json_value_member(object, name));
}

static void
write_state(struct page *page, const struct top_view *view)
{
    const unsigned long up_s = (unsigned long) number_of(view->status, "up_seconds");
    const char *trouble = text_of(view->status, "trouble");

    if (*view->error != '\0') {
        write_line(page, "sectorwatch  %s", view->error);
        return;
    }
    write_line(page, "sectorwatch %s  %s  up %lud %02lu:%02lu:%02lu  policy %s  %s%s%s",
               text_of(view->status, "version"), text_of(view->status, "interface"),
               up_s / 86400, up_s / 3600 % 24, up_s / 60 % 60, up_s % 60,
               text_of(view->status, "policy"), text_of(view->status, "state"),
               *trouble != '\0' ? ": " : "", trouble);
}

static void
write_rates(struct page *page, const struct top_view *view)
{
    write_line(page,
               "%.0f packets/s  %.1f %% critical  %.2f %% lost  %.0f alerts  %.0f wait  "
               "%.0f incidents open",
               view->packets_per_second, view->critical_percent, view->loss_percent,
               number_of(view->status, "alerts"), number_of(view->status, "alerts_waiting"),
               number_of(view->incidents, "open"));
}

struct fills {
    struct text text;
};

static void
add_fill(void *context, const char *name, const struct json_value *value)
{
    static const char ending[] = "_table_percent";
    const size_t n = strlen(name), n_ending = strlen(ending);
    struct fills *fills = context;

    if (n > n_ending && strcmp(&name[n - n_ending], ending) == 0) {
        text_format(&fills->text, "  %.*s %.1f %%", (int) (n - n_ending), name,
                    json_value_number(value));
    }
}

static void
write_fills(struct page *page, const struct json_value *status)
{
    char line[LINE_SIZE];
    struct fills fills = { text_init(line, sizeof line) };

    json_value_each(status, add_fill, &fills);
    write_line(page, "tables%s", line);
}

static void
add_rank(void *context, const char *name, const struct json_value *value)
{
    struct ranking *ranking = context;

    ranking->ranks =
        memory_grow(ranking->ranks, ranking->n, &ranking->capacity, sizeof *ranking->ranks);
    ranking->ranks[ranking->n++] = (struct rank){ name, json_value_number(value) };
}

/* By count, of equal ones by name. */
static int
compare_ranks(const void *a, const void *b)
{
    const struct rank *first = a, *second = b;

    return first->n != second->n ? (first->n < second->n) - (first->n > second->n)
                                 : strcmp(first->name, second->name);
}

static struct ranking
rank_all(const struct json_value *counts)
{
    struct ranking ranking = { .n = 0 };

    json_value_each(counts, add_rank, &ranking);
    if (ranking.n > 0) {
        qsort(ranking.ranks, ranking.n, sizeof *ranking.ranks, compare_ranks);
    }
    return ranking;
}

/* A name at the left and its count at the right of a block's width. */
static void
add_cell(struct text *line, const struct ranking *ranking, size_t row, unsigned width)
{
    if (row < ranking->n) {
        const int number = snprintf(NULL, 0, "%.0f", ranking->ranks[row].n);
        const int room = (int) width - number - 1;

        text_format(line, "%-*.*s %.0f", room, room, ranking->ranks[row].name,
                    ranking->ranks[row].n);
    } else {
        text_format(line, "%*s", (int) width, "");
    }
    text_format(line, "%*s", GAP, "");
}

static void
write_blocks(struct page *page, const struct json_value *tallies)
{
    static const struct {
        const char *member, *title;
    } blocks[N_BLOCKS] = {
        { "sector", "ALERTS BY SECTOR" },
        { "country", "COUNTRY OF THE PEER" },
        { "rule", "RULE" },
    };
    const struct json_value *alerts = json_value_member(tallies, "alerts");
    const unsigned share = page->columns / N_BLOCKS;
    const unsigned width = share > GAP + 16 ? share - GAP : 16;
    struct ranking rankings[N_BLOCKS];
    char line[LINE_SIZE];
    struct text text = text_init(line, sizeof line);
    size_t n_rows = 0;

    for (unsigned i = 0; i < N_BLOCKS; i++) {
        rankings[i] = rank_all(json_value_member(alerts, blocks[i].member));
        n_rows = rankings[i].n > n_rows ? rankings[i].n : n_rows;
        text_format(&text, "%-*.*s%*s", (int) width, (int) width, blocks[i].title, GAP, "");
    }
    write_line(page, "%s", line);
    if (n_rows > BLOCK_ROWS_MAX) {
        n_rows = BLOCK_ROWS_MAX;
    }
    if (n_rows > page->rows / 2) {
        n_rows = page->rows / 2;
    }
    for (size_t row = 0; row < n_rows; row++) {
        text = text_init(line, sizeof line);
        for (unsigned i = 0; i < N_BLOCKS; i++) {
            add_cell(&text, &rankings[i], row, width);
        }
        write_line(page, "%s", line);
    }
    for (unsigned i = 0; i < N_BLOCKS; i++) {
        free(rankings[i].ranks);
    }
}

static void
write_incidents(struct page *page, const struct json_value *incidents)
{
    const struct json_value *list = json_value_member(incidents, "incidents");

    write_line(page, "%-8s  %-8s  %-15s  %-18s %-2s  %-18s %-2s  %s", "LAST", "SEVERITY",
               "RULE", "PEER", "", "ASSET", "", "TITLE");
    for (size_t i = 0; i < json_value_n(list) && page->rows > 0; i++) {
        const struct json_value *one = json_value_at(list, i),
                                *peer = json_value_member(one, "peer"),
                                *asset = json_value_member(one, "asset");
        const char *last = text_of(one, "last"), *time = strchr(last, 'T');

        write_line(page, "%-8.8s  %-8s  %-15s  %-18s %-2s  %-18s %-2s  %s",
                   time != NULL ? time + 1 : last, text_of(one, "severity"),
                   text_of(one, "rule"), text_of(peer, "address"), text_of(peer, "country"),
                   text_of(asset, "address"), text_of(asset, "country"),
                   text_of(one, "title"));
    }
}

/* Bytes of the part of 'text' that fits into 'columns'. */
static size_t
fitting(const char *text, unsigned columns)
{
    const char *at = text;
    unsigned used = 0;

    while (*at != '\0') {
        const char *next = at;

        used += text_character_width(utf8_character(&next));
        if (used > columns) {
            break;
        }
        at = next;
    }
    return (size_t) (at - text);
}

/* Nothing of what others named steers the terminal; spaces at the end go. */
static void
write_line(struct page *page, const char *format, ...)
{
    char raw[LINE_SIZE], line[LINE_SIZE];
    struct text text = text_init(line, sizeof line);
    size_t n;
    va_list args;

    if (page->rows == 0) {
        return;
    }
    va_start(args, format);
    (void) vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    text_add(&text, raw);
    n = fitting(line, page->columns);
    while (n > 0 && line[n - 1] == ' ') {
        n--;
    }
    fprintf(page->out, "%s%.*s", page->has_begun ? "\n" : "", (int) n, line);
    page->has_begun = true;
    page->rows--;
}
