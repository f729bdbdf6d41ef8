#include "internal.h"

size_t kk_variants(const struct kk_kernels **variants, size_t capacity) {
    size_t count = 0;
    if (count < capacity) variants[count++] = &kk_scalar;
#if defined(__x86_64__)
    __builtin_cpu_init();
    // Every CPU with AVX2 has these bit instructions; a virtual one may hide them.
    int has_bits = __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("bmi") &&
                   __builtin_cpu_supports("bmi2");
    if (count < capacity && __builtin_cpu_supports("avx2") && has_bits)
        variants[count++] = &kk_avx2;
    if (count < capacity && has_bits && __builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq"))
        variants[count++] = &kk_avx512;
#endif
    return count;
}

size_t kk_variant_count(void) {
    const struct kk_kernels *variants[8];
    return kk_variants(variants, 8);
}

const struct kk_kernels *kk_variant(size_t index) {
    const struct kk_kernels *variants[8];
    return index < kk_variants(variants, 8) ? variants[index] : NULL;
}
