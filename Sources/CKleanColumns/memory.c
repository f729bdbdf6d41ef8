#include <malloc.h>

#include "klean_columns.h"

void kc_keep_memory(int arenas) {
    if (arenas > 0) mallopt(M_ARENA_MAX, arenas);
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
}
