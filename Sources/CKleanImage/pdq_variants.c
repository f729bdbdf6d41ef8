// Which PDQ variants this CPU can run.
#include "pdq.h"

size_t ki_pdq_variant_count(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2")) return 1;
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
               ? 3
               : 2;
#else
    return 1;
#endif
}

const struct ki_pdq *ki_pdq_variant(size_t index) {
    switch (index) {
    case 0: return &ki_pdq_scalar;
#if defined(__x86_64__)
    case 1: return &ki_pdq_avx2;
    case 2: return &ki_pdq_avx512;
#endif
    default: return 0;
    }
}
