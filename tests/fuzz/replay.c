/* Shows every file of a corpus folder to a fuzz target: what an ordinary test run does,
 * with any compiler. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay_file(const char *path)
{
    static uint8_t data[1 << 18];
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        perror(path);
        return 1;
    }
    (void) LLVMFuzzerTestOneInput(data, fread(data, 1, sizeof data, file));
    (void) fclose(file);
    return 0;
}

int
main(int argc, char *argv[])
{
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    unsigned n = 0;

    if (folder == NULL) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 1;
    }
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[4096];

        if (entry->d_name[0] == '.') {
            continue;
        }
        (void) snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        if (replay_file(path) != 0) {
            return 1;
        }
        n++;
    }
    (void) closedir(folder);
    printf("%u files replayed\n", n);
    return n == 0; /* An empty corpus is a mistake. */
}
