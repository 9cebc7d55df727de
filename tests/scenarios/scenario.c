/* scenario: writes a capture file from a scene's script.
 *
 *     scenario [-f pcap|pcap-ns|pcapng] [-o FILE] SCENE
 *
 * README.md in this folder describes the language.  Exit status: 0 written, 1 the script is
 * wrong or the file cannot be written, 2 usage. */

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "scenarios/capture_file.h"
#include "scenarios/play.h"
#include "scenarios/script.h"

enum { EXIT_OK, EXIT_WRONG, EXIT_USAGE };

static int write_scene(const char *scene, const char *path, enum capture_format format);
static int write_capture(const struct script *script, const char *path,
                         enum capture_format format);

static int
usage(void)
{
    fputs("usage: scenario [-f pcap|pcap-ns|pcapng] [-o FILE] SCENE\n", stderr);
    return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
    enum capture_format format = CAPTURE_PCAP;
    const char *path = NULL;
    int option;

    while ((option = getopt(argc, argv, "f:o:")) != -1) {
        if (option == 'o') {
            path = optarg;
        } else if (option != 'f' || !capture_format_parse(optarg, &format)) {
            return usage();
        }
    }
    return optind + 1 == argc ? write_scene(argv[optind], path, format) : usage();
}

static int
write_scene(const char *scene, const char *path, enum capture_format format)
{
    struct problem_list *problems = problem_list_new();
    struct script *script = script_read(scene, problems);
    int status = EXIT_WRONG;

    problem_list_print(problems, stderr);
    if (script != NULL) {
        status = write_capture(script, path, format);
    }
    script_free(script);
    problem_list_free(problems);
    return status;
}

/* To standard output if there is no path. */
static int
write_capture(const struct script *script, const char *path, enum capture_format format)
{
    FILE *out = path == NULL ? stdout : fopen(path, "wb");
    struct stage stage;
    bool ok = out != NULL;

    if (ok) {
        stage_init(&stage, script);
        play(&stage, script);
        stage_sort(&stage);
        ok = capture_file_write(&stage, format, out);
        stage_fini(&stage);
        ok = (path == NULL || fclose(out) == 0) && ok;
    }
    if (!ok) {
        fprintf(stderr, "scenario: %s: %s\n", path == NULL ? "standard output" : path,
                strerror(errno));
    }
    return ok ? EXIT_OK : EXIT_WRONG;
}
