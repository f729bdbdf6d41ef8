#define _GNU_SOURCE
#include <fcntl.h>
#include <malloc.h>

#include "klean_columns.h"

void kc_keep_memory(int arenas) {
    if (arenas > 0) mallopt(M_ARENA_MAX, arenas);
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
}

void kc_give_memory_back(void) { malloc_trim(0); }

int kc_begin_sync(int file) { return sync_file_range(file, 0, 0, SYNC_FILE_RANGE_WRITE); }
