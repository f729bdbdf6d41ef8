// Which kernels this CPU can run.
#include "kernels.h"

size_t kc_variants(const struct kc_kernels **variants, size_t capacity) {
    size_t count = 0;
    if (count < capacity) variants[count++] = &kc_scalar;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (count < capacity && __builtin_cpu_supports("avx2")) variants[count++] = &kc_avx2;
    if (count < capacity && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw"))
        variants[count++] = &kc_avx512;
#endif
    return count;
}
