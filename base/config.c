#include "base/config.h"

#include <assert.h>
#include <errno.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <libconfig.h>

#include "base/config_scan.h"
#include "base/memory.h"
#include "base/timestamp.h"

static bool has_control_character(const char *text);

enum { TEXT_SIZE_MAX = 256 * 1024 * 1024 };

struct config {
    config_t libconfig;
    char *name;
};

static char *read_text(FILE *file, const char *path, struct problem_list *problems,
                       size_t *ret_size);
static struct config *parse(const char *text, size_t size, const char *name,
                            const char *include_folder, struct problem_list *problems);

/* struct config_node is never defined: a pointer to it is a config_setting_t pointer. */
static const config_setting_t *
of(const struct config_node *node)
{
    return (const config_setting_t *) node;
}

struct config *
config_open(const char *path, struct problem_list *problems)
{
    FILE *file = fopen(path, "re");
    struct stat status;
    struct config *config = NULL;
    char *text, *path_copy;
    size_t size = 0;

    if (file == NULL || fstat(fileno(file), &status) != 0) {
        problem_error(problems, path, 0, "cannot be read: %s", strerror(errno));
        goto end;
    }
    if (S_ISDIR(status.st_mode)) {
        problem_error(problems, path, 0, "is a folder; expected a configuration file");
        goto end;
    }
    text = read_text(file, path, problems, &size);
    if (text != NULL) {
        path_copy = memory_copy_text(path);
        config = parse(text, size, path, dirname(path_copy), problems);
        free(path_copy);
        free(text);
    }
end:
    if (file != NULL) {
        (void) fclose(file);
    }
    return config;
}

struct config *
config_open_text(const char *text, const char *name, struct problem_list *problems)
{
    return parse(text, strlen(text), name, NULL, problems);
}

void
config_close(struct config *config)
{
    if (config == NULL) {
        return;
    }
    config_destroy(&config->libconfig);
    free(config->name);
    free(config);
}

const struct config_node *
config_root(const struct config *config)
{
    return (const struct config_node *) config_root_setting(&config->libconfig);
}

const char *
config_node_file(const struct config_node *node)
{
    const char *included = config_setting_source_file(of(node));

    return included != NULL
               ? included
               : config_setting_get_hook(config_root_setting(of(node)->config));
}

unsigned
config_node_line(const struct config_node *node)
{
    return (unsigned) config_setting_source_line(of(node));
}

const char *
config_node_name(const struct config_node *node)
{
    return config_setting_name(of(node));
}

bool
config_node_is_group(const struct config_node *node)
{
    return config_setting_is_group(of(node)) == CONFIG_TRUE;
}

bool
config_node_is_list(const struct config_node *node)
{
    return config_setting_is_list(of(node)) == CONFIG_TRUE ||
           config_setting_is_array(of(node)) == CONFIG_TRUE;
}

bool
config_node_is_text(const struct config_node *node)
{
    return config_setting_type(of(node)) == CONFIG_TYPE_STRING;
}

const struct config_node *
config_child(const struct config_node *group, const char *name)
{
    if (!config_node_is_group(group)) {
        return NULL;
    }
    return (const struct config_node *) config_setting_get_member(of(group), name);
}

size_t
config_n(const struct config_node *node)
{
    return config_setting_is_aggregate(of(node)) ? (size_t) config_setting_length(of(node))
                                                 : 0;
}

const struct config_node *
config_at(const struct config_node *node, size_t index)
{
    return (const struct config_node *) config_setting_get_elem(of(node), (unsigned) index);
}

/* The node's key for messages; elements of lists go by their list's. */
static const char *
display_name(const struct config_node *node)
{
    const config_setting_t *setting = of(node);

    while (setting != NULL && config_setting_name(setting) == NULL) {
        setting = config_setting_parent(setting);
    }
    return setting == NULL ? "the file" : config_setting_name(setting);
}

bool
config_text(const struct config_node *node, struct problem_list *problems, const char **ret)
{
    const char *text;

    if (!config_node_is_text(node)) {
        config_error(node, problems, "'%s' is not a text; expected \"...\"",
                     display_name(node));
        return false;
    }
    text = config_setting_get_string(of(node));
    if (has_control_character(text)) {
        config_error(node, problems,
                     "'%s' has a control character; expected one line of text",
                     display_name(node));
        return false;
    }
    *ret = text;
    return true;
}

/* Texts of the configuration reach terminals and logs, which obey such characters. */
static bool
has_control_character(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char) *text < 0x20 || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

bool
config_integer(const struct config_node *node, int64_t min, int64_t max,
               struct problem_list *problems, int64_t *ret)
{
    const int type = config_setting_type(of(node));
    const int64_t value = type == CONFIG_TYPE_INT64 ? config_setting_get_int64(of(node))
                                                    : config_setting_get_int(of(node));

    const bool is_integer = type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64;

    if (!is_integer || value < min || value > max) {
        config_error(node, problems,
                     "'%s' is %s; expected a whole number from %lld to %lld",
                     display_name(node), is_integer ? "out of range" : "not a whole number",
                     (long long) min, (long long) max);
        return false;
    }
    *ret = value;
    return true;
}

bool
config_boolean(const struct config_node *node, struct problem_list *problems, bool *ret)
{
    if (config_setting_type(of(node)) != CONFIG_TYPE_BOOL) {
        config_error(node, problems, "'%s' is not a switch; expected true or false",
                     display_name(node));
        return false;
    }
    *ret = config_setting_get_bool(of(node)) == CONFIG_TRUE;
    return true;
}

bool
config_duration(const struct config_node *node, struct problem_list *problems,
                uint64_t *ret_ns)
{
    if (!config_node_is_text(node) ||
        !duration_parse(config_setting_get_string(of(node)), ret_ns)) {
        config_error(
            node, problems,
            "'%s' is not a duration; expected a whole number with a unit: \"500ms\", "
            "\"60s\", \"5m\", \"1h\", \"7d\"",
            display_name(node));
        return false;
    }
    return true;
}

bool
config_size(const struct config_node *node, struct problem_list *problems,
            uint64_t *ret_bytes)
{
    if (!config_node_is_text(node) ||
        !size_parse(config_setting_get_string(of(node)), ret_bytes)) {
        config_error(node, problems,
                     "'%s' is not a size; expected a whole number with a unit: \"64kB\", "
                     "\"64MB\", \"2GB\"",
                     display_name(node));
        return false;
    }
    return true;
}

void
config_error(const struct config_node *node, struct problem_list *problems,
             const char *format, ...)
{
    char message[512];
    va_list args;

    va_start(args, format);
    (void) vsnprintf(message, sizeof message, format, args);
    va_end(args);
    problem_error(problems, config_node_file(node), config_node_line(node), "%s", message);
}

void
config_warning(const struct config_node *node, struct problem_list *problems,
               const char *format, ...)
{
    char message[512];
    va_list args;

    va_start(args, format);
    (void) vsnprintf(message, sizeof message, format, args);
    va_end(args);
    problem_warning(problems, config_node_file(node), config_node_line(node), "%s",
                    message);
}

/* Edit distance of two texts (Wagner and Fischer 1974); SIZE_MAX where one is too long. */
static size_t
edit_distance(const char *a, const char *b)
{
    enum { LONGEST = 63 };
    size_t row[LONGEST + 1];
    const size_t na = strlen(a), nb = strlen(b);

    if (na > LONGEST || nb > LONGEST) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= nb; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= na; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= nb; j++) {
            const size_t substitute = diagonal + (a[i - 1] != b[j - 1]);
            const size_t change = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;

            diagonal = row[j];
            row[j] = substitute < change ? substitute : change;
        }
    }
    return row[nb];
}

const char *
config_nearest(const char *text, const char *const *known)
{
    const char *best = NULL;
    size_t best_distance = strlen(text) / 3 + 2;

    for (; *known != NULL; known++) {
        const size_t distance = edit_distance(text, *known);

        if (distance < best_distance) {
            best_distance = distance;
            best = *known;
        }
    }
    return best;
}

static bool
is_known(const char *name, const char *const *known)
{
    for (; *known != NULL; known++) {
        if (strcmp(name, *known) == 0) {
            return true;
        }
    }
    return false;
}

void
config_reject_unknown(const struct config_node *group, const char *const *known,
                      struct problem_list *problems)
{
    assert(config_node_is_group(group));
    for (size_t i = 0; i < config_n(group); i++) {
        const struct config_node *node = config_at(group, i);
        const char *name = config_node_name(node);
        const char *nearest;

        if (is_known(name, known)) {
            continue;
        }
        nearest = config_nearest(name, known);
        if (nearest != NULL) {
            config_error(node, problems, "unknown key '%s'; did you mean '%s'?", name,
                         nearest);
        } else {
            config_error(node, problems, "unknown key '%s'", name);
        }
    }
}

/* All of a file, which may be a pipe; or NULL with the reason. */
static char *
read_text(FILE *file, const char *path, struct problem_list *problems, size_t *ret_size)
{
    size_t size = 0, capacity = 0, n;
    char *text = NULL;

    do {
        text = memory_grow(text, size + 1, &capacity, 1);
        n = fread(text + size, 1, capacity - size - 1, file);
        size += n;
    } while (n > 0 && size <= TEXT_SIZE_MAX);
    if (ferror(file) != 0 || size > TEXT_SIZE_MAX) {
        problem_error(problems, path, 0, "cannot be read: %s",
                      strerror(ferror(file) != 0 ? errno : EFBIG));
        free(text);
        return NULL;
    }
    text[size] = '\0';
    *ret_size = size;
    return text;
}

/* Reads a text.  Included files are looked for in 'include_folder'; where there is none,
 * nothing can be included. */
static struct config *
parse(const char *text, size_t size, const char *name, const char *include_folder,
      struct problem_list *problems)
{
    struct config *config;
    config_t *c;
    bool has_include, is_good = config_scan(text, size, name, problems, &has_include);

    if (has_include && include_folder == NULL) {
        problem_error(problems, name, 0, "has an @include, which only a file can have");
        is_good = false;
    }
    if (!is_good) {
        return NULL;
    }
    config = memory_zeroed(1, sizeof *config);
    c = &config->libconfig;
    config->name = memory_copy_text(name);
    config_init(c);
    if (include_folder != NULL) {
        config_set_include_dir(c, include_folder);
    }
    if (config_read_string(c, text) == CONFIG_TRUE) {
        config_setting_set_hook(config_root_setting(c), config->name);
        return config;
    }
    problem_error(problems, config_error_file(c) != NULL ? config_error_file(c) : name,
                  config_error_line(c) > 0 ? (unsigned) config_error_line(c) : 0,
                  "%s; expected libconfig syntax: name = value;", config_error_text(c));
    config_close(config);
    return NULL;
}
