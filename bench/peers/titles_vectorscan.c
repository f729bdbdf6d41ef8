// Peer of bench/titles: lower-cases titles and finds literals with Vectorscan (or Hyperscan).
//
//   titles_vectorscan TITLES PATTERNS REPEATS     files of lines
//
// One call scans a block of 1,024 titles joined by line feeds, as is fastest. Prints the least CPU
// nanoseconds a title of all runs and how many matches there are.
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct text {
    char *bytes;
    size_t length, lines;
};

static struct text read_file(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) exit(2);
    fseek(file, 0, SEEK_END);
    struct text text = {NULL, (size_t)ftell(file), 0};
    rewind(file);
    text.bytes = malloc(text.length + 64);
    if (fread(text.bytes, 1, text.length, file) != text.length) exit(2);
    fclose(file);
    for (size_t i = 0; i < text.length; i++) text.lines += text.bytes[i] == '\n';
    return text;
}

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                 void *context) {
    (void)id, (void)from, (void)to, (void)flags;
    ++*(size_t *)context;
    return 0;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    struct text titles = read_file(argv[1]), patterns = read_file(argv[2]);
    const char **literals = malloc(patterns.lines * sizeof *literals);
    size_t *lengths = malloc(patterns.lines * sizeof *lengths);
    unsigned *flags = malloc(patterns.lines * sizeof *flags);
    unsigned *ids = malloc(patterns.lines * sizeof *ids);
    char *at = patterns.bytes;
    for (size_t i = 0; i < patterns.lines; i++) {
        char *end = memchr(at, '\n', (size_t)(patterns.bytes + patterns.length - at));
        literals[i] = at;
        lengths[i] = (size_t)(end - at);
        *end = 0;
        flags[i] = 0;
        ids[i] = (unsigned)i;
        at = end + 1;
    }
    hs_database_t *database;
    hs_compile_error_t *error;
    if (hs_compile_lit_multi(literals, flags, ids, lengths, (unsigned)patterns.lines,
                             HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    hs_scratch_t *scratch = NULL;
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) return 1;
    char *folded = malloc(titles.length + 64);
    double best = 1e9;
    size_t matches = 0;
    for (int run = 0; run < atoi(argv[3]); run++) {
        struct timespec before, after;
        matches = 0;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
        for (size_t i = 0; i < titles.length; i++) {
            char c = titles.bytes[i];
            folded[i] = c >= 'A' && c <= 'Z' ? c | 32 : c;
        }
        size_t from = 0;
        while (from < titles.length) {
            size_t to = from;
            for (int rows = 0; rows < 1024 && to < titles.length; rows++)
                to = (size_t)((char *)memchr(folded + to, '\n', titles.length - to) - folded) + 1;
            hs_scan(database, folded + from, (unsigned)(to - from), 0, scratch, count, &matches);
            from = to;
        }
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
        double seconds = (double)(after.tv_sec - before.tv_sec) +
                         (double)(after.tv_nsec - before.tv_nsec) * 1e-9;
        if (seconds < best) best = seconds;
    }
    printf("{\"ns\": %.1f, \"matches\": %zu}\n", best * 1e9 / (double)titles.lines, matches);
    return 0;
}
