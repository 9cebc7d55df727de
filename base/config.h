#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

/* Configuration files in libconfig syntax, read so that every mistake is reported with its
 * file and line, and reading goes on after it.
 *
 * A node is one setting: a group, a list, an array or a value.  Nodes and the texts in them
 * belong to the file and last until config_close(). */
struct config;
struct config_node;

/* Reads the file at 'path'; "@include" in it is relative to its folder.  Returns NULL, with
 * the reason in 'problems', if it cannot be opened, its syntax is wrong, or it holds what
 * libconfig would misread (config_scan.h); otherwise the caller closes it with
 * config_close(). */
struct config *config_open(const char *path, struct problem_list *problems);

/* The same from a text, which can include nothing; 'name' stands for the file in messages.
 */
struct config *config_open_text(const char *text, const char *name,
                                struct problem_list *problems);
void config_close(struct config *config);

const struct config_node *config_root(const struct config *config);

/* Where a node stands, for messages. */
const char *config_node_file(const struct config_node *node);
unsigned config_node_line(const struct config_node *node);

/* The node's key, or NULL for the root and for elements of lists. */
const char *config_node_name(const struct config_node *node);

bool config_node_is_group(const struct config_node *node);
bool config_node_is_list(const struct config_node *node); /* A list ( ) or an array [ ]. */
bool config_node_is_text(const struct config_node *node);

/* The member called 'name' of a group, or NULL. */
const struct config_node *config_child(const struct config_node *group, const char *name);

/* Elements of a group, list or array, in file order; 0 for a value. */
size_t config_n(const struct config_node *node);
const struct config_node *config_at(const struct config_node *node, size_t index);

/* Read a value; a text has no control characters.  Where the node is of another type or out
 * of range they add an error that says what was expected, leave '*ret' alone and return
 * false. Durations and sizes are texts with a unit: "60s", "1h", "64MB". */
bool config_text(const struct config_node *node, struct problem_list *problems,
                 const char **ret);
bool config_integer(const struct config_node *node, int64_t min, int64_t max,
                    struct problem_list *problems, int64_t *ret);
bool config_boolean(const struct config_node *node, struct problem_list *problems,
                    bool *ret);
bool config_duration(const struct config_node *node, struct problem_list *problems,
                     uint64_t *ret_ns);
bool config_size(const struct config_node *node, struct problem_list *problems,
                 uint64_t *ret_bytes);

/* Adds an error, with the node's place. */
void config_error(const struct config_node *node, struct problem_list *problems,
                  const char *format, ...) __attribute__((format(printf, 3, 4)));
void config_warning(const struct config_node *node, struct problem_list *problems,
                    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Reports every member of 'group' whose name is not in 'known' (ending with NULL), with the
 * known name that looks most like it. */
void config_reject_unknown(const struct config_node *group, const char *const *known,
                           struct problem_list *problems);

/* The entry of 'known' (ending with NULL) that looks most like 'text', or NULL if none is
 * near. */
const char *config_nearest(const char *text, const char *const *known);

#endif
