#include "rules/rule_index.h"

#include <stdlib.h>

#include "classify/service.h"
#include "rules/rule_field.h"

enum {
    N_PORTS = UINT16_MAX + 1,
    /* A rule that names more is one for any port: to be listed at each would take more than
     * to look at it. */
    PORTS_MAX = 1024,
};

/* A port that a rule names. */
struct port {
    uint16_t port;
    uint32_t rule; /* Its place among those of its kind. */
};

/* Rules of a kind, by their place among these. */
struct rule_index_set {
    uint64_t *words;
    uint64_t *blocks; /* Bit i: word i is not zero. */
};

/* The rules that ask for a kind of observation. */
struct rule_index_kind {
    const struct rule **rules;
    uint32_t n, n_words, n_blocks;
    struct rule_index_set services[N_SERVICES], sectors[N_SECTORS];
    /* Those for any port that might match at a service and a sector. */
    struct rule_index_set any_port[N_SERVICES][N_SECTORS];
    sector_set with_any_port[N_SERVICES]; /* The sectors that have some of those. */
    /* The others, by port: those of port p are from starts[p] to before starts[p + 1]. */
    uint32_t *starts;
    uint32_t *by_port;
    /* Bits of those that have any, and of 256 of which any does: few, and most ports are
     * told by these, which stay in the cache. */
    uint64_t ports[N_PORTS / 64], port_pages[N_PORTS / 256 / 64];
};

struct rule_index {
    struct rule_index_kind kinds[N_OBSERVATIONS];
};

static void build_kind(struct rule_index_kind *kind, enum observation_kind observation,
                       const struct rule *const *rules, size_t n, struct arena *arena);
static struct rule_index_set make_set(const struct rule_index_kind *kind,
                                      struct arena *arena);
static bool intersect(const struct rule_index_kind *kind, const struct rule_index_set *a,
                      const struct rule_index_set *b, const struct rule_index_set *c,
                      struct rule_index_set *ret);
static void add(struct rule_index_set *set, uint32_t at);
static const struct rule_condition *asks_for(const struct rule *rule,
                                             const struct rule_field *field);
static const struct rule_condition *few_ports(const struct rule *rule);
static struct port *list_ports(const struct rule_index_kind *kind, size_t *ret_n);
static void build_ports(struct rule_index_kind *kind, struct arena *arena);
static bool names_port(const struct rule_index_kind *kind, uint16_t port);
static bool has_port(const struct rule_index_kind *kind, const struct rule_index_end *end);
static bool go_on(struct rule_walk *walk, uint32_t from);
static bool find_word(const struct rule_walk *walk, uint32_t from, uint32_t *ret);

const struct rule_index *
rule_index_new(const struct rule *const *rules, size_t n, struct arena *arena)
{
    struct rule_index *index = arena_take(arena, sizeof *index);

    for (enum observation_kind kind = 0; kind < N_OBSERVATIONS; kind++) {
        build_kind(&index->kinds[kind], kind, rules, n, arena);
    }
    return index;
}

bool
rule_index_asks(const struct rule_index *index, enum observation_kind observation,
                uint8_t service, uint16_t port, uint16_t other_port)
{
    const struct rule_index_kind *kind = &index->kinds[observation];

    return kind->n > 0 && (kind->with_any_port[service] != 0 || names_port(kind, port) ||
                           names_port(kind, other_port));
}

bool
rule_index_may_match(const struct rule_index *index, enum observation_kind observation,
                     uint8_t service, const struct rule_index_end ends[2])
{
    const struct rule_index_kind *kind = &index->kinds[observation];
    struct rule_walk walk;
    unsigned unused;

    if ((kind->with_any_port[service] & (ends[0].sectors | ends[1].sectors)) != 0) {
        return true;
    }
    if (!has_port(kind, &ends[0]) && !has_port(kind, &ends[1])) {
        return false;
    }
    walk = rule_index_walk(index, observation, service, ends);
    return rule_walk_next(&walk, &unused) != NULL;
}

struct rule_walk
rule_index_walk(const struct rule_index *index, enum observation_kind observation,
                uint8_t service, const struct rule_index_end ends[2])
{
    const struct rule_index_kind *kind = &index->kinds[observation];
    struct rule_walk walk = { .kind = kind, .service = service };

    if (kind->n == 0) {
        return walk;
    }
    for (unsigned end = 0; end < 2; end++) {
        walk.ends[end].sectors = ends[end].sectors;
        if (has_port(kind, &ends[end])) {
            walk.ends[end].next = &kind->by_port[kind->starts[ends[end].port]];
            walk.ends[end].end = &kind->by_port[kind->starts[ends[end].port + 1]];
        }
    }
    (void) go_on(&walk, 0);
    return walk;
}

const struct rule *
rule_walk_next(struct rule_walk *walk, unsigned *ret_ends)
{
    uint64_t bits = walk->bits[0] | walk->bits[1];
    unsigned at;

    while (bits == 0) {
        if (walk->kind->n == 0 || !go_on(walk, walk->word + 1)) {
            return NULL;
        }
        bits = walk->bits[0] | walk->bits[1];
    }
    at = (unsigned) __builtin_ctzll(bits);
    *ret_ends = (unsigned) (walk->bits[0] >> at & 1) | (unsigned) (walk->bits[1] >> at & 1)
                                                           << 1;
    walk->bits[0] &= ~(UINT64_C(1) << at);
    walk->bits[1] &= ~(UINT64_C(1) << at);
    return walk->kind->rules[walk->word * 64 + at];
}

static void
build_kind(struct rule_index_kind *kind, enum observation_kind observation,
           const struct rule *const *rules, size_t n, struct arena *arena)
{
    const struct rule_field *service = rule_field_find("", "service");
    const struct rule_field *sector = rule_field_find("asset", "sector");
    struct rule_index_set any_port; /* Rules that are for any port. */

    kind->rules = arena_take(arena, (n + 1) * sizeof kind->rules[0]);
    for (size_t i = 0; i < n; i++) {
        if ((rules[i]->observations >> observation & 1) != 0) {
            kind->rules[kind->n++] = rules[i];
        }
    }
    kind->n_words = (kind->n + 63) / 64;
    kind->n_blocks = (kind->n_words + 63) / 64;
    if (kind->n == 0) {
        return;
    }
    any_port = make_set(kind, arena);
    for (unsigned i = 0; i < N_SERVICES; i++) {
        kind->services[i] = make_set(kind, arena);
    }
    for (unsigned i = 0; i < N_SECTORS; i++) {
        kind->sectors[i] = make_set(kind, arena);
    }
    for (uint32_t at = 0; at < kind->n; at++) {
        const struct rule_condition *services = asks_for(kind->rules[at], service);
        const struct rule_condition *sectors = asks_for(kind->rules[at], sector);

        for (unsigned i = 0; i < N_SERVICES; i++) {
            if (services == NULL || rule_names_has(&services->names, i)) {
                add(&kind->services[i], at);
            }
        }
        for (unsigned i = 0; i < N_SECTORS; i++) {
            if (sectors == NULL || rule_names_has(&sectors->names, i)) {
                add(&kind->sectors[i], at);
            }
        }
        if (few_ports(kind->rules[at]) == NULL) {
            add(&any_port, at);
        }
    }
    for (unsigned i = 0; i < N_SERVICES; i++) {
        for (unsigned j = 0; j < N_SECTORS; j++) {
            kind->any_port[i][j] = make_set(kind, arena);
            if (intersect(kind, &any_port, &kind->services[i], &kind->sectors[j],
                          &kind->any_port[i][j])) {
                kind->with_any_port[i] |= (sector_set) (1U << j);
            }
        }
    }
    build_ports(kind, arena);
}

static struct rule_index_set
make_set(const struct rule_index_kind *kind, struct arena *arena)
{
    return (struct rule_index_set){
        .words = arena_take(arena, kind->n_words * sizeof(uint64_t)),
        .blocks = arena_take(arena, kind->n_blocks * sizeof(uint64_t)),
    };
}

/* Returns false if nothing is in all three. */
static bool
intersect(const struct rule_index_kind *kind, const struct rule_index_set *a,
          const struct rule_index_set *b, const struct rule_index_set *c,
          struct rule_index_set *ret)
{
    bool has_any = false;

    for (uint32_t word = 0; word < kind->n_words; word++) {
        ret->words[word] = a->words[word] & b->words[word] & c->words[word];
        if (ret->words[word] != 0) {
            ret->blocks[word / 64] |= UINT64_C(1) << word % 64;
            has_any = true;
        }
    }
    return has_any;
}

static void
add(struct rule_index_set *set, uint32_t at)
{
    set->words[at / 64] |= UINT64_C(1) << at % 64;
    set->blocks[at / 64 / 64] |= UINT64_C(1) << at / 64 % 64;
}

/* The condition that says which values of 'field' a rule asks for; NULL: it takes any, or
 * says which it does not take. */
static const struct rule_condition *
asks_for(const struct rule *rule, const struct rule_field *field)
{
    for (size_t i = 0; i < rule->n_conditions; i++) {
        if (rule->conditions[i].field == field && !rule->conditions[i].negated) {
            return &rule->conditions[i];
        }
    }
    return NULL;
}

/* The ports of a rule that names not too many; else NULL. */
static const struct rule_condition *
few_ports(const struct rule *rule)
{
    const struct rule_condition *ports = asks_for(rule, rule_field_find("", "port"));
    uint64_t n = 0;

    for (size_t i = 0; ports != NULL && i < ports->n; i++) {
        n += ports->ranges[i].max - ports->ranges[i].min + 1;
    }
    return n <= PORTS_MAX ? ports : NULL;
}

/* The ports that rules name, in the order of the rules, and then of their ports. */
static struct port *
list_ports(const struct rule_index_kind *kind, size_t *ret_n)
{
    struct port *list = NULL;
    size_t capacity = 0, n = 0;

    for (uint32_t at = 0; at < kind->n; at++) {
        const struct rule_condition *ports = few_ports(kind->rules[at]);

        for (size_t i = 0; ports != NULL && i < ports->n; i++) {
            for (uint64_t port = ports->ranges[i].min; port <= ports->ranges[i].max;
                 port++) {
                list = memory_grow(list, n, &capacity, sizeof *list);
                list[n++] = (struct port){ (uint16_t) port, at };
            }
        }
    }
    *ret_n = n;
    return list;
}

static void
build_ports(struct rule_index_kind *kind, struct arena *arena)
{
    size_t n;
    struct port *list = list_ports(kind, &n);
    uint32_t sum = 0;

    if (n > 0) {
        kind->starts = arena_take(arena, (N_PORTS + 1) * sizeof kind->starts[0]);
        kind->by_port = arena_take(arena, n * sizeof kind->by_port[0]);
        for (size_t i = 0; i < n; i++) {
            kind->starts[list[i].port]++;
            kind->ports[list[i].port / 64] |= UINT64_C(1) << list[i].port % 64;
            kind->port_pages[list[i].port / 256 / 64] |= UINT64_C(1)
                                                         << list[i].port / 256 % 64;
        }
        for (unsigned port = 0; port <= N_PORTS; port++) { /* Where those of each end; */
            sum += kind->starts[port];
            kind->starts[port] = sum;
        }
        while (n-- > 0) { /* filled from the back, it becomes where they start. */
            kind->by_port[--kind->starts[list[n].port]] = list[n].rule;
        }
    }
    free(list);
}

static bool
names_port(const struct rule_index_kind *kind, uint16_t port)
{
    return (kind->port_pages[port / 256 / 64] >> port / 256 % 64 & 1) != 0 &&
           (kind->ports[port / 64] >> port % 64 & 1) != 0;
}

/* Whether any rule names the port of an end that may be the asset. */
static bool
has_port(const struct rule_index_kind *kind, const struct rule_index_end *end)
{
    return end->sectors != 0 && names_port(kind, end->port);
}

/* Goes on to the next word from 'from' on that has rules.  Returns false if none has. */
static bool
go_on(struct rule_walk *walk, uint32_t from)
{
    const struct rule_index_kind *kind = walk->kind;

    if (!find_word(walk, from, &walk->word)) {
        return false;
    }
    for (unsigned end = 0; end < 2; end++) {
        uint64_t any_port = 0, sectors = 0, by_port = 0;
        const uint32_t **next = &walk->ends[end].next;

        for (unsigned left = walk->ends[end].sectors; left != 0; left &= left - 1) {
            const unsigned sector = (unsigned) __builtin_ctz(left);

            any_port |= kind->any_port[walk->service][sector].words[walk->word];
            sectors |= kind->sectors[sector].words[walk->word];
        }
        for (; *next != walk->ends[end].end && **next / 64 == walk->word; (*next)++) {
            by_port |= UINT64_C(1) << **next % 64;
        }
        walk->bits[end] = any_port | (by_port & sectors &
                                      kind->services[walk->service].words[walk->word]);
    }
    return true;
}

/* The next word from 'from' on that has rules for any port, or for a port of the ends. */
static bool
find_word(const struct rule_walk *walk, uint32_t from, uint32_t *ret)
{
    const struct rule_index_kind *kind = walk->kind;
    uint32_t word = kind->n_words;

    for (uint32_t block = from / 64; block < kind->n_blocks; block++) {
        uint64_t words = 0;

        for (unsigned left = walk->ends[0].sectors | walk->ends[1].sectors; left != 0;
             left &= left - 1) {
            words |= kind->any_port[walk->service][__builtin_ctz(left)].blocks[block];
        }
        words &= block == from / 64 ? UINT64_MAX << from % 64 : UINT64_MAX;
        if (words != 0) {
            word = block * 64 + (uint32_t) __builtin_ctzll(words);
            break;
        }
    }
    for (unsigned end = 0; end < 2; end++) {
        if (walk->ends[end].next != walk->ends[end].end &&
            *walk->ends[end].next / 64 < word) {
            word = *walk->ends[end].next / 64;
        }
    }
    *ret = word;
    return word < kind->n_words;
}
