#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/log.h"
#include "sensor/command.h"
#include "sensor/progress.h"
#include "sensor/session.h"

enum { FILES_MAX = UINT16_MAX };

/* Where a read stands over all of its files. */
struct reading {
    struct session session;
    struct progress progress;
    uint64_t done;    /* Bytes of the files before the one being read. */
    unsigned n_files; /* Read, wholly or in part. */
    bool is_complete; /* Every file was read to its end. */
};

static bool read_file(struct reading *reading, const char *path, uint16_t index);

static uint64_t
total_size(const struct options *options)
{
    uint64_t total = 0;

    for (int i = 0; i < options->n_arguments; i++) {
        struct stat status;

        if (stat(options->arguments[i], &status) == 0 && S_ISREG(status.st_mode)) {
            total += (uint64_t) status.st_size;
        }
    }
    return total;
}

int
command_read(const struct options *options)
{
    struct reading reading = { .is_complete = true };

    if (options->n_arguments > FILES_MAX) {
        fprintf(stderr,
                "sectorwatch: %d files are too many for one read; expected at most %d\n",
                options->n_arguments, FILES_MAX);
        return EXIT_USAGE;
    }
    if (!session_begin(&reading.session, options, false,
                       (const char *const *) options->arguments,
                       (size_t) options->n_arguments)) {
        return EXIT_USAGE;
    }
    session_start(&reading.session);
    progress_begin(&reading.progress, !options->no_progress, total_size(options));
    for (int i = 0; i < options->n_arguments && !session_is_broken(&reading.session); i++) {
        reading.is_complete &= read_file(&reading, options->arguments[i], (uint16_t) i);
    }
    progress_end(&reading.progress);
    reading.is_complete &= session_end(&reading.session, reading.n_files);
    return reading.is_complete ? EXIT_ALL_WELL : EXIT_INCOMPLETE;
}

/* Takes the frames of an open source through the pipeline; returns how it ended. */
static enum source_status
read_frames(struct reading *reading, struct source *source)
{
    struct pipeline *pipeline = reading->session.pipeline;
    struct counters *counters = pipeline_counters(pipeline);
    enum source_status status;

    do {
        status = source_next(source, FRAME_BATCH_MAX, pipeline_batch(pipeline), counters);
        pipeline_take(pipeline);
        progress_update(&reading->progress, source_name(source),
                        reading->done + source_position(source),
                        counters->n[COUNTER_CAPTURE_PACKETS]);
    } while (status == SOURCE_OK && !session_is_broken(&reading->session));
    return status;
}

/* Reads one file; returns false, after a message, if it could not be read to its end. */
static bool
read_file(struct reading *reading, const char *path, uint16_t index)
{
    struct problem_list *problems = problem_list_new();
    struct source *source = source_open_file(path, index, problems);
    bool is_complete = false;

    if (source != NULL) {
        const enum source_status status = read_frames(reading, source);

        reading->n_files++;
        reading->done += source_size(source);
        if (status == SOURCE_FAILED) {
            problem_error(problems, path, 0, "%s; the packets before that were read",
                          source_error(source));
        }
        is_complete = status == SOURCE_END;
        source_close(source);
    }
    progress_end(&reading->progress);
    problem_list_print(problems, stderr);
    problem_list_free(problems);
    return is_complete;
}
