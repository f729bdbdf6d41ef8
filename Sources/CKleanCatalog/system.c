// What the system knows and Swift's Glibc module does not show.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "klean_catalog.h"

#include <unistd.h>

#if defined(__linux__)
#include <sched.h>
#endif

int kcat_processors(void) {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        int count = CPU_COUNT(&set);
        if (count > 0) return count;
    }
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}
